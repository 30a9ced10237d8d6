package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/importer"
	flask "github.com/sallyport/sallyport/internal/importer/flasksecurity"
)

// Variables of the environment that the flags' values may come from: they are called as the application calls them.
const (
	flaskDatabase = "SQLALCHEMY_DATABASE_URI"
	flaskSalt     = "SECURITY_PASSWORD_SALT"
	flaskTOTP     = "SECURITY_TOTP_SECRETS"
	flaskRecovery = "SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS"
)

func importFlaskCommand() *cli.Command {
	return &cli.Command{
		Name:  "flask-security",
		Usage: "take in the accounts of an application that uses Flask-Security",
		Description: "Example: sallyport import flask-security --from sqlite:///app.db --password-salt @salt --totp-secrets @totp --dry-run\n\n" +
			"The application's database is read and not changed. Each account comes whole or not at all; one that came before is left\n" +
			"as it is, so that another run takes in what is missing. Nobody is told by mail. What does not come along is listed\n" +
			"with the reason and the cure. --dry-run does everything and keeps nothing.\n\n" +
			"A wrong salt or TOTP secret can't be noticed but by trying: give --try with the name of an account whose password\n" +
			"and code you know. Secrets are read from files or standard input, or from variables that are called as in the\n" +
			"application's settings (" + flaskSalt + " and so on, or with _FILE behind).\n\n" + importStatuses,
		Flags:  settingFlags(append(append(flaskSourceFlags(), flaskSecretFlags()...), flaskChoiceFlags()...)...),
		Action: intaking(importFlask),
	}
}

func flaskSourceFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "from", Usage: "the application's `DATABASE`: sqlite:///path, a path, or postgres://user:password@host/database", DefaultText: "$" + flaskDatabase},
		&cli.StringFlag{Name: "source", Usage: "a `NAME` for the application, the same in each run; needed where several come together", Value: "flask-security"},
		&cli.StringFlag{Name: "user-table", Usage: "the `TABLE` of accounts", DefaultText: "user"},
		&cli.StringFlag{Name: "role-table", Usage: "the `TABLE` of roles", DefaultText: "role"},
		&cli.StringFlag{Name: "roles-users-table", Usage: "the `TABLE` that says who has which", DefaultText: "roles_users"},
		&cli.StringFlag{Name: "webauthn-table", Usage: "the `TABLE` of WebAuthn keys", DefaultText: "web_authn, if it is there"},
	}
}

func flaskSecretFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "password-salt", Usage: flaskSalt + ", from `@FILE` or - for standard input", DefaultText: "$" + flaskSalt},
		&cli.BoolFlag{Name: "single-hash", Usage: "SECURITY_PASSWORD_SINGLE_HASH is True"},
		&cli.StringFlag{Name: "totp-secrets", Usage: flaskTOTP + ", likewise (`@FILE`): JSON, or a line \"tag: secret\" each", DefaultText: "$" + flaskTOTP},
		&cli.StringFlag{Name: "recovery-keys", Usage: flaskRecovery + ", likewise (`@FILE`)", DefaultText: "$" + flaskRecovery},
		&cli.DurationFlag{Name: "recovery-code-ttl", Usage: "SECURITY_MULTI_FACTOR_RECOVERY_CODE_TTL (`TIME`, such as 8760h)", DefaultText: "codes don't age"},
		&cli.StringFlag{Name: "try", Usage: "compare password and code of the account called `NAME` before anything is taken in"},
		&cli.StringFlag{Name: "try-password", Usage: "its password, from `@FILE` or - for standard input"},
		&cli.StringFlag{Name: "try-code", Usage: "the `CODE` that its app shows now"},
	}
}

func flaskChoiceFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "rp-id", Usage: "the `HOST` that WebAuthn keys were made for, if it is that of public_url", DefaultText: "keys don't come along"},
		&cli.StringSliceFlag{Name: "role", Usage: "what a role is called here (`ROLE=GROUP`), such as \"Customer Support=support\"; may be given more than once"},
		&cli.BoolFlag{Name: "addresses-confirmed", Usage: "every address counts as confirmed, on your word"},
		&cli.BoolFlag{Name: "bind-anew", Usage: "take in accounts whose second step is lost: with the password and a mailed link they set up another"},
		&cli.BoolFlag{Name: "incomplete", Usage: "go on without settings that are lost: what needs them is left behind for good"},
		&cli.BoolFlag{Name: "dry-run", Usage: "say what would happen, and change nothing"},
		jsonFlag(),
	}
}

func importFlask(ctx context.Context, d desk) error {
	app, salt, err := d.flaskApplication()
	if err != nil {
		return err
	}
	from := d.String("from")
	if from == "" {
		if from, err = d.secret("from", flaskDatabase); err != nil {
			return err
		}
	}
	if from == "" {
		return usageError{errors.New("--from is missing: name the application's database")}
	}
	source, err := flask.Open(ctx, from, flask.Tables{
		User: d.String("user-table"), Role: d.String("role-table"), Links: d.String("roles-users-table"), WebAuthn: d.String("webauthn-table"),
	})
	if err != nil {
		return usageError{fmt.Errorf("--from: %w", err)}
	}
	defer source.Close() //nolint:errcheck // it was only read
	if len(salt) > 0 {
		if app.Salt, err = d.house.FlaskSecuritySalt(ctx, salt, true); err != nil { // nothing is kept before all was looked at
			return err
		}
	}
	if err := d.flaskReady(ctx, source, app, salt); err != nil {
		return err
	}
	if len(salt) > 0 {
		if app.Salt, err = d.house.FlaskSecuritySalt(ctx, salt, d.Bool("dry-run")); err != nil {
			return err
		}
	}
	return d.takeIn(ctx, func(ctx context.Context, fn func(importer.Read) error) error {
		return source.Each(ctx, func(u flask.User) error { return fn(d.flaskRead(app, u)) })
	})
}

// flaskReady refuses to begin where settings are missing, or a trial shows that one is wrong.
func (d desk) flaskReady(ctx context.Context, source *flask.Source, app flask.Application, salt []byte) error {
	now := time.Now()
	missing, err := app.Missing(ctx, source, now)
	if err != nil {
		return usageError{fmt.Errorf("--from: %w", err)}
	}
	if len(missing) > 0 && !d.Bool("incomplete") {
		return usageError{errors.New(strings.Join(missing, "\n") + "\nNothing was taken in. --incomplete goes on without what is lost")}
	}
	trial := flask.Trial{Name: d.String("try"), Code: d.String("try-code")}
	if d.IsSet("try-password") {
		if trial.Password, err = d.secret("try-password", ""); err != nil {
			return err
		}
	}
	switch tried := trial.Password != "" || trial.Code != ""; {
	case trial.Name == "" && !tried:
		return nil
	case trial.Name == "" || !tried:
		return usageError{errors.New("--try takes the name of an account, with --try-password, --try-code or both")}
	}
	if err := trial.Try(ctx, source, app, salt, now); err != nil {
		return usageError{fmt.Errorf("--try %s: %w", importer.Shown(trial.Name), err)}
	}
	return nil
}

func (d desk) flaskRead(app flask.Application, u flask.User) importer.Read {
	in, troubles := app.Newcomer(u, time.Now())
	in.Origin = d.String("source") + ":" + u.ID
	name := u.Email
	if name == "" {
		name = u.Username
	}
	return importer.Read{Source: u.ID, Name: name, Newcomer: in, Troubles: troubles}
}

// flaskApplication reads the application's settings from where they are given.
func (d desk) flaskApplication() (app flask.Application, salt []byte, err error) {
	app = flask.Application{
		SingleHash: d.Bool("single-hash"), Confirmed: d.Bool("addresses-confirmed"), RecoveryLifetime: d.Duration("recovery-code-ttl"),
	}
	if source := d.String("source"); !core.ValidGroup(source) || strings.Contains(source, ":") {
		return app, nil, usageError{errors.New("--source: letters, digits, dots and dashes, 64 at most")}
	}
	if app.Groups, err = roleGroups(d.StringSlice("role")); err != nil {
		return app, nil, err
	}
	text, err := d.secret("password-salt", flaskSalt)
	if err != nil {
		return app, nil, err
	}
	salt = []byte(text)
	if text, err = d.secret("totp-secrets", flaskTOTP); err == nil && text != "" {
		app.TOTP, err = flask.ParseTOTPSecrets(text)
		err = wrongIn("totp-secrets", err)
	}
	if err != nil {
		return app, nil, err
	}
	if text, err = d.secret("recovery-keys", flaskRecovery); err == nil && text != "" {
		app.Recovery, err = flask.ParseFernetKeys(text)
		err = wrongIn("recovery-keys", err)
	}
	if err != nil {
		return app, nil, err
	}
	app.SameHost, err = d.sameHost()
	return app, salt, err
}

// roleGroups reads ROLE=GROUP. A role may hold an equals sign, a group can't.
func roleGroups(named []string) (map[string]string, error) {
	groups := map[string]string{}
	for _, text := range named {
		i := strings.LastIndexByte(text, '=')
		if i < 1 || !core.ValidGroup(text[i+1:]) {
			return nil, usageError{fmt.Errorf("--role %s: write ROLE=GROUP; a group's name has letters, digits, dashes, underscores, dots and colons, 64 at most", importer.Shown(text))}
		}
		groups[text[:i]] = text[i+1:]
	}
	return groups, nil
}

func wrongIn(flag string, err error) error {
	if err == nil {
		return nil
	}
	return usageError{fmt.Errorf("--%s: %w", flag, err)}
}

// sameHost says whether keys of WebAuthn come along: browsers offer one only to the host that it was made for.
func (d desk) sameHost() (bool, error) {
	if !d.IsSet("rp-id") {
		return false, nil
	}
	public, err := url.Parse(d.settings.Gate.PublicURL)
	if err != nil {
		return false, err
	}
	if host := d.String("rp-id"); !strings.EqualFold(host, public.Hostname()) {
		return false, usageError{fmt.Errorf("--rp-id %s is not the host of public_url, %s: browsers would not offer those keys; leave it out, and have their owners set up passkeys anew",
			importer.Shown(host), public.Hostname())}
	}
	return true, nil
}
