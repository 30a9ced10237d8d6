package push_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/deliver/push"
	"github.com/sallyport/sallyport/internal/deliver/push/pushtest"
)

func newKey(t testing.TB) push.Key {
	t.Helper()
	key, err := push.NewKey()
	must(t, err)
	return key
}

func TestTokens(t *testing.T) {
	key := newKey(t)
	for _, contact := range []string{"mailto:ann@example.org", `https://example.org/contact?a=1&b=<2>"`} {
		header, err := key.Authorization("https://push.example.net", contact, now)
		must(t, err)
		c, err := pushtest.Verify(header, key.Public(), "https://push.example.net", now)
		if err != nil || c.Sub != contact || c.Exp != now.Add(12*time.Hour).Unix() {
			t.Errorf("%+v, %v", c, err)
		}
	}
}

// TestSignaturesHaveOneWidth: one number in 128 has a zero in front, and a signature without it is none.
func TestSignaturesHaveOneWidth(t *testing.T) {
	key, short := newKey(t), 0
	for n := range 2000 {
		signature, err := key.Sign(fmt.Append(nil, n))
		must(t, err)
		if len(signature) != 64 {
			t.Fatalf("%d bytes", len(signature))
		}
		if signature[0] == 0 || signature[32] == 0 {
			short++
		}
	}
	if short == 0 {
		t.Error("no signature had a zero in front")
	}
	for n := 0; short > 0; n++ { // of those with a zero, one is verified as a push service does
		header, err := key.Authorization("https://push.example.net", fmt.Sprint("mailto:", n, "@example.org"), now)
		must(t, err)
		if _, err := pushtest.Verify(header, key.Public(), "https://push.example.net", now); err != nil {
			t.Fatal(err)
		}
		signature := unbase64(t, header[strings.LastIndexByte(header, '.')+1:strings.IndexByte(header, ',')])
		if signature[0] == 0 || signature[32] == 0 {
			return
		}
	}
}

func TestKeys(t *testing.T) {
	key := newKey(t)
	again, err := push.ParseKey(key.Encode())
	must(t, err)
	if again.Public() != key.Public() || len(unbase64(t, key.Public())) != 65 || len(unbase64(t, key.Encode())) != 32 || newKey(t).Public() == key.Public() {
		t.Errorf("%v became %v", key, again)
	}
	// RFC 8291's sender: both halves are known.
	known, err := push.ParseKey(rfcSender)
	must(t, err)
	if want := rfcBodyKey(t); known.Public() != want {
		t.Errorf("%s, want %s", known.Public(), want)
	}
	for _, s := range []string{
		"", "x", key.Public(), key.Encode() + "=", key.Encode()[1:], " " + key.Encode(),
		strings.Repeat("A", 43),                       // 0
		"_____wAAAAD__________7zm-q2nF56E87nKwvxjJVE", // the order of the group
		strings.Repeat("_", 42) + "8",
	} {
		if key, err := push.ParseKey(s); err == nil || s != "" && strings.Contains(err.Error(), s) {
			t.Errorf("%q: %v, %v", s, key, err)
		}
	}
}

func rfcBodyKey(t testing.TB) string {
	t.Helper()
	key, err := push.ParseKey(rfcSender)
	must(t, err)
	if !bytes.Equal(unbase64(t, key.Public()), unbase64(t, rfcBody)[21:86]) {
		t.Error("the public half of the RFC's key is another")
	}
	return key.Public()
}

// TestSecretsDoNotPrint: neither key nor subscription, whatever prints them.
func TestSecretsDoNotPrint(t *testing.T) {
	key, sub := newKey(t), rfcSubscription(t)
	sender, err := push.New(push.Settings{Key: key, Contact: contact})
	must(t, err)
	m := push.Message{To: sub}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x", "%q"} {
		fmt.Fprintf(&out, verb+verb+verb+verb+verb+verb, key, &key, sub, &sub, m, sender)
	}
	for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(handler).Info("x", "key", key, "sub", sub, "message", m, "sender", sender, "set", push.Settings{Key: key})
	}
	for _, secret := range []string{key.Encode(), fmt.Sprintf("%x", unbase64(t, key.Encode())), "JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV", rfcAuth, "[5 48 89 50", "05305932"} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("%s in %s", secret, out.String())
		}
	}
	if !strings.Contains(out.String(), "subscription at push.example.net") || !strings.Contains(out.String(), key.Public()) {
		t.Error(out.String())
	}
}

func TestSettings(t *testing.T) {
	for _, good := range []string{"mailto:ann@example.org", "mailto:ann+push@example.org", "https://example.org", "https://example.org:8443/x?y"} {
		must(t, push.Check(good, []string{"fcm.googleapis.com", "*.notify.windows.com", "*.push.apple.com"}))
	}
	for _, bad := range []string{
		"", "ann@example.org", "mailto:", "mailto:ann", "mailto:Ann <ann@example.org>", "mailto:<ann@example.org>", "mailto:a@example.org,b@example.org",
		"mailto:ann@example.org?subject=x", "mailto: ann@example.org", "MAILTO:ann@example.org", "mailto:änn@example.org", "http://example.org", "https://",
		"https:example.org", "https://ann:secret@example.org", "https://example.org/\n", "mailto:" + strings.Repeat("x", 320) + "@example.org", "tel:1",
	} {
		var wrong deliver.Mistakes
		if err := push.Check(bad, nil); !errors.As(err, &wrong) || len(wrong) != 1 || wrong[0].Key != "push_contact" {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for _, bad := range []string{"", "*", "*.", "*.com", "com", "FCM.googleapis.com", "https://fcm.googleapis.com", "fcm.googleapis.com:443", "a.*.example.org", "127.0.0.1", "*.*.example.org", ".example.org", "example.org."} {
		var wrong deliver.Mistakes
		if err := push.Check("mailto:ann@example.org", []string{bad}); !errors.As(err, &wrong) || len(wrong) != 1 || wrong[0].Key != "push_hosts" {
			t.Errorf("%q: %v", bad, err)
		}
	}
	var wrong deliver.Mistakes
	if _, err := push.New(push.Settings{Contact: "x", Hosts: []string{"x"}}); !errors.As(err, &wrong) || len(wrong) != 3 {
		t.Errorf("not all mistakes at once: %v", err)
	}
}
