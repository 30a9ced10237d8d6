package store

import (
	"context"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/store/queries"
)

// Account implements [core.Tx].
func (t *tx) Account(id string) (found *core.Account, err error) {
	err = t.do("read account", func(ctx context.Context, q *queries.Queries) error {
		row, err := q.GetAccount(ctx, id)
		if n, err := optional(err); n == 0 || err != nil {
			return err
		}
		a := account(row)
		found = &a
		return nil
	})
	return found, err
}

// ConfirmAddress implements [core.Tx].
func (t *tx) ConfirmAddress(account, email, key string) (confirmed bool, err error) {
	err = t.do("confirm address", func(ctx context.Context, q *queries.Queries) (err error) {
		confirmed, err = confirmAddress(ctx, q, account, email, key)
		return err
	})
	return confirmed && err == nil, err
}

func confirmAddress(ctx context.Context, q *queries.Queries, account, email, key string) (bool, error) {
	if key == "" {
		return false, nil // nobody's address
	}
	if err := q.ReleaseAddress(ctx, nullable(key), account); err != nil {
		return false, err
	}
	n, err := q.ClaimAddress(ctx, queries.ClaimAddressParams{ID: account, Email: email, EmailKey: nullable(key)})
	return n == 1, err
}

// CarrySession implements [core.Tx].
func (t *tx) CarrySession(account, id string, from, to int64) (bool, error) {
	return t.one("carry session", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.CarrySession(ctx, queries.CarrySessionParams{AccountID: account, ID: id, OldEpoch: from, NewEpoch: to})
	})
}

// EndSessions implements [core.Tx].
func (t *tx) EndSessions(account, keep string) error {
	return t.do("end sessions", func(ctx context.Context, q *queries.Queries) error {
		return q.EndOtherSessions(ctx, account, keep)
	})
}

// SetDisabled implements [core.Tx].
func (t *tx) SetDisabled(account string, disabled bool) error {
	return t.do("set disabled", func(ctx context.Context, q *queries.Queries) error {
		return q.SetDisabled(ctx, account, disabled)
	})
}

// SetGroups implements [core.Tx].
func (t *tx) SetGroups(account string, groups []string) error {
	names, err := list(groups)
	if err != nil {
		return err
	}
	return t.do("set groups", func(ctx context.Context, q *queries.Queries) error {
		return q.SetGroups(ctx, account, names)
	})
}

// SetPolicy implements [core.Tx].
func (t *tx) SetPolicy(account string, p core.Policy) error {
	return t.do("set policy", func(ctx context.Context, q *queries.Queries) error {
		return q.SetPolicy(ctx, account, string(p))
	})
}

// ReleaseBinding implements [core.Tx].
func (t *tx) ReleaseBinding(account string) (secrets []string, err error) {
	err = t.do("release binding", func(ctx context.Context, q *queries.Queries) error {
		var err error
		if secrets, err = q.SubscriptionsOf(ctx, account); err != nil {
			return err
		}
		bound, err := q.ReleaseAuthenticators(ctx, account)
		if err != nil {
			return err
		}
		for _, a := range bound {
			secrets = append(secrets, a.SecretID)
			t.later(a.CounterKey, q.DeleteCounter)
		}
		pending, err := q.ReleaseBindings(ctx, account)
		if err != nil {
			return err
		}
		secrets = append(secrets, pending...)
		if err := t.dropRecoverySets(ctx, q, account); err != nil {
			return err
		}
		return q.SetRebind(ctx, account)
	})
	return secrets, err
}

// counterKinds begin the keys of all counters that belong to an account.
func counterKinds() []string {
	return []string{"authenticator:", "binding:", "password:", "recovery:", "ticket:"}
}

// DeleteAccount implements [core.Tx]. What hangs on the state goes with it; the secrets are swept.
func (t *tx) DeleteAccount(account string) error {
	return t.do("delete account", func(ctx context.Context, q *queries.Queries) error {
		for _, kind := range counterKinds() {
			keys, err := q.ListCountersUnder(ctx, kind+core.CounterAccount(account)+":")
			if err != nil {
				return err
			}
			for _, key := range keys {
				t.later(key, q.DeleteCounter)
			}
		}
		for _, remove := range []func(context.Context, string) error{
			q.DeleteTicketsOf, q.DeleteLoginsOf, q.DeleteAccount, q.DeleteState,
		} {
			if err := remove(ctx, account); err != nil {
				return err
			}
		}
		return nil
	})
}
