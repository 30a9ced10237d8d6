package core

import (
	"context"
	"errors"
	"time"
)

// Texts cost money, and whoever gets a share of it makes others send them ("pumping"). Nothing is sent before a right
// password, and these limits hold whoever asks. A limit that is reached is a refusal; other authenticators go on.

// TextLimits bound what is spent on text messages, to whomever they go.
type TextLimits struct {
	PerHour  int
	PerMonth int // a calendar month, UTC
}

// Limits of codes to one account and one mailbox, to one account and one telephone, and to a thousand numbers beside each
// other, which is how ranges are rented.
func codesToOne() Limit   { return Limit{Events: 10, Per: time.Hour} }
func textsToOne() Limit   { return Limit{Events: 5, Per: time.Hour} }
func textsToRange() Limit { return Limit{Events: 20, Per: time.Hour} }

// rangeDigits is how many of a number's last digits its range leaves open.
const rangeDigits = 3

// inMonth is the limit of one calendar month. A limit gives back as time goes: over a year, so that what a month gets back
// is less than the twelfth that is held back here.
func inMonth(events int) Limit {
	return Limit{Events: max(1, events-(events+11)/12), Per: 365 * 24 * time.Hour}
}

// share is what one limit is for.
type share struct {
	of    string
	limit Limit
}

// admitCode says whether one more code may be sent, and counts it.
func (m *Machine) admitCode(ctx context.Context, c Caller, who addressee, now time.Time) error {
	if who.kind != KindSMS {
		return m.admitShares(ctx, MailCode, now, share{who.account, codesToOne()}, share{who.to, codesToOne()})
	}
	err := m.admitShares(ctx, TextCode, now, share{who.account, textsToOne()}, share{who.to, textsToOne()})
	if err != nil {
		return err
	}
	if err := m.admitText(ctx, who.to, now); err != nil {
		m.cfg.Log.ErrorContext(ctx, "no text message was sent: their limit is reached, by an attack or by many people",
			"account", who.account, "error", err)
		var e *Error
		if errors.As(err, &e) {
			m.refused(c, "sms.limit", who.account, e)
		}
		return err
	}
	return nil
}

// admitText counts a text under what holds for everybody together; nil when it may be sent.
func (m *Machine) admitText(ctx context.Context, to string, now time.Time) error {
	return m.admitShares(ctx, TextCode, now,
		share{"range:" + to[:max(0, len(to)-rangeDigits)], textsToRange()},
		share{"hour", Limit{Events: m.cfg.TextLimits.PerHour, Per: time.Hour}},
		share{"month:" + now.UTC().Format("2006-01"), inMonth(m.cfg.TextLimits.PerMonth)})
}

func (m *Machine) admitShares(ctx context.Context, kind MessageKind, now time.Time, shares ...share) error {
	for _, s := range shares {
		admitted, err := m.admit(ctx, kind, s.of, s.limit, now)
		if err != nil {
			return err
		}
		if !admitted {
			return &Error{Code: CodeThrottled, Text: "challenge.too_many", RetryAfter: time.Hour, Reason: "too many codes"}
		}
	}
	return nil
}

// phones are the telephones of an account, as far as one more text of that kind may go to each. It is asked before a
// transaction: they are sealed, perhaps in another database. One that can't be read is left out.
func (m *Machine) phones(ctx context.Context, account string, kind MessageKind) []string {
	return m.phonesAmong(ctx, account, kind, func(Authenticator) bool { return true })
}

// phoneOf is likewise the telephone that is about to be removed. One that stays costs no text.
func (m *Machine) phoneOf(ctx context.Context, s Session, id string) []string {
	if _, texts := m.messengers[KindSMS]; !texts || m.MayUnbind(ctx, s, id) != nil {
		return nil
	}
	return m.phonesAmong(ctx, s.AccountID(), MailUnbound, func(a Authenticator) bool { return a.ID == id })
}

func (m *Machine) phonesAmong(ctx context.Context, account string, kind MessageKind, told func(Authenticator) bool) (numbers []string) {
	if _, texts := m.messengers[KindSMS]; !texts {
		return nil
	}
	auths, err := m.store.Authenticators(ctx, account)
	if err != nil {
		return nil // the transaction fails of the same
	}
	now := m.clock.Now()
	for _, a := range auths {
		if a.Kind != KindSMS || !told(a) {
			continue
		}
		to, err := m.recipient(ctx, a)
		if err == nil {
			err = firstErr(m.admitShares(ctx, kind, now, share{to, textsToOne()}), m.admitText(ctx, to, now))
		}
		if err != nil {
			m.cfg.Log.WarnContext(ctx, "a telephone is not told of what happened to its account", "account", account, "message_kind", kind, "error", err)
			continue
		}
		numbers = append(numbers, to)
	}
	return numbers
}

// textAll tells telephones what a mail says, without its link.
func (m *Machine) textAll(tx Tx, msg Message, numbers []string) error {
	for _, to := range numbers {
		msg.To, msg.Text, msg.Link, msg.Code = to, true, "", ""
		if err := m.post(tx, msg); err != nil {
			return err
		}
	}
	return nil
}
