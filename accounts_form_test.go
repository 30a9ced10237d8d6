package sallyport_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/sallyport/sallyport"
)

// keptUntil is when the session ends whatever happens.
func (b *browser) keptUntil() time.Time {
	b.t.Helper()
	var in struct {
		Session struct {
			ExpiresAt time.Time `json:"expires_at"`
		}
	}
	if got := b.call("GET", "/session", nil, &in); got != http.StatusOK {
		b.t.Fatalf("nobody is signed in: %d", got)
	}
	return in.Session.ExpiresAt
}

// What a person ticks comes from the form alone: the address of the page that it stands on, which may be another site's link, ticks nothing.
func TestALinkTicksNothing(t *testing.T) {
	a := newApplication(t, func(c *sallyport.Config) { c.LoginForm = "combined" })
	first := a.browser()
	first.post("/enter", "name=ann", "secret="+usersPassword)
	first.bind(usersPassword)
	for _, ticked := range []bool{false, true} {
		b, path := a.browser(), "/enter?remember=yes&trust_browser=yes"
		form := []string{"name=ann", "secret=" + usersPassword, "code=" + first.code()}
		if ticked {
			path, form = "/enter", append(form, "remember=yes", "trust_browser=yes")
		}
		trusted := slices.Contains(b.post(path, form...).cookies, "sallyport_browser")
		if long := time.Until(b.keptUntil()) > 48*time.Hour; trusted != ticked || long != ticked {
			t.Errorf("ticked %v: the browser is trusted %v, the session kept %v", ticked, trusted, long)
		}
	}

	a = newApplication(t, nil)
	first, b := a.browser(), a.browser()
	first.post("/enter-checked", "name=ann", "secret="+usersPassword)
	first.bind(usersPassword)
	b.post("/enter-checked?remember=yes", "name=ann", "secret="+usersPassword).must(t, "/auth/login/verify")
	b.post("/auth/login/verify", "code="+first.code()).must(t, "/auth/account")
	if until := b.keptUntil(); time.Until(until) > 48*time.Hour {
		t.Errorf("a link has a session kept until %v", until)
	}
}
