package core

import (
	"context"
	"crypto/subtle"
	"errors"
	"strings"
	"time"
)

// AnswerPrompt answers a prompt. CodeWrong for a signature or a number that is not right; the third number that is not ends
// the prompt. CodeWrongState when the prompt is over. With DecisionNotMe it may be over, too, as long as nothing has changed
// since: who looks an hour later still knows that it was somebody else.
func (m *Machine) AnswerPrompt(ctx context.Context, c Caller, a PromptAnswer) (_ PromptOutcome, err error) {
	now, account := m.clock.Now(), ""
	defer func() { m.note(ctx, c, "push.answered", account, err) }()
	if err := a.check(); err != nil {
		return PromptOutcome{}, err
	}
	b, err := m.browserKey(ctx, a.Authenticator)
	if err != nil {
		return PromptOutcome{}, err
	}
	if err := m.signed(ctx, b, PushAnswer, a.Signature, a.Prompt, a.Decision, a.Number); err != nil {
		return PromptOutcome{}, m.countWrong(ctx, c, now, err)
	}
	account = b.row.Account // a stranger who knows its id writes nothing into its record
	p, err := m.store.Prompt(ctx, account, a.Prompt)
	if err != nil {
		return PromptOutcome{}, err
	}
	if p == nil || p.Authenticator != b.auth.ID {
		return PromptOutcome{}, &Error{Code: CodeNotFound, Field: "prompt", Text: "push.over"}
	}
	switch a.Decision {
	case DecisionApprove:
		return PromptOutcome{}, m.approve(ctx, c, *p, a.Number, now)
	case DecisionDecline:
		return PromptOutcome{}, m.decline(ctx, c, *p, now)
	}
	return m.notMe(ctx, c, *p, now)
}

// check holds an answer to what can be signed: what is wrong with it costs no attempt.
func (a PromptAnswer) check() error {
	digits := !strings.ContainsFunc(a.Number, func(r rune) bool { return r < '0' || r > '9' })
	switch {
	case a.Decision != DecisionApprove && a.Decision != DecisionDecline && a.Decision != DecisionNotMe:
		return invalid("decision", "push.decision")
	case a.Decision == DecisionApprove && (len(a.Number) != NumberDigits || !digits):
		return invalid("number", "push.number_shape")
	case a.Decision != DecisionApprove && a.Number != "":
		return invalid("number", "push.decision")
	case len(a.Prompt) != idLength:
		return &Error{Code: CodeNotFound, Field: "prompt", Text: "push.over"}
	}
	return nil
}

func promptOver() *Error { return &Error{Code: CodeWrongState, Text: "push.over"} }

// approve reserves, compares the number, and settles.
func (m *Machine) approve(ctx context.Context, c Caller, p PromptRow, number string, now time.Time) error {
	counter := AuthenticatorCounter(p.Account, p.Authenticator)
	try, err := m.store.ReservePrompt(ctx, p, maxPromptTries, counter, now)
	switch {
	case err != nil:
		return err
	case try.Tries == 0:
		return promptOver()
	case !try.Granted:
		return refusal([]Reservation{try.Reservation})
	}
	want, err := m.promptNumber(p)
	if err != nil {
		return err
	}
	if subtle.ConstantTimeCompare([]byte(number), []byte(want)) != 1 {
		return m.failed(ctx, c, now, m.wrongNumber(ctx, c, p, try, now))
	}
	err = m.settle(ctx, p.Account, now, func(tx Tx, st State) error {
		if err := answerIn(tx, st, p, PromptApproved); err != nil {
			return err
		}
		return firstErr(tx.Clear([]Counter{counter}), tx.InsertEvent(event("push.approved", c, p.Account, p.Authenticator, now)))
	})
	var e *Error
	if errors.As(err, &e) {
		return m.returned(ctx, []Counter{counter}, now, e)
	}
	return err
}

// answerIn gives a prompt its answer, once.
func answerIn(tx Tx, st State, p PromptRow, becomes PromptState) error {
	if st.Epoch != p.Epoch || st.Disabled {
		return promptOver()
	}
	marked, err := tx.MarkPrompt(p, becomes)
	if err == nil && !marked {
		err = promptOver()
	}
	return err
}

// wrongNumber is the answer to a number that is not the one shown. The last one that a prompt takes ends it.
func (m *Machine) wrongNumber(ctx context.Context, c Caller, p PromptRow, try PromptTry, now time.Time) error {
	e := &Error{Code: CodeWrong, Field: "number", Text: "push.number_wrong", Reason: "wrong number", Authenticator: p.Authenticator}
	e.leaves(try.Reservation)
	if try.Tries >= maxPromptTries {
		e.Text, e.Tries = "push.number_last", nil
		ctx, done := afterwards(ctx)
		defer done()
		err := m.settle(ctx, p.Account, now, func(tx Tx, _ State) error {
			_, err := tx.MarkPrompt(p, PromptEnded)
			return err
		})
		if err != nil { // it takes no further number all the same
			m.cfg.Log.ErrorContext(ctx, "a prompt was not ended", "account", p.Account, "error", err)
		}
	} else {
		e.Tries.Left = min(e.Tries.Left, maxPromptTries-try.Tries)
	}
	if try.Failures < maxFailures {
		return e // the owner need not be told what they mistype themself
	}
	return m.tellFailing(ctx, asked{account: p.Account, caller: c}, try.Failures, now, e)
}

func (m *Machine) decline(ctx context.Context, c Caller, p PromptRow, now time.Time) error {
	return m.settle(ctx, p.Account, now, func(tx Tx, st State) error {
		if err := answerIn(tx, st, p, PromptDeclined); err != nil {
			return err
		}
		return tx.InsertEvent(event("push.declined", c, p.Account, p.Authenticator, now))
	})
}

// notMe ends everything: somebody else got as far as the prompt, so that they have the password, the mailbox or a session. The
// password is shut where its owner has a confirmed address to get another one at. Where they have none it stays: shutting it
// would shut them out. So it does where a mailbox was proved in its place: the new one would go to whoever reads that.
func (m *Machine) notMe(ctx context.Context, c Caller, p PromptRow, now time.Time) (out PromptOutcome, err error) {
	if !now.Before(p.ExpiresAt.Add(OldPromptsKept)) {
		return PromptOutcome{}, promptOver()
	}
	err = m.settle(ctx, p.Account, now, func(tx Tx, st State) error {
		if st.Epoch != p.Epoch || st.Disabled {
			return promptOver()
		}
		a, err := tx.Account(p.Account)
		if err != nil {
			return err
		}
		out.Mailed = m.canReplace(a) && !p.Mailed
		if st.Epoch, err = m.endTrust(tx, c, p.Account, now); err != nil {
			return err
		}
		if err := tx.InsertEvent(event("push.not_me", c, p.Account, p.Authenticator, now)); err != nil {
			return err
		}
		msg := about(MailNotMe, Caller{Address: p.Address, UserAgent: p.UserAgent}, p.Account, now)
		if !out.Mailed {
			return m.post(tx, msg)
		}
		if err := firstErr(tx.SetPasswordExposed(p.Account, true), m.postReset(tx, msg, *a, st.Epoch, now)); err != nil {
			return err
		}
		_, err = m.tellFormer(tx, c, st, "", now)
		return err
	})
	return out, err
}
