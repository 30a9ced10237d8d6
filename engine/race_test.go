package engine_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sallyport/sallyport/engine"
)

// atOnce does one thing many times at once, and counts how often it came to something.
func atOnce(do func(i int) error) int {
	var group sync.WaitGroup
	var came atomic.Int64
	for i := range 32 {
		group.Go(func() {
			if do(i) == nil {
				came.Add(1)
			}
		})
	}
	group.Wait()
	return int(came.Load())
}

// What is good once is good once, however many ask at the same moment.
func TestRaces(t *testing.T) {
	onBoth(t, required, func(t *testing.T, w *world) {
		ctx := t.Context()
		// Two sign-ins set up a first authenticator each; one of them is the first.
		ids, apps, proofs := [2]string{}, [2]*codeApp{}, [2]engine.MustBind{}
		for i := range proofs {
			proofs[i] = mustBind(t, errOf(w.PasswordProved(ctx, app(), "ann"))).MustBind
			drafted, err := proofs[i].Bind(ctx, engine.NewAuthenticator{Kind: engine.KindTOTP})
			must(t, err)
			ids[i], apps[i] = drafted.ID, w.scan(drafted.URI)
		}
		var first atomic.Pointer[codeApp]
		var in atomic.Pointer[engine.Session]
		if n := atOnce(func(i int) error {
			s, _, err := proofs[i%2].Confirm(ctx, ids[i%2], apps[i%2].shows())
			if err == nil {
				first.Store(apps[i%2])
				in.Store(&s)
			}
			return err
		}); n != 1 {
			t.Fatalf("%d first authenticators", n)
		}
		s, a := *in.Load(), first.Load()
		all, err := s.Authenticators(ctx)
		must(t, err)
		if len(all) != 1 {
			t.Errorf("%d are bound", len(all))
		}

		code := a.next()
		tokens := make(chan string, 32)
		if n := atOnce(func(int) error {
			token, err := s.ConfirmAction(ctx, "pay", code)
			if err == nil {
				tokens <- token
			}
			return err
		}); n != 1 {
			t.Fatalf("%d confirmations of one code", n)
		}
		token := <-tokens
		if n := atOnce(func(int) error { return s.Redeem(ctx, "pay", token) }); n != 1 {
			t.Errorf("redeemed %d times", n)
		}

		w.advance(2 * time.Hour) // those who lost have counted
		again := w.begin(app(), "ann")
		s, err = again.Answer(ctx, a.next())
		must(t, err)
		code = a.next()
		if n := atOnce(func(int) error { _, err := s.Elevate(ctx, code); return err }); n != 1 {
			t.Errorf("elevated %d times", n)
		}
	})
}
