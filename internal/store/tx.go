package store

import (
	"context"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/store/queries"
)

// ConsumeStep implements [core.Tx].
func (t *tx) ConsumeStep(account, authenticator string, s core.Step) (bool, error) {
	return t.one("consume step", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.ConsumeStep(ctx, queries.ConsumeStepParams{
			AccountID: account, ID: authenticator, Step: s.Number, Now: millis(t.now),
			OffSteps: int32(s.Off), OffSeconds: wholeSeconds(s.OffTime),
		})
	})
}

// TakeLogin implements [core.Tx].
func (t *tx) TakeLogin(id string) (bool, error) {
	return t.one("take login", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.DeleteLogin(ctx, id)
	})
}

// TakeBinding implements [core.Tx].
func (t *tx) TakeBinding(account, owner, id, secret string) (bool, error) {
	return t.one("take binding", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.TakeBinding(ctx, queries.TakeBindingParams{AccountID: account, OwnerID: owner, ID: id, SecretID: secret})
	})
}

// RenewBinding implements [core.Tx].
func (t *tx) RenewBinding(secret string, b core.BindingRow) (bool, error) {
	return t.one("renew binding", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.RenewBinding(ctx, queries.RenewBindingParams{
			AccountID: b.Account, OwnerID: b.Owner, ID: b.ID, SecretID: secret, Renewed: b.SecretID, LastStep: b.LastStep,
			CreatedAt: millis(b.CreatedAt), ExpiresAt: millis(b.ExpiresAt),
		})
	})
}

// InsertBinding implements [core.Tx].
func (t *tx) InsertBinding(b core.BindingRow, keep int) (dropped []core.BindingRow, err error) {
	err = t.do("insert binding", func(ctx context.Context, q *queries.Queries) error {
		err := q.InsertBinding(ctx, queries.InsertBindingParams{
			ID: b.ID, AccountID: b.Account, OwnerID: b.Owner, Epoch: b.Epoch, Kind: string(b.Kind), Label: b.Label,
			SecretID: b.SecretID, LastStep: b.LastStep, CreatedAt: millis(b.CreatedAt), ExpiresAt: millis(b.ExpiresAt),
		})
		if err != nil {
			return err
		}
		rows, err := q.DropOldBindings(ctx, queries.DropOldBindingsParams{
			AccountID: b.Account, Inserted: b.ID, OwnerID: b.Owner, Epoch: b.Epoch, Now: millis(t.now), Keep: most(keep),
		})
		for _, r := range rows {
			dropped = append(dropped, *bindingRow(r))
		}
		return err
	})
	return dropped, err
}

// InsertLogin implements [core.Tx].
func (t *tx) InsertLogin(l core.LoginRow) error {
	evidence, err := list(l.Evidence)
	if err != nil {
		return err
	}
	return t.do("insert login", func(ctx context.Context, q *queries.Queries) error {
		return q.InsertLogin(ctx, queries.InsertLoginParams{
			ID: l.ID, TokenHash: l.TokenHash, AccountID: l.Account, Epoch: l.Epoch, Transport: string(l.Transport),
			Evidence: evidence, Remember: l.Remember, ReturnTo: l.ReturnTo,
			CreatedAt: millis(l.CreatedAt), ExpiresAt: millis(l.ExpiresAt),
		})
	})
}

// InsertSession implements [core.Tx].
func (t *tx) InsertSession(s core.SessionRow, keep int) error {
	params, err := sessionParams(s)
	if err != nil {
		return err
	}
	return t.do("insert session", func(ctx context.Context, q *queries.Queries) error {
		if err := q.InsertSession(ctx, params); err != nil {
			return err
		}
		return q.EndUnusedSessions(ctx, queries.EndUnusedSessionsParams{AccountID: s.Account, Inserted: s.ID, Keep: most(keep)})
	})
}

// UpdateSession implements [core.Tx].
func (t *tx) UpdateSession(readWith []byte, s core.SessionRow) (bool, error) {
	p, err := sessionParams(s)
	if err != nil {
		return false, err
	}
	return t.one("update session", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.UpdateSession(ctx, queries.UpdateSessionParams{
			AccountID: p.AccountID, ID: p.ID, TokenHash: p.TokenHash, Epoch: p.Epoch, Level: p.Level, AMR: p.AMR,
			AAL2Until: p.AAL2Until, ElevatedUntil: p.ElevatedUntil, ProvedAt: p.ProvedAt, ReadWith: readWith,
		})
	})
}

// EndSessionByToken implements [core.Tx].
func (t *tx) EndSessionByToken(tokenHash []byte) error {
	return t.do("end session", func(ctx context.Context, q *queries.Queries) error {
		return q.EndSessionByToken(ctx, tokenHash)
	})
}

// Authenticators implements [core.Tx].
func (t *tx) Authenticators(account string) (out []core.Authenticator, err error) {
	err = t.do("list authenticators", func(ctx context.Context, q *queries.Queries) error {
		rows, err := q.ListAuthenticators(ctx, account)
		out = authenticators(rows)
		return err
	})
	return out, err
}

// InsertAuthenticator implements [core.Tx]. Failures is not written: an authenticator begins with none.
func (t *tx) InsertAuthenticator(a core.Authenticator) error {
	return t.do("insert authenticator", func(ctx context.Context, q *queries.Queries) error {
		return q.InsertAuthenticator(ctx, queries.InsertAuthenticatorParams{
			ID: a.ID, AccountID: a.Account, Kind: string(a.Kind), Label: a.Label, SecretID: a.SecretID,
			CounterKey: core.AuthenticatorCounter(a.Account, a.ID).Key, LastStep: a.LastStep,
			CreatedAt: millis(a.CreatedAt), LastUsedAt: millis(a.LastUsedAt), DriftWindow: int32(a.Window), DriftSeconds: wholeSeconds(a.Off),
		})
	})
}

// DeleteAuthenticator implements [core.Tx].
func (t *tx) DeleteAuthenticator(account, id string) (bool, error) {
	return t.one("delete authenticator", func(ctx context.Context, q *queries.Queries) (int64, error) {
		counter, err := q.DeleteAuthenticator(ctx, account, id)
		if n, err := optional(err); n == 0 || err != nil {
			return 0, err
		}
		t.later(counter, q.DeleteCounter)
		return 1, nil
	})
}

// SetPassword implements [core.Tx].
func (t *tx) SetPassword(account, hash string, standsAlone bool) error {
	return t.do("set password", func(ctx context.Context, q *queries.Queries) error {
		return q.SetPassword(ctx, queries.SetPasswordParams{
			AccountID: account, Hash: hash, StandsAlone: standsAlone, ChangedAt: millis(t.now),
		})
	})
}

// SetPasswordExposed implements [core.Tx].
func (t *tx) SetPasswordExposed(account string, exposed bool) error {
	return t.do("set password exposed", func(ctx context.Context, q *queries.Queries) error {
		return q.SetPasswordExposed(ctx, account, exposed)
	})
}

// SetLanguage implements [core.Tx].
func (t *tx) SetLanguage(account, language string) error {
	return t.do("set language", func(ctx context.Context, q *queries.Queries) error {
		return q.SetLanguage(ctx, account, language)
	})
}

// ForgetClients implements [core.Tx].
func (t *tx) ForgetClients(account string) error {
	return t.do("forget clients", func(ctx context.Context, q *queries.Queries) error {
		return q.ForgetClients(ctx, account)
	})
}

// BumpEpoch implements [core.Tx].
func (t *tx) BumpEpoch(account string) (epoch int64, err error) {
	err = t.do("bump epoch", func(ctx context.Context, q *queries.Queries) (err error) {
		epoch, err = q.BumpEpoch(ctx, account)
		return err
	})
	return epoch, err
}

// CloseFirstBinding implements [core.Tx].
func (t *tx) CloseFirstBinding(account string) error {
	return t.do("close first binding", func(ctx context.Context, q *queries.Queries) error {
		_, err := q.CloseFirst(ctx, account)
		return err
	})
}

// Clear implements [core.Tx].
func (t *tx) Clear(counters []core.Counter) error {
	for _, c := range counters {
		t.later(c.Key, t.q.DeleteCounter)
	}
	return t.failed
}

// Return implements [core.Tx].
func (t *tx) Return(counters []core.Counter) error {
	for _, c := range counters {
		t.later(c.Key, func(ctx context.Context, key string) error { return giveBack(ctx, t.q, key, t.now) })
	}
	return t.failed
}
