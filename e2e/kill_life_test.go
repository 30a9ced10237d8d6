package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// deed is one thing that somebody does when the server dies.
type deed struct {
	shot
	won int // the status that acknowledges it
	// done says whether it was done, after the server started again, and fails the test where it was half done.
	done func(t *testing.T) bool
}

// doers are people who do it when the server dies.
const doers = 6

// TestKilledInTheMidst kills the server while people change what their accounts rest on. What was acknowledged is so;
// what was not is wholly so or not at all (R01).
func TestKilledInTheMidst(t *testing.T) {
	var sum fates
	for _, kind := range []struct {
		name string
		make func(t *testing.T, e *estate) deed
	}{
		{"reset of a password", killReset},
		{"confirmation of an address", killConfirmation},
		{"change of an address", killChange},
		{"rotation of a trusted browser", killRotation},
		{"setting up a code app", killBinding},
		{"deletion of an account", killDeletion},
	} {
		t.Run(kind.name, func(t *testing.T) {
			e := estateOnSQLite(t)
			var all fates
			var k killer
			for range max(2, rounds(t)/5) {
				deeds := make([]deed, doers)
				for i := range deeds {
					deeds[i] = kind.make(t, e)
				}
				answered := e.die(t, &k, deeds)
				e.revive(t)
				for i, d := range deeds {
					all.count(t, answered[i], d.done(t))
				}
			}
			t.Log(all)
			sum.acknowledged += all.acknowledged
			sum.undone += all.undone
		})
	}
	if sum.acknowledged == 0 || sum.undone == 0 {
		t.Error("no server was killed in the midst of anything: the test shows nothing")
	}
}

// fates are what became of the deeds.
type fates struct{ acknowledged, held, undone int }

func (f fates) String() string {
	return fmt.Sprintf("%d were acknowledged, %d held without an answer, %d were not done", f.acknowledged, f.held, f.undone)
}

func (f *fates) count(t *testing.T, answered, done bool) {
	t.Helper()
	switch {
	case answered && !done:
		t.Error("it was acknowledged, and it is not so")
	case answered:
		f.acknowledged++
	case done:
		f.held++
	default:
		f.undone++
	}
}

// die does all deeds at once, has k kill the server in their midst, and says which were acknowledged.
func (e *estate) die(t *testing.T, k *killer, deeds []deed) []bool {
	t.Helper()
	answered := make([]bool, len(deeds))
	c := *e.cs[0]
	c.http = &http.Client{Transport: c.http.Transport, Timeout: 10 * time.Second}
	k.kill(t, e.servers[0], len(deeds), func(i int) {
		d := deeds[i]
		got, err := c.send(d.method, d.path, d.token, d.cookies, d.body)
		answered[i] = err == nil && got.status == d.won
	})
	return answered
}

// revive starts the server again, which has to be ready, on a database without damage. What died with it under way is
// due again.
func (e *estate) revive(t *testing.T) {
	t.Helper()
	db := openFile(t, e.database())
	var said string
	ok(t, db.QueryRow("pragma integrity_check").Scan(&said))
	ok(t, db.Close())
	if said != "ok" {
		t.Fatalf("the database after a kill: %s", said)
	}
	e.execute(t, "update sallyport_messages set claimed_until = 0, due_at = 0")
	begun := time.Now()
	e.restart(t)
	if got := e.ready(t); got != http.StatusOK {
		t.Errorf("ready after a kill: %d", got)
	}
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("ready %v after a kill", took)
	}
}

// ready asks the first server for its health.
func (e *estate) ready(t testing.TB) int {
	t.Helper()
	res, err := e.cs[0].http.Get("http://" + e.servers[0].address + "/healthz/ready")
	ok(t, err)
	ok(t, res.Body.Close())
	return res.StatusCode
}

// oneOf says which of two is so; a test ends where it is both or neither.
func oneOf(t *testing.T, what string, after, before reply, won, still int) bool {
	t.Helper()
	if (after.status == won) == (before.status == still) {
		t.Fatalf("%s is half done: %v, and as before: %v", what, after, before)
	}
	return after.status == won
}

func killReset(t *testing.T, e *estate) deed {
	o := e.newOwner(t)
	l := o.forgot(t, e)
	const next = "another staple, battery"
	body := object{"token": l.token, "password": next}
	return deed{shot{method: "POST", path: "/recovery/reset", body: body}, http.StatusNoContent, func(t *testing.T) bool {
		after, before := o.signIn(t, e.cs[0], next), o.signIn(t, e.cs[0], o.password)
		done := oneOf(t, "a reset", after, before, http.StatusCreated, http.StatusCreated)
		again, err := e.cs[0].try("POST", "/recovery/reset", "", body)
		ok(t, err)
		if done == (again.status == http.StatusNoContent) {
			t.Errorf("a reset was done: %v, and its link then: %v", done, again)
		}
		if done {
			e.box.await(t, o.email, mailResetDone, 1)
		}
		return done
	}}
}

func killConfirmation(t *testing.T, e *estate) deed {
	o := e.newUnconfirmed(t)
	return o.confirming(t, e, e.box.await(t, o.email, mailConfirm, 1), "", o.email)
}

func killChange(t *testing.T, e *estate) deed {
	o := e.newOwner(t)
	email, l := o.change(t, e)
	return o.confirming(t, e, l, o.email, email)
}

// confirming makes email the account's confirmed address; before was the one, or "" for none.
func (o *owner) confirming(t *testing.T, e *estate, l letter, before, email string) deed {
	body := object{"token": l.token}
	return deed{shot{method: "POST", path: "/email/confirm", token: o.session, body: body}, http.StatusNoContent, func(t *testing.T) bool {
		a := e.admin(t, "account", "show", o.name)
		done := a["email"] == email && a["email_confirmed"] == true
		if !done && (a["email_confirmed"] == true) != (before != "") {
			t.Errorf("a confirmation is half done: %v", a)
		}
		again, err := e.cs[0].try("POST", "/email/confirm", o.session, body)
		ok(t, err)
		if done == (again.status == http.StatusNoContent) {
			t.Errorf("an address was confirmed: %v, and its link then: %v", done, again)
		}
		o.mustHave(t, e, email) // the session goes on in either case
		if before != "" {
			e.box.await(t, before, mailChanged, 1)
		}
		return done
	}}
}

// killRotation: the browser holds the token that it sent, or the answer's. It stays trusted with either.
func killRotation(t *testing.T, e *estate) deed {
	o := e.newGuarded(t)
	present, known := o.trustBrowser(t, e.cs[0])
	before := sessions(t, e.cs[0], o.session)
	return deed{o.trustedSignIn(present, known), http.StatusCreated, func(t *testing.T) bool {
		done := sessions(t, e.cs[0], o.session) == before+1
		o.mustBeTrusted(t, e.cs[0], o.mustBeTrusted(t, e.cs[0], present, known), known)
		if n := len(e.box.letters(t, o.email, mailStolen)); n > 0 {
			t.Error("a lost answer was taken for a theft")
		}
		return done
	}}
}

// killBinding adds a code app, the second.
func killBinding(t *testing.T, e *estate) deed {
	o := e.newGuarded(t)
	b := e.cs[0].call(t, http.StatusCreated, "POST", "/authenticators", o.session, object{"kind": "totp", "label": "Tablet"})
	app := &codeApp{secret: b.text("secret")}
	path := "/authenticators/" + b.text("id") + "/confirm"
	return deed{shot{method: "POST", path: path, token: o.session, body: object{"response": app.first(t)}}, http.StatusOK,
		func(t *testing.T) bool {
			bound := e.cs[0].call(t, http.StatusOK, "GET", "/authenticators", o.session, nil)["authenticators"].([]any)
			done := len(bound) == 2
			got, err := e.cs[0].try("POST", "/login/response", o.logins(t, e.cs, 1)[0], respond("totp", app.next(t)))
			ok(t, err)
			if done != (got.status == http.StatusCreated) {
				t.Errorf("%d apps are bound, and the code of the second: %v", len(bound), got)
			}
			if n := o.events(t, e.cs[0], o.session, "authenticator.bound"); n != len(bound) {
				t.Errorf("%d apps are bound, and %d events say so", len(bound), n)
			}
			return done
		}}
}

func killDeletion(t *testing.T, e *estate) deed {
	o := e.newGuarded(t)
	return deed{shot{method: "DELETE", path: "/account", token: o.session}, http.StatusNoContent, func(t *testing.T) bool {
		gone, err := e.cs[0].try("GET", "/session", o.session, nil)
		ok(t, err)
		done := oneOf(t, "a deletion", gone, o.signIn(t, e.cs[0], o.password), http.StatusUnauthorized, http.StatusAccepted)
		if !done {
			return false
		}
		again := e.register(t, o.name, o.email)
		own := fmt.Sprint(e.cs[0].call(t, http.StatusOK, "GET", "/authenticators", again.session, nil))
		if strings.Contains(own, "totp") {
			t.Errorf("the name's next owner inherited %s", own)
		}
		e.box.await(t, o.email, mailDeleted, 1)
		return true
	}}
}
