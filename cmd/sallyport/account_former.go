package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/sallyport/sallyport/internal/core"
)

// former is an address that a change can still be taken back to, as --json prints it.
type former struct {
	Email string    `json:"email"`
	Until time.Time `json:"until"`
}

func formerOf(before []core.FormerAddress) (out []former) {
	for _, f := range before {
		out = append(out, former{f.Email, f.Until.UTC()})
	}
	return out
}

// warnOfFormer says that the account's address was changed lately: what was mailed just now may have gone to a thief.
func (d desk) warnOfFormer(a core.AccountRow, before []core.FormerAddress) {
	for _, f := range before {
		fmt.Fprintf(d.Root().ErrWriter, "sallyport: warning: the address of %s was %s until lately, and that change can be taken back until %s UTC: "+
			"find out who changed it before you help with what was mailed\n", a.Account.Shown(), f.Email, stamp(f.Until))
	}
}

// addressChanged is a paragraph of the help of the commands that mail a link.
const addressChanged = "Where the account's address was changed in the last 72 hours and the old one can still take that back, the link might go to\n" +
	"a thief: nothing is done, unless --to-new-address says that the new one is the owner's.\n\n"

func toNewAddress() cli.Flag {
	return &cli.BoolFlag{Name: "to-new-address", Usage: "mail the link even to an address that was given to the account in the last 72 hours"}
}

// order is what the flags ask for.
func (d desk) order(reason string) core.Order {
	return core.Order{Reason: reason, ToNewAddress: d.Bool("to-new-address")}
}

// changedLately says of an order that was refused what leads on.
func changedLately(a core.AccountRow, err error) error {
	var changed *core.AddressChangedError
	if !errors.As(err, &changed) {
		return err
	}
	f := changed.Former[0]
	return fmt.Errorf("nothing was done: the address of %[1]s was %[2]s until lately, and mail goes to %[3]s now, which may be a thief's. "+
		"Find out who changed it. The owner takes it back until %[4]s UTC with the link in the message that went to %[2]s; meanwhile "+
		"`sallyport account disable %[1]s --no-mail` shuts the account. If %[3]s is the owner's, add --to-new-address",
		a.Account.Shown(), f.Email, a.Email, stamp(f.Until))
}
