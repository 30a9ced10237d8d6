package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/sallyport/sallyport/internal/core"
)

func accountResetCommand() *cli.Command {
	return &cli.Command{
		Name:      "reset-authenticators",
		Usage:     "remove every second factor of somebody who lost them",
		ArgsUsage: "NAME",
		Description: "Example: sallyport account reset-authenticators ann --reason \"lost phone, showed passport\" --wait 24h\n\n" +
			"Be sure that it is the account's owner who asks. They are told before and after, with the reason, and get a link with\n" +
			"which, together with the password, they set up a new one; until then nobody signs in. With --wait it happens\n" +
			"later, while a server runs, and the first message has a link that cancels it; so does a sign-in with a second factor.\n" +
			"Without an address the link is printed here, to be handed over.\n\n" + accountNamed,
		Flags: settingFlags(
			&cli.StringFlag{Name: "reason", Usage: "why, in words that the account's owner is told (`TEXT`, required)"},
			&cli.DurationFlag{Name: "wait", Usage: "how long (`TIME`) the account's owner may cancel it, such as 24h", DefaultText: "at once"},
			jsonFlag(),
		),
		Action: changing(1, accountReset),
	}
}

// ordered is a reset as --json prints it.
type ordered struct {
	Account account    `json:"account"`
	Mailed  bool       `json:"mailed"`           // the account's owner is told by mail
	DueAt   *time.Time `json:"due_at,omitempty"` // of one that waits
	Link    string     `json:"link,omitempty"`   // binds anew; only where there is no address

	Former []former `json:"former_addresses,omitempty"`
}

func accountReset(ctx context.Context, d desk) error {
	reason, wait := strings.TrimSpace(d.String("reason")), d.Duration("wait")
	switch {
	case reason == "":
		return usageError{errors.New("a reset needs --reason: the account's owner is told why")}
	case wait < 0:
		return usageError{errors.New("--wait is less than nothing")}
	}
	a, err := d.named(ctx)
	if err != nil {
		return err
	}
	if a.Email == "" && wait > 0 {
		return usageError{fmt.Errorf("%s has no address, so that nobody could be told or cancel it: leave out --wait", a.Account.Shown())}
	}
	link, err := d.house.Machine.ResetAuthenticators(ctx, d.caller(), a.ID, reason, wait)
	if err != nil {
		return err
	}
	return d.sayReset(ctx, a.ID, link)
}

// sayReset says what is so now.
func (d desk) sayReset(ctx context.Context, id, link string) error {
	a, err := d.house.Machine.Lookup(ctx, id)
	if err != nil {
		return err
	}
	pending, err := d.house.Store.Reset(ctx, id)
	if err != nil {
		return err
	}
	before, err := d.house.Machine.FormerAddresses(ctx, id)
	if err != nil {
		return err
	}
	out := ordered{Account: accountOf(a), Mailed: a.Email != "", Former: formerOf(before)}
	d.warnOfFormer(a, before)
	switch {
	case pending != nil:
		out.DueAt = &pending.DueAt
		return d.say(out, "the second factors of %s are removed after %s UTC, by a running server\n"+
			"mail goes to %s: now, halfway and then, with the reason, and with a link that cancels it", a.Account.Shown(), stamp(pending.DueAt), address(a))
	case link != "":
		out.Link = d.settings.Link(link)
		return d.say(out, "the second factors of %s were removed; there is no address that could be told\n"+
			"hand over this link: within 24 hours, with the password, it leads to a new one\n  %s", a.Account.Shown(), out.Link)
	}
	return d.say(out, "the second factors of %s were removed\n"+
		"mail goes to %s: the reason, and a link that leads, with the password and within 24 hours, to a new one", a.Account.Shown(), address(a))
}

func address(a core.AccountRow) string {
	if a.EmailConfirmed {
		return a.Email
	}
	return a.Email + " (which was never confirmed)"
}
