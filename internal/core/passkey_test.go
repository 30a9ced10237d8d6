package core_test

import (
	"encoding/json"
	"net/url"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/factor/webauthn"
	"github.com/sallyport/sallyport/internal/factor/webauthn/virtual"
)

const passkeyOrigin = "https://id.example"

// withPasskeys lets passkeys be bound.
func (w *world) withPasskeys() *world {
	w.t.Helper()
	public, err := url.Parse(passkeyOrigin)
	w.check(err)
	w.cfg.Passkeys, err = webauthn.New(webauthn.Config{Public: public, Issuer: "Test"})
	w.check(err)
	w.Machine = w.restart()
	return w
}

func newPhone() *virtual.Authenticator { return &virtual.Authenticator{Origin: passkeyOrigin} }

// addPasskey binds one of a.
func (p *person) addPasskey(a *virtual.Authenticator) core.Authenticator {
	p.w.t.Helper()
	e := p.elevated()
	b, err := p.w.Bind(p.w.ctx, p.holding(), e, core.NewAuthenticator{Kind: core.KindWebAuthn})
	p.w.check(err)
	made, err := a.Create(b.Options)
	p.w.check(err)
	bound, err := p.w.Confirm(p.w.ctx, p.holding(), e, b.ID, made)
	p.w.check(err)
	return bound.Authenticator
}

func (w *world) answered(a *virtual.Authenticator, options string) core.Response {
	w.t.Helper()
	response, err := a.Get(options)
	w.check(err)
	return core.Response{Kind: core.KindWebAuthn, Value: response}
}

// alone signs in with a passkey alone.
func (w *world) alone(m *core.Machine, a *virtual.Authenticator) (core.Session, error) {
	w.t.Helper()
	asked, binder, err := m.AskPasskey(core.TransportBearer, "")
	w.check(err)
	return m.AnswerPasskey(w.ctx, caller, core.Beginning{}, binder, w.answered(a, asked.Options).Value)
}

// beside signs in with the password and a passkey.
func (p *person) beside(m *core.Machine, a *virtual.Authenticator) (core.Session, error) {
	p.w.t.Helper()
	l := p.begin()
	asked, err := m.Challenge(p.w.ctx, caller, l, "webauthn")
	p.w.check(err)
	return m.Answer(p.w.ctx, caller, l, p.w.answered(a, asked.Options))
}

// TestPasskeyWithOneCountTwice: of two different answers with one count one is a copy's, however close together (E06).
func TestPasskeyWithOneCountTwice(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPasskeys()
	key := newPhone()
	key.Counts = true
	p := w.enrol("ann")
	p.addPasskey(key)
	first := w.begunBeside(p, key)
	key.Count-- // the copy's
	m := w.overtaken(func() { w.check(first(w.Machine)) })
	if _, err := w.alone(m, key); !core.IsCode(err, core.CodeWrong) {
		t.Errorf("the same count, alone: %v", err)
	}
	first = w.begunBeside(p, key)
	key.Count--
	second := w.begunBeside(p, key)
	if err := second(w.overtaken(func() { w.check(first(w.Machine)) })); !core.IsCode(err, core.CodeWrong) {
		t.Errorf("the same count, as second factor: %v", err)
	}
	if _, err := w.alone(w.Machine, key); err != nil {
		t.Errorf("the next count: %v", err)
	}
}

// TestPasskeyAnswerSentTwiceIsNoCopy: a button that was pressed twice alarms nobody, and costs nothing; a copy's answer
// alarms once.
func TestPasskeyAnswerSentTwiceIsNoCopy(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPasskeys()
	key := newPhone()
	key.Counts = true
	p := w.confirmed("ann")
	p.addPasskey(key)
	w.post()
	asked, binder, err := w.AskPasskey(core.TransportBearer, "")
	w.check(err)
	response := w.answered(key, asked.Options)
	again := func() error {
		_, err := w.AnswerPasskey(w.ctx, caller, core.Beginning{}, binder, response.Value)
		return err
	}
	w.check(again())
	w.post()
	if err := again(); !core.IsCode(err, core.CodeAlreadyUsed) {
		t.Errorf("alone, twice: %v", err)
	}
	s := p.again()
	question, err := w.ChallengeSession(w.ctx, p.holding(), s, "webauthn", "")
	w.check(err)
	r := w.answered(key, question.Options)
	p.session, err = w.Elevate(w.ctx, p.holding(), s, r)
	w.check(err)
	p.holding()
	for range 5 {
		if _, err := w.Elevate(w.ctx, p.holding(), p.again(), r); !core.IsCode(err, core.CodeAlreadyUsed) {
			t.Errorf("to elevate, twice: %v", err)
		}
	}
	if sent := w.post(); len(sent) != 0 {
		t.Errorf("the owner was told of %+v", sent)
	}
	key.Count--
	asked, binder, err = w.AskPasskey(core.TransportBearer, "")
	w.check(err)
	response = w.answered(key, asked.Options)
	if err := again(); !core.IsCode(err, core.CodeWrong) {
		t.Errorf("a copy's: %v", err)
	}
	w.mail(core.MailPasskeyCopied)
	if err := again(); !core.IsCode(err, core.CodeAlreadyUsed) || len(w.post()) != 0 {
		t.Errorf("a copy's, twice: %v", err)
	}
}

// begunBeside is an answer of the second factor that was made, and not sent yet.
func (w *world) begunBeside(p *person, a *virtual.Authenticator) func(m *core.Machine) error {
	w.t.Helper()
	l := p.begin()
	asked, err := w.Challenge(w.ctx, caller, l, "webauthn")
	w.check(err)
	r := w.answered(a, asked.Options)
	return func(m *core.Machine) error {
		_, err := m.Answer(w.ctx, caller, l, r)
		return err
	}
}

// TestPasskeyQuestionsDieWithTheEpoch: a session that goes on after a change doesn't take its old questions along (E01).
func TestPasskeyQuestionsDieWithTheEpoch(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPasskeys()
	phone, p := newPhone(), w.enrol("ann")
	p.addPasskey(phone)
	e := p.elevated()
	before, err := w.ChallengeSession(w.ctx, p.holding(), p.again(), "webauthn", "")
	w.check(err)
	_, err = w.NewRecoveryCodes(w.ctx, p.holding(), e, "")
	w.check(err)
	if _, err := w.Elevate(w.ctx, p.holding(), p.again(), w.answered(phone, before.Options)); !core.IsCode(err, core.CodeWrong) {
		t.Errorf("a question from before the change: %v", err)
	}
	now, err := w.ChallengeSession(w.ctx, p.holding(), p.again(), "webauthn", "")
	w.check(err)
	if _, err := w.Elevate(w.ctx, p.holding(), p.again(), w.answered(phone, now.Options)); err != nil {
		t.Errorf("a question from after it: %v", err)
	}
}

// TestPasskeyQuestionIsGoodFiveMinutes: to the moment, and not on a clock that went back.
func TestPasskeyQuestionIsGoodFiveMinutes(t *testing.T) {
	for wait, good := range map[time.Duration]bool{
		0: true, 5*time.Minute - time.Millisecond: true, 5 * time.Minute: false, time.Hour: false, -time.Hour: false,
	} {
		w := newWorld(t, core.PolicyOptional).withPasskeys()
		phone, p := newPhone(), w.enrol("ann")
		p.addPasskey(phone)
		asked, binder, err := w.AskPasskey(core.TransportBearer, "")
		w.check(err)
		w.clock.Add(wait)
		_, err = w.restart().AnswerPasskey(w.ctx, caller, core.Beginning{}, binder, w.answered(phone, asked.Options).Value)
		if (err == nil) != good {
			t.Errorf("after %v: %v", wait, err)
		}
	}
}

// TestPasskeyChallengeIsAllOfIt: none of a challenge's bits may be another, its end included.
func TestPasskeyChallengeIsAllOfIt(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPasskeys()
	phone, p := newPhone(), w.enrol("ann")
	p.addPasskey(phone)
	asked, binder, err := w.AskPasskey(core.TransportBearer, "")
	w.check(err)
	var in struct{ Challenge virtual.Binary }
	w.check(json.Unmarshal([]byte(asked.Options), &in))
	for i := range in.Challenge {
		in.Challenge[i] ^= 1
		text, err := in.Challenge.MarshalText()
		w.check(err)
		signed, err := phone.Sign(phone.IDs()[0], "id.example", string(text))
		w.check(err)
		if _, err := w.AnswerPasskey(w.ctx, caller, core.Beginning{}, binder, signed); !core.IsCode(err, core.CodeWrong) {
			t.Errorf("byte %d: %v", i, err)
		}
		in.Challenge[i] ^= 1
	}
}

// TestStrangersDisableNoPasskey: whoever has proved nothing can try as often as they like.
func TestStrangersDisableNoPasskey(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPasskeys()
	phone, p := newPhone(), w.enrol("ann")
	p.addPasskey(phone)
	phone.Spoil = func(data []byte) { data[0] ^= 1 }
	for i := range 101 {
		if _, err := w.alone(w.Machine, phone); !core.IsCode(err, core.CodeWrong) {
			t.Fatalf("wrong answer %d: %v", i, err)
		}
	}
	phone.Spoil = nil
	if _, err := w.alone(w.Machine, phone); err != nil {
		t.Errorf("the owner alone: %v", err)
	}
	if _, err := p.beside(w.Machine, phone); err != nil {
		t.Errorf("the owner with the password: %v", err)
	}
}

// TestPasskeyTriesCountByAddress: whoever has proved nothing is counted by where they come from.
func TestPasskeyTriesCountByAddress(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPasskeys()
	phone, p := newPhone(), w.enrol("ann")
	p.addPasskey(phone)
	phone.Spoil = func(data []byte) { data[0] ^= 1 }
	from := core.Caller{Transport: core.TransportBearer, Address: "192.0.2.7"}
	try := func() error {
		asked, binder, err := w.AskPasskey(core.TransportBearer, "")
		w.check(err)
		_, err = w.AnswerPasskey(w.ctx, from, core.Beginning{}, binder, w.answered(phone, asked.Options).Value)
		return err
	}
	for tried := 1; !core.IsCode(try(), core.CodeThrottled); tried++ {
		if tried > 1000 {
			t.Fatal("nothing stops a thousand tries from one address")
		}
	}
	phone.Spoil = nil
	if err := try(); !core.IsCode(err, core.CodeThrottled) {
		t.Errorf("a right one from there: %v", err)
	}
	if _, err := w.alone(w.Machine, phone); err != nil {
		t.Errorf("the owner from elsewhere: %v", err)
	}
}

// TestPasskeyThatWasGuessed: a hundred wrong answers after the password disable it beside the password, and not alone; a
// disabled account is shut.
func TestPasskeyThatWasGuessed(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPasskeys()
	phone, p := newPhone(), w.enrol("ann")
	p.addPasskey(phone)
	w.check(w.SetDisabled(w.ctx, core.Caller{}, p.session.AccountID(), core.Disabling{Disabled: true}))
	if _, err := w.alone(w.Machine, phone); !core.IsCode(err, core.CodeWrong) {
		t.Errorf("a disabled account: %v", err)
	}
	w.check(w.SetDisabled(w.ctx, core.Caller{}, p.session.AccountID(), core.Disabling{}))
	phone.Spoil = func(data []byte) { data[0] ^= 1 }
	for i := range 100 {
		w.clock.Add(2 * time.Hour)
		if _, err := p.beside(w.Machine, phone); err == nil {
			t.Fatalf("wrong answer %d is accepted", i)
		}
	}
	phone.Spoil = nil
	w.clock.Add(2 * time.Hour)
	if _, err := w.alone(w.Machine, phone); err != nil {
		t.Errorf("alone: %v", err)
	}
}

// TestAResetEndsPasskeysOnly: who lost every passkey may bind what they have.
func TestAResetEndsPasskeysOnly(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPasskeys()
	p := w.confirmed("ann")
	phone := newPhone()
	p.addPasskey(phone)
	w.check(w.SetPasskeysOnly(w.ctx, p.holding(), w.elevatedWith(p, phone), true))
	_, err := w.ResetAuthenticators(w.ctx, core.Caller{}, p.session.AccountID(), core.Order{Reason: "lost"})
	w.check(err)
	p.bindAnew(linkToken(w, w.mail(core.MailResetDone))) // a code app
}

// TestPasskeysOnlyTakesAllElseAlong: other sessions, logins in progress and trusted browsers of before are over.
func TestPasskeysOnlyTakesAllElseAlong(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPasskeys()
	phone, p := newPhone(), w.enrol("ann")
	p.addPasskey(phone)
	other := token(t, p.signIn())
	e := w.elevatedWith(p, phone)
	login := p.begin()
	for _, only := range []bool{true, false} {
		w.check(w.SetPasskeysOnly(w.ctx, p.holding(), e, only))
		if _, err := w.SessionFrom(w.ctx, core.TransportBearer, p.holding().Replaces); err != nil {
			t.Errorf("%v: the session that made the change: %v", only, err)
		}
		if _, err := w.SessionFrom(w.ctx, core.TransportBearer, other); only && err == nil {
			t.Error("another session goes on")
		}
		if _, err := w.Answer(w.ctx, caller, login, core.Response{Kind: core.KindTOTP, Value: p.code()}); err == nil {
			t.Errorf("%v: a login of before is completed", only)
		}
		e, login = w.elevatedWith(p, phone), p.begin()
	}
}

// TestPasskeysOnlyComesTooLate: what the session rested on was changed meanwhile, by somebody else perhaps.
func TestPasskeysOnlyComesTooLate(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPasskeys()
	phone, p := newPhone(), w.enrol("ann")
	p.addPasskey(phone)
	e := p.elevated()
	q := &person{w: w, name: p.name, key: p.key}
	q.session = p.signIn()
	other := q.elevated()
	m := w.overtaken(func() {
		_, err := w.NewRecoveryCodes(w.ctx, q.holding(), other, "")
		w.check(err)
	})
	if err := m.SetPasskeysOnly(w.ctx, p.holding(), e, true); err == nil {
		t.Error("a session that had ended shut the account")
	}
}

// TestPasskeyThatWasNamed: who asks for one passkey is not answered by another.
func TestPasskeyThatWasNamed(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPasskeys()
	phone, key, p := newPhone(), newPhone(), w.enrol("ann")
	p.addPasskey(phone)
	id := p.addPasskey(key).ID
	l := p.begin()
	asked, err := w.Challenge(w.ctx, caller, l, "webauthn")
	w.check(err)
	r := w.answered(phone, asked.Options)
	r.Authenticator = id
	if _, err := w.Answer(w.ctx, caller, l, r); !core.IsCode(err, core.CodeWrong) {
		t.Errorf("another one answered: %v", err)
	}
	r = w.answered(key, asked.Options)
	r.Authenticator = id
	if _, err := w.Answer(w.ctx, caller, l, r); err != nil {
		t.Errorf("the one that was named: %v", err)
	}
}

func (w *world) elevatedWith(p *person, a *virtual.Authenticator) core.Elevated {
	w.t.Helper()
	asked, err := w.ChallengeSession(w.ctx, p.holding(), p.again(), "webauthn", "")
	w.check(err)
	p.session, err = w.Elevate(w.ctx, p.holding(), p.again(), w.answered(a, asked.Options))
	w.check(err)
	p.holding()
	e, err := w.ElevatedFrom(p.session)
	w.check(err)
	return e
}

// claiming makes an answer name another credential, and another holder where handle is not nil.
func claiming(t testing.TB, response string, id, handle []byte) string {
	t.Helper()
	var out map[string]any
	if err := json.Unmarshal([]byte(response), &out); err != nil {
		t.Fatal(err)
	}
	out["id"], out["rawId"] = virtual.Binary(id), virtual.Binary(id)
	if handle != nil {
		out["response"].(map[string]any)["userHandle"] = virtual.Binary(handle)
	}
	text, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func challengeIn(t testing.TB, options string) string {
	t.Helper()
	var in struct{ Challenge string }
	if err := json.Unmarshal([]byte(options), &in); err != nil {
		t.Fatal(err)
	}
	return in.Challenge
}
