package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/store/queries"
)

// PushBrowser implements [core.PushStore].
func (s *Store) PushBrowser(ctx context.Context, authenticator string) (*core.PushBrowserRow, error) {
	row, found, err := find(ctx, s, "find bound browser", func(ctx context.Context, q *queries.Queries) (queries.PushBrowser, error) {
		return q.GetPushBrowser(ctx, authenticator)
	})
	if !found {
		return nil, err
	}
	return &core.PushBrowserRow{Authenticator: row.AuthenticatorID, Account: row.AccountID, Subscription: row.SubscriptionID}, nil
}

// Prompt implements [core.PushStore].
func (s *Store) Prompt(ctx context.Context, account, id string) (*core.PromptRow, error) {
	return s.prompt(ctx, func(ctx context.Context, q *queries.Queries) (queries.Prompt, error) {
		return q.GetPrompt(ctx, account, id)
	})
}

// LatestPrompt implements [core.PushStore].
func (s *Store) LatestPrompt(ctx context.Context, account, owner string) (*core.PromptRow, error) {
	return s.prompt(ctx, func(ctx context.Context, q *queries.Queries) (queries.Prompt, error) {
		return q.LatestPrompt(ctx, account, owner)
	})
}

func (s *Store) prompt(ctx context.Context, get func(context.Context, *queries.Queries) (queries.Prompt, error)) (*core.PromptRow, error) {
	row, found, err := find(ctx, s, "find prompt", get)
	if !found {
		return nil, err
	}
	p, err := promptRow(row)
	return &p, err
}

// OpenPrompts implements [core.PushStore].
func (s *Store) OpenPrompts(ctx context.Context, account, authenticator string, now time.Time) ([]core.PromptRow, error) {
	rows, _, err := find(ctx, s, "list prompts", func(ctx context.Context, q *queries.Queries) ([]queries.Prompt, error) {
		return q.OpenPrompts(ctx, queries.OpenPromptsParams{AccountID: account, AuthenticatorID: authenticator, Now: millis(now)})
	})
	return converted(rows, err, promptRow)
}

func promptRow(r queries.Prompt) (core.PromptRow, error) {
	return core.PromptRow{
		ID: r.ID, Account: r.AccountID, Owner: r.OwnerID, Authenticator: r.AuthenticatorID, Epoch: r.Epoch,
		Purpose: r.Purpose, Action: r.Action, Mailed: r.Mailed, KeyID: r.KeyID, State: core.PromptState(r.State), Tries: int(r.Tries),
		Address: r.Address, UserAgent: r.UserAgent, CreatedAt: instant(r.CreatedAt), ExpiresAt: instant(r.ExpiresAt),
	}, nil
}

// errNotReserved rolls back what was counted on a prompt whose counter takes nothing.
var errNotReserved = errors.New("store: the counter is locked or delayed")

// ReservePrompt implements [core.PushStore]. The prompt comes before the counter, as in what settles an answer: nobody waits
// for anybody crosswise.
func (s *Store) ReservePrompt(ctx context.Context, p core.PromptRow, most int, counter core.Counter, now time.Time) (try core.PromptTry, err error) {
	err = s.transact(ctx, "reserve prompt", func(ctx context.Context, q *queries.Queries) error {
		try = core.PromptTry{}
		tries, err := q.TryPrompt(ctx, queries.TryPromptParams{
			AccountID: p.Account, ID: p.ID, AuthenticatorID: p.Authenticator, Now: millis(now), Most: int64(most),
		})
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		try.Tries = int(tries)
		if try.Reservation, err = reserve(ctx, q, counter, now); err == nil && !try.Granted {
			err = errNotReserved
		}
		return err
	})
	if err != nil && !errors.Is(err, errNotReserved) {
		return core.PromptTry{}, err // nothing was committed: nothing is granted
	}
	return try, nil
}

// InsertPushBrowser implements [core.PushTx].
func (t *tx) InsertPushBrowser(b core.PushBrowserRow) error {
	return t.do("insert bound browser", func(ctx context.Context, q *queries.Queries) error {
		return q.InsertPushBrowser(ctx, queries.InsertPushBrowserParams{
			AuthenticatorID: b.Authenticator, AccountID: b.Account, SubscriptionID: b.Subscription,
		})
	})
}

// SetSubscription implements [core.PushTx].
func (t *tx) SetSubscription(b core.PushBrowserRow, secret string) (bool, error) {
	return t.one("set subscription", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.SetSubscription(ctx, queries.SetSubscriptionParams{
			AccountID: b.Account, AuthenticatorID: b.Authenticator, ReadWith: b.Subscription, Renewed: secret,
		})
	})
}

// InsertPrompt implements [core.PushTx]. The account's state is locked, so that nobody adds one in between.
func (t *tx) InsertPrompt(p core.PromptRow, since time.Time) (inserted bool, err error) {
	err = t.do("insert prompt", func(ctx context.Context, q *queries.Queries) error {
		last, err := q.LatestPrompt(ctx, p.Account, p.Owner)
		n, err := optional(err)
		if err != nil || n == 1 && last.State == string(core.PromptWaiting) && last.AuthenticatorID == p.Authenticator && last.CreatedAt > millis(since) {
			return err
		}
		if err := q.EndPrompts(ctx, p.Account, p.Owner); err != nil {
			return err
		}
		inserted = true
		return q.InsertPrompt(ctx, queries.InsertPromptParams{
			ID: p.ID, AccountID: p.Account, OwnerID: p.Owner, AuthenticatorID: p.Authenticator, Epoch: p.Epoch,
			Purpose: p.Purpose, Action: p.Action, Mailed: p.Mailed, KeyID: p.KeyID, State: string(p.State), Address: p.Address,
			UserAgent: p.UserAgent, CreatedAt: millis(p.CreatedAt), ExpiresAt: millis(p.ExpiresAt),
		})
	})
	return inserted && err == nil, err
}

// MarkPrompt implements [core.PushTx].
func (t *tx) MarkPrompt(p core.PromptRow, becomes core.PromptState) (bool, error) {
	return t.one("mark prompt", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.MarkPrompt(ctx, queries.MarkPromptParams{
			AccountID: p.Account, ID: p.ID, AuthenticatorID: p.Authenticator, Epoch: p.Epoch, Becomes: string(becomes), Now: millis(t.now),
		})
	})
}

// TakePrompt implements [core.PushTx].
func (t *tx) TakePrompt(p core.PromptRow) (bool, error) {
	return t.one("take prompt", func(ctx context.Context, q *queries.Queries) (int64, error) {
		n, err := q.TakePrompt(ctx, queries.TakePromptParams{
			AccountID: p.Account, OwnerID: p.Owner, ID: p.ID, AuthenticatorID: p.Authenticator, Epoch: p.Epoch,
			Purpose: p.Purpose, Action: p.Action, Now: millis(t.now),
		})
		if err != nil || n == 0 {
			return n, err
		}
		return n, q.NoteUse(ctx, queries.NoteUseParams{AccountID: p.Account, ID: p.Authenticator, Now: millis(t.now)})
	})
}
