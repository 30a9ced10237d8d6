package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/urfave/cli/v3"

	"github.com/sallyport/sallyport/internal/core"
)

func eventsCommand() *cli.Command {
	return &cli.Command{
		Name:  "events",
		Usage: "export and verify what happened to accounts",
		Description: "Example: sallyport events verify\n\n" +
			"Each sign-in, each refusal and each change of an account is an event. The events of an account form a chain of hashes,\n" +
			"and servers seal now and then how far each chain is.\n\n" +
			"Exit status: 0 done, 1 something was found, or it failed, 2 a mistake in the arguments or in the configuration.",
		Commands: []*cli.Command{eventsExportCommand(), eventsVerifyCommand()},
	}
}

// eventLine is an event as it is exported, with all that its hash covers.
type eventLine struct {
	ID            string    `json:"id"`
	Account       string    `json:"account"`
	Seq           int64     `json:"seq"` // its place in the account's chain; 0 for events from before there was one
	At            time.Time `json:"at"`
	Event         string    `json:"event"`
	Outcome       string    `json:"outcome"`
	Authenticator string    `json:"authenticator"`
	Session       string    `json:"session"`
	Address       string    `json:"address"`
	UserAgent     string    `json:"user_agent"`
	Detail        string    `json:"detail"`
	Previous      string    `json:"previous"` // the hash of the event before it, in hexadecimal digits
	Hash          string    `json:"hash"`
}

func lineOf(e core.Event) eventLine {
	return eventLine{
		ID: e.ID, Account: e.Account, Seq: e.Seq, At: e.At.UTC(), Event: e.Kind, Outcome: e.Outcome,
		Authenticator: e.Authenticator, Session: e.Session, Address: e.Address, UserAgent: e.UserAgent, Detail: e.Detail,
		Previous: hex.EncodeToString(e.Previous), Hash: hex.EncodeToString(e.Hash),
	}
}

// oneLine keeps what somebody else wrote from moving the cursor or starting a line.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text)
}

func eventsExportCommand() *cli.Command {
	return &cli.Command{
		Name:  "export",
		Usage: "print events as JSON, a line each",
		Description: "Example: sallyport events export --account ann > ann.jsonl\n\n" +
			"They come account by account, the oldest first. Of an account that was deleted, give the id, which\n" +
			"the deletion printed.\n\n" +
			"Exit status: 0 printed, 1 there is no such account, or it failed, 2 a mistake in the arguments or in the configuration.",
		Flags:  settingFlags(&cli.StringFlag{Name: "account", Usage: "only those of this account: a username, an address or an id (`NAME`)"}),
		Action: looking(0, eventsExport),
	}
}

func eventsExport(ctx context.Context, d desk) error {
	out := bufio.NewWriter(d.Root().Writer)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	write := func(e core.Event) error { return enc.Encode(lineOf(e)) }
	export := d.house.Machine.ExportEvents
	if d.IsSet("account") {
		export = d.exportOne
	}
	if err := export(ctx, write); err != nil {
		return err
	}
	return out.Flush()
}

// eventsAtOnce is how many events are read at once.
const eventsAtOnce = 500

// exportOne calls fn with the events of the account that --account names.
func (d desk) exportOne(ctx context.Context, fn func(core.Event) error) error {
	a, unknown := d.find(ctx, d.String("account"))
	id, found := a.ID, unknown == nil
	if !found {
		id = d.String("account") // one that was deleted still has events
	}
	after := core.EventPlace{Account: id}
	for {
		events, err := d.house.Store.EventsAfter(ctx, after, eventsAtOnce)
		if err != nil {
			return err
		}
		for _, e := range events {
			if e.Account != id {
				return absent(found, unknown)
			}
			found = true
			if err := fn(e); err != nil {
				return err
			}
			after = core.EventPlace{Account: e.Account, Seq: e.Seq, ID: e.ID}
		}
		if len(events) < eventsAtOnce {
			return absent(found, unknown)
		}
	}
}

// absent is the error for an account that is not there, unless something of it was found.
func absent(found bool, err error) error {
	if found {
		return nil
	}
	return fmt.Errorf("%w. An account that was deleted has its events under its id, which `account delete` printed: "+
		"`events export` without --account has it beside each event account.deleted", err)
}

func eventsVerifyCommand() *cli.Command {
	return &cli.Command{
		Name:  "verify",
		Usage: "find events that were changed or removed",
		Description: "Example: sallyport events verify --json\n\n" +
			"It reads every event and every sealed checkpoint, prints a line for each flaw and ends with a verdict. Removed at the end of a chain, or\n" +
			"with their whole account, events are missed only if a checkpoint saw them: servers seal one every 10 minutes.\n\n" +
			"Exit status: 0 everything is as it was written, 1 something is not, or it failed, 2 a mistake in the arguments or in\n" +
			"the configuration.",
		Flags:  settingFlags(jsonFlag()),
		Action: looking(0, eventsVerify),
	}
}

// verdict is what a verification found, as --json prints it.
type verdict struct {
	Sound       bool        `json:"sound"` // nothing wrong was found
	Events      int         `json:"events"`
	Accounts    int         `json:"accounts"`  // that the events are of
	Unchained   int         `json:"unchained"` // events from before there were chains; they can't be verified
	Checkpoints int         `json:"checkpoints"`
	GivenUp     int         `json:"given_up"` // checkpoints that can't be opened since their key was given up for lost
	Flaws       []core.Flaw `json:"flaws"`
}

func eventsVerify(ctx context.Context, d desk) error {
	out := verdict{Flaws: []core.Flaw{}}
	seen, err := d.house.Machine.VerifyEvents(ctx, func(f core.Flaw) {
		out.Flaws = append(out.Flaws, f)
		if !d.Bool("json") {
			fmt.Fprintln(d.Root().Writer, oneLine(f.String()))
		}
	})
	if err != nil {
		return err
	}
	out.Events, out.Unchained, out.Checkpoints, out.GivenUp = seen.Events, seen.Unchained, seen.Checkpoints, seen.GivenUp
	if out.Accounts, err = d.accountsWithEvents(ctx); err != nil {
		return err
	}
	out.Sound = len(out.Flaws) == 0
	if out.Sound {
		return d.say(out, "nothing wrong found: %s", out.counted())
	}
	return errors.Join(d.say(out, "%s found in %s", number(len(out.Flaws), "flaw"), out.counted()),
		fmt.Errorf("the events are not as they were written: %s", number(len(out.Flaws), "flaw")))
}

// accountsWithEvents counts the accounts that events are of: those of one stand together.
func (d desk) accountsWithEvents(ctx context.Context) (n int, err error) {
	last := ""
	return n, d.house.Machine.ExportEvents(ctx, func(e core.Event) error {
		if e.Account != last {
			n, last = n+1, e.Account
		}
		return nil
	})
}

// counted is what was looked at.
func (v verdict) counted() string {
	text := fmt.Sprintf("%s of %s, %s", number(v.Events, "event"), number(v.Accounts, "account"), number(v.Checkpoints, "checkpoint"))
	if v.Unchained > 0 {
		text += fmt.Sprintf(" (%s from before there were chains, which can't be verified)", number(v.Unchained, "event"))
	}
	if v.GivenUp > 0 {
		text += fmt.Sprintf("; not verified is what %s said, whose key was given up for lost: that events of before were cut off, or rewritten with all that follow", number(v.GivenUp, "checkpoint"))
	}
	return text
}

// number is how many there are of something, in words that fit.
func number(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
