package e2e

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// The subjects of notices.
const (
	mailFailing       = "Wrong codes for your account"
	mailLocked        = "A second step was turned off"
	mailAfterFailures = "A sign-in after many wrong attempts"
	mailUnbound       = "A second step was removed"
	mailPasswordSet   = "Your password was changed"
)

// F10, H14: the owner is told of what may not be theirs, by mail, once for each thing; and of a changed factor over another
// channel than the one that was changed.
func TestOwnersAreTold(t *testing.T) {
	e := estateOnSQLite(t)
	o := e.newGuarded(t)
	c := e.cs[0]
	login := o.logins(t, e.cs, 1)[0]
	wrong := respond("totp", o.app.at(t, present()+2000))
	fail := func(want int) {
		t.Helper()
		e.execute(t, "update sallyport_counters set not_before = 0")
		c.call(t, want, "POST", "/login/response", login, wrong)
	}
	for range 2 {
		fail(http.StatusUnauthorized)
	}
	time.Sleep(300 * time.Millisecond)
	if n := len(e.box.letters(t, o.email, mailFailing)); n > 0 {
		t.Error("told of two wrong codes")
	}
	for range 5 {
		fail(http.StatusUnauthorized)
	}
	e.box.await(t, o.email, mailFailing, 1)
	e.execute(t, "update sallyport_counters set failures = 99, not_before = 0")
	c.call(t, http.StatusUnauthorized, "POST", "/login/response", login, wrong)
	c.call(t, http.StatusLocked, "POST", "/login/response", login, wrong)
	e.box.await(t, o.email, mailLocked, 1)

	e.execute(t, "insert into sallyport_counters (counter_key, failures, not_before, updated_at) select 'password:' || id || ':', 20, 0, "+
		"cast(strftime('%s') as integer) * 1000 from sallyport_accounts where username = '"+o.name+"' on conflict do update set failures = 20, not_before = 0")
	got, err := c.send("POST", "/login", "", nil, object{"login": o.name, "password": o.password})
	ok(t, err)
	in, err := c.send("POST", "/login/response", "", map[string]string{loginCookie: got.cookie(loginCookie)}, respond("recovery_code", o.takeRecovery(t)))
	ok(t, err)
	if in.status != http.StatusCreated {
		t.Fatalf("signing in with a recovery code: %v", in)
	}
	e.box.await(t, o.email, mailAfterFailures, 1)

	next := e.newGuarded(t)
	next.trustBrowser(t, c)
	e.box.await(t, next.email, mailNewBrowser, 1)
	c.call(t, http.StatusNoContent, "PUT", "/password", next.session, object{"current": next.password, "new": "another staple, battery"})
	e.box.await(t, next.email, mailPasswordSet, 1)
	c.call(t, http.StatusNoContent, "DELETE", "/authenticators/"+next.appID, next.session, nil)
	e.box.await(t, next.email, mailUnbound, 1)
	email, l := next.change(t, e)
	c.call(t, http.StatusNoContent, "POST", "/email/confirm", next.session, object{"token": l.token})
	told := e.box.await(t, next.email, mailChanged, 1)
	if !strings.Contains(told.text, email) {
		t.Errorf("the old address is not told of the new one:\n%s", told.text)
	}
	for _, subject := range []string{mailFailing, mailLocked, mailAfterFailures} {
		if n := len(e.box.letters(t, o.email, subject)); n != 1 {
			t.Errorf("%q came %d times", subject, n)
		}
	}
	if n := len(e.box.letters(t, email, mailChanged)); n > 0 {
		t.Error("the link that undoes a change went to the new address")
	}
}

// H06: of two changes that are asked for at once, to an address of one's own and to somebody else's, the message to
// the own one confirms that, and never the other.
func TestRaceTwoChangesOfAddress(t *testing.T) {
	inEstates(t, func(t *testing.T, e *estate) {
		for range max(3, rounds(t)/3) {
			o := e.newOwner(t)
			own, victim := "own."+o.email, "victim."+o.email
			_, n := volley(t, crowdOf(e.cs, 4, func(i int) shot {
				return shot{method: "PUT", path: "/email", token: o.session, body: object{"email": []string{own, victim}[i%2]}}
			}))
			if n["202"] != 4 {
				t.Fatalf("asking for two addresses: %v", n)
			}
			e.cs[0].call(t, http.StatusAccepted, "PUT", "/email", o.session, object{"email": victim}) // and once more, the last of all
			e.box.await(t, victim, mailConfirmNew, 1)
			for _, l := range e.box.letters(t, own, mailConfirmNew) {
				for _, token := range []string{l.token, l.code} {
					got, err := e.cs[0].try("POST", "/email/confirm", o.session, object{"token": token})
					if ok(t, err); got.status != http.StatusNoContent && got.status != http.StatusUnauthorized {
						t.Errorf("confirming: %v", got)
					}
				}
			}
			if a := e.admin(t, "account", "show", o.name); a["email"] == victim {
				t.Fatalf("the message to %s confirmed %s: %v", own, victim, a)
			}
		}
	})
}
