package core

import (
	"context"
	"time"
)

// pollAfter is when it makes sense to ask again whether a prompt was answered.
const pollAfter = 2 * time.Second

// provePush takes the approval of a prompt as a second factor: of the one that r names, or of the newest of this login or
// session. Nothing is compared here, and nothing counted: the bound browser proved itself when it answered.
func (m *Machine) provePush(ctx context.Context, a asked, r Response, now time.Time) (proof, error) {
	p, err := m.promptOf(ctx, a, r)
	if err != nil {
		return proof{}, err
	}
	purpose, action := asks(!a.inLogin, a.action)
	if p.Purpose != purpose || p.Action != action {
		return proof{}, &Error{Code: CodeWrong, Text: "push.other", Reason: "the prompt was for something else", Authenticator: p.Authenticator}
	}
	if err := p.approvedAt(a.epoch, now); err != nil {
		return proof{}, err
	}
	want := PromptRow{
		ID: p.ID, Account: a.account, Owner: a.owner, Authenticator: p.Authenticator, Epoch: a.epoch, Purpose: purpose, Action: action,
	}
	return proof{
		evidence: Evidence{Kind: KindPush, Authenticator: p.Authenticator, At: now, Failures: p.Tries - 1},
		consume:  func(tx Tx) (bool, error) { return tx.TakePrompt(want) },
		spent:    alreadyUsed("push.used", 0),
	}, nil
}

// promptOf finds the prompt that is answered for. One that nobody owns is nobody's: the form that takes everything at once has
// asked nothing.
func (m *Machine) promptOf(ctx context.Context, a asked, r Response) (p *PromptRow, err error) {
	if a.owner == "" {
		return nil, wrongState("push.first")
	}
	if r.Value == "" {
		p, err = m.store.LatestPrompt(ctx, a.account, a.owner)
	} else {
		p, err = m.store.Prompt(ctx, a.account, r.Value)
	}
	if err != nil {
		return nil, err
	}
	if p == nil || p.Owner != a.owner || (r.Authenticator != "" && r.Authenticator != p.Authenticator) {
		return nil, wrongState("push.first")
	}
	return p, nil
}

// approvedAt says what a prompt came to: nil when it was approved.
func (p PromptRow) approvedAt(epoch int64, now time.Time) error {
	e := &Error{Code: CodeWrong, Authenticator: p.Authenticator}
	switch p.stateAt(epoch, now) {
	case PromptApproved:
		return nil
	case PromptWaiting:
		return &Error{Code: CodeWrongState, Text: "push.waiting", RetryAfter: pollAfter}
	case PromptDeclined:
		e.Text, e.Reason = "push.declined", "the prompt was declined"
		return e
	}
	e.Text, e.Reason = "push.ended", "the prompt ended"
	if p.State != PromptEnded && p.isOver(now) {
		e.Text, e.Reason = "push.expired", "the prompt expired"
	}
	return e
}
