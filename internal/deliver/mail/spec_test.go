package mail_test

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/deliver/mail"
)

func TestCheck(t *testing.T) {
	for _, tt := range []struct{ spec, shown, wrong string }{ // wrong: a part of the reason or the cure
		{"stderr", "stderr", ""},
		{"dir:/var/mail/out", "dir:/var/mail/out", ""},
		{"smtp://mx.example.org", "smtp://mx.example.org:587?tls=starttls", ""},
		{"smtp://mx.example.org/", "smtp://mx.example.org:587?tls=starttls", ""},
		{"smtp://mx.example.org?tls=tls", "smtp://mx.example.org:465?tls=tls", ""},
		{"smtp://ann:s3cret@mx.example.org:2525?tls=starttls", "smtp://[hidden]@mx.example.org:2525?tls=starttls", ""},
		{"smtp://ann:s3%40cret%2F%23@mx.example.org", "smtp://[hidden]@mx.example.org:587?tls=starttls", ""},
		{"smtp://ann:s3@cret@mx.example.org", "smtp://[hidden]@mx.example.org:587?tls=starttls", ""},
		{"smtp://localhost:25?tls=none", "smtp://localhost:25?tls=none", ""},
		{"smtp://[::1]:25?tls=none", "smtp://[::1]:25?tls=none", ""},

		{"", "", "stderr, dir:PATH"},
		{"stdout", "stdout", "stderr, dir:PATH"},
		{"dir:", "dir:", "names no directory"},
		{"dir:a\nb", "dir:a\nb", "names no directory"},
		{"ann:s3cret@mx.example.org", "[hidden]", "stderr, dir:PATH"},
		{"smtps://ann:s3cret@mx.example.org", "[hidden]", "tls=tls"},
		{"SMTP://ann:s3cret@mx.example.org", "[hidden]", "stderr, dir:PATH"},
		{"smtp://", "smtp://[hidden]", "names no host"},
		{"smtp://ann:s3cret@", "smtp://[hidden]", "names no host"},
		{"smtp://ann:s3cret@mx example.org", "smtp://[hidden]", "cannot be read"},
		{"smtp://ann:s3/cret@mx.example.org", "smtp://[hidden]", "Percent-encode"},
		{"smtp://ann:3/s3cret@mx.example.org", "smtp://[hidden]", "Percent-encode"},
		{"smtp://ann:3?s3cret@mx.example.org", "smtp://[hidden]", "Percent-encode"},
		{"smtp://ann:3#s3cret@mx.example.org", "smtp://[hidden]", "Percent-encode"},
		{"smtp://ann:s3%cret@mx.example.org", "smtp://[hidden]", "Percent-encode"},
		{"smtp://ann:s3cret%0D%0A@mx.example.org", "smtp://[hidden]", "control characters"},
		{"smtp://ann@mx.example.org", "smtp://[hidden]", "without a password"},
		{"smtp://:s3cret@mx.example.org", "smtp://[hidden]", "without a password"},
		{"smtp://mx.example.org:465", "smtp://[hidden]", "Add ?tls=tls"},
		{"smtp://mx.example.org:0", "smtp://[hidden]", "port"},
		{"smtp://mx.example.org:99999", "smtp://[hidden]", "port"},
		{"smtp://mx.example.org?tls=none", "smtp://[hidden]", "unprotected"},
		{"smtp://127.0.0.1.example.org?tls=none", "smtp://[hidden]", "unprotected"},
		{"smtp://mx.example.org?tls=opportunistic", "smtp://[hidden]", "value of tls"},
		{"smtp://mx.example.org?tls=", "smtp://[hidden]", "value of tls"},
		{"smtp://mx.example.org?tls=tls&tls=none", "smtp://[hidden]", "parameters"},
		{"smtp://mx.example.org?TLS=tls", "smtp://[hidden]", "parameters"},
		{"smtp://mx.example.org?tls=tls&insecure=1", "smtp://[hidden]", "parameters"},
	} {
		if got := mail.Shown(tt.spec); got != tt.shown {
			t.Errorf("%q is shown as %q, want %q", tt.spec, got, tt.shown)
		}
		err := mail.Check(tt.spec, "a@example.org")
		var wrong deliver.Mistakes
		switch {
		case tt.wrong == "" && err != nil:
			t.Errorf("%q: %v", tt.spec, err)
		case tt.wrong != "" && (!errors.As(err, &wrong) || len(wrong) != 1 || wrong[0].Key != "mail"):
			t.Errorf("%q is accepted: %v", tt.spec, err)
		case tt.wrong != "" && (!strings.Contains(wrong[0].Reason+wrong[0].Cure, tt.wrong) || wrong[0].Reason == "" || wrong[0].Cure == ""):
			t.Errorf("%q: %v does not say %q", tt.spec, err, tt.wrong)
		case err != nil && strings.Contains(err.Error(), "cret"):
			t.Errorf("%q: %v has something of the password", tt.spec, err)
		}
		if _, openErr := mail.Open(tt.spec, "a@example.org"); tt.wrong != "" && openErr == nil {
			t.Errorf("%q opens", tt.spec)
		}
	}
}

func TestCheckOfFrom(t *testing.T) {
	for _, from := range []string{"sallyport@localhost", "no-reply@example.org", "Example <no-reply@example.org>", `"Example, Inc." <a@example.org>`, "Jürgen <a@example.org>"} {
		if err := mail.Check("stderr", from); err != nil {
			t.Errorf("%q: %v", from, err)
		}
	}
	for _, from := range []string{"", "example.org", "a@example.org, b@example.org", "a@example.org\r\nBcc: b@example.org", "A <a@example.org> B", "a@[192.0.2.1]", "group: a@example.org;"} {
		var wrong deliver.Mistakes
		if err := mail.Check("stderr", from); !errors.As(err, &wrong) || len(wrong) != 1 || wrong[0].Key != "mail_from" {
			t.Errorf("%q is accepted: %v", from, err)
		}
		if _, err := mail.Open("stderr", from); !errors.As(err, &wrong) {
			t.Errorf("%q opens: %v", from, err)
		}
	}
}

// TestBothSettingsAreLookedAt: one mistake does not hide the other, and each says whose it is.
func TestBothSettingsAreLookedAt(t *testing.T) {
	var wrong deliver.Mistakes
	if err := mail.Check("nowhere", "nobody"); !errors.As(err, &wrong) || len(wrong) != 2 || wrong[0].Key != "mail" || wrong[1].Key != "mail_from" {
		t.Errorf("%v", err)
	}
}

func TestSendersDontPrintPasswords(t *testing.T) {
	s, err := mail.Open("smtp://ann:s3cret@mx.example.org", "a@example.org")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "sender", s)
	fmt.Fprintf(&b, "%v %+v %#v %s %q", s, s, s, s, s)
	if text := b.String(); strings.Contains(text, "cret") || strings.Contains(text, "ann") || !strings.Contains(text, "mx.example.org") {
		t.Error(text)
	}
}

func FuzzCheck(f *testing.F) {
	f.Add("smtp://ann:", "s3cretXs3cret", "@mx.example.org?tls=tls")
	f.Add("smtp://ann:", "s3/cret?s#3c%40", "@mx.example.org")
	f.Add("postgres://ann:", "s3", "@")
	f.Fuzz(func(t *testing.T, before, password, after string) {
		if len(password) < 8 || !strings.HasSuffix(before, ":") || !strings.HasPrefix(after, "@") || strings.HasPrefix(before, "dir:") {
			t.Skip()
		}
		if strings.Contains(before+after, password) {
			t.Skip()
		}
		spec := before + password + after
		shown := mail.Shown(spec)
		if err := mail.Check(spec, "a@example.org"); err != nil {
			shown += err.Error()
		}
		forms := "stderr dir:PATH smtp://user:password@host:587?tls=starttls [hidden]"
		if strings.Contains(shown, password) && !strings.Contains(forms, password) {
			t.Errorf("%q is shown as %q", spec, shown)
		}
	})
}
