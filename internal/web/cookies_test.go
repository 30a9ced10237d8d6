package web_test

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// watchCookies holds every cookie that any test of this package is given to what a cookie of ours has to be.
func (w *world) watchCookies(next http.Handler, complain func(format string, args ...any)) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body := &bodyCopy{ResponseWriter: rw}
		next.ServeHTTP(body, r)
		for _, fault := range cookieFaults(rw.Header(), body.copy.Bytes(), w.public.Scheme == "https") {
			complain("%s %s: %s", r.Method, r.URL.Path, fault)
		}
	})
}

type bodyCopy struct {
	http.ResponseWriter
	copy bytes.Buffer
}

func (b *bodyCopy) Write(p []byte) (int, error) {
	b.copy.Write(p)
	return b.ResponseWriter.Write(p)
}

// Unwrap lets streams flush.
func (b *bodyCopy) Unwrap() http.ResponseWriter { return b.ResponseWriter }

// cookieFaults is what an answer's cookies lack (security.md, G05): __Host- and Secure over https, HttpOnly, SameSite, the
// whole origin and no domain, small and opaque; and none stands in the answer's body, where a script could read it, but for
// ids of authenticators, which prove nothing and are listed there.
func cookieFaults(header http.Header, body []byte, https bool) (faults []string) {
	names := []string{"login", "session", "browser", "known", "ticket", "name", "passkey", "mailed", "last", "offered", "approves", "notice", "language"}
	for _, line := range header.Values("Set-Cookie") {
		fault := func(bad bool, what string) {
			if bad {
				faults = append(faults, fmt.Sprintf("%s: %s", what, line))
			}
		}
		c, err := http.ParseSetCookie(line)
		if err != nil {
			faults = append(faults, err.Error()+": "+line)
			continue
		}
		name, prefixed := strings.CutPrefix(c.Name, "__Host-")
		name, ours := strings.CutPrefix(name, "sallyport_")
		fault(!ours || !slices.Contains(names, name), "a cookie that nobody knows")
		fault(prefixed != https, "the prefix")
		fault(c.Secure != https, "Secure")
		fault(!c.HttpOnly, "not HttpOnly")
		fault(c.SameSite != http.SameSiteLaxMode && c.SameSite != http.SameSiteStrictMode, "SameSite")
		fault(c.Path != "/" || c.Domain != "", "its place")
		fault(len(line) >= 4096 || len(c.Unparsed) > 0, "its size")
		fault(strings.ContainsAny(c.Value, " ,;\"\\"), "its value")
		fault(name != "last" && len(c.Value) >= 16 && bytes.Contains(body, []byte(c.Value)), "its value is in the body")
	}
	return faults
}

// G05: the watch itself sees each fault. That it sees every answer is what newWorld does.
func TestCookieFaultsAreSeen(t *testing.T) {
	const good = "__Host-sallyport_session=abcdefghijklmnopqrstuvwxyz; Path=/; HttpOnly; Secure; SameSite=Lax"
	see := func(line, body string) int {
		return len(cookieFaults(http.Header{"Set-Cookie": {line}}, []byte(body), true))
	}
	if see(good, "nothing") != 0 {
		t.Error("a cookie that is right has a fault")
	}
	for _, bad := range []string{
		strings.Replace(good, "__Host-", "", 1), strings.Replace(good, "; HttpOnly", "", 1), strings.Replace(good, "; Secure", "", 1),
		strings.Replace(good, "; SameSite=Lax", "", 1), strings.Replace(good, "Lax", "None", 1), strings.Replace(good, "Path=/", "Path=/auth", 1),
		good + "; Domain=example.org", strings.Replace(good, "_session", "_debug", 1), strings.Replace(good, "abc", strings.Repeat("abc", 2000), 1),
	} {
		if see(bad, "nothing") == 0 {
			t.Errorf("nobody sees what is wrong with %.120s", bad)
		}
	}
	if see(good, `{"session":"abcdefghijklmnopqrstuvwxyz"}`) == 0 {
		t.Error("nobody sees a token in a body")
	}
	w := newWorld(t, setup{})
	seen := ""
	leaky := w.watchCookies(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		http.SetCookie(rw, &http.Cookie{Name: "sallyport_session", Value: "x"})
	}), func(format string, args ...any) { seen += fmt.Sprintf(format, args...) })
	w.handler = leaky
	w.visitor().get("/login")
	w.send(w.request("GET", "/", nil))
	if strings.Count(seen, "not HttpOnly") != 2 {
		t.Errorf("an answer is not looked at: %q", seen)
	}
}
