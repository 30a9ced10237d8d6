package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// trial is one thing that is good once, with everybody who tries to use it.
type trial struct {
	shots []shot
	won   int                                     // the status of the one who does
	then  func(t *testing.T, won shot, got reply) // what has to be so then, besides; or nil
}

// single is a kind of thing that is good once.
type single struct {
	name string
	make func(t *testing.T, e *estate) trial
}

// TestRaceSingleUse lets 256 requests at a time use one thing of each kind: it serves exactly one of them (C05, C09).
func TestRaceSingleUse(t *testing.T) {
	kinds := []single{ // bootstrap comes first: it needs an estate without accounts
		{"bootstrap link", raceBootstrap},
		{"invitation", raceInvitation},
		{"username", raceUsername},
		{"reset link and code", raceReset},
		{"confirmation of an address", raceConfirmation},
		{"one address, two accounts", raceTwoAccounts},
		{"confirmation of a changed address", raceChange},
		{"undo link", raceUndo},
		{"request for a reset", raceAskReset},
		{"link that cancels a reset", raceCancel},
		{"link to bind anew", raceBindAnew},
		{"rescue code", raceRescue},
		{"one code for many actions", raceConfirmAction},
		{"confirmation of an action", raceRedeem},
		{"removal of an authenticator", raceRemoval},
		{"deletion of an account", raceDeletion},
	}
	inEstates(t, func(t *testing.T, e *estate) {
		for _, kind := range kinds {
			t.Run(kind.name, func(t *testing.T) {
				for round := range singleRounds(t, kind.name) {
					one := kind.make(t, e)
					replies, n := volley(t, one.shots)
					t.Logf("round %d: %v", round, n)
					won := theOne(t, replies, n, one.won)
					if one.then != nil {
						one.then(t, one.shots[won], replies[won])
					}
				}
			})
		}
	}, "--rescue-code", "email")
}

// singleRounds is fewer than other races have: each has accounts and messages of its own. There is one first start.
func singleRounds(t *testing.T, kind string) int {
	if strings.HasPrefix(kind, "bootstrap") {
		return 1
	}
	return max(1, rounds(t)/10)
}

// raceReset brings the link and the code of one message together: they are one ticket.
func raceReset(t *testing.T, e *estate) trial {
	o := e.newOwner(t)
	l := o.forgot(t, e)
	shots := crowdOf(e.cs, crowd, func(i int) shot {
		body := object{"token": l.token, "password": fmt.Sprintf("my staple %d, battery", i)}
		if i%2 == 1 {
			body["token"], body["login"] = l.code, o.email
		}
		return shot{method: "POST", path: "/recovery/reset", body: body}
	})
	return trial{shots, http.StatusNoContent, func(t *testing.T, won shot, _ reply) {
		if got := o.signIn(t, e.cs[0], o.password); got.status != http.StatusUnauthorized {
			t.Errorf("with the password of before: %v", got)
		}
		in := o.signIn(t, e.cs[0], won.body["password"].(string))
		if in.status != http.StatusCreated {
			t.Fatalf("with the password that was acknowledged: %v", in)
		}
		if n := o.events(t, e.cs[0], in.body.text("token"), "password.reset"); n != 1 {
			t.Errorf("%d resets are among the events", n)
		}
		e.box.await(t, o.email, mailResetDone, 1)
		if n := len(e.box.letters(t, o.email, mailResetDone)); n != 1 {
			t.Errorf("the owner was told %d times", n)
		}
		e.cs[0].call(t, http.StatusUnauthorized, "GET", "/session", o.session, nil)
	}}
}

// raceConfirmation is of the address that was given at registration.
func raceConfirmation(t *testing.T, e *estate) trial {
	o := e.newUnconfirmed(t)
	l := e.box.await(t, o.email, mailConfirm, 1)
	return trial{confirmations(e, o, l), http.StatusNoContent, func(t *testing.T, _ shot, _ reply) {
		o.mustHave(t, e, o.email)
	}}
}

// confirmations use the link and the code of one message. Those that lose have a session that goes on.
func confirmations(e *estate, o *owner, l letter) []shot {
	return crowdOf(e.cs, crowd, func(i int) shot {
		one := shot{method: "POST", path: "/email/confirm", token: o.session, body: object{"token": l.token}}
		if i%2 == 1 {
			one.body["token"] = l.code
		}
		return one
	})
}

// mustHave says that the owner's session lives, and has the address confirmed.
func (o *owner) mustHave(t *testing.T, e *estate, email string) {
	t.Helper()
	in := e.cs[0].call(t, http.StatusOK, "GET", "/session", o.session, nil)
	account := in["session"].(map[string]any)["account"].(map[string]any)
	if account["email"] != email || account["email_confirmed"] != true {
		t.Errorf("the account is %v, want %s confirmed", account, email)
	}
}

// raceTwoAccounts: both have asked to confirm one address, and both messages are with its owner.
func raceTwoAccounts(t *testing.T, e *estate) trial {
	a := e.newUnconfirmed(t)
	first := e.box.await(t, a.email, mailConfirm, 1)
	b := e.register(t, a.name+"b", a.email)
	second := e.box.await(t, a.email, mailConfirm, 2)
	shots := crowdOf(e.cs, crowd, func(i int) shot {
		one := shot{method: "POST", path: "/email/confirm", token: a.session, body: object{"token": first.token}}
		if i%2 == 1 {
			one.token, one.body = b.session, object{"token": second.token}
		}
		return one
	})
	return trial{shots, http.StatusNoContent, func(t *testing.T, won shot, _ reply) {
		confirmed := 0
		for _, o := range []*owner{a, b} {
			in := e.admin(t, "account", "show", o.name)
			if in["email_confirmed"] == true {
				confirmed++
			}
			if (won.token == o.session) != (in["email_confirmed"] == true) {
				t.Errorf("%s: %v, and the one who was told so is another", o.name, in)
			}
		}
		if confirmed != 1 {
			t.Errorf("%d accounts have the address confirmed", confirmed)
		}
	}}
}

// change asks for another address, and reads the message that goes there.
func (o *owner) change(t *testing.T, e *estate) (email string, l letter) {
	t.Helper()
	email = "new." + o.email
	e.cs[0].call(t, http.StatusAccepted, "PUT", "/email", o.session, object{"email": email})
	return email, e.box.await(t, email, mailConfirmNew, 1)
}

func raceChange(t *testing.T, e *estate) trial {
	o := e.newOwner(t)
	email, l := o.change(t, e)
	return trial{confirmations(e, o, l), http.StatusNoContent, func(t *testing.T, _ shot, _ reply) {
		o.mustHave(t, e, email)
		e.box.await(t, o.email, mailChanged, 1)
		if n := len(e.box.letters(t, o.email, mailChanged)); n != 1 {
			t.Errorf("%d links that undo it went to the old address", n)
		}
	}}
}

func raceUndo(t *testing.T, e *estate) trial {
	o := e.newOwner(t)
	_, l := o.change(t, e)
	e.cs[0].call(t, http.StatusNoContent, "POST", "/email/confirm", o.session, object{"token": l.token})
	undo := e.box.await(t, o.email, mailChanged, 1)
	shots := crowdOf(e.cs, crowd, func(int) shot {
		return shot{method: "POST", path: "/email/undo", body: object{"token": undo.token}}
	})
	return trial{shots, http.StatusNoContent, func(t *testing.T, _ shot, _ reply) {
		e.cs[0].call(t, http.StatusUnauthorized, "GET", "/session", o.session, nil)
		if a := e.admin(t, "account", "show", o.name); a["email"] != o.email {
			t.Errorf("the account is %v, want the address of before", a)
		}
	}}
}
