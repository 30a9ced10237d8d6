package store

import (
	"context"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/store/queries"
)

// TicketByToken implements [core.Store].
func (s *Store) TicketByToken(ctx context.Context, tokenHash []byte) (*core.TicketRow, error) {
	row, found, err := find(ctx, s, "find ticket", func(ctx context.Context, q *queries.Queries) (queries.Ticket, error) {
		return q.TicketByToken(ctx, tokenHash)
	})
	return ticketRow(row, found), err
}

// TicketByCode implements [core.Store].
func (s *Store) TicketByCode(ctx context.Context, codeHash []byte) (*core.TicketRow, error) {
	if len(codeHash) == 0 {
		return nil, nil // what links without a code have
	}
	row, found, err := find(ctx, s, "find ticket by code", func(ctx context.Context, q *queries.Queries) (queries.Ticket, error) {
		return q.TicketByCode(ctx, codeHash)
	})
	return ticketRow(row, found), err
}

// Ticket implements [core.Store].
func (s *Store) Ticket(ctx context.Context, account, purpose, owner string) (*core.TicketRow, error) {
	row, found, err := find(ctx, s, "find latest ticket", func(ctx context.Context, q *queries.Queries) (queries.Ticket, error) {
		return q.LatestTicket(ctx, queries.LatestTicketParams{AccountID: account, Purpose: purpose, OwnerID: owner})
	})
	return ticketRow(row, found), err
}

func ticketRow(r queries.Ticket, found bool) *core.TicketRow {
	if !found {
		return nil
	}
	return &core.TicketRow{
		ID: r.ID, Account: r.AccountID, Purpose: r.Purpose, Owner: r.OwnerID, TokenHash: r.TokenHash, KeyID: r.KeyID,
		CodeHash: absent(r.CodeHash), Epoch: r.Epoch, Subject: r.Subject,
		CreatedAt: instant(r.CreatedAt), ExpiresAt: instant(r.ExpiresAt),
	}
}

// InsertTicket implements [core.Tx].
func (t *tx) InsertTicket(r core.TicketRow) error {
	return t.do("insert ticket", func(ctx context.Context, q *queries.Queries) error {
		return replaceTicket(ctx, q, r)
	})
}

// IssueInvitation implements [core.Store].
func (s *Store) IssueInvitation(ctx context.Context, r core.TicketRow) error {
	r.Account = ""
	return s.transact(ctx, "issue invitation", func(ctx context.Context, q *queries.Queries) error {
		return replaceTicket(ctx, q, r)
	})
}

// Invitations implements [core.Store].
func (s *Store) Invitations(ctx context.Context, purpose string) (out []core.TicketRow, err error) {
	rows, _, err := find(ctx, s, "list invitations", func(ctx context.Context, q *queries.Queries) ([]queries.Ticket, error) {
		return q.ListTickets(ctx, "", purpose)
	})
	for _, r := range rows {
		out = append(out, *ticketRow(r, true))
	}
	return out, err
}

// EndInvitation implements [core.Store].
func (s *Store) EndInvitation(ctx context.Context, purpose, id string) (bool, error) {
	return s.changed(ctx, "end invitation", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.EndTicket(ctx, id, purpose)
	})
}

// replaceTicket ends what a ticket stands in for. An invitation without an owner stands in for none.
func replaceTicket(ctx context.Context, q *queries.Queries, r core.TicketRow) error {
	if r.Account != "" || r.Owner != "" {
		err := q.EndTickets(ctx, queries.EndTicketsParams{AccountID: r.Account, Purpose: r.Purpose, OwnerID: r.Owner})
		if err != nil {
			return err
		}
	}
	return q.InsertTicket(ctx, queries.InsertTicketParams{
		ID: r.ID, AccountID: r.Account, Purpose: r.Purpose, OwnerID: r.Owner, TokenHash: r.TokenHash, KeyID: r.KeyID,
		CodeHash: present(r.CodeHash), Epoch: r.Epoch, Subject: r.Subject,
		CreatedAt: millis(r.CreatedAt), ExpiresAt: millis(r.ExpiresAt),
	})
}

// Tickets implements [core.Tx].
func (t *tx) Tickets(account, purpose string) (out []core.TicketRow, err error) {
	err = t.do("list tickets", func(ctx context.Context, q *queries.Queries) error {
		rows, err := q.ListTickets(ctx, account, purpose)
		for _, r := range rows {
			out = append(out, *ticketRow(r, true))
		}
		return err
	})
	return out, err
}

// TakeTicket implements [core.Tx].
func (t *tx) TakeTicket(id string) (bool, error) {
	return t.one("take ticket", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.TakeTicket(ctx, id)
	})
}

// DropTickets implements [core.Tx].
func (t *tx) DropTickets(account, purpose string, since time.Time) error {
	return t.do("drop tickets", func(ctx context.Context, q *queries.Queries) error {
		return q.DropTickets(ctx, queries.DropTicketsParams{AccountID: account, Purpose: purpose, Since: millis(since)})
	})
}

// InsertConfirmation implements [core.Tx].
func (t *tx) InsertConfirmation(c core.ConfirmationRow) error {
	return t.do("insert confirmation", func(ctx context.Context, q *queries.Queries) error {
		return q.InsertConfirmation(ctx, queries.InsertConfirmationParams{
			ID: c.ID, AccountID: c.Account, SessionID: c.Session, Epoch: c.Epoch, TokenHash: c.TokenHash,
			ActionHash: c.ActionHash, ExpiresAt: millis(c.ExpiresAt),
		})
	})
}

// TakeConfirmation implements [core.Tx]. ID and ExpiresAt of c are not looked at.
func (t *tx) TakeConfirmation(c core.ConfirmationRow, now time.Time) (bool, error) {
	return t.one("take confirmation", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.TakeConfirmation(ctx, queries.TakeConfirmationParams{
			TokenHash: c.TokenHash, AccountID: c.Account, SessionID: c.Session, Epoch: c.Epoch, ActionHash: c.ActionHash,
			Now: millis(now),
		})
	})
}
