package e2e

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os/exec"
	"sync"
	"testing"
	"time"
)

// killCommand starts a command of the administrator and kills it after some time. It says whether that came too late.
func (e *estate) killCommand(t *testing.T, after time.Duration, words ...string) (finished bool) {
	t.Helper()
	cmd := e.command(words...)
	ok(t, cmd.Start())
	time.Sleep(after)
	_ = cmd.Process.Kill()
	return cmd.Wait() == nil
}

// took is how long a command takes when nobody kills it.
func took(t *testing.T, cmd *exec.Cmd) time.Duration {
	t.Helper()
	return timed(func() {
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", cmd.Args[1:3], err, out)
		}
	})
}

// The rotation of keys is killed at many points, under people who sign in. Everything opens at each moment, and the next
// rotation does the rest (R17). One is added at a time.
func TestKilledKeyRotation(t *testing.T) {
	inEstates(t, func(t *testing.T, e *estate) {
		var people []*owner
		for range 4 {
			people = append(people, e.newGuarded(t))
		}
		whole := took(t, e.command("key", "rotate", "--another"))
		keys := len(e.keys(t))
		killed := 0
		for round := range 8 {
			if !e.killCommand(t, rand.N(whole), "key", "rotate", "--another") {
				killed++
			}
			o := people[round%len(people)]
			got, err := e.cs[round%len(e.cs)].try("POST", "/login/response", o.logins(t, e.cs, 1)[0], respond("recovery_code", o.takeRecovery(t)))
			ok(t, err)
			if got.status != http.StatusCreated {
				t.Errorf("a recovery code in the midst of a rotation: %v", got)
			}
			o.session = got.body.text("token")
		}
		var at3 sync.WaitGroup // and three at once (R11)
		failed := make([]error, 3)
		for i := range failed {
			at3.Go(func() {
				if out, err := e.command("key", "rotate", "--another").CombinedOutput(); err != nil {
					failed[i] = fmt.Errorf("%w: %s", err, out)
				}
			})
		}
		at3.Wait()
		for _, err := range failed {
			ok(t, err)
		}
		e.mustRestOnOne(t, keys+8+3)
		t.Logf("%d of 8 rotations were killed; %d keys", killed, len(e.keys(t)))
		if killed < 2 {
			t.Error("the rotation was never killed in the midst of it: the test shows nothing")
		}
		for _, o := range people {
			got, err := e.cs[0].try("POST", "/login/response", o.logins(t, e.cs, 1)[0], respond("totp", o.app.next(t)))
			if ok(t, err); got.status != http.StatusCreated {
				t.Errorf("a code after the rotations: %v", got)
			}
		}
	})
}

func (e *estate) keys(t testing.TB) []any {
	t.Helper()
	return e.admin(t, "key", "verify")["keys"].([]any)
}

// mustRestOnOne: everything opens, and is sealed under the active key, so that the older ones are removable.
func (e *estate) mustRestOnOne(t *testing.T, most int) {
	t.Helper()
	keys := e.keys(t)
	if len(keys) > most {
		t.Errorf("there are %d keys, want %d at most", len(keys), most)
	}
	for _, k := range keys {
		k := k.(map[string]any)
		if use := k["use"]; use != "active" && use != "removable" && use != "hashes" && use != "waiting" {
			t.Errorf("a key after the rotations: %v", k)
		}
	}
}

// The administrator's reset dies at any point: either nothing has changed, or the authenticators are gone and the link to
// bind anew is on its way.
func TestKilledReset(t *testing.T) {
	e := estateOnSQLite(t)
	whole := took(t, e.command("account", "reset-authenticators", e.newGuarded(t).name, "--reason", "lost phone"))
	untouched, released := 0, 0
	for range max(5, rounds(t)/2) {
		o := e.newGuarded(t)
		e.killCommand(t, whole/3+rand.N(whole), "account", "reset-authenticators", o.name, "--reason", "lost phone")
		got, err := e.cs[0].try("GET", "/session", o.session, nil)
		ok(t, err)
		if got.status == http.StatusOK {
			untouched++
			login := o.logins(t, e.cs, 1)[0]
			if in, err := e.cs[0].try("POST", "/login/response", login, respond("totp", o.app.next(t))); err != nil || in.status != http.StatusCreated {
				t.Errorf("a reset that did not happen: %v, %v", in, err)
			}
			continue
		}
		released++
		e.servers[0].kill(t)
		e.execute(t, "update sallyport_messages set claimed_until = 0, due_at = 0") // what the command had under way
		e.restart(t)
		l := e.box.await(t, o.email, mailReleased, 1)
		in := e.cs[0].call(t, http.StatusAccepted, "POST", "/login", "",
			object{"login": o.name, "password": o.password, "transport": "bearer", "link": l.token})
		if in.text("status") != "must_bind" {
			t.Errorf("with the link: %v", in)
		}
	}
	t.Logf("%d were untouched, %d released", untouched, released)
}
