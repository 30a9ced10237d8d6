package core_test

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/factor/message"
	"github.com/sallyport/sallyport/internal/names"
)

// withCodes lets mailboxes and telephones be bound.
func (w *world) withCodes() *world {
	w.t.Helper()
	w.cfg.Messengers = []core.Messenger{
		message.Codes{Of: core.KindEmail, Read: readMailbox, Shown: message.MailboxHint},
		message.Codes{Of: core.KindSMS, Read: readNumber, Shown: func(n string) string { return "…" + n[len(n)-3:] }},
	}
	w.cfg.TextLimits = core.TextLimits{PerHour: 100, PerMonth: 1000}
	w.Machine = w.restart()
	return w
}

func readMailbox(typed string) (string, error) {
	shown, _, err := names.Email(typed)
	return shown, err
}

func readNumber(typed string) (string, error) {
	if !regexp.MustCompile(`^\+[0-9]{8,15}$`).MatchString(typed) {
		return "", &core.Error{Code: core.CodeInvalid, Field: "number", Text: "number.invalid"}
	}
	return typed, nil
}

func ofMail(address string) core.NewAuthenticator {
	return core.NewAuthenticator{Kind: core.KindEmail, Address: address}
}
func ofPhone(number string) core.NewAuthenticator {
	return core.NewAuthenticator{Kind: core.KindSMS, Number: number}
}

// onlySent registers somebody whose only second step is a code that is sent. They are signed in.
func (w *world) onlySent(name string, in core.NewAuthenticator) (*person, core.Bound) {
	w.t.Helper()
	_, err := w.Register(w.ctx, caller, core.Registration{Username: name, Password: ownersPassword})
	var bind *core.BindNeeded
	if !errors.As(err, &bind) {
		w.t.Fatalf("registered: %v", err)
	}
	b, err := w.BindFirst(w.ctx, caller, bind.MustBind, in)
	w.check(err)
	p := &person{w: w, name: name}
	var bound core.Bound
	p.session, bound, err = w.ConfirmFirst(w.ctx, caller, bind.MustBind, b.ID, w.sentCode(), "")
	w.check(err)
	return p, bound
}

// sentCode is the code of the one message that brings one.
func (w *world) sentCode() string {
	w.t.Helper()
	codes := w.sentCodes()
	if len(codes) != 1 {
		w.t.Fatalf("%d codes were sent, want one", len(codes))
	}
	return codes[0]
}

func (w *world) sentCodes() (codes []string) {
	w.t.Helper()
	for _, m := range w.post() {
		if m.Kind == core.MailCode || m.Kind == core.TextCode {
			codes = append(codes, m.Code)
		}
	}
	return codes
}

// offered is what a login may be answered with.
func (w *world) offered(l core.Login) []core.Offer {
	w.t.Helper()
	var more *core.MoreNeeded
	if err := w.Next(w.ctx, l); !errors.As(err, &more) {
		w.t.Fatalf("next: %v", err)
	}
	return more.Offer
}

// another returns a code that is not the given one.
func another(code string) string {
	if code == "000000" {
		return "000001"
	}
	return "000000"
}

// D05, D06: a mailbox is a second step and no factor, whatever else is bound.
func TestMailedCodesGiveAAL1(t *testing.T) {
	w := newWorld(t, core.PolicyRequired).withCodes()
	p, bound := w.onlySent("ana", ofMail("ana@example.org"))
	if len(bound.RecoveryCodes) != 0 {
		t.Error("a mailbox brought recovery codes, which are stronger")
	}
	l := p.begin() // sends it: there is nothing else to choose
	s, err := w.Answer(w.ctx, caller, l, core.Response{Value: w.sentCode()})
	w.check(err)
	if s.Level() != core.AAL1 || !slices.Equal(s.AMR(), []string{"pwd"}) {
		t.Errorf("level %d, amr %q", s.Level(), s.AMR())
	}
	id := w.offered(p.begin())[0].ID
	w.sentCodes()
	_, err = w.ChallengeSession(w.ctx, caller, s, id, "")
	w.check(err)
	s, err = w.Elevate(w.ctx, caller, s, core.Response{Authenticator: id, Value: w.sentCode()})
	w.check(err)
	e, err := w.ElevatedFrom(s)
	w.check(err)
	if s.Level() != core.AAL1 {
		t.Error("a mailbox lifted a session to AAL2")
	}
	_, err = w.NewRecoveryCodes(w.ctx, caller, e, "")
	codeOf(t, err, core.CodeWrongState)
	codeOf(t, w.Unbind(w.ctx, caller, e, id), core.CodeWrongState) // the policy needs it
}

// D07: a telephone reaches AAL2 and is marked by its amr.
func TestTextedCodesGiveAAL2(t *testing.T) {
	w := newWorld(t, core.PolicyAAL2).withCodes()
	p, bound := w.onlySent("ana", ofPhone("+4930123456"))
	if len(bound.RecoveryCodes) != 0 {
		t.Error("a telephone brought recovery codes")
	}
	l := p.begin()
	o := w.offered(l)
	if len(o) != 1 || o[0].Kind != core.KindSMS || o[0].Hint != "…456" {
		t.Errorf("offered %+v", o)
	}
	s, err := w.Answer(w.ctx, caller, l, core.Response{Kind: core.KindSMS, Value: w.sentCode()})
	w.check(err)
	if s.Level() != core.AAL2 || !slices.Equal(s.AMR(), []string{"pwd", "sms", "mfa"}) {
		t.Errorf("level %d, amr %q", s.Level(), s.AMR())
	}
	// What is not enough can neither be bound nor be all that is left.
	w.clock.Add(time.Minute)
	_, err = w.ChallengeSession(w.ctx, caller, s, o[0].ID, "")
	w.check(err)
	p.session, err = w.Elevate(w.ctx, caller, s, core.Response{Value: w.sentCode(), Authenticator: o[0].ID})
	w.check(err)
	e, err := w.ElevatedFrom(p.session)
	w.check(err)
	_, err = w.Bind(w.ctx, caller, e, ofMail("ana@example.org"))
	codeOf(t, err, core.CodeInvalid)
	b, err := w.Bind(w.ctx, caller, e, core.NewAuthenticator{Kind: core.KindTOTP})
	w.check(err)
	p.scan(b)
	app, err := w.Confirm(w.ctx, caller, e, b.ID, p.code())
	w.check(err)
	if len(app.RecoveryCodes) != 10 {
		t.Error("the first code app brought no recovery codes")
	}
	e, err = w.ElevatedFrom(p.again())
	w.check(err)
	w.check(w.Unbind(w.ctx, caller, e, app.Authenticator.ID))
	if set, err := w.RecoveryCodes(w.ctx, p.again()); err != nil || set.Remaining != 0 {
		t.Errorf("recovery codes outlived the app they came with: %+v, %v", set, err)
	}
}

// D02: a code is good for one login and one authenticator, and the newest two live.
func TestASentCodeIsBound(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withCodes()
	p := w.enrol("ana")
	ids := map[core.Kind]string{}
	for _, in := range []core.NewAuthenticator{ofMail("ana@example.org"), ofPhone("+4930123456")} {
		e := p.elevated()
		b, err := w.Bind(w.ctx, caller, e, in)
		w.check(err)
		bound, err := w.Confirm(w.ctx, caller, e, b.ID, w.sentCode())
		w.check(err)
		ids[in.Kind] = bound.Authenticator.ID
	}
	first, second := p.begin(), p.begin()
	if codes := w.sentCodes(); len(codes) != 0 {
		t.Error("a code was sent although there was a choice")
	}
	codeOf(t, p.answerTo(first, ids[core.KindEmail], "123456"), core.CodeWrongState) // none was sent
	_, err := w.Challenge(w.ctx, caller, first, ids[core.KindEmail])
	w.check(err)
	code := w.sentCode()
	_, err = w.Challenge(w.ctx, caller, first, ids[core.KindEmail])
	if e := codeOf(t, err, core.CodeThrottled); e.RetryAfter != 30*time.Second {
		t.Errorf("the next code in %v", e.RetryAfter)
	}
	_, err = w.Challenge(w.ctx, caller, second, ids[core.KindEmail])
	w.check(err)
	other := w.sentCode()
	codeOf(t, p.answerTo(second, ids[core.KindEmail], different(code, other)), core.CodeWrong)
	_, err = w.Challenge(w.ctx, caller, first, ids[core.KindSMS])
	w.check(err)
	codeOf(t, p.answerTo(first, ids[core.KindSMS], different(code, w.sentCode())), core.CodeWrong)
	w.clock.Add(30 * time.Second)
	_, err = w.Challenge(w.ctx, caller, first, ids[core.KindEmail])
	w.check(err)
	newer := w.sentCode()
	w.clock.Add(30 * time.Second)
	_, err = w.Challenge(w.ctx, caller, first, ids[core.KindEmail])
	w.check(err)
	newest := w.sentCode()
	codeOf(t, p.answerTo(first, ids[core.KindEmail], different(code, newer, newest)), core.CodeWrong)
	w.clock.Add(time.Minute) // past the delay
	w.check(p.answerTo(first, ids[core.KindEmail], newer))
}

// different is the first code, unless chance made it one of the others.
func different(code string, from ...string) string {
	for slices.Contains(from, code) {
		code = fmt.Sprintf("%06d", time.Now().Nanosecond()%1_000_000)
	}
	return code
}

func (p *person) answerTo(l core.Login, id, value string) error {
	_, err := p.w.Answer(p.w.ctx, caller, l, core.Response{Authenticator: id, Value: value})
	return err
}

// D01: ten minutes, and one that came too late is not called wrong.
func TestASentCodeExpires(t *testing.T) {
	w := newWorld(t, core.PolicyRequired).withCodes()
	p, _ := w.onlySent("ana", ofMail("ana@example.org"))
	l := p.begin()
	code, id := w.sentCode(), w.offered(l)[0].ID
	s, err := w.Answer(w.ctx, caller, l, core.Response{Value: code})
	w.check(err)
	_, err = w.ChallengeSession(w.ctx, caller, s, id, "")
	w.check(err)
	code = w.sentCode()
	w.clock.Add(10 * time.Minute)
	w.check(w.Sweep(w.ctx))
	_, err = w.Elevate(w.ctx, caller, s, core.Response{Authenticator: id, Value: code})
	if e := codeOf(t, err, core.CodeWrong); e.Text != "code.expired" {
		t.Errorf("text %q", e.Text)
	}
	w.clock.Add(time.Hour)
	w.check(w.Sweep(w.ctx))
	_, err = w.Elevate(w.ctx, caller, s, core.Response{Authenticator: id, Value: code})
	codeOf(t, err, core.CodeWrongState) // it is forgotten
}

// D03, D04: sending again never resets the count of failures, and a wrong code spoils no code that was sent.
func TestSendingAgainForgivesNothing(t *testing.T) {
	w := newWorld(t, core.PolicyRequired).withCodes()
	p, _ := w.onlySent("ana", ofMail("ana@example.org"))
	l := p.begin()
	code, id := w.sentCode(), w.offered(l)[0].ID
	for range 3 {
		codeOf(t, p.answerTo(l, id, another(code)), core.CodeWrong)
	}
	codeOf(t, p.answerTo(l, id, code), core.CodeThrottled)
	_, err := w.Challenge(w.ctx, caller, l, id)
	codeOf(t, err, core.CodeThrottled)
	p.begin() // another login, which sends another code
	if len(w.sentCodes()) != 1 {
		t.Error("a new login sent no code")
	}
	codeOf(t, p.answerTo(l, id, code), core.CodeThrottled)
	w.clock.Add(time.Minute)
	w.check(p.answerTo(l, id, code))
}

// C09: of many requests with one code, one gets in.
func TestASentCodeIsGoodOnce(t *testing.T) {
	w := newWorld(t, core.PolicyRequired).withCodes()
	p, _ := w.onlySent("ana", ofMail("ana@example.org"))
	s, err := w.Answer(w.ctx, caller, p.begin(), core.Response{Value: w.sentCode()})
	w.check(err)
	p.session = s
	auths, err := w.Authenticators(w.ctx, s)
	w.check(err)
	_, err = w.ChallengeSession(w.ctx, caller, s, auths[0].ID, "")
	w.check(err)
	code := w.sentCode()
	var all sync.WaitGroup
	var mu sync.Mutex
	in := 0
	for i := range 20 {
		all.Go(func() {
			_, err := w.ConfirmAction(w.ctx, caller, s, fmt.Sprintf("pay %d", i), core.Response{Authenticator: auths[0].ID, Value: code})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				in++
			}
		})
	}
	all.Wait()
	if in != 1 {
		t.Errorf("%d actions were confirmed with one code", in)
	}
}

// D07: a number is bound only after a code came back from it, and what was sent before a change is dead.
func TestSentCodesDieWithTheEpoch(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withCodes()
	p := w.enrol("ana")
	e := p.elevated()
	b, err := w.Bind(w.ctx, caller, e, ofPhone("+4930123456"))
	w.check(err)
	if b.To != "+4930123456" {
		t.Errorf("to %q", b.To)
	}
	code := w.sentCode()
	if n := len(w.offered(p.begin())); n != 2 { // app and recovery codes
		t.Errorf("%d are offered before the number was proved", n)
	}
	_, err = w.Confirm(w.ctx, caller, e, b.ID, another(code))
	codeOf(t, err, core.CodeWrong)
	_, err = w.NewRecoveryCodes(w.ctx, caller, e, "") // a change of the account
	w.check(err)
	again, err := w.ElevatedFrom(p.again())
	w.check(err)
	_, err = w.Confirm(w.ctx, caller, again, b.ID, code)
	codeOf(t, err, core.CodeNotFound)
	_, err = w.Bind(w.ctx, caller, again, ofPhone("none"))
	codeOf(t, err, core.CodeInvalid)
}

// D08: whoever asks, and for however many numbers, no more is sent than the limits allow.
func TestTextsAreLimited(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withCodes()
	sent := func() (n int) {
		for i := range 12 {
			p := w.enrol(fmt.Sprintf("p%d%d", i, w.clock.Now().Unix()))
			e := p.elevated()
			for j := range 6 {
				number := fmt.Sprintf("+49%d30%d000%02d", 100+j%2, i, j)
				if _, err := w.Bind(w.ctx, caller, e, ofPhone(number)); err == nil {
					n++
				} else {
					codeOf(t, err, core.CodeThrottled)
				}
			}
			w.post()
		}
		return n
	}
	if n := sent(); n != 60 {
		t.Errorf("%d texts to twelve accounts, want five to each", n)
	}
	w.cfg.TextLimits = core.TextLimits{PerHour: 70, PerMonth: 70}
	w.Machine = w.restart()
	if n := sent(); n > 45 { // 10 that were left, and what came back in half an hour
		t.Errorf("%d more texts although the hour has 70", n)
	}
	w.clock.Add(40 * 24 * time.Hour)
	w.cfg.TextLimits = core.TextLimits{PerHour: 1000, PerMonth: 70}
	w.Machine = w.restart()
	n := sent()
	for range 2 {
		w.clock.Add(10 * 24 * time.Hour)
		n += sent()
	}
	if n > 70 || n < 64 {
		t.Errorf("%d texts in a month that has 70", n)
	}
}

// The events say where the code was asked for, never the code.
func TestSentCodesAreEvents(t *testing.T) {
	w := newWorld(t, core.PolicyRequired).withCodes()
	p, _ := w.onlySent("ana", ofMail("ana@example.org"))
	p.begin()
	code := w.sentCode()
	events, err := w.store.Events(w.ctx, p.session.AccountID(), 0, 100)
	w.check(err)
	n := 0
	for _, e := range events {
		if e.Kind == "code.sent" {
			n++
		}
		if strings.Contains(fmt.Sprintf("%+v", e), code) {
			t.Errorf("an event holds the code: %+v", e)
		}
	}
	if n != 2 {
		t.Errorf("%d codes in the events, want the one that bound and the one of the login", n)
	}
}

// Telephones hear of a reset when it begins, halfway and at its end, and never get its links.
func TestTelephonesAreToldOfAReset(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withCodes()
	p := w.confirmed("ana")
	e := p.elevated()
	b, err := w.Bind(w.ctx, caller, e, ofPhone("+4930123456"))
	w.check(err)
	_, err = w.Confirm(w.ctx, caller, e, b.ID, w.sentCode())
	w.check(err)
	w.post()
	due, err := w.AskReset(w.ctx, caller, p.begin())
	w.check(err)
	told := func(kind core.MessageKind) {
		t.Helper()
		for _, m := range w.post() {
			if !m.Text {
				continue
			}
			if m.Kind != kind || m.To != "+4930123456" || m.Link != "" || m.Code != "" {
				t.Errorf("%+v", m)
			}
			return
		}
		t.Errorf("no text says %s", kind)
	}
	told(core.MailResetAsked)
	for _, kind := range []core.MessageKind{core.MailResetHalfway, core.MailResetDone} {
		w.clock.Add(due.Sub(w.clock.Now()) / 2)
		if kind == core.MailResetDone {
			w.clock.Add(due.Sub(w.clock.Now()))
		}
		w.check(w.RunResets(w.ctx))
		told(kind)
	}
}
