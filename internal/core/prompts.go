package core

import (
	"context"
	"encoding/binary"
	"fmt"
	"time"
)

// A prompt is a question to a bound browser, of one login or session. The login shows a number, and who approves has to type
// it into the bound browser: tapping "yes" is not enough (NIST SP 800-63B-4, 3.1.3.2). What is approved serves the login or
// session that asked, for what it asked, once.

const (
	promptLifetime = 3 * time.Minute
	maxPromptTries = 3 // wrong numbers end a prompt
)

// Prompts to one account are few, or else somebody with the password asks until its owner is worn down. Browsers that signed
// in before and sessions have a share of their own: strangers can't use up the owner's. A success gives nothing back.
func promptLimits() []Limit {
	return []Limit{{Events: 3, Per: 10 * time.Minute}, {Events: 10, Per: 24 * time.Hour}}
}

// prompt asks a bound browser.
func (m *Machine) prompt(ctx context.Context, c Caller, who addressee, now time.Time) (Sent, error) {
	if err := m.codesAreEnough(ctx, who.account, now); err != nil {
		return Sent{}, err
	}
	browser, err := m.store.PushBrowser(ctx, who.authenticator)
	if err != nil {
		return Sent{}, err
	}
	if browser == nil || browser.Account != who.account {
		return Sent{}, &Error{Code: CodeNotFound, Field: "authenticator"}
	}
	if err := m.promptTooSoon(ctx, who, now); err != nil {
		return Sent{}, err
	}
	if err := m.admitPrompt(ctx, c, who, now); err != nil {
		return Sent{}, err
	}
	row := who.newPrompt(c, m.cfg.Keys.ActiveID(), now)
	number, err := m.promptNumber(row)
	if err != nil {
		return Sent{}, err
	}
	err = m.settle(ctx, who.account, now, func(tx Tx, st State) error { return m.insertPrompt(tx, c, st, row, *browser) })
	if err != nil {
		return Sent{}, err
	}
	return Sent{Kind: KindPush, Prompt: row.ID, Number: number, ExpiresAt: row.ExpiresAt, AgainAt: now.Add(resendAfter)}, nil
}

func (who addressee) newPrompt(c Caller, key string, now time.Time) PromptRow {
	purpose, action := asks(who.inSession, who.action)
	return PromptRow{
		ID: newID(), Account: who.account, Owner: who.owner, Authenticator: who.authenticator, Epoch: who.epoch,
		Purpose: purpose, Action: action, Mailed: who.mailed, KeyID: key, State: PromptWaiting,
		Address: c.Address, UserAgent: c.UserAgent, CreatedAt: now, ExpiresAt: now.Add(promptLifetime),
	}
}

// asks is what a prompt is for.
func asks(inSession bool, action string) (purpose, words string) {
	switch {
	case !inSession:
		return PromptSignIn, ""
	case action == "":
		return PromptConfirm, ""
	}
	return PromptAction, action
}

func (m *Machine) insertPrompt(tx Tx, c Caller, st State, row PromptRow, browser PushBrowserRow) error {
	if st.Epoch != row.Epoch || st.Disabled {
		return &Error{Code: CodeLoginExpired, Reason: "the account changed meanwhile"}
	}
	inserted, err := tx.InsertPrompt(row, row.CreatedAt.Add(-resendAfter))
	if err != nil {
		return err
	}
	if !inserted {
		return askedJustNow(resendAfter)
	}
	err = tx.InsertEvent(event("push.asked", c, row.Account, row.Authenticator, row.CreatedAt))
	if err != nil || browser.Subscription == "" && !m.cfg.PromptAll {
		return err // its open page shows it all the same
	}
	msg := about(PushPrompt, c, row.Account, row.CreatedAt)
	msg.Browser, msg.Prompt, msg.ExpiresAt = row.Authenticator, row.ID, row.ExpiresAt
	return m.post(tx, msg)
}

// promptTooSoon keeps to the time between two prompts. The transaction that adds one decides; this one knows how long to
// wait, and that nothing is counted.
func (m *Machine) promptTooSoon(ctx context.Context, who addressee, now time.Time) error {
	last, err := m.store.LatestPrompt(ctx, who.account, who.owner)
	if err != nil || last == nil || last.State != PromptWaiting || last.Authenticator != who.authenticator {
		return err
	}
	if wait := last.CreatedAt.Add(resendAfter).Sub(now); wait > 0 {
		return askedJustNow(min(wait, resendAfter))
	}
	return nil
}

func askedJustNow(wait time.Duration) *Error {
	return &Error{Code: CodeThrottled, Text: "push.too_soon", RetryAfter: wait, Reason: "a prompt was sent just now"}
}

// admitPrompt says whether one more prompt may be sent, and counts it under every limit, or none.
func (m *Machine) admitPrompt(ctx context.Context, c Caller, who addressee, now time.Time) error {
	st, err := m.store.State(ctx, who.account)
	if err != nil || st == nil {
		return firstErr(err, &Error{Code: CodeLoginExpired, Reason: "the account is gone"})
	}
	key := "push:stranger:" + who.account
	if who.inSession || m.knownLane(c, *st) != "" {
		key = "push:known:" + who.account
	}
	var wait time.Duration
	for i, limit := range promptLimits() {
		w, err := m.store.LimitReached(ctx, fmt.Sprint(key, ":", i), limit, now)
		if err != nil {
			return err
		}
		wait = max(wait, w)
	}
	if wait > 0 {
		return tooManyPrompts(wait)
	}
	for i, limit := range promptLimits() {
		admitted, err := m.store.TakeLimited(ctx, fmt.Sprint(key, ":", i), limit, now)
		if err != nil {
			return err
		}
		if !admitted {
			return tooManyPrompts(time.Minute) // another request took the last one
		}
	}
	return nil
}

func tooManyPrompts(wait time.Duration) *Error {
	return &Error{Code: CodeThrottled, Text: "push.too_often", RetryAfter: wait, Reason: "too many prompts"}
}

// promptNumber is what has to be typed to approve a prompt: of the same login always the same, and nothing that could be
// guessed from the database. Of 2^64 values that a remainder of a million is taken of, none is more than one in 10^13 too likely.
func (m *Machine) promptNumber(p PromptRow) (string, error) {
	mac, err := m.cfg.Keys.MAC(p.KeyID, "push_number", []byte(p.ID), []byte(p.Owner))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%0*d", NumberDigits, binary.BigEndian.Uint64(mac)%1_000_000), nil
}

// Prompt shows the newest prompt of a login; CodeNotFound when there is none.
func (m *Machine) Prompt(ctx context.Context, l Login) (Prompted, error) {
	row := l.record().row
	return m.prompted(ctx, row.Account, row.ID, row.Epoch)
}

// PromptSession shows the newest prompt of a session; CodeNotFound when there is none.
func (m *Machine) PromptSession(ctx context.Context, s Session) (Prompted, error) {
	row := s.record().row
	return m.prompted(ctx, row.Account, row.ID, row.Epoch)
}

func (m *Machine) prompted(ctx context.Context, account, owner string, epoch int64) (Prompted, error) {
	p, err := m.store.LatestPrompt(ctx, account, owner)
	if err != nil {
		return Prompted{}, err
	}
	if p == nil {
		return Prompted{}, &Error{Code: CodeNotFound}
	}
	out := Prompted{ID: p.ID, Authenticator: p.Authenticator, State: p.stateAt(epoch, m.clock.Now()), ExpiresAt: p.ExpiresAt}
	if out.State == PromptWaiting {
		out.Number, err = m.promptNumber(*p)
	}
	return out, err
}

// stateAt is what became of a prompt, in an epoch of its account: one that expired has ended.
func (p PromptRow) stateAt(epoch int64, now time.Time) PromptState {
	if p.Epoch != epoch || (p.State != PromptDeclined && p.isOver(now)) {
		return PromptEnded
	}
	return p.State
}

func (p PromptRow) isOver(now time.Time) bool {
	return !now.Before(p.ExpiresAt) || fromTheFuture(p.CreatedAt, now)
}
