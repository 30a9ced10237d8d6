package core

import (
	"context"
	"time"
)

const (
	// maxBoundBrowsers is how many of an account's browsers may be bound: each is asked at somebody else's push service.
	maxBoundBrowsers = 5
	// SubscriptionSecrets is the purpose under which subscriptions are kept with [Secrets].
	SubscriptionSecrets = "push_subscription"
)

// roomForBrowser holds an account to so many. Asking when a binding begins is enough: of those that are begun side by side the
// first that is confirmed ends the others, with the epoch.
func (m *Machine) roomForBrowser(ctx context.Context, account string) error {
	auths, err := m.store.Authenticators(ctx, account)
	if err != nil {
		return err
	}
	n := 0
	for _, a := range auths {
		if a.Kind == KindPush {
			n++
		}
	}
	if n >= maxBoundBrowsers {
		return wrongState("push.too_many")
	}
	return nil
}

// confirmBrowser checks what a browser made, and keeps its key and its subscription before there are rows of them.
func (m *Machine) confirmBrowser(ctx context.Context, row BindingRow, response string, now time.Time) (confirmation, error) {
	if m.cfg.Approvals == nil {
		return confirmation{}, &Error{Code: CodeNotFound, Text: "binding.gone"}
	}
	conf := confirmation{row: row, counter: bindingCounter(row.Account, row.ID)}
	if _, err := m.reserveOne(ctx, conf.counter, now); err != nil {
		return confirmation{}, err
	}
	challenge, err := m.cfg.Secrets.Get(ctx, row.Account, string(row.Kind), row.SecretID)
	if err != nil {
		return confirmation{}, err
	}
	made, err := m.cfg.Approvals.Enrolled(row.ID, challenge, response)
	if err != nil {
		return confirmation{}, notMade(err, &Error{Text: "push.not_made"})
	}
	if conf.secret, err = m.cfg.Secrets.Put(ctx, row.Account, string(row.Kind), made.State); err != nil {
		return confirmation{}, err
	}
	if len(made.Subscription) > 0 {
		conf.subscription, err = m.cfg.Secrets.Put(ctx, row.Account, SubscriptionSecrets, made.Subscription)
	}
	return conf, err
}

// insertBrowser adds the row of a bound browser; for every other kind there is none.
func (conf confirmation) insertBrowser(tx Tx, a Authenticator) error {
	if a.Kind != KindPush {
		return nil
	}
	return tx.InsertPushBrowser(PushBrowserRow{Authenticator: a.ID, Account: a.Account, Subscription: conf.subscription})
}

// subscriptionOf is the id of the secret that goes with an authenticator of the account, if it is a browser that has one.
func (m *Machine) subscriptionOf(ctx context.Context, account, authenticator string) ([]string, error) {
	b, err := m.store.PushBrowser(ctx, authenticator)
	if err != nil || b == nil || b.Account != account || b.Subscription == "" {
		return nil, err
	}
	return []string{b.Subscription}, nil
}
