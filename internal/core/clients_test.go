package core_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// tellsOf signs in from each client, and says whether the owner was told.
func (p *person) tellsOf(clients ...core.Client) (told []bool) {
	p.w.t.Helper()
	for _, from := range clients {
		c := caller
		c.Address, c.UserAgent = from.Address, from.UserAgent
		p.w.clock.Add(30 * time.Second)
		_, err := p.w.Answer(p.w.ctx, c, p.begin(), core.Response{Kind: core.KindTOTP, Value: p.code()})
		p.w.check(err)
		sent := p.w.post()
		if len(sent) > 1 || (len(sent) == 1 && sent[0].Kind != core.MailNewClient) {
			p.w.t.Errorf("%+v", sent)
		}
		told = append(told, len(sent) == 1)
	}
	return told
}

// Clients without cookies are told apart by what they say they are and where they are.
func TestSignInsOfNewClientsAreTold(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	tests := []struct {
		address, agent string
		told           bool
	}{
		{"192.0.2.1", "backup/1.0 (Linux 6.1)", true},
		{"192.0.2.1", "backup/1.0 (Linux 6.1)", false},
		{"192.0.2.200", "backup/2.11 (Linux 6.12)", false}, // updated, and a new address of the same provider
		{"198.51.100.1", "backup/1.0 (Linux 6.1)", true},   // elsewhere
		{"192.0.2.1", "curl/8.14.1", true},                 // something else
		{"2001:db8:1:2::/64", "backup/1.0 (Linux 6.1)", true},
		{"2001:db8:1:3::/64", "backup/1.0 (Linux 6.1)", false},
		{"2001:db8:2:3::/64", "backup/1.0 (Linux 6.1)", true},
		{"", "", false}, // as at the registration
	}
	for _, tt := range tests {
		if told := p.tellsOf(core.Client{Address: tt.address, UserAgent: tt.agent}); told[0] != tt.told {
			t.Errorf("%s from %s: told %v", tt.agent, tt.address, told[0])
		}
	}
	for range 100 { // every minute: no flood
		w.clock.Add(30 * time.Second)
		if told := p.tellsOf(core.Client{Address: "192.0.2.1", UserAgent: "backup/1.0 (Linux 6.1)"}); told[0] {
			t.Fatal("told again")
		}
	}
}

// takenBack are the ways in which an owner, or support, takes an account back from somebody.
func takenBack() map[string]func(w *world, p *person) (password string) {
	return map[string]func(w *world, p *person) string{
		"password reset": func(w *world, p *person) string { return w.forgotten(p, newPassword) },
		"password shut": func(w *world, p *person) string {
			w.expose(p)
			in := core.Mailed{Token: linkToken(w, w.mail(core.MailPasswordExposed))}
			w.check(w.ResetPassword(w.ctx, caller, in, newPassword))
			return newPassword
		},
		"change of address undone": func(w *world, p *person) string {
			w.check(w.ChangeAddress(w.ctx, p.holding(), p.elevated(), "thief@example.org"))
			_, _, err := w.ConfirmAddress(w.ctx, p.holding(), core.Mailed{Token: linkToken(w, w.mail(core.MailChangeAddress))})
			w.check(err)
			w.check(w.UndoAddress(w.ctx, caller, core.Mailed{Token: linkToken(w, w.mail(core.MailAddressChanged))}))
			return ownersPassword
		},
	}
}

// forgotten replaces a password by mail.
func (w *world) forgotten(p *person, next string) string {
	w.t.Helper()
	w.check(w.Forgot(w.ctx, caller, p.name))
	w.check(w.ResetPassword(w.ctx, caller, core.Mailed{Token: linkToken(w, w.mail(core.MailResetPassword))}, next))
	return next
}

// in signs in with a password and a code that is new, from a client.
func (p *person) in(c core.Caller, password string) core.Session {
	p.w.t.Helper()
	p.w.clock.Add(30 * time.Second)
	s, err := p.w.SignIn(p.w.ctx, c, core.Beginning{Login: p.name}, password, core.Response{Value: p.code()})
	p.w.check(err)
	return s
}

// Who signed in before the account was taken back may have been the thief: the owner is told of the next time, once. A
// change of the password by who is signed in takes nothing back.
func TestClientsAreForgottenWhenTheAccountIsTakenBack(t *testing.T) {
	ways := takenBack()
	ways["password changed"] = func(w *world, p *person) string {
		_, err := w.ChangePassword(w.ctx, p.holding(), p.elevated(), ownersPassword, newPassword)
		w.check(err)
		return newPassword
	}
	for name, take := range ways {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, core.PolicyOptional)
			p := w.confirmed("ana")
			program, browser := caller, browser("")
			program.Address, program.UserAgent = "192.0.2.66", "curl"
			p.in(program, ownersPassword)
			browser.Known = w.KnownCookie(browser, p.in(browser, ownersPassword))
			before := browser.Known
			w.post()
			told := func(c core.Caller, password string) bool {
				s := p.in(c, password)
				if c.Transport == core.TransportCookie {
					browser.Known = w.KnownCookie(c, s)
				}
				return len(w.post()) > 0
			}
			if told(program, ownersPassword) || told(browser, ownersPassword) {
				t.Error("told of a client that was there before")
			}
			password := take(w, p)
			w.post()
			want := name != "password changed"
			if a, b := told(program, password), told(browser, password); a != want || b != want {
				t.Errorf("afterwards: told %v of the program, %v of the browser", a, b)
			}
			if told(program, password) || told(browser, password) {
				t.Error("told twice")
			}
			browser.Known = before
			if told(browser, password) != want {
				t.Error("the cookie of before is worth something")
			}
		})
	}
}

// The lane of one's own for wrong passwords goes with it: a thief's guesses are counted among those of strangers.
func TestAThiefsLaneEnds(t *testing.T) {
	ways := takenBack()
	ways["password shut, and not replaced yet"] = func(w *world, p *person) string {
		w.expose(p)
		return ownersPassword
	}
	for name, take := range ways {
		w := newWorld(t, core.PolicyOptional)
		p := w.confirmed("ana")
		thief := browser("")
		thief.Known = w.KnownCookie(thief, p.in(thief, ownersPassword))
		password := take(w, p)
		for range 3 {
			codeOf(t, p.password(squattersPassword), core.CodeWrong)
		}
		codeOf(t, p.password(squattersPassword), core.CodeThrottled)
		_, err := w.Answer(w.ctx, thief, w.Begin(thief, core.Beginning{Login: "ana"}), core.Response{Kind: core.KindPassword, Value: password})
		if !core.IsCode(err, core.CodeThrottled) {
			t.Errorf("%s: the thief's browser has a lane of its own: %v", name, err)
		}
	}
}

// Cookies from before there were generations are good for an account that nobody had to take back.
func TestKnownCookiesOfBefore(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	c := browser("")
	parts := strings.Split(w.KnownCookie(c, p.in(c, ownersPassword)), ".")
	mac, err := w.cfg.Keys.MAC(parts[0], "known_browser", []byte(parts[1]), []byte(p.session.AccountID()))
	w.check(err)
	if want := base64.RawURLEncoding.EncodeToString(mac[:16]); parts[2] != want {
		t.Errorf("%s, want %s", parts[2], want)
	}
}
