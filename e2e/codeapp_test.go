package e2e

import (
	"bytes"
	"fmt"
	"net/url"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// codeApp is a person's code app: it knows one secret and remembers the steps whose codes were shown.
type codeApp struct {
	secret string
	last   int64 // the latest step of which a code was used
}

const (
	period = 30 // seconds
	window = 1  // steps that are accepted before and after the present one
)

func present() int64 { return time.Now().Unix() / period }

// at is the code of a time step, made by oathtool.
func (a *codeApp) at(t testing.TB, step int64) string {
	t.Helper()
	return run(t, nil, "oathtool", "--totp", "-b", "--now", "@"+strconv.FormatInt(step*period, 10), a.secret)
}

// first is the oldest code that is accepted, for setting the app up: it leaves the most to sign in with.
func (a *codeApp) first(t testing.TB) string {
	t.Helper()
	if late := time.Now().Unix() % period; late > period-5 {
		time.Sleep(time.Duration(period-late) * time.Second) // it would be out of date on arrival
	}
	a.last = present() - window
	return a.at(t, a.last)
}

// next is a code that was not used before, and the earliest that is still accepted for some seconds. It waits for one
// where it has to.
func (a *codeApp) next(t testing.TB) string {
	t.Helper()
	// Seconds before its end a step is left out: the answer could come too late for it.
	earliest := (time.Now().Unix() + 5 - period) / period
	a.last = max(a.last+1, earliest)
	if early := time.Until(time.Unix((a.last-window)*period, 0)); early > 0 {
		time.Sleep(early + 50*time.Millisecond)
	}
	return a.at(t, a.last)
}

// ready is how many codes next gives without waiting.
func (a *codeApp) ready() int64 {
	return present() + window - max(a.last, present()-window-1)
}

// spaced is a code as apps show it and as people type it.
func spaced(code string) string { return code[:3] + " " + code[3:] }

// scan reads the QR code in a picture the way a phone does: from the pixels.
func scan(t testing.TB, png []byte) *url.URL {
	t.Helper()
	text := run(t, png, "zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", "-")
	uri, err := url.Parse(text)
	if err != nil || uri.Scheme != "otpauth" || uri.Host != "totp" {
		t.Fatalf("the QR code has no key of a code app in it")
	}
	return uri
}

// appFrom sets an app up with what it scanned. It takes the defaults for what the address leaves out, like every app.
func appFrom(t testing.TB, uri *url.URL) *codeApp {
	t.Helper()
	q := uri.Query()
	for parameter, fixed := range map[string]string{"algorithm": "SHA1", "digits": "6", "period": "30"} {
		if got := q.Get(parameter); got != "" && got != fixed {
			t.Fatalf("the QR code asks for %s=%s, which many code apps ignore", parameter, got)
		}
	}
	return &codeApp{secret: q.Get("secret")}
}

// run runs a program that has to succeed, and returns what it writes without the end of the line.
func run(t testing.TB, stdin []byte, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Stdin, cmd.Env = bytes.NewReader(stdin), ownEnviron()
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		// Not its arguments: there is a secret among them.
		t.Fatal(fmt.Errorf("%s: %w: %s", name, err, said.String()))
	}
	return strings.TrimSpace(string(out))
}
