package e2e

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	mailSamples  = 7
	slowerThan   = 3.0         // times as long as with a mail server that works
	slowerAtMost = time.Second // and so much: a busy machine has a part of it, and who waits for a silent server more
)

// moment is the state of the mail server with the times that requests took then.
type moment struct {
	weather
	signIns, requests []time.Duration
}

// TestMailServerInTrouble: nobody who signs in or asks for a link waits for the mail server, whatever it does; what could
// not be sent arrives when it is back, and not twice (R08).
func TestMailServerInTrouble(t *testing.T) {
	office := opened(t)
	e := estateOnPostgres(t, 1, "--mail", office.setting())
	e.box = office.box()
	people := map[weather]*owner{}
	// What is refused is refused for good, so that this comes before the queue grows; it grows until all is fine again.
	troubles := []weather{fine, refusing, dropping, down, slow}
	for _, w := range troubles {
		people[w] = e.newOwner(t)
	}
	var moments []*moment
	for _, w := range troubles {
		office.become(t, w)
		moments = append(moments, e.at(t, w, people[w]))
		switch w {
		case fine:
			e.mustCome(t, people[w])
		case refusing:
			office.await(t, &office.refused, mailSamples+mailSamples, "recipients refused")
		case dropping:
			office.await(t, &office.dropped, 1, "messages dropped")
		}
	}
	office.become(t, fine)
	for _, m := range moments {
		t.Logf("%-8v sign-in %6.1f ms, POST /recovery %5.1f ms (medians)", m.weather, ms(median(m.signIns)), ms(median(m.requests)))
		m.mustBeQuick(t, moments[0])
	}
	for _, w := range []weather{dropping, down, slow} {
		e.mustCome(t, people[w])
	}
	time.Sleep(time.Second)
	mustBeOnce(t, e.box, people)
}

// at takes times of sign-ins that cause a message, and of requests for one.
func (e *estate) at(t *testing.T, w weather, o *owner) *moment {
	t.Helper()
	m := &moment{weather: w}
	c := e.cs[0]
	for i := range mailSamples {
		m.signIns = append(m.signIns, timed(func() {
			got, err := c.send("POST", "/login", "", nil, object{"login": o.name, "password": o.password})
			if ok(t, err); got.status != http.StatusCreated {
				t.Fatalf("signing in with the mail server %v: %v", w, got)
			}
		}))
		whom := o.email // five an hour are sent; beyond them nobody is, and gets the same answer
		if i%2 == 1 {
			whom = "nobody." + o.email
		}
		m.requests = append(m.requests, timed(func() { c.call(t, http.StatusAccepted, "POST", "/recovery", "", object{"login": whom}) }))
	}
	return m
}

func timed(do func()) time.Duration {
	begun := time.Now()
	do()
	return time.Since(begun)
}

func median(all []time.Duration) time.Duration {
	return slices.Sorted(slices.Values(all))[len(all)/2]
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func (m *moment) mustBeQuick(t *testing.T, usual *moment) {
	t.Helper()
	for what, times := range map[string][2][]time.Duration{
		"signing in": {m.signIns, usual.signIns}, "POST /recovery": {m.requests, usual.requests},
	} {
		got, want := median(times[0]), median(times[1])
		if ratio := float64(got) / float64(want); ratio > slowerThan && got-want > slowerAtMost {
			t.Errorf("%s took %.1f ms with the mail server %v, %.1f times as long as usual", what, ms(got), m.weather, ratio)
		}
	}
}

// mustCome waits for all that the samples cause: notices of sign-ins, links, and what strangers' addresses get.
func (e *estate) mustCome(t *testing.T, o *owner) {
	t.Helper()
	e.box.await(t, o.email, mailNewBrowser, mailSamples)
	e.box.await(t, o.email, mailReset, (mailSamples+1)/2)
	e.box.await(t, "nobody."+o.email, mailNobody, mailSamples/2)
}

// await waits until one of the office's counts is n.
func (p *postOffice) await(t *testing.T, count *int, n int, what string) {
	t.Helper()
	now := func() int {
		p.mu.Lock()
		defer p.mu.Unlock()
		return *count
	}
	for deadline := time.Now().Add(mailPatience); now() < n; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: %d, not %d", what, now(), n)
		}
	}
}

// mustBeOnce counts how often each message came: once, or twice where the server took it and did not say so.
func mustBeOnce(t *testing.T, box *mailbox, people map[weather]*owner) {
	t.Helper()
	all, err := box.list()
	ok(t, err)
	times := map[string]int{}
	for _, l := range all {
		times[l.id]++
	}
	for _, l := range all {
		most := 1
		if strings.HasSuffix(l.to, people[dropping].email) {
			most = 2
		}
		if times[l.id] > most {
			t.Errorf("%d times came %q to %s", times[l.id], l.subject, l.to)
		}
		if strings.HasSuffix(l.to, people[refusing].email) && !strings.HasSuffix(l.subject, mailConfirm) {
			t.Errorf("what was refused for good came later: %q", l.subject)
		}
	}
}
