package e2e

import (
	"slices"
	"testing"
)

// contest is one question of a stranger: which of these names has an account, and of what kind? Its answers have to be
// the same in every byte, and to take the same time.
type contest struct {
	name   string
	hashes bool          // a password is compared: 30 milliseconds, instead of one or two
	tries  int           // of one name: the fourth wrong password in a row would be delayed
	then   func() []byte // a request that comes right behind and is timed instead, or nil
	sides  []side
}

// side is one kind of name.
type side struct {
	name string
	one  func(testing.TB) *person
	ask  func(*person) []byte // the request about it
}

// against makes a contest in which one request is made about several kinds of names.
func against(name string, ask func(*person) []byte, sides ...side) contest {
	for i := range sides {
		if sides[i].ask == nil {
			sides[i].ask = ask
		}
	}
	return contest{name: name, tries: 10, sides: sides}
}

// wrongPasswords is against with passwords that nobody has.
func wrongPasswords(name string, ask func(*person) []byte, sides ...side) contest {
	c := against(name, ask, sides...)
	c.hashes, c.tries = true, 3
	return c
}

// strangers is what can be asked of a server on which nobody has to confirm an address.
func (h *target) strangers() []contest {
	nobody, ordinary := side{name: "unknown", one: unknown}, side{name: "known", one: h.registered}
	unconfirmed, confirmed := side{name: "unconfirmed", one: h.registered}, side{name: "confirmed", one: h.confirmed}
	return slices.Concat([]contest{
		wrongPasswords("login by name", h.signIn(byName), nobody, ordinary),
		wrongPasswords("login by address", h.signIn(byEmail), nobody, unconfirmed, confirmed, side{name: "both", one: h.contested}),
		wrongPasswords("login by name, page", func(p *person) []byte {
			return h.form("/login", "login", p.name, "password", phrase())
		}, nobody, ordinary),
		wrongPasswords("login, second factor", h.signIn(byName),
			side{name: "without", one: h.passwordOnly}, side{name: "with", one: h.bound}),
		wrongPasswords("login, disabled", h.signIn(byName),
			side{name: "wrong password", one: h.disabled},
			side{name: "right password", one: h.disabled, ask: func(p *person) []byte { return h.login(p.name, p.password) }}),
		h.combined(),
	}, h.mailed())
}

// combined gives name, password and code at once, and the code is wrong. Whether the password is right is not told.
func (h *target) combined() contest {
	guess := func(p *person, password string) []byte {
		return h.json("/login", object{"login": p.name, "password": password, "response": "000000", "transport": "bearer"})
	}
	return wrongPasswords("login with a code", func(p *person) []byte { return guess(p, phrase()) },
		side{name: "unknown", one: unknown}, side{name: "wrong password", one: h.bound},
		side{name: "right password", one: h.bound, ask: func(p *person) []byte { return guess(p, p.password) }})
}

// mailed are the contests about what a mailbox decides.
func (h *target) mailed() []contest {
	nobody, confirmed := side{name: "unknown", one: unknown}, side{name: "confirmed", one: h.confirmed}
	disabled := side{name: "disabled", one: h.disabled}
	own := against("login by one's own address", func(p *person) []byte { return h.login(p.email(), p.password) },
		side{name: "free", one: h.registered}, side{name: "taken", one: h.contested})
	own.hashes = true
	return []contest{
		against("recovery by name", h.forgot(byName), nobody, confirmed, disabled),
		against("recovery by address", h.forgot(byEmail), nobody, confirmed, disabled),
		against("recovery by name, page", func(p *person) []byte {
			return h.form("/recover", "login", p.name)
		}, nobody, confirmed, disabled),
		against("reset, wrong code", h.reset, nobody, confirmed, side{name: "with a code", one: h.forgetful}),
		against("confirmation, wrong code", h.confirms, nobody, side{name: "without a code", one: h.confirmed},
			side{name: "with a code", one: h.registered}),
		h.registration(), own, h.afterwards(),
	}
}

// afterwards times the request behind a recovery: what comes of it is decided meanwhile.
func (h *target) afterwards() contest {
	c := against("after a recovery", h.forgot(byEmail), side{name: "unknown", one: unknown}, side{name: "confirmed", one: h.confirmed})
	c.then = func() []byte { return h.forgot(byName)(someone()) }
	return c
}

// registration gives each address that is free once: then it is not.
func (h *target) registration() contest {
	c := against("registration", h.joins,
		side{name: "free address", one: unknown, ask: func(*person) []byte { return h.joins(someone()) }},
		side{name: "taken", one: h.confirmed})
	c.hashes = true
	return c
}

// newcomers is what can be asked where an address has to be confirmed before anybody signs in.
func (h *target) newcomers() []contest {
	nobody, unverified := side{name: "unknown", one: unknown}, side{name: "unverified", one: h.registered}
	return []contest{
		wrongPasswords("login by name", h.signIn(byName), nobody, unverified),
		wrongPasswords("login by address", h.signIn(byEmail), nobody, unverified),
		h.registration(),
	}
}

func byName(p *person) string  { return p.name }
func byEmail(p *person) string { return p.email() }

func (h *target) login(login, password string) []byte {
	return h.json("/login", object{"login": login, "password": password, "transport": "bearer"})
}

// signIn gives a wrong password.
func (h *target) signIn(by func(*person) string) func(*person) []byte {
	return func(p *person) []byte { return h.login(by(p), phrase()) }
}

func (h *target) forgot(by func(*person) string) func(*person) []byte {
	return func(p *person) []byte { return h.json("/recovery", object{"login": by(p)}) }
}

// reset gives a code that was never mailed.
func (h *target) reset(p *person) []byte {
	return h.json("/recovery/reset", object{"login": p.name, "token": "0000-0000-0000-0000", "password": phrase()})
}

// confirms gives such a code for an address.
func (h *target) confirms(p *person) []byte {
	return h.json("/email/confirm", object{"login": p.name, "token": "0000-0000-0000-0000"})
}

// joins registers a new account with somebody's address.
func (h *target) joins(p *person) []byte {
	return h.json("/accounts", object{
		"username": someone().name, "email": p.email(), "password": phrase(), "transport": "bearer",
	})
}

// forgetful has asked for a new password, and a code is on its way.
func (h *target) forgetful(t testing.TB) *person {
	t.Helper()
	p := h.confirmed(t)
	h.client.call(t, 202, "POST", "/recovery", "", object{"login": p.name})
	return p
}
