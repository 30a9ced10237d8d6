package e2e

import (
	"net/http"
	"testing"
	"time"
)

// The cookies of a service on plain http.
const (
	sessionCookie = "sallyport_session"
	loginCookie   = "sallyport_login"
	browserCookie = "sallyport_browser"
	knownCookie   = "sallyport_known"
)

// trustBrowser signs in with both factors, as a browser that its owner trusts, and returns what that keeps.
func (o *owner) trustBrowser(t testing.TB, c *client) (trusted, known string) {
	t.Helper()
	in, err := c.send("POST", "/login", "", nil, object{"login": o.name, "password": o.password})
	ok(t, err)
	if in.status != http.StatusAccepted {
		t.Fatalf("the password: %v", in)
	}
	body := respond("totp", o.app.next(t))
	body["trust_browser"] = true
	done, err := c.send("POST", "/login/response", "", map[string]string{loginCookie: in.cookie(loginCookie)}, body)
	ok(t, err)
	if trusted, known = done.cookie(browserCookie), done.cookie(knownCookie); done.status != http.StatusCreated || trusted == "" {
		t.Fatalf("the code, and to trust this browser: %v", done)
	}
	return trusted, known
}

// trustedSignIn is the request of a browser that has been trusted.
func (o *owner) trustedSignIn(trusted, known string) shot {
	cookies := map[string]string{browserCookie: trusted}
	if known != "" {
		cookies[knownCookie] = known
	}
	return shot{method: "POST", path: "/login", cookies: cookies, body: object{"login": o.name, "password": o.password}}
}

// mustBeTrusted signs in with a trusted browser's cookie and returns its successor.
func (o *owner) mustBeTrusted(t testing.TB, c *client, trusted, known string) string {
	t.Helper()
	s := o.trustedSignIn(trusted, known)
	got, err := c.send(s.method, s.path, "", s.cookies, s.body)
	ok(t, err)
	if got.status != http.StatusCreated || got.cookie(browserCookie) == "" {
		t.Fatalf("a browser that is trusted: %v", got)
	}
	if aal := got.body["session"].(map[string]any)["aal"]; aal != 1.0 {
		t.Errorf("a trusted browser gives AAL %v, want 1 (G12)", aal)
	}
	return got.cookie(browserCookie)
}

// A trusted browser's token is replaced with each use. Of many requests with one token each gets the same successor, so
// that an answer that is lost costs nothing; a token of before that is a theft, and ends the family (G11).
func TestRaceTrustedBrowser(t *testing.T) {
	inEstates(t, func(t *testing.T, e *estate) {
		for round := range max(1, rounds(t)/10) {
			o := e.newGuarded(t)
			first, _ := o.trustBrowser(t, e.cs[0])
			present := first
			lanes := make([]string, 8) // attempts under way count until they are found right: in one lane, a fourth waits
			for i := range lanes {
				s := o.trustedSignIn(present, "")
				got, err := e.cs[i%len(e.cs)].send(s.method, s.path, "", s.cookies, s.body)
				ok(t, err)
				if present, lanes[i] = got.cookie(browserCookie), got.cookie(knownCookie); got.status != http.StatusCreated {
					t.Fatalf("sign-in %d of a trusted browser: %v", i, got)
				}
			}
			replies, n := volley(t, crowdOf(e.cs, 3*len(lanes), func(i int) shot { return o.trustedSignIn(present, lanes[i%len(lanes)]) }))
			t.Logf("round %d: %v", round, n)
			successors := map[string]int{}
			for _, r := range replies {
				switch {
				case r.status == http.StatusCreated:
					successors[r.cookie(browserCookie)]++
				case r.status < http.StatusBadRequest:
					t.Errorf("a token within its grace: %v", r)
				}
			}
			if len(successors) != 1 || successors[""] > 0 || successors[present] > 0 {
				t.Fatalf("%d successors of one token: %v", len(successors), n)
			}
			for next := range successors {
				o.theftEndsIt(t, e, first, o.mustBeTrusted(t, e.cs[0], next, lanes[0]))
			}
		}
	})
}

// theftEndsIt brings the first token of a family back.
func (o *owner) theftEndsIt(t *testing.T, e *estate, stale, present string) {
	t.Helper()
	replies, n := volley(t, crowdOf(e.cs, 3, func(int) shot { return o.trustedSignIn(stale, "") }))
	for _, r := range replies {
		if r.status != http.StatusAccepted {
			t.Errorf("a token that was replaced long ago: %v", n)
		}
	}
	s := o.trustedSignIn(present, "")
	if got, err := e.cs[0].send(s.method, s.path, "", s.cookies, s.body); err != nil || got.status != http.StatusAccepted {
		t.Errorf("the family of a stolen token: %v, %v", got, err)
	}
	e.box.await(t, o.email, mailStolen, 1)
	time.Sleep(100 * time.Millisecond)
	if n := len(e.box.letters(t, o.email, mailStolen)); n != 1 {
		t.Errorf("the owner was told %d times of one theft", n)
	}
}
