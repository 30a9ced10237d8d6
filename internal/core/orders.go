package core

import "time"

// Order is what an administrator wants done to an account whose owner gets a link that opens it.
type Order struct {
	Reason string        // told to the account's owner; of its event
	Wait   time.Duration // before authenticators are reset; 0 for at once

	// ToNewAddress lets the link go to an address that was given to the account lately: somebody has made sure that it is the
	// owner's.
	ToNewAddress bool
}

// AddressChangedError refuses an [Order] whose link would go to an address while the change to it can still be taken back: it
// may be a thief's, who would be handed what the owner is to have. It is a CodeWrongState, and nothing was done.
type AddressChangedError struct {
	Former []FormerAddress // the latest first; never empty
}

// Error says so.
func (*AddressChangedError) Error() string {
	return "the account's address was changed lately, and that can still be taken back"
}

// Unwrap is the error by its code.
func (e *AddressChangedError) Unwrap() error { return &Error{Code: CodeWrongState, Reason: e.Error()} }

// mayMail refuses an order that would mail a link to an address that is perhaps not the owner's.
func (o Order) mayMail(tx Tx, account string, now time.Time) error {
	if o.ToNewAddress {
		return nil
	}
	former, err := formerAddresses(tx, account, now)
	if err != nil || len(former) == 0 {
		return err
	}
	return &AddressChangedError{former}
}
