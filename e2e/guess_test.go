package e2e

import (
	"fmt"
	"math/bits"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"
)

const (
	guesses  = 10_000
	guessers = 256 // requests at any moment
	cap100   = 100 // failures in a row that disable an authenticator
)

func TestRaceWrongCodes(t *testing.T) {
	onBoth(t, func(t *testing.T, cs []*client) {
		p := newPerson(t, cs[0])
		tokens := p.logins(t, cs, 16)
		begun := time.Now()
		n := guess(t, cs, tokens, p.app)
		took := time.Since(begun)
		compared := n["401 wrong"] + n["401 clock_drift"]
		t.Logf("%d guesses in %v: %v", guesses, took.Round(time.Millisecond), n)
		// A database that is too busy to count an attempt has it refused, like one that is delayed.
		if n["429 throttled"]+n["423 locked"]+n["503 unavailable"]+compared != guesses {
			t.Errorf("answers of other kinds: %v", n)
		}
		if most := allowed(took); compared > most || compared > cap100 {
			t.Errorf("%d codes were compared in %v, at most %d may be", compared, took, most)
		}
		if compared < 3 {
			t.Errorf("%d codes were compared: the first three in a row are not delayed", compared)
		}
		theRightOneWaits(t, cs, tokens[0], p.app)
	})
}

// allowed is how many attempts fit into d: three at once, then one after 1, 2, 4 ... seconds.
func allowed(d time.Duration) int {
	return 3 + bits.Len(uint(d/time.Second)+1) - 1
}

// guess answers the logins with wrong codes, as fast as the servers take them.
func guess(t *testing.T, cs []*client, tokens []string, app *codeApp) tally {
	t.Helper()
	right := map[string]bool{}
	for step := present() - 15; step <= present()+15; step++ { // those at the edges would be told as a wrong clock
		right[app.at(t, step)] = true
	}
	n, errs := tally{}, []error{}
	var mu sync.Mutex
	var all sync.WaitGroup
	next := make(chan int)
	for range guessers {
		all.Go(func() {
			for i := range next {
				got, err := cs[i%len(cs)].try("POST", "/login/response", tokens[i%len(tokens)], respond("totp", wrongCode(right)))
				mu.Lock()
				n[fmt.Sprint(got.status, " ", got.code())]++
				if err != nil {
					errs = append(errs, err)
				}
				mu.Unlock()
			}
		})
	}
	for i := range guesses {
		next <- i
	}
	close(next)
	all.Wait()
	for _, err := range errs {
		ok(t, err)
	}
	return n
}

func wrongCode(right map[string]bool) string {
	for {
		if code := fmt.Sprintf("%06d", rand.IntN(1_000_000)); !right[code] {
			return code
		}
	}
}

// theRightOneWaits: while the delay lasts the right code is not compared either, or guessing would go on. Then it is.
func theRightOneWaits(t *testing.T, cs []*client, token string, app *codeApp) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for waited := false; ; waited = true {
		got, err := cs[0].try("POST", "/login/response", token, respond("totp", app.next(t)))
		ok(t, err)
		switch {
		case got.status == http.StatusCreated && waited:
			return
		case got.status == http.StatusCreated:
			t.Fatal("the right code was compared while attempts were delayed")
		case got.status != http.StatusTooManyRequests || got.wait == "":
			t.Fatalf("the right code after 10,000 wrong ones: %v, want 429 with Retry-After", got)
		case time.Now().After(deadline):
			t.Fatal("the right code still has to wait after a minute")
		}
		app.last-- // not used: it may be shown again
		wait, err := time.ParseDuration(got.wait + "s")
		ok(t, err)
		time.Sleep(wait)
	}
}
