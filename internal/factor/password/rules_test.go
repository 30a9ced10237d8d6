package password_test

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/factor/password"
	"github.com/sallyport/sallyport/internal/factor/password/breached"
)

// seenSHA1 is of "caf\u00e9 au lait, s'il vous pla\u00eet".
const seenSHA1 = "451447C66E0D0C38BCD7ED62C749FFD60B3D18C6"

func refusal(t *testing.T, r password.Rules, pw string, words ...string) password.Reason {
	t.Helper()
	reason, err := r.Refuse(t.Context(), []byte(pw), words)
	if err != nil {
		t.Fatalf("Refuse(%q): %v", pw, err)
	}
	return reason
}

func TestRules(t *testing.T) {
	var rules password.Rules
	for pw, want := range map[string]password.Reason{
		"password":                             password.Common,
		"passwordpassword":                     password.Common,
		"123456789012345":                      password.Common,
		"mallorysallyport2026!!":               password.OwnWords,
		"correct horse battery staple":         password.None,
		strings.Repeat("\U0001f40e", 15):       password.None, // no composition rules
		"only lower case letters":              password.None,
		"               ":                      password.Blank,
		strings.Repeat("\u3000\u00a0\t", 5):    password.Blank,
		strings.Repeat(" \u200b\u2060", 5):     password.Blank,
		"              .":                      password.None,
		"  spaces around, NUL \x00 within  ":   password.None,
		strings.Repeat("x", password.MaxBytes): password.None,
	} {
		if got := refusal(t, rules, pw, "mallory", "mallory@example.com", "Sallyport"); got != want {
			t.Errorf("%q: %v, want %v", pw, got, want)
		}
	}
}

func TestRulesRefuseWhatCannotBeSet(t *testing.T) {
	var rules password.Rules
	if _, err := rules.Refuse(t.Context(), nil, nil); !errors.Is(err, password.ErrEmpty) {
		t.Errorf("empty: %v", err)
	}
	if _, err := rules.Refuse(t.Context(), make([]byte, password.MaxBytes+1), nil); !errors.Is(err, password.ErrTooLong) {
		t.Errorf("too long: %v", err)
	}
}

// What a password manager makes is never refused.
func TestStrongPasswordsPass(t *testing.T) {
	random := rand.New(rand.NewPCG(2026, 11))
	words := []string{"amy", "amy.li@example.com", "Acme", "auth.acme.test"}
	for range 10_000 {
		pw := make([]byte, 15)
		for i := range pw {
			pw[i] = letters[random.IntN(len(letters))]
		}
		if got := refusal(t, password.Rules{}, string(pw), words...); got != password.None {
			t.Errorf("%q: %v", pw, got)
		}
	}
}

func service(t *testing.T, answer http.HandlerFunc) *breached.Client {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	c, err := breached.New(breached.Config{URL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestRulesAskAboutBreaches(t *testing.T) {
	asked := 0
	rules := password.Rules{Breaches: service(t, func(w http.ResponseWriter, r *http.Request) {
		asked++
		if strings.HasSuffix(r.URL.Path, "/"+seenSHA1[:5]) {
			io.WriteString(w, seenSHA1[5:]+":7\r\n")
		}
	})}
	const composed, decomposed = "caf\u00e9 au lait, s'il vous pla\u00eet", "cafe\u0301 au lait, s'il vous plai\u0302t"
	for pw, want := range map[string]password.Reason{composed: password.Breached, decomposed: password.Breached, "correct horse battery staple": password.None} {
		if got := refusal(t, rules, pw); got != want {
			t.Errorf("%+q: %v, want %v", pw, got, want)
		}
	}
	if asked != 3 {
		t.Errorf("asked %d times, want 3", asked)
	}
	refusal(t, rules, "password")
	refusal(t, rules, "mallory2026", "mallory")
	if asked != 3 {
		t.Error("the service was asked about what is refused anyway")
	}
}

func TestRulesFailOpen(t *testing.T) {
	down := password.Rules{Breaches: service(t, func(w http.ResponseWriter, r *http.Request) { http.Error(w, "down", http.StatusBadGateway) })}
	if got, err := down.Refuse(t.Context(), []byte("correct horse battery staple"), nil); got != password.None || err == nil {
		t.Errorf("%v, %v; want None and an error", got, err)
	}
	if got, err := down.Refuse(t.Context(), []byte("passwordpassword"), nil); got != password.Common || err != nil {
		t.Errorf("a common one: %v, %v", got, err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if got, err := down.Refuse(ended, []byte("correct horse battery staple"), nil); got != password.None || !errors.Is(err, context.Canceled) {
		t.Errorf("an ended context: %v, %v", got, err)
	}
}

func TestReasonsHaveNames(t *testing.T) {
	seen := map[string]bool{}
	for r := password.None; r <= password.Breached; r++ {
		if name := r.String(); name == "" || name == "unknown" || seen[name] {
			t.Errorf("reason %d is called %q", r, name)
		} else {
			seen[name] = true
		}
	}
}
