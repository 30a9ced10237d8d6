package letter_test

import (
	"flag"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/catalogue"
	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/letter"
)

var update = flag.Bool("update", false, "write what is expected anew")

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// all is read once.
var all = sync.OnceValues(catalogue.Load)

func texts(t testing.TB) *catalogue.Set {
	t.Helper()
	c, err := all()
	must(t, err)
	return c
}

func writer(t testing.TB, public, issuer string) *letter.Writer {
	t.Helper()
	return writerIn(t, texts(t), public, issuer)
}

func writerIn(t testing.TB, set *catalogue.Set, public, issuer string) *letter.Writer {
	t.Helper()
	u, err := url.Parse(public)
	must(t, err)
	w, err := letter.New(set, u, issuer)
	must(t, err)
	return w
}

const (
	firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
	query   = "?token=YEAqDmBCq_Kx-2ZVvVxT8aLhHkq3h1mXZ7rIYbWkQ0E"
)

var at = time.Date(2026, 3, 3, 15, 5, 42, 7, time.FixedZone("", 3600))

// message is one as core posts it.
func message(kind core.MessageKind, change func(*core.Message)) core.Message {
	m := core.Message{
		Kind: kind, Account: "0198", To: "ann@example.com", Name: "ann", At: at,
		Address: "203.0.113.7", UserAgent: firefox, ExpiresAt: at.Add(72 * time.Hour),
	}
	if change != nil {
		change(&m)
	}
	return m
}

func linked(path string, lifetime time.Duration) func(*core.Message) {
	return func(m *core.Message) { m.Link, m.ExpiresAt = path+query, at.Add(lifetime) }
}

func coded(path string, lifetime time.Duration) func(*core.Message) {
	return func(m *core.Message) {
		linked(path, lifetime)(m)
		m.Code = "8K3M-Q0ZT-5WXA-7RNE"
	}
}

func cancellable(reason string) func(*core.Message) {
	return func(m *core.Message) {
		linked("/recover/cancel", 72*time.Hour)(m)
		m.Args = map[string]string{"due": m.ExpiresAt.UTC().Format(time.RFC3339), "reason": reason}
	}
}

func byNobody(m *core.Message) { m.Address, m.UserAgent = "", "" }

// messages are one of each wording, by the name of its file.
func messages() map[string]core.Message {
	out := map[string]core.Message{}
	for _, kind := range core.MessageKinds() {
		out[string(kind)] = message(kind, changes()[kind])
	}
	out["reset_ordered_later"] = message(core.MailResetOrdered, cancellable("Phone lost, passport seen by Bo"))
	for name, address := range map[string]string{"help_no_address": core.AddressNone, "help_unconfirmed": core.AddressUnconfirmed} {
		m := message(core.MailHelp, changes()[core.MailHelp])
		m.Args = map[string]string{"address": address}
		out[name] = m
	}
	out["not_me_open"] = message(core.MailNotMe, nil)
	out["address_changed_unproved"] = message(core.MailAddressChanged, nil)
	out["invitation_account"] = message(core.MailInvitation, func(m *core.Message) {
		linked("/recover/reset", 24*time.Hour)(m)
		byNobody(m)
	})
	return out
}

// changes are what the messages of a kind have besides what all have.
func changes() map[core.MessageKind]func(*core.Message) {
	return map[core.MessageKind]func(*core.Message){
		core.MailBound: func(m *core.Message) { m.Args = map[string]string{"label": "Phone"} },
		core.MailUnbound: func(m *core.Message) {
			m.Args, m.Address = map[string]string{"label": "Phone"}, "2001:db8:1:2::/64"
		},
		core.MailRecoveryCodeUsed: func(m *core.Message) { m.Args = map[string]string{"left": "9"} },
		core.MailConfirmAddress:   coded("/verify-email", 24*time.Hour),
		core.MailChangeAddress: func(m *core.Message) {
			coded("/verify-email", 24*time.Hour)(m)
			m.Args = map[string]string{"epoch": "3", "key": "ann.new@example.net"}
		},
		core.MailResetPassword: coded("/recover/reset", time.Hour),
		core.MailSignIn:        coded("/login/mailed", 10*time.Minute),
		core.MailPasswordExposed: func(m *core.Message) {
			coded("/recover/reset", time.Hour)(m)
			m.Args = map[string]string{"reason": "Found in a breach of another service"}
		},
		core.MailExposedToOld: func(m *core.Message) {
			m.Args = map[string]string{"reason": "Found in a breach of another service"}
		},
		core.MailPasswordRefused: coded("/recover/reset", time.Hour),
		core.MailNotMe:           coded("/recover/reset", time.Hour),
		core.MailNewClient:       func(m *core.Message) { m.UserAgent = "curl/8.14.1" },
		core.MailNoAccount:       func(m *core.Message) { m.Account, m.Name = "", "" },
		core.MailAddressChanged: func(m *core.Message) {
			linked("/account/email/undo", 72*time.Hour)(m)
			m.Args = map[string]string{"new": "ann.new@example.net"}
		},
		core.MailResetOrdered: func(m *core.Message) { m.Args = map[string]string{"reason": "Phone lost, passport seen by Bo"} },
		core.MailResetAsked:   cancellable(""),
		core.MailResetHalfway: func(m *core.Message) { cancellable("")(m); byNobody(m) },
		core.MailResetDone: func(m *core.Message) {
			linked("/recover/link", 24*time.Hour)(m)
			m.Args = map[string]string{"reason": strings.Repeat("Phone lost, passport seen by Bo. ", 5)}
		},
		core.MailReminder: func(m *core.Message) {
			byNobody(m)
			m.Link, m.ExpiresAt = "/account/authenticators/new", at.AddDate(0, 0, 7)
			m.Args = map[string]string{"from": "2026-03-10T00:00:00Z", "days": "7"}
		},
		core.MailInvitation: func(m *core.Message) { linked("/register", 7*24*time.Hour)(m); m.Account, m.Name = "", "" },
		core.MailRescueCode: func(m *core.Message) { m.Code, m.ExpiresAt = "8K3M-Q0ZT-5WXA-7RNE", at.Add(10*time.Minute) },
		core.MailCode:       func(m *core.Message) { m.Code, m.ExpiresAt = "012345", at.Add(10*time.Minute) },
		core.MailDeleted:    byNobody,
		core.MailDisabled:   func(m *core.Message) { byNobody(m); m.Args = map[string]string{"reason": "asked for by phone"} },
		core.MailEnabled:    byNobody,
		core.MailHelp:       func(m *core.Message) { m.To = "support@example.org" },
	}
}
