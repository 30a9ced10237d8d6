package core

import (
	"context"
	"time"
)

// PushStore remembers bound browsers, and what they are asked.
type PushStore interface {
	// PushBrowser finds a bound browser, whosever it is; nil when there is none.
	PushBrowser(ctx context.Context, authenticator string) (*PushBrowserRow, error)
	// Prompt reads one; nil when there is none. Expiry and epoch are the caller's to check.
	Prompt(ctx context.Context, account, id string) (*PromptRow, error)
	// LatestPrompt reads the newest of a login or session, likewise.
	LatestPrompt(ctx context.Context, account, owner string) (*PromptRow, error)
	// OpenPrompts lists what a bound browser is asked now, the oldest first: what waits, is of the account's present epoch,
	// and whose login or session is still there.
	OpenPrompts(ctx context.Context, account, authenticator string, now time.Time) ([]PromptRow, error)
	// ReservePrompt counts one answer on a prompt that takes fewer than most, and on a counter: both in one committed write,
	// or neither. Tries is 0 when the prompt takes none; then the counter was not looked at.
	ReservePrompt(ctx context.Context, p PromptRow, most int, counter Counter, now time.Time) (PromptTry, error)
}

// PushTx is what may happen to bound browsers and prompts inside a settling transaction.
type PushTx interface {
	InsertPushBrowser(PushBrowserRow) error
	// SetSubscription gives a bound browser another subscription, by the id of its secret, or none with ""; false when it is
	// gone, or what it has is not what b was read with.
	SetSubscription(b PushBrowserRow, secret string) (bool, error)
	// InsertPrompt adds a prompt, and ends its owner's others. False when one of them for the same browser waits and was made
	// after since: nothing is changed then.
	InsertPrompt(p PromptRow, since time.Time) (bool, error)
	// MarkPrompt ends the waiting of a prompt of this epoch that has not expired and whose owner is still there; false when
	// it was answered before.
	MarkPrompt(p PromptRow, becomes PromptState) (bool, error)
	// TakePrompt deletes a prompt that was approved for this owner, authenticator, epoch, purpose and action, and has not
	// expired; false when there is none. The authenticator counts as used now.
	TakePrompt(PromptRow) (bool, error)
}

// PushBrowserRow is a bound browser without its key.
type PushBrowserRow struct {
	Authenticator string
	Account       string
	Subscription  string // the id of a secret; "" where no message reaches it
}

// PromptRow is a question to a bound browser. Owner is the login or session that asks.
type PromptRow struct {
	ID            string
	Account       string
	Owner         string
	Authenticator string
	Epoch         int64
	Purpose       string
	Action        string // with PromptAction alone
	Mailed        bool   // the owner proved a mailbox in place of a password
	KeyID         string // the key that its number is made with
	State         PromptState
	Tries         int
	Address       string
	UserAgent     string
	CreatedAt     time.Time
	ExpiresAt     time.Time
}

// PromptTry is an answer that was counted.
type PromptTry struct {
	Reservation
	Tries int // including this one; 0 when the prompt takes no answer
}
