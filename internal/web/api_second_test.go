package web_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// answerWith is a new login of p and its second step.
func (w *world) answerWith(p *person, kind, response string) (*client, answer) {
	w.t.Helper()
	c := w.browser()
	c.give(p).want(c, 202)
	return c, c.send("POST", "/login/response", values{"kind": kind, "response": response})
}

// A code works once, on every route, and nothing before it either.
func TestUsedCode(t *testing.T) {
	w := newWorld(t, setup{})
	c, p := w.owner()
	used, before := p.code(), p.codeAt(-30*time.Second)
	in, a := w.answerWith(p, "totp", used)
	a.want(in, 201)
	for _, code := range []string{used, before} {
		b, a := w.answerWith(p, "totp", code)
		a.problem(b, 401, "already_used")
		if wait := a.get("retry_after"); wait == nil || wait.(float64) > 30 || a.header.Get("Retry-After") != fmt.Sprint(wait) {
			t.Errorf("retry_after %v, Retry-After %q", wait, a.header.Get("Retry-After"))
		}
		c.send("POST", "/session/elevate", values{"kind": "totp", "response": code}).problem(c, 401, "already_used")
	}
	// None of that counted as a failure: three wrong codes still go without a delay.
	for range 3 {
		b, a := w.answerWith(p, "totp", p.wrongCode())
		a.problem(b, 401, "wrong")
	}
}

// However a code is typed, it is one code.
func TestCodesAreReadAsTheyAreTyped(t *testing.T) {
	w := newWorld(t, setup{})
	_, p := w.owner()
	for _, spelled := range []string{"%s %s", " %s%s ", "%s-%s", "wide"} {
		code := p.code()
		typed := fmt.Sprintf(spelled, code[:3], code[3:])
		if spelled == "wide" {
			typed = strings.Map(func(r rune) rune { return r - '0' + '０' }, code)
		}
		c, a := w.answerWith(p, "totp", typed)
		a.want(c, 201)
		c, a = w.answerWith(p, "totp", code)
		a.problem(c, 401, "already_used")
	}
	for _, spelled := range []string{"", "12345", "1234567", "1.2e5", "-12345", strings.Repeat("1", 10000)} {
		c, a := w.answerWith(p, "totp", spelled)
		if a.problem(c, 422, "invalid").get("field") != "response" {
			t.Errorf("%q: %s", spelled, a.body)
		}
	}
	c, a := w.answerWith(p, "totp", p.code()) // and none of them counted
	a.want(c, 201)
}

func TestDriftIsToldOnceAMinute(t *testing.T) {
	w := newWorld(t, setup{})
	_, p := w.owner()
	w.clock.Advance(10 * time.Minute)
	for _, minutes := range []int{-4, 3} {
		off := time.Duration(minutes) * time.Minute
		c, a := w.answerWith(p, "totp", p.codeAt(off))
		a.problem(c, 401, "clock_drift")
		if got := a.get("drift_seconds"); got != off.Seconds() {
			t.Errorf("drift_seconds %v, want %v", got, off.Seconds())
		}
		w.clock.Advance(40 * time.Second) // past the delays of this many failures
		c, a = w.answerWith(p, "totp", p.codeAt(off))
		a.problem(c, 401, "wrong")
		if a.get("drift_seconds") != nil {
			t.Errorf("%s", a.body)
		}
		w.clock.Advance(time.Minute)
	}
}

// F01, F02, F05: delays, and at 100 the end; new logins don't start anew, and a password that is right
// is no way round. The recovery codes have a counter of their own.
func TestSecondFactorLocksAtAHundred(t *testing.T) {
	w := newWorld(t, setup{})
	_, p := w.owner()
	for n := 1; n <= 100; n++ {
		c, a := w.answerWith(p, "totp", p.wrongCode())
		a.problem(c, 401, "wrong")
		if n >= 3 {
			p.lastStep = 0
			_, a = w.answerWith(p, "totp", p.unusedCode())
			if n < 100 && (a.status != 429 || a.header.Get("Retry-After") == "") {
				t.Fatalf("after %d failures a right code is answered %d %s", n, a.status, a.body)
			}
		}
		w.clock.Advance(time.Hour)
	}
	for range 3 {
		c, a := w.answerWith(p, "totp", p.unusedCode())
		a.problem(c, 423, "locked")
		w.clock.Advance(90 * 24 * time.Hour)
	}
	c := w.browser()
	if a := c.give(p).want(c, 202); a.get("offer", 0, "kind") != "recovery_code" || a.get("offer", 1) != nil {
		t.Errorf("offered: %s", a.body)
	}
	stranger := w.browser()
	stranger.send("POST", "/login", values{"login": p.name, "password": "wrong"}).problem(stranger, 401, "wrong")
	c.send("POST", "/login/response", values{"kind": "recovery_code", "response": p.codes[0]}).want(c, 201)
	if a := c.send("GET", "/authenticators", nil); a.get("authenticators", 0, "usable") != false {
		t.Errorf("%s", a.body)
	}
}

func TestRecoveryCodes(t *testing.T) {
	w := newWorld(t, setup{})
	c, p := w.owner()
	if a := c.send("GET", "/recovery-codes", nil).want(c, 200); a.get("remaining") != 10.0 {
		t.Errorf("%s", a.body)
	}
	in, a := w.answerWith(p, "recovery_code", strings.ToLower(strings.ReplaceAll(p.codes[0], "-", " ")))
	if a.want(in, 201).get("session", "aal") != 2.0 || a.get("recovery_codes") != nil {
		t.Errorf("%s", a.body)
	}
	if a := in.send("GET", "/recovery-codes", nil); a.get("remaining") != 9.0 {
		t.Errorf("%s", a.body)
	}
	b, a := w.answerWith(p, "recovery_code", p.codes[0])
	if a.problem(b, 401, "already_used").get("retry_after") != nil {
		t.Errorf("waiting makes no recovery code good again: %s", a.body)
	}
	in.elevate(p)
	older := p.codes
	renewed := in.send("POST", "/recovery-codes", nil).want(in, 201)
	p.bound(renewed, p.authenticator)
	b, replaced := w.answerWith(p, "recovery_code", older[1])
	replaced.problem(b, 401, "wrong")
	b, never := w.answerWith(p, "recovery_code", "0000-0000-0000-0000")
	never.problem(b, 401, "wrong")
	if replaced.get("detail") == never.get("detail") {
		t.Error("a code of an older set is not told from one that never was")
	}
	b, a = w.answerWith(p, "recovery_code", "0000")
	a.problem(b, 422, "invalid")
	b, a = w.answerWith(p, "recovery_code", p.codes[9])
	a.want(b, 201)
}

// C04, C06: bound to one account; there are none without an authenticator, and they go with the last one.
func TestRecoveryCodesBelongToAnAccount(t *testing.T) {
	w := newWorld(t, setup{})
	_, p := w.owner()
	c, q := w.owner()
	b, a := w.answerWith(q, "recovery_code", p.codes[0])
	a.problem(b, 401, "wrong")
	b, a = w.answerWith(p, "recovery_code", p.codes[0])
	a.want(b, 201)

	c.elevate(q)
	c.send("DELETE", "/authenticators/"+q.authenticator, nil).want(c, 204)
	if a := c.send("GET", "/recovery-codes", nil).want(c, 200); a.get("remaining") != 0.0 || a.get("created_at") != nil {
		t.Errorf("%s", a.body)
	}
	c.send("POST", "/recovery-codes", nil).problem(c, 409, "wrong_state")
	c.send("POST", "/session/elevate", values{"kind": "recovery_code", "response": q.codes[0]}).problem(c, 401, "wrong")
}

func TestLoginAnswersOfTheWrongKind(t *testing.T) {
	w := newWorld(t, setup{})
	_, p := w.owner()
	tests := []struct {
		name        string
		body        values
		status      int
		code, field any
	}{
		{"no kind", values{"response": "123456"}, 422, "invalid", "kind"},
		{"no response", values{"kind": "totp"}, 422, "invalid", "response"},
		{"a kind that is none", values{"kind": "fax", "response": "123456"}, 422, "invalid", "kind"},
		{"the password again", values{"kind": "password", "response": p.password}, 409, "wrong_state", nil},
		{"somebody else's authenticator", values{"kind": "totp", "response": "123456", "authenticator": "AAAA"}, 404, "not_found", "authenticator"},
		{"an id of 10,000", values{"kind": "totp", "response": "123456", "authenticator": strings.Repeat("A", 10000)}, 404, "not_found", "authenticator"},
	}
	c := w.browser()
	c.give(p).want(c, 202)
	for _, test := range tests {
		a := c.send("POST", "/login/response", test.body)
		if a.status != test.status || a.get("code") != test.code || a.get("field") != test.field {
			t.Errorf("%s: %d %s", test.name, a.status, a.body)
		}
	}
	c.send("POST", "/login/response", values{"kind": "totp", "response": p.code(), "authenticator": p.authenticator}).want(c, 201)
}
