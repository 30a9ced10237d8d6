package text_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/deliver/text"
)

func TestPlaces(t *testing.T) {
	for _, tt := range []struct{ spec, shown, wrong string }{ // wrong: a part of the reason or the cure
		{"stderr", "stderr", ""},
		{"dir:/var/texts", "dir:/var/texts", ""},
		{"twilio:" + sid, "twilio:" + sid, ""},
		{"webhook:https://sms.example.org", "webhook:https://sms.example.org", ""},
		{"webhook:https://sms.example.org:8443/", "webhook:https://sms.example.org:8443", ""},
		{"webhook:https://sms.example.org/T0/s3cret", "webhook:https://sms.example.org/[hidden]", ""},
		{"webhook:https://sms.example.org?s3cret", "webhook:https://sms.example.org/[hidden]", ""},
		{"webhook:http://localhost:8081/x", "webhook:http://localhost:8081/[hidden]", ""},
		{"webhook:http://[::1]:8081", "webhook:http://[::1]:8081", ""},

		{"", "", "stderr, dir:PATH"},
		{"stdout", "stdout", "stderr, dir:PATH"},
		{"stderr:", "[hidden]", "stderr, dir:PATH"},
		{"Twilio:" + sid, "[hidden]", "stderr, dir:PATH"},
		{"dir:", "dir:", "names no directory"},
		{"dir:a\nb", "dir:a\nb", "names no directory"},
		{"twilio:", "twilio:[hidden]", "account SID"},
		{"twilio:" + token, "twilio:[hidden]", "account SID"},
		{"twilio:" + mg, "twilio:[hidden]", "account SID"},
		{"twilio:" + sid + ":" + token, "twilio:[hidden]", "text_secret"},
		{"twilio:" + sid + "/../x", "twilio:[hidden]", "account SID"},
		{"https://sms.example.org", "[hidden]", "webhook:https://"},
		{"webhook:", "webhook:[hidden]", "no URL"},
		{"webhook:sms.example.org/s3cret", "webhook:[hidden]", "no URL"},
		{"webhook:https://", "webhook:[hidden]", "no URL"},
		{"webhook:https:///s3cret", "webhook:[hidden]", "no URL"},
		{"webhook:https://sms.example.org/s3 cret", "webhook:[hidden]", "no URL"},
		{"webhook:https://sms.example.org/\ns3cret", "webhook:[hidden]", "no URL"},
		{"webhook:https://ann:s3cret@sms.example.org", "webhook:[hidden]", "signature"},
		{"webhook:https://sms.example.org/#s3cret", "webhook:[hidden]", "fragment"},
		{"webhook:http://sms.example.org/s3cret", "webhook:[hidden]", "unprotected"},
		{"webhook:http://localhost.example.org", "webhook:[hidden]", "unprotected"},
		{"webhook:ftp://sms.example.org", "webhook:[hidden]", "another kind"},
	} {
		if got := text.Shown(tt.spec); got != tt.shown {
			t.Errorf("%q is shown as %q, want %q", tt.spec, got, tt.shown)
		}
		secret := key
		if strings.HasPrefix(tt.spec, "twilio") {
			secret = token
		}
		err := text.Check(tt.spec, number, secret)
		var wrong deliver.Mistakes
		switch {
		case tt.wrong == "" && err != nil:
			t.Errorf("%q: %v", tt.spec, err)
		case tt.wrong != "" && (!errors.As(err, &wrong) || len(wrong) != 1):
			t.Errorf("%q is accepted: %v", tt.spec, err)
		case tt.wrong != "" && (wrong[0].Key != "text" || wrong[0].Value != tt.shown || !strings.Contains(wrong[0].Reason+wrong[0].Cure, tt.wrong) || wrong[0].Cure == ""):
			t.Errorf("%q: %+v does not say %q", tt.spec, wrong[0], tt.wrong)
		case err != nil && strings.Contains(err.Error(), "s3"):
			t.Errorf("%q: %v has something of a secret", tt.spec, err)
		}
		if _, openErr := text.Open(tt.spec, number, secret); tt.wrong != "" && openErr == nil {
			t.Errorf("%q opens", tt.spec)
		}
	}
}

// TestEveryMistakeAtOnce names the keys of all that is wrong.
func TestEveryMistakeAtOnce(t *testing.T) {
	signs := func(n int) string { return "whsec_" + base64.StdEncoding.EncodeToString(make([]byte, n)) }
	for _, tt := range []struct {
		spec, from, secret string
		want               []string
	}{
		{"stderr", "", "", nil},
		{"stderr", "\n", "not needed", nil},
		{"dir:/x", "", "", nil},
		{"nowhere", "", "", []string{"text"}},
		{"twilio:" + sid, number, token, nil},
		{"twilio:" + sid, mg, token, nil},
		{"twilio:" + sid, "Sallyport", token, nil},
		{"twilio:" + sid, "AT&T 2_-+", token, nil},
		{"twilio:" + sid, "12345", token, nil},
		{"twilio:" + sid, "", "", []string{"text_from", "text_secret"}},
		{"twilio:" + sid, number, "", []string{"text_secret"}},
		{"twilio:" + sid, number, "s3 cret", []string{"text_secret"}},
		{"twilio:" + sid, number, "s3cret\n", []string{"text_secret"}},
		{"twilio:" + sid, "", token, []string{"text_from"}},
		{"twilio:" + sid, "12", token, []string{"text_from"}},
		{"twilio:" + sid, "2025550123", token, []string{"text_from"}},
		{"twilio:" + sid, "+1 202 555 0123", token, []string{"text_from"}},
		{"twilio:" + sid, "whatsapp:" + number, token, []string{"text_from"}},
		{"twilio:" + sid, "Sallyport Ltd", token, []string{"text_from"}},
		{"twilio:" + sid, " Sallyport", token, []string{"text_from"}},
		{"twilio:" + sid, "Jürgen", token, []string{"text_from"}},
		{"twilio:" + sid, mg + "0", token, []string{"text_from"}},
		{"webhook:https://sms.example.org", "", key, nil},
		{"webhook:https://sms.example.org", "any name, ünïcode", signs(24), nil},
		{"webhook:https://sms.example.org", "", signs(64), nil},
		{"webhook:https://sms.example.org", "", signs(23), []string{"text_secret"}},
		{"webhook:https://sms.example.org", "", signs(65), []string{"text_secret"}},
		{"webhook:https://sms.example.org", "", "", []string{"text_secret"}},
		{"webhook:https://sms.example.org", "", "correct horse battery staple", []string{"text_secret"}},
		{"webhook:https://sms.example.org", "a\r\nb", "whsk_s3cret", []string{"text_from", "text_secret"}},
		{"webhook:https://sms.example.org", strings.Repeat("x", 65), "s3cret", []string{"text_from", "text_secret"}},
	} {
		err := text.Check(tt.spec, tt.from, tt.secret)
		var wrong deliver.Mistakes
		errors.As(err, &wrong)
		var keys []string
		for _, one := range wrong {
			keys = append(keys, one.Key)
			if one.Reason == "" || one.Cure == "" || !strings.Contains(err.Error(), one.Error()) || one.Key == "text_secret" && one.Value != "" && one.Value != "[hidden]" {
				t.Errorf("%q, %q: %+v", tt.spec, tt.from, one)
			}
		}
		if !slices.Equal(keys, tt.want) || (err == nil) != (tt.want == nil) {
			t.Errorf("%q, %q, %q: %v, want %v", tt.spec, tt.from, tt.secret, err, tt.want)
		}
		if err != nil && strings.Contains(err.Error(), "s3") {
			t.Errorf("%v has something of a secret", err)
		}
		if _, openErr := text.Open(tt.spec, tt.from, tt.secret); tt.want != nil && !errors.As(openErr, &wrong) {
			t.Errorf("%q opens: %v", tt.spec, openErr)
		}
	}
}

func TestTwilioURL(t *testing.T) {
	for _, at := range []string{"http://twilio.example.org", "ftp://localhost", "://", "twilio"} {
		if _, err := (text.Options{TwilioURL: at}).Open("twilio:"+sid, number, token); err == nil {
			t.Errorf("%q is accepted", at)
		}
	}
}

func TestSendersDontPrintSecrets(t *testing.T) {
	for _, sender := range []text.Sender{
		open(t, text.Options{}, "twilio:"+sid, number, token),
		open(t, text.Options{}, "webhook:https://sms.example.org/s3cret", "", "whsec_"+base64.StdEncoding.EncodeToString([]byte("s3cret and s3cret and s3cret"))),
	} {
		var b strings.Builder
		slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "sender", sender)
		fmt.Fprintf(&b, "%v %+v %#v %s %q", sender, sender, sender, sender, sender)
		if out := b.String(); strings.Contains(out, "cret") || strings.Contains(out, "115 51 99") || !strings.Contains(out, "webhook:https://sms.example.org") && !strings.Contains(out, sid) {
			t.Error(out)
		}
	}
}

func TestStderr(t *testing.T) {
	var b strings.Builder
	must(t, open(t, text.Options{Stderr: &b}, "stderr", "", "").Send(t.Context(), message()))
	if want := "\nText message to +4915112345678\n\n" + body + "\n\n"; b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}

func TestDir(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "texts")
	sender := open(t, text.Options{}, "dir:"+dir, "", "")
	for range 2 { // the second attempt replaces the file
		must(t, sender.Send(t.Context(), message()))
	}
	files, err := os.ReadDir(dir)
	must(t, err)
	if len(files) != 1 || files[0].Name() != "20260301T113000.000000005Z-0198-abc_D.json" {
		t.Fatalf("files %v", files)
	}
	name := filepath.Join(dir, files[0].Name())
	raw, err := os.ReadFile(name)
	must(t, err)
	if want := `{"to":"+4915112345678","body":"123456 is your Example code.\n\n@example.org #123456"}` + "\n"; string(raw) != want {
		t.Errorf("%s, want %s", raw, want)
	}
	for path, want := range map[string]os.FileMode{name: 0o600, dir: 0o700 | os.ModeDir} {
		if info, err := os.Stat(path); err != nil || info.Mode() != want {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
	must(t, os.RemoveAll(dir))
	if err := sender.Send(t.Context(), message()); err == nil || strings.Contains(err.Error(), "4915112") {
		t.Errorf("without the directory: %v", err)
	}
	for _, gone := range []string{filepath.Join(dir, "below"), "/dev/null"} {
		var wrong deliver.Mistakes
		if _, err := text.Open("dir:"+gone, "", ""); !errors.As(err, &wrong) || wrong[0].Key != "text" {
			t.Errorf("%s: %v", gone, err)
		}
	}
}

// TestRefusedMessages are nobody's fault but ours, and go nowhere.
func TestRefusedMessages(t *testing.T) {
	for name, spoil := range map[string]func(*text.Message){
		"no number":          func(m *text.Message) { m.To = "" },
		"typed number":       func(m *text.Message) { m.To = "0151 12345678" },
		"two numbers":        func(m *text.Message) { m.To = "+4915112345678,+4915112345679" },
		"zero":               func(m *text.Message) { m.To = "+0915112345678" },
		"short":              func(m *text.Message) { m.To = "+491511" },
		"long":               func(m *text.Message) { m.To = "+4915112345678901" },
		"other digits":       func(m *text.Message) { m.To = "+４９15112345678" },
		"no id":              func(m *text.Message) { m.ID = "" },
		"id with a dot":      func(m *text.Message) { m.ID = "a.b" },
		"id with a slash":    func(m *text.Message) { m.ID = "../a" },
		"id with a line":     func(m *text.Message) { m.ID = "a\r\nx: y" },
		"long id":            func(m *text.Message) { m.ID = strings.Repeat("x", 101) },
		"no date":            func(m *text.Message) { m.Date = time.Time{} },
		"no end":             func(m *text.Message) { m.ExpiresAt = time.Time{} },
		"no text":            func(m *text.Message) { m.Body = " \n" },
		"long text":          func(m *text.Message) { m.Body = strings.Repeat("ü", 1601) },
		"control":            func(m *text.Message) { m.Body = "a\x1b[2J" },
		"direction":          func(m *text.Message) { m.Body = "a\u202Eb" },
		"carriage return":    func(m *text.Message) { m.Body = "a\r\nb" },
		"no encoding":        func(m *text.Message) { m.Body = "a\xffb" },
		"everything, s3cret": func(m *text.Message) { *m = text.Message{Body: "s3cret"} },
	} {
		s := &twilio{}
		m := message()
		spoil(&m)
		for _, sender := range []text.Sender{
			open(t, text.Options{Stderr: io.Discard}, "stderr", "", ""), open(t, text.Options{}, "dir:"+t.TempDir(), "", ""),
			open(t, text.Options{TwilioURL: serve(t, s)}, "twilio:"+sid, number, token), open(t, text.Options{}, "webhook:"+serve(t, s), "", key),
		} {
			err := sender.Send(t.Context(), m)
			if faultOf(t, err).String() != "permanent" || len(s.got()) > 0 || strings.Contains(fmt.Sprint(err), "cret") || strings.Contains(fmt.Sprint(err), "15112") {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
