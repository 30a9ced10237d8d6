package core

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"time"
)

// A bound browser calls without a session: it is asked while nobody is signed in to it. Its signatures are all that says who
// calls.

// maxSubscription bounds the JSON of a subscription, in bytes.
const maxSubscription = 4096

// boundKey is a bound browser, and where the key is that its signatures are checked with.
type boundKey struct {
	row   PushBrowserRow
	auth  Authenticator
	epoch int64
}

// browserKey finds a bound browser. CodeNotFound says that it is not bound any more, so that it forgets its key; it is never
// said of one that can't be read or may not answer now.
func (m *Machine) browserKey(ctx context.Context, authenticator string) (boundKey, error) {
	if m.cfg.Approvals == nil {
		return boundKey{}, wrongState("push.off")
	}
	gone := &Error{Code: CodeNotFound, Field: "authenticator", Text: "push.unbound"}
	row, err := m.store.PushBrowser(ctx, authenticator)
	if err != nil || row == nil {
		return boundKey{}, firstErr(err, gone)
	}
	st, err := m.store.State(ctx, row.Account)
	if err != nil || st == nil {
		return boundKey{}, firstErr(err, gone)
	}
	auths, err := m.store.Authenticators(ctx, row.Account)
	if err != nil {
		return boundKey{}, err
	}
	i := slices.IndexFunc(auths, func(a Authenticator) bool { return a.ID == row.Authenticator && a.Kind == KindPush })
	if i < 0 {
		return boundKey{}, gone
	}
	return boundKey{row: *row, auth: auths[i], epoch: st.Epoch}, nil
}

// signed checks a bound browser's signature. A wrong one costs no attempt: nobody guesses signatures.
func (m *Machine) signed(ctx context.Context, b boundKey, purpose PushPurpose, signature string, fields ...string) error {
	state, err := m.cfg.Secrets.Get(ctx, b.auth.Account, string(KindPush), b.auth.SecretID)
	if err != nil {
		m.unreadable(ctx, b.auth, err)
		return &Error{Code: CodeUnavailable, Text: "authenticator.unreadable", Reason: "the key could not be opened"}
	}
	statement := PushStatement{Purpose: purpose, Fields: append([]string{b.auth.ID}, fields...)}
	if err := m.cfg.Approvals.Signed(state, statement, signature); err != nil {
		return &Error{Code: CodeWrong, Field: "signature", Text: "push.signature", Reason: err.Error(), Authenticator: b.auth.ID}
	}
	return nil
}

func (b boundKey) audience() audience {
	return audience{purpose: challengePush, account: b.row.Account, owner: b.row.Authenticator, epoch: b.epoch}
}

// AskBrowser makes a challenge for the bound browser that is named: good for opening its prompts, and once for its
// subscription, until it ends. CodeNotFound when there is no such browser; nothing is stored.
func (m *Machine) AskBrowser(ctx context.Context, authenticator string) (challenge []byte, ends time.Time, err error) {
	b, err := m.browserKey(ctx, authenticator)
	if err != nil {
		return nil, time.Time{}, err
	}
	now := m.clock.Now()
	challenge, err = m.newChallenge(b.audience(), now)
	return challenge, now.Add(challengeLifetime), err
}

// challenged reads a challenge that came back from a bound browser, and checks what was signed with it.
func (m *Machine) challenged(ctx context.Context, b boundKey, purpose PushPurpose, challenge, signature string, fields ...string) (asking, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(challenge)
	if err != nil {
		return asking{}, invalid("challenge", "push.challenge")
	}
	read, err := m.readChallenge(raw, b.audience(), m.clock.Now())
	if err != nil {
		return asking{}, &Error{Code: CodeWrong, Field: "challenge", Text: "push.challenge", Reason: err.Error(), Authenticator: b.auth.ID}
	}
	return read, m.signed(ctx, b, purpose, signature, append([]string{challenge}, fields...)...)
}

// BoundBrowserFrom is the proof that whoever calls holds the key of a bound browser. Challenge and signature are base64url.
// CodeNotFound when it is not bound any more.
func (m *Machine) BoundBrowserFrom(ctx context.Context, c Caller, authenticator, challenge, signature string) (_ BoundBrowser, err error) {
	account := ""
	defer func() { m.note(ctx, c, "push.opened", account, err) }()
	b, err := m.browserKey(ctx, authenticator)
	if err != nil {
		return BoundBrowser{}, err
	}
	if _, err := m.challenged(ctx, b, PushOpen, challenge, signature); err != nil {
		return BoundBrowser{}, m.countWrong(ctx, c, m.clock.Now(), err)
	}
	account = b.row.Account
	return BoundBrowser{&boundBrowserRecord{b.row.Account, b.row.Authenticator}}, nil
}

// Prompts lists what a bound browser is asked now, the oldest first; CodeNotFound once it is not bound any more.
func (m *Machine) Prompts(ctx context.Context, b BoundBrowser) ([]PromptShown, error) {
	rec := b.record()
	row, err := m.store.PushBrowser(ctx, rec.authenticator)
	if err != nil {
		return nil, err
	}
	if row == nil || row.Account != rec.account {
		return nil, &Error{Code: CodeNotFound, Field: "authenticator", Text: "push.unbound"}
	}
	now := m.clock.Now()
	open, err := m.store.OpenPrompts(ctx, rec.account, rec.authenticator, now)
	if err != nil {
		return nil, err
	}
	out := []PromptShown{}
	for _, p := range open {
		if p.isOver(now) {
			continue
		}
		shown, err := m.showPrompt(ctx, p)
		if err != nil {
			return nil, err
		}
		out = append(out, shown)
	}
	return out, nil
}

// showPrompt is a prompt for the bound browser. The number stays out: it has to come over by the person.
func (m *Machine) showPrompt(ctx context.Context, p PromptRow) (PromptShown, error) {
	a, err := m.store.Account(ctx, p.Account)
	if err != nil {
		return PromptShown{}, err
	}
	if a == nil {
		a = &Account{ID: p.Account} // an embedding program's own
	}
	return PromptShown{
		ID: p.ID, Purpose: p.Purpose, Action: p.Action, Account: a.Shown(), Address: p.Address, UserAgent: p.UserAgent,
		AskedAt: p.CreatedAt, ExpiresAt: p.ExpiresAt,
	}, nil
}

// hashSubscription is how a subscription goes into a statement; "" for none.
func hashSubscription(subscription string) string {
	if subscription == "" {
		return ""
	}
	h := sha256.Sum256([]byte(subscription))
	return base64.RawURLEncoding.EncodeToString(h[:])
}
