package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/sallyport/sallyport/internal/server"
)

func keyVerifyCommand() *cli.Command {
	return &cli.Command{
		Name:  "verify",
		Usage: "count what rests on which key",
		Description: "Example: sallyport key verify --json\n\n" +
			"Every sealed value is opened, and nothing is changed. A key is\n" +
			"  active     it seals\n" +
			"  waiting    it is newer: the next `sallyport key rotate` makes it active\n" +
			"  needed     something is left under it: sealed values (rotate once more), or recovery codes of the first release\n" +
			"             (they can't be hashed anew: their owners have to make new ones)\n" +
			"  removable  nothing is left under it: `sallyport key remove` takes it out of the file, from the time on that is said\n" +
			"  hashes     recovery codes are hashed under it; it is sealed in the database, and outlives the others\n" +
			"  missing    something needs it and it is not there: what rests on it fails closed, and nothing else\n" +
			"  given_up   likewise, and `sallyport key give-up` was told that it is lost for good\n\n" +
			"Exit status: 0 all keys are there and everything opens, 1 not so, or it could not be read, 2 a mistake in the\n" +
			"configuration.",
		Flags:  settingFlags(jsonFlag()),
		Action: taking(0, keyVerify),
	}
}

func keyVerify(ctx context.Context, c *cli.Command) error {
	settings, err := load(c)
	if err != nil {
		return err
	}
	report, err := settings.VerifyKeys(ctx, settings.NewCommandLog(c.Root().ErrWriter))
	if err != nil {
		return err
	}
	show := showKeys
	if c.Bool("json") {
		show = func(w io.Writer, r server.KeyReport) error { return printJSON(w, r) }
	}
	return errors.Join(show(c.Root().Writer, report), report.Problem())
}

func showKeys(out io.Writer, r server.KeyReport) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "KEY\tUSE\tMADE (UTC)\tSEALED VALUES\tRECOVERY CODES OF ACCOUNTS")
	for _, k := range r.Keys {
		made := "-"
		if k.CreatedAt != nil {
			made = k.CreatedAt.UTC().Format("2006-01-02 15:04:05")
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%d\n", k.ID, k.Use, made, k.Sealed, k.RecoverySets)
	}
	if err := w.Flush(); err != nil || !r.Waits(time.Now()) {
		return err
	}
	_, err := fmt.Fprintf(out, "keys can be removed from %s on: until then servers may not have seen that the key file was changed\n",
		r.RemovableFrom.UTC().Format("2006-01-02 15:04:05 UTC"))
	return err
}
