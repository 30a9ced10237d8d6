package otp_test

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/otp"
)

// Another implementation, made by other people, has to show the same codes.
func TestAgreesWithOathtool(t *testing.T) {
	path, err := exec.LookPath("oathtool")
	if err != nil {
		t.Skip("oathtool is not installed (Debian and Ubuntu: apt-get install oathtool); the comparison with it was left out")
	}
	ask := func(secret otp.Secret, args ...string) string {
		command := exec.Command(path, append(args, "--base32", "-")...)
		command.Stdin = strings.NewReader(secret.RevealBase32())
		out, err := command.CombinedOutput()
		if err != nil {
			t.Fatalf("oathtool %v: %v: %s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	for i, size := range []int{16, 20, 32, 64, 65, 128} {
		secret, err := otp.NewSecretOfSize(size)
		if err != nil {
			t.Fatal(err)
		}
		for _, algorithm := range []otp.Algorithm{otp.SHA1, otp.SHA256, otp.SHA512} {
			options := otp.Options{Algorithm: algorithm, Digits: 6 + (i+int(algorithm))%3, Period: time.Duration(30+15*i) * time.Second}
			key, err := otp.NewKey(secret, options)
			if err != nil {
				t.Fatal(err)
			}
			at := time.Now().Add(time.Duration(i) * 400 * 24 * time.Hour).Truncate(time.Second).UTC()
			want := ask(secret, "--totp="+algorithm.String(), fmt.Sprint("--digits=", options.Digits),
				fmt.Sprintf("--time-step-size=%ds", int(options.Period.Seconds())), "--now="+at.Format("2006-01-02 15:04:05 UTC"))
			step, err := key.StepAt(at)
			if err != nil {
				t.Fatal(err)
			}
			if got, ok := key.VerifyTOTPWithin(want, at, otp.Window{}); !ok || got != step.Number {
				t.Errorf("%+v at %v: oathtool's code is refused", options, at)
			}
			if code, err := key.TOTP(at); err != nil || code.String() != want {
				t.Errorf("%+v at %v: got %s, %v; oathtool says %s", options, at, code, err, want)
			}
		}
		key, err := otp.NewKey(secret, otp.Options{Digits: 8})
		if err != nil {
			t.Fatal(err)
		}
		codes := strings.Fields(ask(secret, "--hotp", "--digits=8", "--counter=4294967294", "--window=3"))
		for j, want := range codes {
			counter := int64(4294967294 + j)
			if code, err := key.HOTP(counter); err != nil || code.String() != want {
				t.Errorf("counter %d: got %s, %v; oathtool says %s", counter, code, err, want)
			}
		}
		if last, ok := key.ResyncHOTP(4294967000, 1000, codes...); !ok || last != 4294967297 {
			t.Errorf("oathtool's codes do not resynchronise: %d, %t", last, ok)
		}
	}
}
