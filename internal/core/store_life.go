package core

import (
	"context"
	"time"
)

// LifeStore is the part of [Store] that an account's life needs beyond signing in.
type LifeStore interface {
	TicketStore
	OutboxStore
	EventStore
	AccountStore

	// Browser finds a trusted browser by id; nil when there is none. Token, expiry and epoch are the caller's
	// to check.
	Browser(ctx context.Context, account, id string) (*BrowserRow, error)
	// Browsers lists an account's trusted browsers, the latest used first, dead ones included.
	Browsers(ctx context.Context, account string) ([]BrowserRow, error)

	// Reset reads an account's pending reset; nil when there is none.
	Reset(ctx context.Context, account string) (*ResetRow, error)
	// DueResets lists up to n resets that are due at now, or whose halfway notice is.
	DueResets(ctx context.Context, now time.Time, n int) ([]ResetRow, error)
}

// TicketStore finds tickets. Expiry and epoch are the caller's to check.
type TicketStore interface {
	// TicketByToken finds a ticket by the hash of its token; nil when there is none.
	TicketByToken(ctx context.Context, tokenHash []byte) (*TicketRow, error)
	// TicketByCode finds a ticket by the hash of its code; nil when there is none.
	TicketByCode(ctx context.Context, codeHash []byte) (*TicketRow, error)
	// Ticket reads the newest ticket of an account, purpose and owner; nil when there is none.
	Ticket(ctx context.Context, account, purpose, owner string) (*TicketRow, error)
	// IssueInvitation adds a ticket that belongs to no account. One with an owner ends the others of that owner.
	IssueInvitation(ctx context.Context, t TicketRow) error
	// Invitations lists the tickets of a purpose that belong to no account, the oldest first.
	Invitations(ctx context.Context, purpose string) ([]TicketRow, error)
	// EndInvitation deletes one of them; false when it is not there any more.
	EndInvitation(ctx context.Context, purpose, id string) (bool, error)
}

// OutboxStore keeps messages until they are sent.
type OutboxStore interface {
	// Enqueue adds a message outside a settling transaction.
	Enqueue(ctx context.Context, m MessageRow) error
}

// EventStore reads and checks events.
type EventStore interface {
	// Events lists an account's events, the newest first, at most n, with sequences below before (0: all).
	Events(ctx context.Context, account string, before int64, n int) ([]Event, error)
	// EventsAfter lists up to n events of all accounts in the order (account, sequence, id), behind the
	// given place.
	EventsAfter(ctx context.Context, after EventPlace, n int) ([]Event, error)
	// EventHeads lists up to n accounts behind after that have events since at, each with its last event.
	EventHeads(ctx context.Context, after string, since time.Time, n int) ([]Event, error)
	// DropEvents deletes events before at, the oldest of each account first and never the last of an account
	// that exists.
	DropEvents(ctx context.Context, before time.Time) error

	// Checkpoints lists up to n checkpoints behind the number after, in order.
	Checkpoints(ctx context.Context, after int64, n int) ([]Checkpoint, error)
	// LastCheckpoint reads the newest checkpoint; nil when there is none.
	LastCheckpoint(ctx context.Context) (*Checkpoint, error)
	// InsertCheckpoint adds a checkpoint; false when its number is taken: another process was first.
	InsertCheckpoint(ctx context.Context, c Checkpoint) (bool, error)
	// MergeCheckpoints deletes gone and replaces what is sealed in kept, both or neither, while both are still as they
	// were read; false when one is not.
	MergeCheckpoints(ctx context.Context, gone, kept Checkpoint, sealed []byte) (bool, error)
}

// AccountStore is for administrators and for work that goes over all accounts.
type AccountStore interface {
	// AnyAccount says whether there is any account at all.
	AnyAccount(ctx context.Context) (bool, error)
	// AnyState says whether there is the state of any account, wherever that is kept.
	AnyState(ctx context.Context) (bool, error)
	// AnyInGroup says whether any account is in a group, whatever its capitals.
	AnyInGroup(ctx context.Context, group string) (bool, error)
	// ListAccounts lists up to n accounts with ids behind after, in the order of their ids.
	ListAccounts(ctx context.Context, after string, n int) ([]AccountRow, error)
	// AccountRow reads one account with its state; nil when there is none.
	AccountRow(ctx context.Context, id string) (*AccountRow, error)
	// AddState makes the state of an account that is not kept here, as Register does; one that is there stays as it is.
	AddState(ctx context.Context, account string, now time.Time) error
	// RemindableStates lists up to n ids behind after of accounts, wherever they are kept, that have no authenticator and no
	// reminder since before.
	RemindableStates(ctx context.Context, after string, before time.Time, n int) ([]string, error)
	// Remindable lists up to n accounts with ids behind after that have an address, no authenticator, and no
	// reminder since before.
	Remindable(ctx context.Context, after string, before time.Time, n int) ([]AccountRow, error)
}

// LifeTx is the part of [Tx] that an account's life needs beyond signing in.
type LifeTx interface {
	// Account reads names; nil when there is none.
	Account(id string) (*Account, error)
	// SignIns lists from where the account was signed in to since its password was last shut or reset, a change of its
	// address undone, or its address confirmed without a session, as far as its newest n events tell; the newest first.
	SignIns(account string, n int) ([]Client, error)
	// ConfirmAddress gives the account an address whose mailbox was proved, and takes it off every account
	// that had given it without proof. False when another account has it confirmed: nothing is changed then.
	ConfirmAddress(account, email, key string) (bool, error)
	// InsertTicket adds a ticket and ends the account's others of the same purpose and owner.
	InsertTicket(TicketRow) error
	// TakeTicket deletes a ticket; false when another request took it.
	TakeTicket(id string) (bool, error)
	// Tickets lists the account's tickets of a purpose, the oldest first. Expiry is the caller's to check.
	Tickets(account, purpose string) ([]TicketRow, error)
	// DropTickets deletes the account's tickets of a purpose that were made at or after since.
	DropTickets(account, purpose string, since time.Time) error

	// InsertBrowser adds a trusted browser, and ends the account's longest unused ones beyond keep.
	InsertBrowser(b BrowserRow, keep int) error
	// RotateBrowser writes key, generation, hashes, times, address and user agent of a browser that still has
	// the token it was read with; false when it has not.
	RotateBrowser(readWith []byte, b BrowserRow) (bool, error)
	// DeleteBrowser ends one trusted browser; false when there was none.
	DeleteBrowser(account, id string) (bool, error)
	// DeleteBrowsers ends all of them.
	DeleteBrowsers(account string) error
	// CarrySession takes a session of one epoch over into another; false when there is none of that epoch.
	CarrySession(account, id string, from, to int64) (bool, error)
	// EndSessions ends every session of the account but one ("" ends all).
	EndSessions(account, keep string) error

	// SetDisabled, SetGroups, SetPolicy and SetReminded write one thing about the account's state.
	SetDisabled(account string, disabled bool) error
	SetGroups(account string, groups []string) error
	SetPolicy(account string, p Policy) error
	SetReminded(account string, at time.Time) error
	// ReleaseBinding removes every authenticator, pending binding and recovery code of the account, notes that
	// it has to be bound anew, and returns the ids of the secrets that nothing refers to any more.
	// [Tx.CloseFirstBinding] ends that state.
	ReleaseBinding(account string) (secrets []string, err error)

	// InsertReset adds a pending reset; false when there is one.
	InsertReset(ResetRow) (bool, error)
	// MarkHalfway notes that the halfway notice went out, and when the reset that was started then is due now; false
	// when it had, or the reset is gone.
	MarkHalfway(account string, startedAt, dueAt time.Time) (bool, error)
	// TakeReset deletes the pending reset that was started then, or with the zero time any; false when there was
	// none.
	TakeReset(account string, startedAt time.Time) (bool, error)
	// TakeOwnReset deletes the pending reset that somebody with the password asked for; false when there was none, or
	// support ordered it.
	TakeOwnReset(account string) (bool, error)

	InsertConfirmation(ConfirmationRow) error
	// TakeConfirmation deletes a confirmation of this session for this action that has not expired and is of
	// this epoch; false when there is none.
	TakeConfirmation(c ConfirmationRow, now time.Time) (bool, error)

	InsertMessage(MessageRow) error
	// DeleteAccount deletes the account and everything that belongs to it but its events.
	DeleteAccount(account string) error
}

// Limit allows Events within any time Per, spread evenly after a first burst of as many.
type Limit struct {
	Events int
	Per    time.Duration
}

// AccountRow is an account with what the machine keeps about it.
type AccountRow struct {
	Account
	State
	Authenticators int
}

// Client is where a sign-in came from, as its event tells.
type Client struct {
	Address   string
	UserAgent string
}

// TicketRow is something mailed that is good for one thing once.
type TicketRow struct {
	ID        string
	Account   string // "" for an invitation
	Purpose   string
	Owner     string // the login that it is good for alone, or ""
	TokenHash []byte
	KeyID     string // the key under which the code is hashed
	CodeHash  []byte // nil when the message carries no code
	Epoch     int64  // 0: good whatever has changed since
	Subject   string // JSON
	CreatedAt time.Time
	ExpiresAt time.Time
}

// BrowserRow is a trusted browser.
type BrowserRow struct {
	ID           string
	Account      string
	Epoch        int64
	KeyID        string // the key that the present token was made with
	Generation   int64
	TokenHash    []byte
	PreviousHash []byte // nil when there was none
	RotatedAt    time.Time
	CreatedAt    time.Time
	LastUsedAt   time.Time
	ExpiresAt    time.Time
	Address      string
	UserAgent    string
}

// ResetRow is a reset that waits.
type ResetRow struct {
	Account   string
	BySupport bool
	Reason    string
	StartedAt time.Time
	DueAt     time.Time
	Halfway   bool // the notice of half the wait was sent
}

// ConfirmationRow says that the holder of a session proved themself for one action.
type ConfirmationRow struct {
	ID         string
	Account    string
	Session    string
	Epoch      int64
	TokenHash  []byte
	ActionHash []byte
	ExpiresAt  time.Time
}

// MessageRow is a message of the outbox; its payload is sealed.
type MessageRow struct {
	ID        string
	Payload   []byte
	CreatedAt time.Time
	DueAt     time.Time
	ExpiresAt time.Time
}

// EventPlace is a place in the order of all events.
type EventPlace struct {
	Account string
	Seq     int64
	ID      string
}

// Checkpoint seals how far the chains of accounts were at one moment.
type Checkpoint struct {
	Number int64
	At     time.Time
	Sealed []byte
}
