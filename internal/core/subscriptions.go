package core

import (
	"bytes"
	"context"
	"time"
)

// subscribingLimit is how often a browser may say where messages reach it. Each time something is written, even where it is
// refused: a statement that was used before is an event.
func subscribingLimit() Limit { return Limit{Events: 10, Per: time.Hour} }

// Subscribe says where messages reach a bound browser. The challenge is used up by it.
func (m *Machine) Subscribe(ctx context.Context, c Caller, in Subscribing) (err error) {
	account := ""
	defer func() { m.note(ctx, c, "push.subscribed", account, err) }()
	if len(in.Subscription) > maxSubscription {
		return invalid("subscription", "push.subscription")
	}
	b, err := m.browserKey(ctx, in.Authenticator)
	if err != nil {
		return err
	}
	read, err := m.challenged(ctx, b, PushSubscribe, in.Challenge, in.Signature, hashSubscription(in.Subscription))
	if err != nil {
		return m.countWrong(ctx, c, m.clock.Now(), err)
	}
	if err := m.admitSubscribing(ctx, b.row.Authenticator, m.clock.Now()); err != nil {
		return err
	}
	account = b.row.Account
	secret := ""
	if in.Subscription != "" {
		if err := m.cfg.Approvals.Takes(in.Subscription); err != nil {
			return err
		}
		if secret, err = m.cfg.Secrets.Put(ctx, account, SubscriptionSecrets, []byte(in.Subscription)); err != nil {
			return err
		}
	}
	err = m.settle(ctx, account, m.clock.Now(), func(tx Tx, _ State) error {
		taken, err := tx.TakeChallenge(read.hash, read.ends)
		if err != nil {
			return err
		}
		if !taken {
			return alreadyUsed("push.challenge", 0)
		}
		return replaceSubscription(tx, b.row, secret)
	})
	if err != nil {
		return err // the new one is swept
	}
	m.forgetSubscription(ctx, b.row)
	return nil
}

// admitSubscribing counts what a bound browser signed, before anything is written of it.
func (m *Machine) admitSubscribing(ctx context.Context, authenticator string, now time.Time) error {
	key := "push:subscribing:" + authenticator
	admitted, err := m.store.TakeLimited(ctx, key, subscribingLimit(), now)
	if err != nil || admitted {
		return err
	}
	wait, err := m.store.LimitReached(ctx, key, subscribingLimit(), now)
	if err != nil {
		return err
	}
	return &Error{Code: CodeThrottled, RetryAfter: max(wait, time.Second), Reason: "too many subscriptions"}
}

func replaceSubscription(tx Tx, row PushBrowserRow, secret string) error {
	there, err := tx.SetSubscription(row, secret)
	if err != nil {
		return err
	}
	if !there {
		return wrongState("push.challenge") // another request changed it: start again
	}
	return nil
}

func (m *Machine) forgetSubscription(ctx context.Context, row PushBrowserRow) {
	if row.Subscription != "" {
		m.forgetSecrets(ctx, row.Account, []string{row.Subscription})
	}
}

// SubscriptionGone forgets a subscription that its push service doesn't know any more, if it still is the browser's. The
// browser stays bound: it is asked when it looks.
func (m *Machine) SubscriptionGone(ctx context.Context, account, authenticator string, subscription []byte) error {
	row, err := m.store.PushBrowser(ctx, authenticator)
	if err != nil || row == nil || row.Account != account || row.Subscription == "" {
		return err
	}
	present, err := m.cfg.Secrets.Get(ctx, account, SubscriptionSecrets, row.Subscription)
	if err != nil || !bytes.Equal(present, subscription) {
		return err
	}
	dropped := false
	err = m.settle(ctx, account, m.clock.Now(), func(tx Tx, _ State) (err error) {
		dropped, err = tx.SetSubscription(*row, "")
		return err
	})
	if err == nil && dropped {
		m.forgetSubscription(ctx, *row)
	}
	return err
}

// toBrowser fills in where a message to a bound browser goes, and what it says; nil when nobody waits for it any more, or no
// message reaches the browser: the page shows the prompt all the same.
func (m *Machine) toBrowser(ctx context.Context, msg Message) (*Message, error) {
	row, err := m.store.PushBrowser(ctx, msg.Browser)
	if err != nil || row == nil || row.Account != msg.Account {
		return nil, err
	}
	open, err := m.store.OpenPrompts(ctx, msg.Account, msg.Browser, m.clock.Now())
	if err != nil {
		return nil, err
	}
	for _, p := range open {
		if p.ID != msg.Prompt {
			continue
		}
		to := m.subscription(ctx, *row)
		if to == nil && !m.cfg.PromptAll {
			return nil, nil
		}
		if msg.Language, err = m.languageOf(ctx, msg); err != nil {
			return nil, err
		}
		shown, err := m.showPrompt(ctx, p)
		msg.Push = &PushMessage{Subscription: to, Prompt: shown}
		return &msg, err
	}
	return nil, nil
}

// subscription is where messages reach a bound browser; nil when none do. One that can't be read is one that it has not.
func (m *Machine) subscription(ctx context.Context, row PushBrowserRow) []byte {
	if row.Subscription == "" {
		return nil
	}
	to, err := m.cfg.Secrets.Get(ctx, row.Account, SubscriptionSecrets, row.Subscription)
	if err != nil {
		m.unreadable(ctx, Authenticator{Account: row.Account, ID: row.Authenticator}, err)
		return nil
	}
	return to
}
