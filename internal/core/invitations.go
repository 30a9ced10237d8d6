package core

import (
	"context"
	"net/url"
	"time"
)

// Invitation is a link that is still good. The link itself is kept nowhere.
type Invitation struct {
	ID        string
	Email     string // where it went; "" for one that was handed over
	Groups    []string
	First     bool // it is the first administrator's, of a start
	CreatedAt time.Time
	ExpiresAt time.Time
}

// Invitations lists those that are still good, the oldest first.
func (m *Machine) Invitations(ctx context.Context) ([]Invitation, error) {
	rows, err := m.store.Invitations(ctx, ticketInvitation)
	if err != nil {
		return nil, err
	}
	now := m.clock.Now()
	var out []Invitation
	for _, row := range rows {
		if !now.Before(row.ExpiresAt) {
			continue
		}
		terms, err := row.subject()
		if err != nil {
			return nil, err
		}
		out = append(out, Invitation{
			ID: row.ID, Email: terms.New, Groups: terms.Groups, First: row.Owner == bootstrapOwner, CreatedAt: row.CreatedAt, ExpiresAt: row.ExpiresAt,
		})
	}
	return out, nil
}

// RevokeInvitations ends an invitation by its id, or all that went to an address, and returns those that it ended: nobody
// registers with them any more, and what was not mailed yet is not. CodeNotFound when there is none, as when somebody registered with it
// meanwhile.
func (m *Machine) RevokeInvitations(ctx context.Context, c Caller, which string) (ended []Invitation, err error) {
	defer func() { m.note(ctx, c, "account.invitation_revoked", "", err) }()
	all, err := m.Invitations(ctx)
	if err != nil {
		return nil, err
	}
	for _, i := range all {
		if i.ID != which && !m.sameAddress(i.Email, which) {
			continue
		}
		gone, err := m.store.EndInvitation(ctx, ticketInvitation, i.ID)
		if err != nil {
			return ended, err
		}
		if gone {
			ended = append(ended, i)
		}
	}
	if len(ended) == 0 {
		return nil, &Error{Code: CodeNotFound, Field: "invitation"}
	}
	return ended, nil
}

// sameAddress says whether two texts are one address. What is none is the same as nothing.
func (m *Machine) sameAddress(a, b string) bool {
	_, keyA, errA := m.cfg.Names.Email(a)
	_, keyB, errB := m.cfg.Names.Email(b)
	return errA == nil && errB == nil && keyA == keyB
}

// revoked says whether a message brings an invitation that is not good any more.
func (m *Machine) revoked(ctx context.Context, msg Message) (bool, error) {
	if msg.Kind != MailInvitation || msg.Account != "" {
		return false, nil
	}
	link, err := url.Parse(msg.Link)
	if err != nil {
		return false, err
	}
	row, err := m.store.TicketByToken(ctx, hashToken(ticketPurpose(ticketInvitation), "", link.Query().Get("token")))
	return row == nil, err
}
