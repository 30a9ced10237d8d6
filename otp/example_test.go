package otp_test

import (
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/sallyport/sallyport/otp"
)

// exampleKey is the key of the examples: the defaults, and PyOTP's secret.
func exampleKey() otp.Key {
	secret, err := otp.ImportSecret("base32secret3232")
	if err != nil {
		panic(err)
	}
	key, err := otp.NewKey(secret, otp.Options{})
	if err != nil {
		panic(err)
	}
	return key
}

// A new secret: 160 bits, in base32 for people and in bytes for sealing.
func ExampleNewSecret() {
	secret := otp.NewSecret()
	fmt.Println(secret.Bits(), len(secret.RevealBase32()), len(fmt.Sprintf("%x", secret.Reveal())))
	fmt.Println(secret)
	// Output:
	// 160 32 40
	// [secret]
}

// A secret as somebody typed it.
func ExampleParseSecret() {
	secret, err := otp.ParseSecret("gezd gnbv gy3t qojq gezd gnbv gy3t qojq")
	fmt.Println(secret.Bits(), err)
	_, err = otp.ParseSecret("gezd gnbv gy3t q0jq gezd gnbv gy3t qojq")
	fmt.Println(err)
	// Output:
	// 160 <nil>
	// otp: character 17 of the secret is not base32 (A to Z and 2 to 7)
}

// The code of this moment, and how long it lasts.
func ExampleKey_TOTP() {
	key := exampleKey()
	now := time.Unix(1700000000, 0) // time.Now()
	code, err := key.TOTP(now)
	if err != nil {
		panic(err)
	}
	step, err := key.StepAt(now)
	if err != nil {
		panic(err)
	}
	fmt.Println(code, "for", step.End.Sub(now))
	// Output: 811571 for 10s
}

// Verifying, so that no code passes twice: lastStep stands for a column that
// one database statement compares and moves.
func ExampleKey_VerifyTOTP() {
	key := exampleKey()
	now := time.Unix(1700000000, 0) // time.Now()
	lastStep := int64(-1)
	for _, typed := range []string{"811 571", "811571", "000000"} {
		code, err := otp.Canonical(typed)
		if err != nil {
			panic(err)
		}
		step, ok := key.VerifyTOTP(code, now)
		switch {
		case !ok:
			fmt.Println("wrong")
		case step <= lastStep:
			fmt.Println("used before")
		default:
			lastStep = step
			fmt.Println("right, in step", step)
		}
	}
	// Output:
	// right, in step 56666666
	// used before
	// wrong
}

// Only the present step, with none before or after it.
func ExampleKey_VerifyTOTPWithin() {
	key := exampleKey()
	now := time.Unix(1700000000, 0)
	_, ok := key.VerifyTOTPWithin("811571", now, otp.Window{})
	fmt.Println(ok)
	_, ok = key.VerifyTOTPWithin("811571", now.Add(30*time.Second), otp.Window{})
	fmt.Println(ok)
	_, ok = key.VerifyTOTPWithin("811571", now.Add(30*time.Second), otp.Window{Behind: 1})
	fmt.Println(ok)
	// Output:
	// true
	// false
	// true
}

// Counter-based codes, as PyOTP's README has them.
func ExampleKey_HOTP() {
	key := exampleKey()
	for _, counter := range []int64{0, 1, 1401} {
		code, err := key.HOTP(counter)
		fmt.Println(code, err)
	}
	// Output:
	// 260182 <nil>
	// 055283 <nil>
	// 316439 <nil>
}

// The person pressed the button three times before typing a code.
func ExampleKey_VerifyHOTP() {
	key := exampleKey()
	next := int64(1398)
	counter, ok := key.VerifyHOTP("316439", next)
	fmt.Println(counter, ok)
	next = counter + 1 // stored by the statement that checked the old one
	_, ok = key.VerifyHOTP("316439", next)
	fmt.Println(ok)
	// Output:
	// 1401 true
	// false
}

// Two codes in a row find an authenticator that ran far ahead.
func ExampleKey_ResyncHOTP() {
	key := exampleKey()
	first, _ := key.HOTP(500)
	second, _ := key.HOTP(501)
	last, ok := key.ResyncHOTP(0, 1000, first.String(), second.String())
	fmt.Println(last, ok)
	// Output: 501 true
}

// The code is right but for the phone's clock: something to say, and nothing
// to accept.
func ExampleKey_SearchDrift() {
	key := exampleKey()
	now := time.Unix(1700000000, 0)
	shown, _ := key.TOTP(now.Add(-5 * time.Minute)) // on a phone that is slow
	if _, ok := key.VerifyTOTP(shown.String(), now); !ok {
		drift, found := key.SearchDrift(shown.String(), now, 120)
		fmt.Println(drift.Steps, drift.Off, found)
	}
	// Output: -10 -5m0s true
}

// What people type, and what is compared.
func ExampleCanonical() {
	for _, typed := range []string{"123 456", "１２３-４５６", "١٢٣٤٥٦", "12345O"} {
		fmt.Println(otp.Canonical(typed))
	}
	// Output:
	// 123456 <nil>
	// 123456 <nil>
	// 123456 <nil>
	//  otp: character 6 of the code is not a digit
}

// Steam's codes are TOTP in another alphabet.
func ExampleOptions_steam() {
	secret, err := otp.ImportSecret("BASE32SECRET3232")
	if err != nil {
		panic(err)
	}
	key, err := otp.NewKey(secret, otp.Options{Steam: true})
	if err != nil {
		panic(err)
	}
	code, err := key.TOTP(time.Unix(1662883100, 0))
	fmt.Println(code, err)
	// Output: N3G63 <nil>
}

// Neither secrets nor codes get into a log.
func ExampleCode_LogValue() {
	key := exampleKey()
	code, _ := key.HOTP(0)
	log := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	}))
	log.Info("generated", "secret", key.Secret(), "code", code)
	// Output: level=INFO msg=generated secret=[secret] code=[code]
}
