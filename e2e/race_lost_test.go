package e2e

import (
	"fmt"
	"net/http"
	"testing"
)

// raceAskReset asks with one login: there is one reset, and one message.
func raceAskReset(t *testing.T, e *estate) trial {
	o := e.newGuarded(t)
	login := o.logins(t, e.cs, 1)[0]
	shots := crowdOf(e.cs, crowd, func(int) shot { return shot{method: "POST", path: "/login/reset", token: login} })
	replies, n := volley(t, shots)
	t.Logf("all ask for it: %v", n)
	due := map[string]int{}
	for _, r := range replies {
		if r.status == http.StatusAccepted {
			due[r.body.text("due_at")]++
		}
	}
	if len(due) != 1 {
		t.Errorf("it is due at %v", due)
	}
	cancel := e.box.await(t, o.email, mailResetAsked, 1)
	if n := len(e.box.letters(t, o.email, mailResetAsked)); n != 1 {
		t.Errorf("the owner was told %d times", n)
	}
	return cancelling(t, e, o, cancel)
}

func raceCancel(t *testing.T, e *estate) trial {
	o := e.newGuarded(t)
	e.cs[0].call(t, http.StatusAccepted, "POST", "/login/reset", o.logins(t, e.cs, 1)[0], nil)
	return cancelling(t, e, o, e.box.await(t, o.email, mailResetAsked, 1))
}

func cancelling(t *testing.T, e *estate, o *owner, l letter) trial {
	return trial{crowdOf(e.cs, crowd, func(int) shot {
		return shot{method: "POST", path: "/reset/cancel", body: object{"token": l.token}}
	}), http.StatusNoContent, func(t *testing.T, _ shot, _ reply) {
		e.box.await(t, o.email, mailResetCanceled, 1)
		if n := len(e.box.letters(t, o.email, mailResetCanceled)); n != 1 {
			t.Errorf("the owner was told %d times", n)
		}
		in := e.cs[0].call(t, http.StatusOK, "GET", "/session", o.session, nil)
		if due := in["session"].(map[string]any)["reset_due"]; due != nil {
			t.Errorf("the reset is due at %v", due)
		}
	}}
}

// raceBindAnew: with one link many logins may set up an authenticator. One gets it.
func raceBindAnew(t *testing.T, e *estate) trial {
	o := e.newGuarded(t)
	e.admin(t, "account", "reset-authenticators", o.name, "--reason", "lost phone")
	link := e.box.await(t, o.email, mailReleased, 1)
	if link.path != "/recover/link" {
		t.Fatalf("the link leads to %q", link.path)
	}
	seats := make([]shot, 16)
	for i := range seats {
		c := e.cs[i%len(e.cs)]
		in := c.call(t, http.StatusAccepted, "POST", "/login", "",
			object{"login": o.name, "password": o.password, "transport": "bearer", "link": link.token})
		if in.text("status") != "must_bind" {
			t.Fatalf("with the link: %v", in)
		}
		b := c.call(t, http.StatusCreated, "POST", "/login/authenticators", in.text("token"), object{"kind": "totp"})
		app := &codeApp{secret: b.text("secret")}
		seats[i] = shot{
			method: "POST", path: "/login/authenticators/" + b.text("id") + "/confirm", token: in.text("token"),
			body: object{"response": app.at(t, present())},
		}
	}
	return trial{crowdOf(e.cs, crowd, func(i int) shot { return seats[i%len(seats)] }), http.StatusCreated,
		func(t *testing.T, _ shot, in reply) {
			session := in.body.text("token")
			if n := len(in.body["recovery_codes"].([]any)); n != 10 {
				t.Errorf("%d recovery codes", n)
			}
			bound := e.cs[0].call(t, http.StatusOK, "GET", "/authenticators", session, nil)["authenticators"].([]any)
			if n := sessions(t, e.cs[0], session); len(bound) != 1 || n != 1 {
				t.Errorf("%d authenticators and %d sessions", len(bound), n)
			}
			late := object{"login": o.name, "password": o.password, "transport": "bearer", "link": link.token}
			if again, err := e.cs[0].try("POST", "/login", "", late); err != nil || again.body.text("status") == "must_bind" {
				t.Errorf("the link once more: %v, %v", again, err)
			}
		}}
}

func raceRescue(t *testing.T, e *estate) trial {
	o := e.newGuarded(t)
	login := o.logins(t, e.cs, 1)[0]
	e.cs[0].call(t, http.StatusAccepted, "POST", "/login/challenge", login, object{"authenticator": "email"})
	code := e.box.await(t, o.email, mailRescue, 1).code
	before := sessions(t, e.cs[0], o.session)
	return trial{crowdOf(e.cs, crowd, func(int) shot {
		return shot{method: "POST", path: "/login/response", token: login, body: respond("email", code)}
	}), http.StatusCreated, func(t *testing.T, _ shot, _ reply) {
		if after := sessions(t, e.cs[0], o.session); after != before+1 {
			t.Errorf("%d sessions before, %d after one code", before, after)
		}
	}}
}

// raceConfirmAction: one code confirms one payment, however many are asked for with it.
func raceConfirmAction(t *testing.T, e *estate) trial {
	o := e.newGuarded(t)
	code := o.app.next(t)
	return trial{crowdOf(e.cs, crowd, func(i int) shot {
		body := respond("totp", code)
		body["action"] = fmt.Sprintf("send %d EUR", i)
		return shot{method: "POST", path: "/session/confirmations", token: o.session, body: body}
	}), http.StatusCreated, func(t *testing.T, _ shot, _ reply) {
		if n := o.events(t, e.cs[0], o.session, "action.confirmed"); n != 1 {
			t.Errorf("%d actions were confirmed", n)
		}
	}}
}

// raceRedeem: half of them try to pay somebody else.
func raceRedeem(t *testing.T, e *estate) trial {
	o := e.newGuarded(t)
	const action = "send 10 EUR to Bo"
	body := respond("totp", o.app.next(t))
	body["action"] = action
	confirmed := e.cs[0].call(t, http.StatusCreated, "POST", "/session/confirmations", o.session, body)
	return trial{crowdOf(e.cs, crowd, func(i int) shot {
		paid := action
		if i%2 == 1 {
			paid = "send 10 EUR to Eve"
		}
		return shot{method: "POST", path: "/session/confirmations/redeem", token: o.session,
			body: object{"action": paid, "confirmation": confirmed.text("confirmation")}}
	}), http.StatusNoContent, func(t *testing.T, won shot, _ reply) {
		if won.body["action"] != action {
			t.Errorf("%q was paid with a confirmation of %q", won.body["action"], action)
		}
	}}
}
