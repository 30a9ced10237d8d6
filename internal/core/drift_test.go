package core_test

import (
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

const step = 30 * time.Second

// codeFar is what an app shows whose clock is off, where that is the code of no other step that could be meant.
func (p *person) codeFar(off time.Duration) string {
	p.w.t.Helper()
	for range 100 {
		same := 0
		for i := -25; i <= 25; i++ {
			if p.codeAt(time.Duration(i)*step) == p.codeAt(off) {
				same++
			}
		}
		if same == 1 {
			return p.codeAt(off)
		}
		p.w.clock.Add(10 * time.Minute)
	}
	panic("a hundred collisions")
}

// try signs in with the code of a clock that is off, and says whether that was right.
func (p *person) try(off time.Duration) bool {
	p.w.t.Helper()
	p.w.clock.Add(10 * time.Minute)
	code := p.codeFar(off)
	err := p.answer(p.begin(), core.KindTOTP, code)
	if err != nil && !core.IsCode(err, core.CodeClockDrift) && !core.IsCode(err, core.CodeWrong) {
		p.w.t.Fatal(err)
	}
	return err == nil
}

// accepted is which steps are, asked one by one; each that is changes what is known of the clock, so that asking takes one
// person for each.
func accepted(w *world, name string, learn []time.Duration) (offs []int) {
	w.t.Helper()
	for off := -4; off <= 4; off++ {
		p := w.enrol(name + string(rune('a'+off+4)))
		for _, l := range learn {
			if !p.try(l) {
				w.t.Fatalf("%v refused, before %d was asked", l, off)
			}
		}
		if p.try(time.Duration(off) * step) {
			offs = append(offs, off)
		}
	}
	return offs
}

// What is learned of a clock moves the window, and never makes it wider, however often somebody signs in.
func TestLearnedDrift(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	for name, c := range map[string]struct {
		learn []time.Duration
		want  []int
	}{
		"new":      {nil, []int{-1, 0, 1}},
		"late":     {[]time.Duration{-step}, []int{-1, 0, 1}}, // typed late once: nothing is known of the clock
		"both":     {[]time.Duration{-step, step}, []int{-1, 0, 1}},
		"slow":     {[]time.Duration{-step, -step}, []int{-2, -1, 0}},
		"fast":     {[]time.Duration{step, step}, []int{0, 1, 2}},
		"walks":    {[]time.Duration{step, step, 2 * step, 2 * step, 2 * step}, []int{0, 1, 2}},
		"put":      {[]time.Duration{-step, -step, -2 * step, 0}, []int{-1, 0, 1}}, // right again
		"putright": {[]time.Duration{step, step, 0, step}, []int{-1, 0, 1}},
	} {
		got := accepted(w, name, c.learn)
		if len(got) != 3 || got[0] != c.want[0] || got[2] != c.want[2] {
			t.Errorf("%s: accepted %v, want %v", name, got, c.want)
		}
	}
}

// What is learned is shown to the owner, and no longer once the clock is right.
func TestLearnedDriftIsShown(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("owner")
	for _, c := range []struct{ off, shown time.Duration }{
		{-step, 0}, {-step, -step}, {-2 * step, -2 * step}, {-step, -step}, {0, 0}, {step, 0}, {step, step}, {0, 0},
	} {
		if !p.try(c.off) {
			t.Fatalf("%v was refused", c.off)
		}
		list, err := w.Authenticators(w.ctx, p.again())
		w.check(err)
		if list[0].Drift != c.shown {
			t.Errorf("after a code %v off the list says %v, want %v", c.off, list[0].Drift, c.shown)
		}
	}
}

// The code that confirms a binding is the first of the two.
func TestASetUpBeginsToLearn(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("owner")
	e := p.elevated()
	q, b := p.pending(e)
	_, err := w.Confirm(w.ctx, p.holding(), e, b.ID, q.codeFar(step))
	w.check(err)
	if !q.try(step) || !q.try(2*step) {
		t.Error("a clock that was fast at set-up and since is not known to be")
	}
}

// Wherever the window lies: a code is accepted once, and none of a step before the last.
func TestNoReplayWhateverTheDrift(t *testing.T) {
	for _, side := range []time.Duration{-step, step} {
		w := newWorld(t, core.PolicyOptional)
		p := w.enrol("owner")
		if first, second := p.try(side), p.try(side); !first || !second || !p.try(2*side) {
			t.Fatal("refused")
		}
		w.clock.Add(10 * time.Minute)
		p.codeFar(2 * side) // at a time without collisions
		var used []string
		at := w.clock.Now()
		for _, off := range []time.Duration{2 * side, side, 0} {
			used = append(used, p.codeAt(off))
		}
		last := max(2*side, 0)
		w.check(p.answer(p.begin(), core.KindTOTP, p.codeAt(last)))
		for range 4 {
			for _, code := range used {
				if err := p.answer(p.begin(), core.KindTOTP, code); err == nil {
					t.Fatalf("%v: accepted again, %v later", side, w.clock.Now().Sub(at))
				}
			}
			w.clock.Add(step)
		}
	}
}

// Learning costs nothing of what a told drift costs: what was told is dead where the window has moved, too.
func TestAToldDriftIsDeadInAMovedWindow(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("owner")
	if first, second := p.try(step), p.try(step); !first || !second {
		t.Fatal("refused")
	}
	w.clock.Add(10 * time.Minute)
	code := p.codeFar(3 * step)
	codeOf(t, p.answer(p.begin(), core.KindTOTP, code), core.CodeClockDrift)
	w.clock.Add(step) // it would be two steps ahead now, and accepted
	codeOf(t, p.answer(p.begin(), core.KindTOTP, code), core.CodeAlreadyUsed)
}
