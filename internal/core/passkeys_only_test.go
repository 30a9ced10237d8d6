package core_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/factor/webauthn"
)

// shut marks p's account as one for passkeys only, and holds what is said beforehand to what happens.
func (w *world) shut(p *person, e core.Elevated) error {
	w.t.Helper()
	may := w.MayTakePasskeysOnly(w.ctx, e)
	err := w.SetPasskeysOnly(w.ctx, p.holding(), e, true)
	if (may == nil) != (err == nil) || may != nil && may.Error() != err.Error() {
		w.t.Errorf("beforehand %v, then %v", may, err)
	}
	return err
}

// An account is shut to all but passkeys only by who used one just now: it may have some that answer no more.
func TestPasskeysOnlyNeedsOneThatWorks(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPasskeys()
	phone, p := newPhone(), w.enrol("ann")
	refused := func(what string) {
		t.Helper()
		if err := w.shut(p, p.elevated()); !core.IsCode(err, core.CodeWrongState) {
			t.Errorf("%s: %v", what, err)
		}
	}
	refused("none")
	p.addPasskey(phone)
	refused("made, and never used")
	_, err := w.alone(w.Machine, phone)
	w.check(err)
	refused("used before the code")
	w.elevatedWith(p, phone)
	w.passkeysOf("https://elsewhere.example", false)
	refused("public_url moved")
	w.passkeysOf(passkeyOrigin, true)
	refused("synced ones are refused since")
	w.withPasskeys()
	w.check(w.shut(p, w.elevatedWith(p, phone)))
}

// A code that proved the session anew is not undone by a passkey of somebody else.
func TestPasskeysOnlyNeedsOnesOwn(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPasskeys()
	phone, theirs, p, q := newPhone(), newPhone(), w.enrol("ann"), w.enrol("bob")
	p.addPasskey(phone)
	q.addPasskey(theirs)
	e := p.elevated()
	_, err := w.alone(w.Machine, theirs)
	w.check(err)
	if err := w.shut(p, e); !core.IsCode(err, core.CodeWrongState) {
		t.Errorf("with another's: %v", err)
	}
	w.clock.Add(time.Second)
	_, err = w.alone(w.Machine, phone) // in another browser, since
	w.check(err)
	w.check(w.shut(p, e))
}

// passkeysOf restarts with other settings.
func (w *world) passkeysOf(origin string, deviceBound bool) {
	w.t.Helper()
	public, err := url.Parse(origin)
	w.check(err)
	w.cfg.Passkeys, err = webauthn.New(webauthn.Config{Public: public, Issuer: "Test", DeviceBound: deviceBound})
	w.check(err)
	w.Machine = w.restart()
}

// What nobody named has the name of what made it, else of the browser, where that is one that can be shown.
func TestPasskeyIsNamed(t *testing.T) {
	google := [16]byte{0xea, 0x9b, 0x8d, 0x66, 0x4d, 0x01, 0x1d, 0x21, 0x3c, 0xe4, 0xb6, 0xb4, 0x8c, 0xb5, 0x75, 0xd4}
	for _, c := range []struct {
		typed, shown string
		model        [16]byte
		want         string
	}{
		{"", "", [16]byte{}, ""},
		{"", "Chromium on Linux", [16]byte{}, "Chromium on Linux"},
		{"", "Chromium on Linux", google, "Google Password Manager"},
		{"Ana's", "Chromium on Linux", google, "Ana's"},
		{"", "  ", [16]byte{}, ""},
		{"", "Evil\x1b[2J on Linux", [16]byte{}, ""},
		{"", "Evil\u202e on Linux", [16]byte{}, ""},
		{"", "\xff on Linux", [16]byte{}, ""},
		{"", strings.Repeat("x", 65), [16]byte{}, ""},
	} {
		w := newWorld(t, core.PolicyOptional).withPasskeys()
		phone, p := newPhone(), w.enrol("ann")
		phone.AAGUID = c.model
		e := p.elevated()
		b, err := w.Bind(w.ctx, p.holding(), e, core.NewAuthenticator{Kind: core.KindWebAuthn, Label: c.typed})
		w.check(err)
		made, err := phone.Create(b.Options)
		w.check(err)
		with := p.holding()
		with.Shown = c.shown
		bound, err := w.Confirm(w.ctx, with, e, b.ID, made)
		w.check(err)
		if got := bound.Authenticator.Label; got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}
