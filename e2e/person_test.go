package e2e

import (
	"crypto/rand"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// person has an account, a code app and recovery codes.
type person struct {
	name, password string
	app            *codeApp
	appID          string
	recovery       []string // those not used yet
	session        string   // a bearer token
	rounds         int      // of races that its logins took part in
}

// address is where this person's mail goes.
func (p *person) address() string { return p.name + "@example.org" }

const passwordStep = "POST /login"

// newPerson registers, sets up a code app and keeps the recovery codes, all over JSON.
func newPerson(t testing.TB, c *client) *person {
	t.Helper()
	p := &person{name: "p" + strings.ToLower(rand.Text()[:16]), password: "correct horse " + rand.Text()}
	in := c.call(t, http.StatusCreated, "POST", "/accounts", "", object{
		"username": p.name, "password": p.password, "transport": "bearer",
	})
	up := c.call(t, http.StatusOK, "POST", "/session/elevate", in.text("token"), respond("password", p.password))
	p.session = up.text("token")
	var confirmed object
	p.app, confirmed = p.bind(t, c, "Phone")
	p.appID = confirmed["authenticator"].(map[string]any)["id"].(string)
	for _, code := range confirmed["recovery_codes"].([]any) {
		p.recovery = append(p.recovery, code.(string))
	}
	return p
}

// bind adds a code app to an account that is elevated.
func (p *person) bind(t testing.TB, c *client, label string) (*codeApp, object) {
	t.Helper()
	b := c.call(t, http.StatusCreated, "POST", "/authenticators", p.session, object{"kind": "totp", "label": label})
	app := &codeApp{secret: b.text("secret")}
	return app, c.call(t, http.StatusOK, "POST", "/authenticators/"+b.text("id")+"/confirm", p.session,
		object{"response": app.first(t)})
}

// login gives the password and returns the token of a login that waits for a second factor.
func (p *person) login(c *client) (string, error) {
	for {
		got, err := c.try("POST", "/login", "", object{"login": p.name, "password": p.password, "transport": "bearer"})
		if err != nil {
			return "", err
		}
		switch got.status {
		case http.StatusAccepted:
			return got.body.text("token"), nil
		case http.StatusServiceUnavailable: // as many passwords are being hashed as can be
			time.Sleep(100 * time.Millisecond)
		default:
			return "", &unexpected{passwordStep, got}
		}
	}
}

// logins prepares n of them over all servers, three at once: attempts under way count as failures until they are found
// right, and a fourth would be delayed.
func (p *person) logins(t testing.TB, cs []*client, n int) []string {
	t.Helper()
	out, errs := make([]string, n), make([]error, n)
	var all sync.WaitGroup
	gate := make(chan struct{}, 3)
	for i := range n {
		gate <- struct{}{}
		all.Go(func() {
			out[i], errs[i] = p.login(cs[i%len(cs)])
			<-gate
		})
	}
	all.Wait()
	for _, err := range errs {
		ok(t, err)
	}
	return out
}

// takeRecovery is a recovery code that was not used yet.
func (p *person) takeRecovery(t testing.TB) string {
	t.Helper()
	if len(p.recovery) == 0 {
		t.Fatal("no recovery codes are left")
	}
	code := p.recovery[0]
	p.recovery = p.recovery[1:]
	return code
}

type unexpected struct {
	what string
	got  reply
}

func (e *unexpected) Error() string { return e.what + ": " + e.got.String() }
