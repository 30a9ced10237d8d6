package e2e

import (
	"net/http"
	"testing"
	"time"
)

// TestEndsEverywhere: what ends on one replica, or by an administrator beside them, is over with the very next request on
// each of the others (G09, issue 3.4 and 3.13).
func TestEndsEverywhere(t *testing.T) {
	inEstates(t, func(t *testing.T, e *estate) {
		o := e.newGuarded(t)
		last := e.cs[len(e.cs)-1]
		t.Run("one session", func(t *testing.T) {
			second := o.another(t, e)
			id := last.call(t, http.StatusOK, "GET", "/session", second, nil)["session"].(map[string]any)["id"].(string)
			e.cs[0].call(t, http.StatusNoContent, "DELETE", "/sessions/"+id, o.session, nil)
			e.everywhere(t, http.StatusUnauthorized, "/session", second)
			e.everywhere(t, http.StatusOK, "/session", o.session)
		})
		t.Run("all others", func(t *testing.T) {
			second := o.another(t, e)
			e.everywhere(t, http.StatusOK, "/session", second)
			last.call(t, http.StatusNoContent, "DELETE", "/sessions", o.session, nil)
			e.everywhere(t, http.StatusUnauthorized, "/session", second)
			e.everywhere(t, http.StatusOK, "/session", o.session)
		})
		t.Run("a trusted browser", func(t *testing.T) {
			o := e.newGuarded(t) // a phone shows two codes a minute
			trusted, known := o.trustBrowser(t, e.cs[0])
			trusted = o.mustBeTrusted(t, last, trusted, known)
			list := e.cs[0].call(t, http.StatusOK, "GET", "/browsers", o.session, nil)["browsers"].([]any)
			last.call(t, http.StatusNoContent, "DELETE", "/browsers/"+list[0].(map[string]any)["id"].(string), o.session, nil)
			o.mustBeAsked(t, e, trusted, known)
		})
		t.Run("the account", func(t *testing.T) {
			other := e.newGuarded(t)
			trusted, known := other.trustBrowser(t, e.cs[0])
			login, link := other.logins(t, e.cs, 1)[0], other.forgot(t, e)
			e.everywhere(t, http.StatusOK, "/session", other.session)
			e.admin(t, "account", "disable", other.name)
			e.everywhere(t, http.StatusUnauthorized, "/session", other.session)
			e.everywhere(t, http.StatusUnauthorized, "/login", login)
			for _, c := range e.cs {
				if got := other.signIn(t, c, other.password); got.status != http.StatusUnauthorized {
					t.Errorf("signing in to a disabled account: %v", got)
				}
			}
			last.call(t, http.StatusUnauthorized, "POST", "/recovery/reset", "", object{"token": link.token, "password": "another staple, battery"})
			e.admin(t, "account", "enable", other.name)
			e.everywhere(t, http.StatusUnauthorized, "/session", other.session) // nothing comes back
			e.everywhere(t, http.StatusUnauthorized, "/login", login)
			last.call(t, http.StatusUnauthorized, "POST", "/recovery/reset", "", object{"token": link.token, "password": "another staple, battery"})
			time.Sleep(2 * time.Second) // of the delay after those attempts
			other.mustBeAsked(t, e, trusted, known)
		})
		t.Run("groups", func(t *testing.T) {
			var groups []string
			e.adminInto(t, &groups, "account", "group", o.name, "--add", "staff")
			for _, c := range e.cs {
				in := c.call(t, http.StatusOK, "GET", "/session", o.session, nil)["session"].(map[string]any)
				if got, _ := in["groups"].([]any); len(got) != 1 || got[0] != "staff" {
					t.Errorf("the groups of a session are %v with the next request", got)
				}
			}
		})
		t.Run("a deleted account", func(t *testing.T) {
			gone := e.newOwner(t)
			e.everywhere(t, http.StatusOK, "/session", gone.session)
			last.call(t, http.StatusNoContent, "DELETE", "/account", gone.session, nil)
			e.everywhere(t, http.StatusUnauthorized, "/session", gone.session)
		})
	})
}

// another signs in once more.
func (o *owner) another(t *testing.T, e *estate) string {
	t.Helper()
	login := o.logins(t, e.cs[:1], 1)[0]
	return e.cs[0].call(t, http.StatusCreated, "POST", "/login/response", login, respond("totp", o.app.next(t))).text("token")
}

// everywhere asks each replica with a token.
func (e *estate) everywhere(t *testing.T, want int, path, token string) {
	t.Helper()
	for i, c := range e.cs {
		got, err := c.try("GET", path, token, nil)
		if ok(t, err); got.status != want {
			t.Errorf("replica %d, GET %s: %v, want %d", i, path, got, want)
		}
	}
}

// mustBeAsked: a browser that was trusted is asked for the second step, on each replica.
func (o *owner) mustBeAsked(t *testing.T, e *estate, trusted, known string) {
	t.Helper()
	for i, c := range e.cs {
		s := o.trustedSignIn(trusted, known)
		got, err := c.send(s.method, s.path, "", s.cookies, s.body)
		if ok(t, err); got.status != http.StatusAccepted {
			t.Errorf("replica %d, a browser that is trusted no more: %v", i, got)
		}
	}
}
