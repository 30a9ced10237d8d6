package main

import (
	"fmt"
	"time"

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
