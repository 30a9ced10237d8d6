package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/importer/pskc"
)

func accountTokenCommand() *cli.Command {
	return &cli.Command{
		Name:      "add-token",
		Usage:     "give somebody a hardware token (HOTP)",
		ArgsUsage: "NAME",
		Description: "Example: sallyport account add-token ann --pskc tokens.xml --pskc-key @transport.key --serial 987654321\n\n" +
			"The token's seed comes from a file of its maker (PSKC, RFC 6030) or from a key URI (otpauth://hotp/...). With the\n" +
			"password, its codes sign in from then on: hand it to nobody but the account's owner, who is told by mail. Every\n" +
			"session ends; recovery codes are made by who signs in with the token.\n\n" + accountNamed,
		Flags: settingFlags(
			&cli.StringFlag{Name: "pskc", Usage: "the `FILE` of the token's maker"},
			&cli.StringFlag{Name: "pskc-key", Usage: "what opens its seeds: a `KEY` in hex, from @FILE or - for standard input", DefaultText: "they are plain"},
			&cli.StringFlag{Name: "pskc-passphrase", Usage: "or a `PASSPHRASE`, likewise"},
			&cli.StringFlag{Name: "serial", Usage: "which token of the file: the `NUMBER` on its back", DefaultText: "the only one"},
			&cli.StringFlag{Name: "uri", Usage: "a key `URI` instead of a file, from @FILE or - for standard input"},
			&cli.StringFlag{Name: "label", Usage: "the `NAME` that its owner sees", DefaultText: "the serial number; none with --uri"},
			jsonFlag(),
		),
		Action: changing(1, accountToken),
	}
}

// addedToken is what --json prints.
type addedToken struct {
	Account       account `json:"account"`
	Authenticator string  `json:"authenticator"`
	Label         string  `json:"label"`
	Mailed        bool    `json:"mailed"` // the account's owner is told by mail
}

func accountToken(ctx context.Context, d desk) error {
	uri, label, err := tokenURI(d.Command)
	if err != nil {
		return err
	}
	if d.IsSet("label") {
		label = d.String("label")
	}
	a, err := d.named(ctx)
	if err != nil {
		return err
	}
	bound, err := d.house.Machine.BindToken(ctx, d.caller(), a.ID, core.NewAuthenticator{URI: uri, Label: label})
	if err != nil {
		return err
	}
	out := addedToken{Account: accountOf(a), Authenticator: bound.ID, Label: bound.Label, Mailed: a.Email != ""}
	if bound.Label == "" {
		return d.say(out, "%s has a hardware token without a name now; every session has ended", a.Account.Shown())
	}
	return d.say(out, "%s has the hardware token %q now; every session has ended", a.Account.Shown(), bound.Label)
}

// tokenURI is the token as a key URI, and what it may be called.
func tokenURI(c *cli.Command) (uri, label string, err error) {
	if c.IsSet("uri") == c.IsSet("pskc") {
		return "", "", usageError{errors.New("give either --pskc or --uri")}
	}
	if c.IsSet("uri") {
		uri, err = secretText(c, c.String("uri"))
		return uri, "", err
	}
	token, err := tokenOf(c)
	if err != nil {
		return "", "", err
	}
	uri, err = token.Key().RevealURI()
	return uri, token.Serial, err
}

// tokenOf finds the one token of the file that is meant.
func tokenOf(c *cli.Command) (pskc.Token, error) {
	var opts pskc.Options
	for name, field := range map[string]*string{"pskc-key": &opts.Key, "pskc-passphrase": &opts.Passphrase} {
		if !c.IsSet(name) {
			continue
		}
		var err error
		if *field, err = secretText(c, c.String(name)); err != nil {
			return pskc.Token{}, err
		}
	}
	file, err := os.Open(c.String("pskc"))
	if err != nil {
		return pskc.Token{}, usageError{fmt.Errorf("--pskc: %w", err)}
	}
	defer file.Close() //nolint:errcheck // it was only read
	all, err := pskc.Read(file, opts)
	if err != nil {
		return pskc.Token{}, usageError{fmt.Errorf("--pskc %s: %w", c.String("pskc"), err)}
	}
	return chosenToken(all, c.String("serial"))
}

func chosenToken(all []pskc.Token, serial string) (pskc.Token, error) {
	var found []pskc.Token
	var known []string
	for _, t := range all {
		known = append(known, t.Serial)
		if serial == "" || t.Serial == serial {
			found = append(found, t)
		}
	}
	switch {
	case len(found) == 0:
		return pskc.Token{}, usageError{fmt.Errorf("--serial %s is none of the file: %s", serial, strings.Join(known, ", "))}
	case len(found) > 1:
		return pskc.Token{}, usageError{fmt.Errorf("the file has several tokens: name one with --serial, of %s", strings.Join(known, ", "))}
	case found[0].Algorithm != pskc.HOTP:
		return pskc.Token{}, usageError{fmt.Errorf("the token %s counts time: only tokens whose codes count (hotp) can be given", found[0].Serial)}
	}
	if err := found[0].UsableAt(time.Now()); err != nil {
		return pskc.Token{}, usageError{err}
	}
	return found[0], nil
}
