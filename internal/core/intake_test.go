package core_test

import (
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	totp "github.com/sallyport/sallyport/internal/factor/otp"
	"github.com/sallyport/sallyport/internal/factor/webauthn/virtual"
	"github.com/sallyport/sallyport/otp"
	"github.com/sallyport/sallyport/otpauth"
)

// newcomer is somebody of another system, with a password and a code app.
type newcomer struct {
	core.Newcomer
	person
}

func (w *world) newcomer(name string) *newcomer {
	w.t.Helper()
	hash, err := w.cfg.Passwords.Hash(w.ctx, []byte(ownersPassword))
	w.check(err)
	secret := otp.NewSecret()
	uri, err := otpauth.Key{Account: name, Secret: secret}.RevealURI()
	w.check(err)
	n := &newcomer{person: person{w: w, name: name}, Newcomer: core.Newcomer{
		Origin: "before:" + name, Username: name, Email: name + "@example.org", EmailConfirmed: true, PasswordHash: hash,
		HasSecond: true, Authenticators: []core.Brought{{Kind: core.KindTOTP, URI: uri}},
	}}
	n.key, err = otp.NewKey(secret, otp.Options{})
	w.check(err)
	return n
}

// brought is a passkey that another system of this host had an authenticator make.
func (w *world) brought(a *virtual.Authenticator, handle string) *core.BroughtPasskey {
	w.t.Helper()
	in := core.NewPasskey{Challenge: []byte("0123456789abcdef0123456789abcdef"), Handle: []byte(handle), Account: "before"}
	options, err := w.cfg.Passkeys.Creation(in)
	w.check(err)
	response, err := a.Create(options)
	w.check(err)
	made, err := w.cfg.Passkeys.Created(in, response)
	w.check(err)
	var key struct {
		ID        []byte `json:"id"`
		PublicKey []byte `json:"public_key"`
	}
	w.check(json.Unmarshal(made.State, &key))
	return &core.BroughtPasskey{Credential: key.ID, PublicKey: key.PublicKey, SignCount: made.SignCount, Transports: []string{"internal"}}
}

func (w *world) take(n *newcomer) (core.Taken, error) {
	return w.Intake(caller).Take(w.ctx, n.Newcomer)
}

func TestIntake(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPasskeys().withCodes()
	phone := newPhone()
	n := w.newcomer("ann")
	n.Groups, n.UserHandle = []string{"staff", "Customer Support", "staff"}, []byte("ab12")
	n.Authenticators = append(n.Authenticators, core.Brought{Kind: core.KindSMS, To: "+4915123456789"},
		core.Brought{Kind: core.KindEmail, To: "ann@example.org"},
		core.Brought{Kind: core.KindWebAuthn, Label: "her phone", Passkey: w.brought(phone, "ab12")})
	n.RecoveryCodes = []string{"1a2b-3c4d-5e6f", "0000-1111-2222", "another form", "1A2B-3C4D-5E6F"}
	out, err := w.take(n)
	w.check(err)
	want := []core.Kind{core.KindTOTP, core.KindSMS, core.KindEmail, core.KindWebAuthn}
	if !slices.Equal(out.Bound, want) || out.Codes != 2 || out.Present || out.BindAnew || len(out.Left) != 2 {
		t.Errorf("%+v", out)
	}
	a, err := w.Lookup(w.ctx, "ann")
	w.check(err)
	if a.ID != out.Account || !a.EmailConfirmed || !slices.Equal(a.State.Groups, []string{"staff"}) || a.FirstOpen || a.Authenticators != 4 {
		t.Errorf("%+v", a)
	}
	// The code of the step that the account came in: the other system may have taken it.
	codeOf(t, n.answer(n.begin(), core.KindTOTP, n.code()), core.CodeAlreadyUsed)
	n.signIn()
	for code, kind := range map[string]core.Kind{"1A2B 3c4d5e6f": "", "000011112222": ""} {
		w.check(n.answer(n.begin(), kind, code))
		codeOf(t, n.answer(n.begin(), kind, code), core.CodeAlreadyUsed)
	}
	codeOf(t, n.answer(n.begin(), "", "1a2b-3c4d-5e60"), core.CodeWrong)
	s, err := w.alone(w.Machine, phone) // its answer holds the handle
	w.check(err)
	if s.AccountID() != out.Account || s.Level() != core.AAL2 {
		t.Errorf("the passkey: %s at %d", s.AccountID(), s.Level())
	}
	if events := w.events(s); events[len(events)-1].Kind != "account.imported" || events[len(events)-1].Detail != "before:ann" {
		t.Errorf("%+v", events[len(events)-1])
	}
}

// TestIntakeOnce: whoever came is left as they are, and does not rise again once deleted.
func TestIntakeOnce(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	n := w.newcomer("ann")
	first, err := w.take(n)
	w.check(err)
	blobs, present := w.blobs(), n.Newcomer
	present.Email, present.Username, present.PasswordHash, present.Groups = "new@example.org", "new", "another", []string{"admin"}
	again, err := w.Intake(caller).Take(w.ctx, present)
	w.check(err)
	if !again.Present || !again.Renamed || again.Account != first.Account || w.blobs() != blobs {
		t.Errorf("%+v", again)
	}
	for _, names := range [][2]string{{"ann@EXAMPLE.org", ""}, {"new@example.org", "Ann"}} {
		present.Email, present.Username = names[0], names[1]
		if again, err := w.Intake(caller).Take(w.ctx, present); err != nil || !again.Present || again.Renamed {
			t.Errorf("%q: %+v, %v", names, again, err)
		}
	}
	n.signIn()
	if a, err := w.Lookup(w.ctx, first.Account); err != nil || a.Email != "ann@example.org" || len(a.State.Groups) > 0 {
		t.Errorf("%+v, %v", a, err)
	}
	w.check(w.Delete(w.ctx, caller, first.Account))
	_, err = w.take(n)
	codeOf(t, err, core.CodeWrongState)
	other := w.newcomer("ann") // of another source
	other.Origin = "elsewhere:ann"
	_, err = w.take(other)
	w.check(err)
}

// TestIntakeWholeOrNothing: what is refused leaves nothing behind.
func TestIntakeWholeOrNothing(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	w.confirmed("bill")
	w.register("", "given@example.org", ownersPassword)
	for what, change := range map[string]func(*newcomer) (core.Code, string){
		"a username that somebody has": func(n *newcomer) (core.Code, string) { n.Username = "Bill"; return core.CodeTaken, "username" },
		"one that looks like it":       func(n *newcomer) (core.Code, string) { n.Username = "bi11"; return core.CodeTaken, "username" },
		"a confirmed address":          func(n *newcomer) (core.Code, string) { n.Email = "bill@EXAMPLE.org"; return core.CodeTaken, "email" },
		"the same, without proof": func(n *newcomer) (core.Code, string) {
			n.Email, n.EmailConfirmed = "bill@example.org", false
			return core.CodeTaken, "email"
		},
		"one that was given, without proof": func(n *newcomer) (core.Code, string) {
			n.Email, n.EmailConfirmed = "given@example.org", false
			return core.CodeTaken, "email"
		},
		"nobody": func(n *newcomer) (core.Code, string) {
			n.Email, n.Username = "", ""
			return core.CodeInvalid, "username"
		},
		"a lost step": func(n *newcomer) (core.Code, string) { n.Authenticators = nil; return core.CodeWrongState, "" },
	} {
		before := w.blobs()
		n := w.newcomer("bob")
		n.Origin = "before:" + what
		code, field := change(n)
		out, err := w.take(n)
		if e := codeOf(t, err, code); e.Field != field {
			t.Errorf("%s: about %q", what, e.Field)
		}
		if st, err := w.store.State(w.ctx, out.Account); st != nil || err != nil || w.blobs() != before {
			t.Errorf("%s: %+v, %v; %d secrets more", what, st, err, w.blobs()-before)
		}
	}
	given := w.newcomer("carl") // who proved an address has it before whoever only gave it
	given.Email = "given@example.org"
	_, err := w.take(given)
	w.check(err)
}

// TestIntakeLosesNoSecondStep: where it can't come along, whoever has the password alone does not get to bind another.
func TestIntakeLosesNoSecondStep(t *testing.T) {
	for _, policy := range []core.Policy{core.PolicyOptional, core.PolicyRequired, core.PolicyAAL2} {
		w := newWorld(t, policy)
		n := w.newcomer("ann")
		n.Authenticators = []core.Brought{{Kind: core.KindSMS, To: "+4915123456789"}, {Kind: core.KindTOTP, URI: "otpauth://totp/x?secret=A"}}
		n.RecoveryCodes = []string{"1a2b-3c4d-5e6f"}
		_, err := w.take(n)
		codeOf(t, err, core.CodeWrongState)

		in := w.Intake(caller)
		in.BindAnew = true
		out, err := in.Take(w.ctx, n.Newcomer)
		w.check(err)
		if !out.BindAnew || len(out.Left) != 3 || out.Codes != 0 {
			t.Errorf("%+v", out)
		}
		err = n.password(ownersPassword)
		codeOf(t, err, core.CodeWrongState)
		n.bindAnew(w.token(w.mail(core.MailResetDone).Link))
	}
}

// TestIntakeRehearsed: what is said is what would happen, and nothing is kept; names that meet in one run are found.
func TestIntakeRehearsed(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	in := w.Intake(caller)
	in.Rehearsal = true
	first, err := in.Take(w.ctx, w.newcomer("bill").Newcomer)
	w.check(err)
	if first.Present || !slices.Equal(first.Bound, []core.Kind{core.KindTOTP}) || w.blobs() > 0 {
		t.Errorf("%+v; %d secrets", first, w.blobs())
	}
	if any, err := w.store.AnyAccount(w.ctx); any || err != nil {
		t.Errorf("an account was made, %v", err)
	}
	for _, n := range []core.Newcomer{
		{Origin: "2", Username: "BILL"}, {Origin: "3", Username: "bi11"}, {Origin: "4", Email: "Bill@example.org"},
		{Origin: "5", Email: "bill@example.org", EmailConfirmed: true},
	} {
		_, err := in.Take(w.ctx, n)
		codeOf(t, err, core.CodeTaken)
	}
	_, err = in.Take(w.ctx, core.Newcomer{Origin: "6", Username: "bob"})
	w.check(err)
}

func TestIntakeOfDisabled(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	n := w.newcomer("ann")
	n.Disabled = true
	out, err := w.take(n)
	w.check(err)
	codeOf(t, n.password(ownersPassword), core.CodeWrong)
	w.check(w.SetDisabled(w.ctx, caller, out.Account, core.Disabling{}))
	n.signIn()
}

// TestIntakeLearnsHowLongAPasswordIs at the first sign-in: until then nobody knows whether it may stand alone.
func TestIntakeLearnsHowLongAPasswordIs(t *testing.T) {
	for word, alone := range map[string]bool{"fifteen letters": true, "fourteen lette": false} {
		w := newWorld(t, core.PolicyOptional)
		n := w.newcomer("ann")
		hash, err := w.cfg.Passwords.Hash(w.ctx, []byte(word))
		w.check(err)
		n.PasswordHash, n.HasSecond, n.Authenticators = "{nfkd}"+hash, false, nil
		out, err := w.take(n)
		w.check(err)
		var bind *core.BindNeeded
		if err := n.password(word); errors.As(err, &bind) == alone || alone && err != nil {
			t.Errorf("%q: %v", word, err)
		}
		if st, err := w.store.State(w.ctx, out.Account); err != nil || st.StandsAlone != alone {
			t.Errorf("%q: %+v, %v", word, st, err)
		}
	}
}

// TestBroughtCodeOrTwoOfAToken: twelve digits may be either, and for who has a token they are its codes.
func TestBroughtCodeOrTwoOfAToken(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	w.cfg.Binders = append(w.cfg.Binders, totp.HOTP{})
	w.Machine = w.restart()
	n := w.newcomer("ann")
	n.RecoveryCodes = []string{"1234-5678-9012"}
	out, err := w.take(n)
	w.check(err)
	secret := otp.NewSecret()
	uri, err := otpauth.Key{Type: otpauth.HOTP, Account: "ann", Secret: secret}.RevealURI()
	w.check(err)
	_, err = w.BindToken(w.ctx, caller, out.Account, core.NewAuthenticator{URI: uri})
	w.check(err)
	key, err := otp.NewKey(secret, otp.Options{})
	w.check(err)
	pair := ""
	for c := range int64(2) {
		code, err := key.HOTP(300 + c)
		w.check(err)
		pair += code.String()
	}
	w.check(n.answer(n.begin(), "", pair))
	codeOf(t, n.answer(n.begin(), "", "1234-5678-9012"), core.CodeWrong)
	w.check(n.answer(n.begin(), core.KindRecoveryCode, "1234-5678-9012"))
}

// TestIntakeAtOnce: of two imports that take the same account in, one does, and the other leaves nothing.
func TestIntakeAtOnce(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	n := w.newcomer("ann")
	var group sync.WaitGroup
	var mu sync.Mutex
	took := 0
	for range 6 {
		group.Go(func() {
			out, err := w.take(n)
			mu.Lock()
			defer mu.Unlock()
			if err == nil && !out.Present {
				took++
			} else if err != nil && !core.IsCode(err, core.CodeTaken) {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if took != 1 || w.blobs() != 1 {
		t.Errorf("%d took it in; %d secrets", took, w.blobs())
	}
	w.clock.Add(time.Minute)
	n.signIn()
}
