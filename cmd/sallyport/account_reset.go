package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/server"
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
			"Without an address the link is printed here, to be handed over; who has no password either is given one for that, too\n" +
			"(`sallyport account reset-password` shuts one). Run it again for another link.\n\n" + addressChanged + accountNamed,
		Flags: settingFlags(
			&cli.StringFlag{Name: "reason", Usage: "why, in words that the account's owner is told (`TEXT`, required)"},
			&cli.StringFlag{Name: "wait", Usage: "how long (`TIME`) the account's owner may cancel it, such as 24h or 3d", DefaultText: "at once"},
			toNewAddress(),
			jsonFlag(),
		),
		Action: changing(1, accountReset),
	}
}

// ordered is a reset as --json prints it.
type ordered struct {
	Account account    `json:"account"`
	Removed int        `json:"removed"`                 // second factors that there were
	Mailed  bool       `json:"mailed"`                  // the account's owner is told by mail
	DueAt   *time.Time `json:"due_at,omitempty"`        // of one that waits
	Link    string     `json:"link,omitempty"`          // binds anew; only where there is no address
	First   string     `json:"password_link,omitempty"` // sets a password before that, where there is none that opens

	Former []former `json:"former_addresses,omitempty"`
}

func accountReset(ctx context.Context, d desk) error {
	reason := strings.TrimSpace(d.String("reason"))
	if reason == "" {
		return usageError{errors.New("a reset needs --reason: the account's owner is told why")}
	}
	wait, err := d.wait()
	if err != nil {
		return err
	}
	a, err := d.named(ctx)
	if err != nil {
		return err
	}
	if a.Email == "" && wait > 0 {
		return usageError{fmt.Errorf("%s has no address, so that nobody could be told or cancel it: leave out --wait", a.Account.Shown())}
	}
	order := d.order(reason)
	order.Wait = wait
	handed, err := d.house.Machine.ResetAuthenticators(ctx, d.caller(), a.ID, order)
	if err != nil {
		return changedLately(a, err)
	}
	return d.sayReset(ctx, a, handed)
}

// wait is --wait, written like a setting.
func (d desk) wait() (time.Duration, error) {
	if !d.IsSet("wait") {
		return 0, nil
	}
	wait, ok := server.ParseTime(d.String("wait"))
	if !ok || wait < 0 {
		return 0, usageError{fmt.Errorf("--wait %q is no length of time: write it as 90m, 24h or 3d", d.String("wait"))}
	}
	return wait, nil
}

// sayReset says what is so now; before is the account as it was.
func (d desk) sayReset(ctx context.Context, before core.AccountRow, handed core.Handed) error {
	a, err := d.house.Machine.Lookup(ctx, before.ID)
	if err != nil {
		return err
	}
	pending, err := d.house.Store.Reset(ctx, a.ID)
	if err != nil {
		return err
	}
	formers, err := d.house.Machine.FormerAddresses(ctx, a.ID)
	if err != nil {
		return err
	}
	out := ordered{Account: accountOf(a), Mailed: a.Email != "", Former: formerOf(formers)}
	d.warnOfFormer(a, formers)
	if pending != nil {
		out.DueAt = &pending.DueAt
		return d.say(out, "the second factors of %s are removed after %s UTC, by a running server\n"+
			"mail goes to %s: now, halfway and then, with the reason, and with a link that cancels it", a.Account.Shown(), stamp(pending.DueAt), address(a))
	}
	out.Removed = before.Authenticators
	done := fmt.Sprintf("the second factors of %s were removed", a.Account.Shown())
	if out.Removed == 0 {
		done = fmt.Sprintf("%s had no second factor that could be removed: this is another link to set one up", a.Account.Shown())
	}
	if handed.Bind == "" {
		return d.say(out, "%s\n"+
			"mail goes to %s: the reason, and a link that leads, with the password and within 24 hours, to a new one\n"+
			"links of before are dead", done, address(a))
	}
	var links string
	out.First, out.Link, links = d.handOver(handed)
	return d.say(out, "%s; there is no address that could be told\n%s", done, links)
}

// handOver are the links for somebody without an address, and how to hand them over.
func (d desk) handOver(handed core.Handed) (password, bind, text string) {
	if handed.Password != "" {
		password = d.settings.Link(handed.Password)
	}
	if handed.Bind != "" {
		bind = d.settings.Link(handed.Bind)
	}
	const dead = "links printed before are dead"
	switch {
	case bind == "":
		return password, "", "hand over this link: within 24 hours it sets a password; " + dead + "\n  " + password
	case password == "":
		return "", bind, "hand over this link: within 24 hours, with the password, it leads to a new one; " + dead + "\n  " + bind
	}
	return password, bind, "hand over both links, good for 24 hours; " + dead + "\n" +
		"first this one, which sets a password:\n  " + password + "\n" +
		"then this one, which leads, with that password, to a new second factor:\n  " + bind
}

func address(a core.AccountRow) string {
	if a.EmailConfirmed {
		return a.Email
	}
	return a.Email + " (which was never confirmed)"
}
