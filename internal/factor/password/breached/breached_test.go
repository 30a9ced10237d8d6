package breached_test

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/factor/password/breached"
)

const (
	pw     = "correct horse battery staple"
	prefix = "ABF7A"
	suffix = "AD6438836DBE526AA231ABDE2D0EEF74D42"
)

func ask(t *testing.T, answer http.HandlerFunc) (bool, error) {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return newClient(t, server.URL).Breached(t.Context(), []byte(pw))
}

func newClient(t *testing.T, url string) *breached.Client {
	t.Helper()
	c, err := breached.New(breached.Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func says(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, body) }
}

func TestWhatIsAsked(t *testing.T) {
	sum := sha1.Sum([]byte(pw))
	if got := strings.ToUpper(hex.EncodeToString(sum[:])); got != prefix+suffix {
		t.Fatalf("the test's own digest is %s", got)
	}
	_, err := ask(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.Method != "GET" || r.URL.Path != "/range/"+prefix || r.URL.RawQuery != "" || r.ContentLength != 0 {
			t.Errorf("asked %s %s", r.Method, r.URL)
		}
		if r.Header.Get("Add-Padding") != "true" || r.Header.Get("User-Agent") == "" {
			t.Errorf("headers: %v", r.Header)
		}
	})
	if err != nil {
		t.Error(err)
	}
}

func TestAnswers(t *testing.T) {
	other := strings.Repeat("0", 35)
	for name, c := range map[string]struct {
		body string
		want bool
	}{
		"seen":              {other + ":3\r\n" + suffix + ":12\r\n", true},
		"seen, lower case":  {strings.ToLower(suffix) + ":1\n", true},
		"seen, no line end": {suffix + ":1", true},
		"not seen":          {other + ":3\r\n", false},
		"padding":           {suffix + ":0\r\n" + other + ":0\r\n", false},
		"nothing":           {"", false},
		"empty lines":       {"\r\n\r\n" + other + ":3\r\n", false},
	} {
		if got, err := ask(t, says(c.body)); got != c.want || err != nil {
			t.Errorf("%s: %v, %v, want %v", name, got, err, c.want)
		}
	}
}

// Whatever goes wrong is an error, and never says that the password was seen.
func TestFailsOpen(t *testing.T) {
	line := strings.Repeat("0", 35) + ":1\r\n"
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the redirect was followed") }))
	defer elsewhere.Close()
	for name, answer := range map[string]http.HandlerFunc{
		"redirect": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, http.StatusFound) },
		"down": func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, suffix+":1", http.StatusServiceUnavailable)
		},
		"too many":         func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) },
		"garbage":          says("<!doctype html><title>Sign in to the wireless network</title>"),
		"garbage after":    says(suffix + ":1\r\nand more"),
		"short suffixes":   says(suffix[:34] + ":1\r\n"),
		"no count":         says(suffix + "\r\n"),
		"negative":         says(suffix + ":-1\r\n"),
		"not hex":          says(strings.Repeat("z", 35) + ":1\r\n"),
		"long line":        says(strings.Repeat("0", 200_000)),
		"huge":             says(strings.Repeat(line, 1<<20/len(line)+1) + suffix + ":1\r\n"),
		"huge, of nothing": says(strings.Repeat("\n", 1<<20+1)),
		"cut short": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			io.WriteString(w, suffix+":1\r\n")
		},
		"hung up": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		got, err := ask(t, answer)
		if got || err == nil {
			t.Errorf("%s: %v, %v, want an error", name, got, err)
		} else if strings.Contains(err.Error(), prefix) || strings.Contains(err.Error(), "correct horse") {
			t.Errorf("%s: the error is of the password: %v", name, err)
		}
	}
}

func TestNobodyThere(t *testing.T) {
	server := httptest.NewServer(nil)
	server.Close()
	got, err := newClient(t, server.URL).Breached(t.Context(), []byte(pw))
	if got || err == nil || strings.Contains(err.Error(), prefix) {
		t.Errorf("%v, %v", got, err)
	}
}

func TestSlow(t *testing.T) {
	for name, started := range map[string]bool{"before the answer": false, "within the answer": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			begin := time.Now()
			got, err := ask(t, func(w http.ResponseWriter, r *http.Request) {
				if started {
					io.WriteString(w, suffix+":1\r\n")
					w.(http.Flusher).Flush()
				}
				select {
				case <-r.Context().Done():
				case <-time.After(20 * time.Second):
				}
			})
			if took := time.Since(begin); got || err == nil || took < time.Second || took > 10*time.Second {
				t.Errorf("%v, %v after %v", got, err, took)
			}
		})
	}
}

func TestEndedContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c := newClient(t, "http://127.0.0.1:1")
	if got, err := c.Breached(ctx, []byte(pw)); got || !errors.Is(err, context.Canceled) {
		t.Errorf("%v, %v", got, err)
	}
}

func TestNew(t *testing.T) {
	for _, url := range []string{"", "https://api.pwnedpasswords.com", "https://hibp.example.com:8443/mirror/", "http://127.0.0.1:8081", "http://localhost/x", "http://[::1]:80"} {
		if _, err := breached.New(breached.Config{URL: url}); err != nil {
			t.Errorf("%q: %v", url, err)
		}
	}
	for _, url := range []string{"http://api.pwnedpasswords.com", "api.pwnedpasswords.com", "ftp://example.com", "https://", "https://user:secret@example.com", "https://example.com?x=1", "https://example.com#x", "http://localhost.example.com", "://", "http://10.0.0.1"} {
		if c, err := breached.New(breached.Config{URL: url}); err == nil || c != nil {
			t.Errorf("%q: accepted", url)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", url, err)
		}
	}
}

// A mirror may stand below a path.
func TestMirror(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/mirror/range/"+prefix {
			fmt.Fprintln(w, suffix+":1")
		}
	}))
	defer server.Close()
	if got, err := newClient(t, server.URL+"/mirror/").Breached(t.Context(), []byte(pw)); !got || err != nil {
		t.Errorf("%v, %v", got, err)
	}
}

// No answer makes the client fall over, and only a line of the right suffix with a count says that it was seen.
func FuzzAnswer(f *testing.F) {
	f.Add(suffix + ":12\r\n")
	f.Add(suffix + ":0\r\n")
	f.Add("<html>")
	f.Fuzz(func(t *testing.T, body string) {
		got, err := breached.Holds(strings.NewReader(body), suffix)
		if got && (err != nil || !strings.Contains(strings.ToUpper(body), suffix+":")) {
			t.Fatalf("%q says seen, %v", body, err)
		}
	})
}
