// Command codes-only is a program for the terminal that has accounts and passwords of its own, and gets the second factor from
// Sallyport's engine: no page, no HTTP, no cookie.
package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"strings"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/engine"
	"github.com/sallyport/sallyport/qr"
)

func main() {
	quiet := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	staff, password := accounts{}, rand.Text()
	if err := staff.add("1", "ann", password); err != nil {
		log.Fatal(err)
	}
	gate := sallyport.Must(sallyport.New(config(staff, quiet)))
	defer gate.Close()
	fmt.Println("You are ann, and your password this time is", password)
	t := &terminal{in: bufio.NewScanner(os.Stdin), out: os.Stdout, staff: staff, engine: gate.Engine()}
	if err := t.run(context.Background()); err != nil {
		fmt.Println(err)
	}
}

// config asks everybody for a second factor.
func config(staff accounts, l *slog.Logger) sallyport.Config {
	return sallyport.Config{
		Issuer: "Codes only", Database: "codes-only.db", KeyFile: "codes-only.key",
		Accounts: staff, SecondFactor: "required", Authenticators: []string{"totp"}, Log: l,
	}
}

// terminal is one person at one terminal.
type terminal struct {
	in     *bufio.Scanner
	out    io.Writer
	staff  accounts
	engine *engine.Engine
}

var errGone = errors.New("nobody is there")

// run signs in, and then does what is asked.
func (t *terminal) run(ctx context.Context) error {
	s, err := t.signIn(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(t.out, "Hello, %s. You are signed in at AAL%d.\n", t.staff[s.AccountID()].name, s.AAL())
	for {
		said, err := t.ask("pay, codes, quit")
		if err != nil {
			return err
		}
		switch said {
		case "pay":
			err = t.pay(ctx, s)
		case "codes":
			s, err = t.newCodes(ctx, s)
		case "quit":
			return s.SignOut(ctx)
		}
		if err := t.tell(err); err != nil {
			return err
		}
	}
}

// signIn asks until somebody is signed in: for a password, and for a code or a first code app.
func (t *terminal) signIn(ctx context.Context) (engine.Session, error) {
	for {
		name, err := t.ask("Name")
		if err != nil {
			return engine.Session{}, err
		}
		password, err := t.ask("Password")
		if err != nil {
			return engine.Session{}, err
		}
		s, err := t.engine.SignIn(ctx, engine.Client{UserAgent: "terminal"}, name, password)
		if more, ok := errors.AsType[*engine.MoreNeeded](err); ok {
			s, err = t.code(ctx, more.Login)
		} else if first, ok := errors.AsType[*engine.BindNeeded](err); ok {
			s, err = t.setUp(ctx, first.MustBind)
		}
		if err == nil {
			return s, nil
		}
		if err := t.tell(err); err != nil {
			return engine.Session{}, err
		}
	}
}

// code asks for the second factor, whichever it is.
func (t *terminal) code(ctx context.Context, l engine.Login) (engine.Session, error) {
	typed, err := t.ask("Code, or a recovery code")
	if err != nil {
		return engine.Session{}, err
	}
	return l.Answer(ctx, engine.Response{Value: typed})
}

// setUp shows the picture that a code app reads, and asks for what the app says.
func (t *terminal) setUp(ctx context.Context, b engine.MustBind) (engine.Session, error) {
	binding, err := b.Bind(ctx, engine.NewAuthenticator{Kind: engine.KindTOTP})
	if err != nil {
		return engine.Session{}, err
	}
	picture, err := qr.Encode(binding.URI, qr.M)
	if err != nil {
		return engine.Session{}, err
	}
	fmt.Fprintf(t.out, "%s\nScan this with a code app, or type %s into it.\n", picture.Terminal(), binding.Secret)
	typed, err := t.ask("What the app shows")
	if err != nil {
		return engine.Session{}, err
	}
	s, bound, err := b.Confirm(ctx, binding.ID, typed)
	if err == nil {
		fmt.Fprintln(t.out, "Keep these for when the telephone is lost:\n"+strings.Join(bound.RecoveryCodes, "\n"))
	}
	return s, err
}

// pay does what needs a fresh code for itself.
func (t *terminal) pay(ctx context.Context, s engine.Session) error {
	const payment = "Send 250.00 EUR to Bob"
	typed, err := t.ask(payment + "? Code")
	if err != nil {
		return err
	}
	token, err := s.ConfirmAction(ctx, payment, engine.Response{Value: typed})
	if err != nil {
		return err
	}
	if err := s.Redeem(ctx, payment, token); err != nil {
		return err
	}
	fmt.Fprintln(t.out, "Sent.")
	return nil
}

// newCodes takes somebody who proved just now that it is them. Their session has a new token then: the one that comes back.
func (t *terminal) newCodes(ctx context.Context, s engine.Session) (engine.Session, error) {
	typed, err := t.ask("Code")
	if err != nil {
		return s, err
	}
	e, err := s.Elevate(ctx, engine.Response{Value: typed})
	if err != nil {
		return s, err
	}
	codes, err := e.NewRecoveryCodes(ctx)
	fmt.Fprintln(t.out, strings.Join(codes, "\n"))
	return e.Session(), err
}

// tell says a refusal. What is none ends the program.
func (t *terminal) tell(err error) error {
	refused, ok := errors.AsType[*engine.Error](err)
	if !ok || refused.Code == engine.CodeInternal || refused.Code == engine.CodeNotSignedIn {
		return err
	}
	_, err = fmt.Fprintln(t.out, refused.Text)
	return err
}

// ask reads one line.
func (t *terminal) ask(what string) (string, error) {
	fmt.Fprint(t.out, what, ": ")
	if !t.in.Scan() {
		return "", errors.Join(errGone, t.in.Err())
	}
	return strings.TrimSpace(t.in.Text()), nil
}
