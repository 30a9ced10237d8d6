package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/sallyport/sallyport/internal/core"
)

// account is an account as --json prints it.
type account struct {
	ID             string    `json:"id"`
	Username       string    `json:"username,omitempty"`
	Email          string    `json:"email,omitempty"`
	EmailConfirmed bool      `json:"email_confirmed"`
	Disabled       bool      `json:"disabled"`
	Exposed        bool      `json:"password_exposed"` // it may be known to others, and opens nothing
	SecondFactors  int       `json:"second_factors"`   // authenticators that are bound
	Groups         []string  `json:"groups"`
	Policy         string    `json:"policy"` // "service": the one of the configuration
	CreatedAt      time.Time `json:"created_at"`
}

func accountOf(a core.AccountRow) account {
	return account{
		ID: a.ID, Username: a.Username, Email: a.Email, EmailConfirmed: a.EmailConfirmed, Disabled: a.Disabled, Exposed: a.PasswordExposed,
		SecondFactors: a.Authenticators, Groups: append([]string{}, a.Groups...), Policy: policyName(a.Policy), CreatedAt: a.CreatedAt,
	}
}

func accountListCommand() *cli.Command {
	return &cli.Command{
		Name:  "list",
		Usage: "list the accounts",
		Description: "Example: sallyport account list --group staff --no-second-factor\n\n" +
			"There is a line for each, in the order of their ids. With several conditions, those that meet all of them. None is no error.\n\n" +
			"Exit status: 0 listed, 1 it failed, 2 a mistake in the arguments or in the configuration.",
		Flags: settingFlags(
			&cli.StringFlag{Name: "search", Usage: "only those with `TEXT` in their username, address or id, in whatever case"},
			&cli.StringSliceFlag{Name: "group", Usage: "only members of the group `NAME`; may be repeated, for members of any"},
			&cli.BoolFlag{Name: "disabled", Usage: "only disabled ones"},
			&cli.BoolFlag{Name: "no-second-factor", Usage: "only those with nothing bound"},
			&cli.BoolFlag{Name: "unreadable", Usage: "only those with a second factor or recovery codes that can't be read any more, as when the key is lost"},
			jsonFlag(),
		),
		Action: looking(0, accountList),
	}
}

// accountsAtOnce is how many accounts are read, and lined up, at once.
const accountsAtOnce = 500

func accountList(ctx context.Context, d desk) error {
	out := bufio.NewWriter(d.Root().Writer)
	page := lines(out)
	if d.Bool("json") {
		page = array(out)
	}
	wanted, after := newSieve(d), ""
	for {
		rows, err := d.house.Machine.Accounts(ctx, after, accountsAtOnce)
		if err != nil {
			return err
		}
		last := len(rows) < accountsAtOnce
		if !last {
			after = rows[len(rows)-1].ID
		}
		rows = slices.DeleteFunc(rows, func(a core.AccountRow) bool { return !wanted.keeps(a) })
		if d.Bool("unreadable") {
			if rows, err = d.unreadable(ctx, rows); err != nil {
				return err
			}
		}
		if err := page(rows, last); err != nil {
			return err
		}
		if last {
			wanted.wonder(d.Root().ErrWriter)
			return out.Flush()
		}
	}
}

// sieve keeps the accounts that meet every condition of the flags.
type sieve struct {
	text                 string
	groups, empty        []string // empty are those of groups that no account was in so far
	disabled, factorless bool
	seen                 int
}

func newSieve(d desk) *sieve {
	groups := d.StringSlice("group")
	return &sieve{
		text: strings.ToLower(d.String("search")), groups: groups, empty: slices.Clone(groups),
		disabled: d.Bool("disabled"), factorless: d.Bool("no-second-factor"),
	}
}

func (s *sieve) keeps(a core.AccountRow) bool {
	s.seen++
	isIn := func(group string) bool {
		return slices.ContainsFunc(a.Groups, func(of string) bool { return strings.EqualFold(of, group) })
	}
	s.empty = slices.DeleteFunc(s.empty, isIn)
	found := slices.ContainsFunc([]string{a.Username, a.Email, a.ID}, func(of string) bool {
		return strings.Contains(strings.ToLower(of), s.text)
	})
	return found && (len(s.groups) == 0 || slices.ContainsFunc(s.groups, isIn)) &&
		(a.Disabled || !s.disabled) && (a.Authenticators == 0 || !s.factorless)
}

// unreadable keeps the accounts with something that can't be read any more. It opens all that they have bound.
func (d desk) unreadable(ctx context.Context, rows []core.AccountRow) (kept []core.AccountRow, err error) {
	for _, a := range rows {
		found, err := d.house.Unreadable(ctx, a.ID)
		if err != nil {
			return nil, err
		}
		if found.Any() {
			kept = append(kept, a)
		}
	}
	return kept, nil
}

// wonder says what may be behind a list that lacks somebody.
func (s *sieve) wonder(to io.Writer) {
	if s.seen == 0 {
		fmt.Fprintln(to, "sallyport: there is no account. Those that an embedding application keeps itself (Config.Accounts) are listed there alone.")
		return
	}
	for _, group := range s.empty {
		fmt.Fprintf(to, "sallyport: no account is in the group %q\n", group)
	}
}

// lines prints pages of accounts for people.
func lines(out io.Writer) func(rows []core.AccountRow, last bool) error {
	header := true
	return func(rows []core.AccountRow, _ bool) error {
		w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
		if header {
			fmt.Fprintln(w, "ID\tUSERNAME\tEMAIL\tCONFIRMED\tDISABLED\tSECOND FACTORS\tGROUPS")
			header = false
		}
		for _, a := range rows {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%d\t%s\n", a.ID, orDash(a.Username), orDash(a.Email),
				yesNo(a.EmailConfirmed), yesNo(a.Disabled), a.Authenticators, orDash(strings.Join(a.Groups, ",")))
		}
		return w.Flush()
	}
}

// array prints pages of accounts as one JSON array.
func array(out io.Writer) func(rows []core.AccountRow, last bool) error {
	before := "["
	return func(rows []core.AccountRow, last bool) error {
		for _, a := range rows {
			text, err := json.MarshalIndent(accountOf(a), "  ", "  ")
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintf(out, "%s\n  %s", before, text); err != nil {
				return err
			}
			before = ","
		}
		if !last {
			return nil
		}
		end := "\n]\n"
		if before == "[" {
			end = "[]\n"
		}
		_, err := fmt.Fprint(out, end)
		return err
	}
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}
