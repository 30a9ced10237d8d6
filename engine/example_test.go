package engine_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/engine"
	"github.com/sallyport/sallyport/otp"
)

// An application has accounts, passwords and pages. It wants to know whether a code holds, once and with limits.
func Example() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	gate, err := sallyport.New(sallyport.Config{
		Database: filepath.Join(dir, "sallyport.db"), KeyFile: filepath.Join(dir, "sallyport.key"), Mail: "dir:" + dir,
		Accounts: users{"17"}, SecondFactor: "required", Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		log.Fatal(err)
	}
	defer gate.Close()
	ctx, second, client := context.Background(), gate.Engine(), engine.Client{UserAgent: "app/1.0"}

	// The password was right, and there is no code app yet: set one up.
	var secret string
	_, err = second.PasswordProved(ctx, client, "17")
	if first, ok := errors.AsType[*engine.BindNeeded](err); ok {
		binding, err := first.MustBind.Bind(ctx, engine.NewAuthenticator{Kind: engine.KindTOTP})
		if err != nil {
			log.Fatal(err)
		}
		secret = binding.Secret // binding.URI is for package qr
		_, bound, err := first.MustBind.Confirm(ctx, binding.ID, codeOf(secret, time.Now()))
		fmt.Println(len(bound.RecoveryCodes), "recovery codes,", err)
	}

	// The next time the code is asked for. Between two requests the client carries more.Login.Token().
	code := codeOf(secret, time.Now().Add(30*time.Second)) // the app's next, which is good already
	_, err = second.PasswordProved(ctx, client, "17")
	if more, ok := errors.AsType[*engine.MoreNeeded](err); ok {
		session, err := more.Login.Answer(ctx, engine.Response{Kind: engine.KindTOTP, Value: code})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("account", session.AccountID(), "at AAL", session.AAL())
	}

	// The same code again.
	_, err = second.PasswordProved(ctx, client, "17")
	if more, ok := errors.AsType[*engine.MoreNeeded](err); ok {
		_, err = more.Login.Answer(ctx, engine.Response{Kind: engine.KindTOTP, Value: code})
	}
	if refused, ok := errors.AsType[*engine.Error](err); ok {
		fmt.Println(refused.Code) // refused.Text is for the person
	}
	// Output:
	// 10 recovery codes, <nil>
	// account 17 at AAL 2
	// already_used
}

// codeOf is what somebody's app shows then.
func codeOf(secret string, at time.Time) string {
	parsed, err := otp.ParseSecret(secret)
	if err != nil {
		log.Fatal(err)
	}
	key, err := otp.NewKey(parsed, otp.Options{})
	if err != nil {
		log.Fatal(err)
	}
	code, err := key.TOTP(at)
	if err != nil {
		log.Fatal(err)
	}
	return code.String()
}
