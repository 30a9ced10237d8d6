package engine_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/engine"
	"github.com/sallyport/sallyport/internal/factor/webauthn/virtual"
	"github.com/sallyport/sallyport/sallyporttest"
)

func TestPasskeys(t *testing.T) {
	w := open(t, required)
	ctx := t.Context()
	phone := &virtual.Authenticator{Origin: "http://localhost"}
	b := mustBind(t, errOf(w.PasswordProved(ctx, app(), "ann")))
	drafted, err := b.MustBind.Bind(ctx, engine.NewAuthenticator{Kind: engine.KindWebAuthn})
	must(t, err)
	made, err := phone.Create(string(drafted.Options))
	must(t, err)
	s, bound, err := b.MustBind.Confirm(ctx, drafted.ID, made)
	must(t, err)

	// As a second factor: for one sign-in, once.
	l, other := w.begin(app(), "ann"), w.begin(app(), "ann")
	asked, err := l.Ask(ctx, bound.ID)
	must(t, err)
	response, err := phone.Get(string(asked.Options))
	must(t, err)
	answer := engine.Response{Kind: engine.KindWebAuthn, Value: response}
	_, err = other.Answer(ctx, answer)
	wants(t, err, engine.CodeWrong)
	in, err := l.Answer(ctx, answer)
	must(t, err)
	if in.AAL() != 2 {
		t.Errorf("AAL%d", in.AAL())
	}

	// Alone: it names the account, and comes with what was given out.
	asked, err = w.AskPasskey(app())
	must(t, err)
	response, err = phone.Get(string(asked.Options))
	must(t, err)
	_, err = w.AnswerPasskey(ctx, app(), "", response)
	wants(t, err, engine.CodeWrong)
	_, err = w.AnswerPasskey(ctx, browser(), asked.Binder, response)
	wants(t, err, engine.CodeWrong)
	alone, err := w.AnswerPasskey(ctx, app(), asked.Binder, response)
	must(t, err)
	if alone.AccountID() != "ann" || alone.AAL() != 2 {
		t.Errorf("%s, AAL%d", alone.AccountID(), alone.AAL())
	}
	_, err = w.AnswerPasskey(ctx, app(), asked.Binder, response)
	wants(t, err, engine.CodeAlreadyUsed)
	_, err = w.AnswerPasskey(ctx, app(), asked.Binder, string(make([]byte, 1<<20)))
	wants(t, err, engine.CodeTooLarge)

	// Signed in: what answers for an action elevates nobody.
	asked, err = s.Ask(ctx, "webauthn", "Send 5 EUR")
	must(t, err)
	response, err = phone.Get(string(asked.Options))
	must(t, err)
	answer.Value = response
	_, err = s.Elevate(ctx, answer)
	wants(t, err, engine.CodeWrong)
	_, err = s.ConfirmAction(ctx, "Send 6 EUR", answer)
	wants(t, err, engine.CodeWrong)
	token, err := s.ConfirmAction(ctx, "Send 5 EUR", answer)
	must(t, err)
	must(t, s.Redeem(ctx, "Send 5 EUR", token))
}

// TestSentCodes: a telephone is set up, called and called again.
func TestSentCodes(t *testing.T) {
	kit := sallyporttest.Open(t, sallyport.Config{
		Accounts: users{"ann"}, SecondFactor: "required", Authenticators: []string{"totp", "sms"}, SMSCountries: []string{"GB"},
	})
	e, ctx, number := kit.Gate.Engine(), t.Context(), "+447400123456"
	b := mustBind(t, errOf(e.PasswordProved(ctx, app(), "ann")))
	_, err := b.MustBind.Bind(ctx, engine.NewAuthenticator{Kind: engine.KindSMS, Number: "12"})
	if e := wants(t, err, engine.CodeInvalid); e.Field != "number" || e.Text == "" {
		t.Errorf("%+v", e)
	}
	drafted, err := b.MustBind.Bind(ctx, engine.NewAuthenticator{Kind: engine.KindSMS, Number: number})
	must(t, err)
	if drafted.To != number || drafted.URI != "" {
		t.Errorf("%+v", drafted)
	}
	_, err = b.MustBind.Resend(ctx, drafted.ID)
	if e := wants(t, err, engine.CodeThrottled); e.RetryAfter != 30*time.Second {
		t.Errorf("again after %v", e.RetryAfter)
	}
	s, bound, err := b.MustBind.Confirm(ctx, drafted.ID, kit.Texts.Code(t, number))
	must(t, err)
	if s.AAL() != 2 || bound.RecoveryCodes != nil {
		t.Errorf("AAL%d, %v", s.AAL(), bound.RecoveryCodes)
	}

	m := more(t, errOf(e.PasswordProved(ctx, app(), "ann"))) // nothing else is there: the code is on its way
	if len(m.Offer) != 1 || m.Offer[0].Hint == "" || m.Offer[0].Hint == number {
		t.Errorf("%+v", m.Offer)
	}
	code := kit.Texts.Code(t, number)
	other := more(t, errOf(e.PasswordProved(ctx, app(), "ann")))
	_, err = other.Login.Answer(ctx, engine.Response{Kind: engine.KindSMS, Value: code})
	wants(t, err, engine.CodeWrong) // it is another sign-in's
	kit.Texts.Code(t, number)       // the other's
	kit.Clock.Advance(30 * time.Second)
	asked, err := m.Login.Ask(ctx, m.Offer[0].ID)
	must(t, err)
	if asked.Kind != engine.KindSMS || asked.Hint != m.Offer[0].Hint || asked.Options != nil {
		t.Errorf("%+v", asked)
	}
	_, err = m.Login.Answer(ctx, engine.Response{Kind: engine.KindSMS, Value: kit.Texts.Code(t, number)})
	must(t, err)
}

// TestPrompt: a browser that was bound on the Gate's pages approves a sign-in that knows no pages.
func TestPrompt(t *testing.T) {
	kit := sallyporttest.Open(t, sallyport.Config{})
	approver := &sallyporttest.Approver{}
	ann := kit.NewPerson(t, "ann", &sallyporttest.CodeApp{}, approver)
	e, ctx := kit.Gate.Engine(), t.Context()
	m := more(t, errOf(e.SignIn(ctx, app(), "ann", ann.Password)))
	push := engine.Response{Kind: engine.KindPush}
	_, err := m.Login.Answer(ctx, push)
	wants(t, err, engine.CodeWrongState) // nothing was asked
	for _, o := range m.Offer {
		if o.Kind != engine.KindPush {
			continue
		}
		asked, err := m.Login.Ask(ctx, o.ID)
		must(t, err)
		_, err = m.Login.Answer(ctx, push)
		if e := wants(t, err, engine.CodeWrongState); e.RetryAfter <= 0 {
			t.Error("it does not say when to ask again")
		}
		approver.Approve(t, asked.Number)
	}
	s, err := m.Login.Answer(ctx, push)
	must(t, err)
	a, err := s.Account(ctx)
	must(t, err)
	if a.Username != "ann" || a.Name != "ann" || s.AAL() != 2 {
		t.Errorf("%+v, AAL%d", a, s.AAL())
	}
	r, _ := http.NewRequest("GET", kit.URL, nil)
	r.Header.Set("Authorization", "Bearer "+s.Token())
	if _, err := kit.Gate.Session(r); err != nil {
		t.Error(err)
	}
}
