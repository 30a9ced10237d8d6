package main

import (
	"context"
	"errors"
	"strings"

	"github.com/urfave/cli/v3"

	"github.com/sallyport/sallyport/internal/core"
)

func accountPasswordCommand() *cli.Command {
	return &cli.Command{
		Name:      "reset-password",
		Usage:     "shut a password that may be known to others",
		ArgsUsage: "NAME",
		Description: "Example: sallyport account reset-password ann --reason \"found in a breach of another service\"\n\n" +
			"From now on the password opens nothing: sessions, trusted browsers and pending links end, and whoever types it is told\n" +
			"that it can't be used any more. Second factors stay. The account's owner is told the reason, with a link and a code that\n" +
			"set another one, for an hour; typing the old password, or \"Forgot your password?\", gets them a new link.\n" +
			"Without a confirmed address the link is printed here, good for 24 hours, to be handed to somebody who showed you that\n" +
			"they are the account's owner. Where `sallyport account reset-authenticators` came before and there is no address, a\n" +
			"new link for the second factor is printed with it. Run it again for another link, or when a disabled account has been enabled.\n" +
			"For an account that never had a password it makes another link for the first one, and shuts nothing.\n\n" +
			addressChanged + accountNamed,
		Flags: settingFlags(
			&cli.StringFlag{Name: "reason", Usage: "why, in words that the account's owner is told (`TEXT`, required)"},
			toNewAddress(),
			jsonFlag(),
		),
		Action: changing(1, accountPassword),
	}
}

// shut is a password that opens nothing any more, as --json prints it.
type shut struct {
	Account account `json:"account"`
	Mailed  bool    `json:"mailed"`                // link and code went to the confirmed address
	Link    string  `json:"link,omitempty"`        // sets another one; only where there is no such address
	Bind    string  `json:"set_up_link,omitempty"` // then binds anew, where a reset waits for that and there is no address

	Former []former `json:"former_addresses,omitempty"`
}

func accountPassword(ctx context.Context, d desk) error {
	reason := strings.TrimSpace(d.String("reason"))
	if reason == "" {
		return usageError{errors.New("it needs --reason: the account's owner is told why")}
	}
	a, err := d.named(ctx)
	if err != nil {
		return err
	}
	stored, err := d.house.Store.PasswordHash(ctx, a.ID)
	if err != nil {
		return err
	}
	if stored == "" {
		return d.offerFirst(ctx, a, reason)
	}
	next, err := d.house.Machine.ExposePassword(ctx, d.caller(), a.ID, d.order(reason))
	if err != nil {
		return changedLately(a, err)
	}
	if a, err = d.house.Machine.Lookup(ctx, a.ID); err != nil {
		return err
	}
	out := shut{Account: accountOf(a), Mailed: next.Mailed, Former: formerOf(next.Former)}
	d.warnOfFormer(a, next.Former)
	switch {
	case next.Mailed:
		return d.say(out, "the password of %s opens nothing any more\n"+
			"mail goes to %s: the reason, and a link that sets another one within an hour; links of before are dead%s",
			a.Account.Shown(), a.Email, thenBinds(a))
	case next.Password != "":
		var links string
		out.Link, out.Bind, links = d.handOver(next.Handed)
		return d.say(out, "the password of %s opens nothing any more; there is no confirmed address that could be told\n%s%s",
			a.Account.Shown(), links, thenBinds(a))
	}
	return d.say(out, "the password of %s opens nothing any more; while the account is disabled no link does either\n"+
		"run this again once it is enabled", a.Account.Shown())
}

// thenBinds says how somebody with an address goes on, whose second factors a reset removed.
func thenBinds(a core.AccountRow) string {
	if !a.Rebind || a.Email == "" {
		return ""
	}
	return "\na sign-in with the new password mails " + address(a) + " another link for the second factor"
}

// offerFirst is for an account that was made without a password, and whose owner has set none.
func (d desk) offerFirst(ctx context.Context, a core.AccountRow, reason string) error {
	next, err := d.house.Machine.OfferFirstPassword(ctx, d.caller(), a.ID, d.order(reason))
	if err != nil {
		return changedLately(a, err)
	}
	out := shut{Account: accountOf(a), Mailed: next.Mailed}
	const never = "%s never had a password, so that there is none to shut"
	switch {
	case next.Mailed:
		return d.say(out, never+"\nmail goes to %s: another link that sets the first one, within 24 hours; the links of before are dead", a.Account.Shown(), a.Email)
	case next.Password != "":
		var links string
		out.Link, out.Bind, links = d.handOver(next.Handed)
		return d.say(out, never+"\n%s", a.Account.Shown(), links)
	}
	return d.say(out, never+"; while the account is disabled no link sets one\nrun this again once it is enabled", a.Account.Shown())
}
