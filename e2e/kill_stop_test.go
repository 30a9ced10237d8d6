package e2e

import (
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"
)

// TestStopLosesNoEvents stops servers while they write down what was refused: they end well, and every refusal is among
// the account's events, once.
func TestStopLosesNoEvents(t *testing.T) {
	inEstates(t, func(t *testing.T, e *estate) {
		const refusals = 128
		o := e.newGuarded(t)
		login := o.logins(t, e.cs, 1)[0]
		for round := range max(4, rounds(t)/2) {
			_, n := volley(t, crowdOf(e.cs, refusals, func(int) shot {
				return shot{method: "POST", path: "/login/response", token: login, body: respond("email", "0000-0000-0000-0000")}
			}))
			time.Sleep(rand.N(300 * time.Millisecond)) // they are written down about as often
			var ending sync.WaitGroup
			for _, s := range e.servers {
				ending.Go(func() { s.finish(t) })
			}
			ending.Wait()
			e.servers = startAll(t, len(e.servers), e.dir, append([]string{"--listen", "127.0.0.1:0"}, e.args...)...)
			e.connect()
			own := e.cs[0].call(t, http.StatusOK, "GET", "/account", o.session, nil)["events"].([]any)
			written := 0
			for _, one := range own {
				if one := one.(map[string]any); one["outcome"] == "wrong" {
					written++
				}
			}
			if want := (round + 1) * refusals; n["401 wrong"] != refusals || written != want {
				t.Fatalf("round %d: %v, and %d refusals are written, want %d", round, n, written, want)
			}
		}
	}, "--rescue-code", "email") // whose codes can't be guessed, so that wrong ones aren't delayed
}
