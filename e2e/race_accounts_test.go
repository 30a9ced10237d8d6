package e2e

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

var bootstrapLine = regexp.MustCompile(`(?m)^  (http://\S+/register\?token=\S+)$`)

// registrations bring each a name of their own, and one of the tokens in turn.
func registrations(e *estate, tokens ...string) []shot {
	prefix := "r" + strings.ToLower(rand.Text()[:12])
	return crowdOf(e.cs, crowd, func(i int) shot {
		return shot{method: "POST", path: "/accounts", body: object{
			"username": fmt.Sprint(prefix, "x", i), "password": "correct horse staple", "transport": "bearer",
			"invitation": tokens[i%len(tokens)],
		}}
	})
}

// firstLinks are what the replicas printed for the first administrator, each its own.
func (e *estate) firstLinks(t *testing.T) []string {
	t.Helper()
	var tokens []string
	for _, s := range e.servers {
		var found []string
		for deadline := time.Now().Add(startTimeout); found == nil && time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
			found = bootstrapLine.FindStringSubmatch(s.log.String()) // what it writes there is read a moment later
		}
		if found == nil {
			t.Fatal("a server printed no link")
		}
		link, err := url.Parse(found[1])
		ok(t, err)
		tokens = append(tokens, link.Query().Get("token"))
	}
	return tokens
}

// raceBootstrap uses the links of all replicas: one of them is good, once (H12).
func raceBootstrap(t *testing.T, e *estate) trial {
	return trial{registrations(e, e.firstLinks(t)...), http.StatusCreated, func(t *testing.T, _ shot, in reply) {
		if got := fmt.Sprint(in.body["session"].(map[string]any)["groups"]); got != "[admin]" {
			t.Errorf("the first administrator's groups are %s", got)
		}
		if n := len(e.listed(t)); n != 1 {
			t.Errorf("%d accounts were made", n)
		}
	}}
}

// TestRaceFirstStart starts replicas together, again and again: of the links that they print one is alive.
func TestRaceFirstStart(t *testing.T) {
	for round := range max(3, rounds(t)/4) {
		e := estateOnPostgres(t, 4)
		alive := 0
		for _, token := range e.firstLinks(t) {
			// The invitation is looked at before the password, and a password that is refused uses nothing up.
			got, err := e.cs[0].try("POST", "/accounts", "", object{"username": "first", "password": "short", "invitation": token})
			ok(t, err)
			switch got.code() {
			case "weak_password":
				alive++
			case "wrong":
			default:
				t.Errorf("a link of the first start: %v", got)
			}
		}
		if alive != 1 {
			t.Errorf("round %d: %d links for the first administrator are alive", round, alive)
		}
		for _, s := range e.servers {
			s.finish(t)
		}
	}
}

func (e *estate) listed(t testing.TB) (all []object) {
	t.Helper()
	e.adminInto(t, &all, "account", "list")
	return all
}

func raceInvitation(t *testing.T, e *estate) trial {
	link, err := url.Parse(e.admin(t, "account", "invite", "--group", "staff").text("link"))
	ok(t, err)
	before := len(e.listed(t))
	return trial{registrations(e, link.Query().Get("token")), http.StatusCreated, func(t *testing.T, _ shot, in reply) {
		if got := fmt.Sprint(in.body["session"].(map[string]any)["groups"]); got != "[staff]" {
			t.Errorf("who was invited has the groups %s", got)
		}
		if n := len(e.listed(t)) - before; n != 1 {
			t.Errorf("%d accounts were made with one invitation", n)
		}
	}}
}

// raceUsername registers one name, in spellings that are one name.
func raceUsername(t *testing.T, e *estate) trial {
	name := "u" + strings.ToLower(rand.Text()[:12])
	return trial{crowdOf(e.cs, crowd, func(i int) shot {
		spelled := name
		if i%2 == 1 {
			spelled = strings.ToUpper(name)
		}
		return shot{method: "POST", path: "/accounts", body: object{
			"username": spelled, "password": "correct horse staple", "transport": "bearer",
		}}
	}), http.StatusCreated, nil}
}

// raceRemoval removes one of two code apps; the other stays, and the codes with it.
func raceRemoval(t *testing.T, e *estate) trial {
	o := e.newGuarded(t)
	_, confirmed := o.bind(t, e.cs[0], "Tablet")
	id := confirmed["authenticator"].(map[string]any)["id"].(string)
	return trial{crowdOf(e.cs, crowd, func(int) shot {
		return shot{method: "DELETE", path: "/authenticators/" + id, token: o.session}
	}), http.StatusNoContent, func(t *testing.T, _ shot, _ reply) {
		left := e.cs[0].call(t, http.StatusOK, "GET", "/authenticators", o.session, nil)["authenticators"].([]any)
		if len(left) != 1 || left[0].(map[string]any)["id"] != o.appID {
			t.Errorf("what is left is %v, want the other one", left)
		}
	}}
}

// raceDeletion: whoever registers the name again inherits nothing.
func raceDeletion(t *testing.T, e *estate) trial {
	o := e.newGuarded(t)
	return trial{crowdOf(e.cs, crowd, func(int) shot {
		return shot{method: "DELETE", path: "/account", token: o.session}
	}), http.StatusNoContent, func(t *testing.T, _ shot, _ reply) {
		e.box.await(t, o.email, mailDeleted, 1)
		if n := len(e.box.letters(t, o.email, mailDeleted)); n != 1 {
			t.Errorf("the owner was told %d times", n)
		}
		if got := o.signIn(t, e.cs[0], o.password); got.status != http.StatusUnauthorized {
			t.Errorf("signing in to a deleted account: %v", got)
		}
		again := e.register(t, o.name, o.email)
		own := e.cs[0].call(t, http.StatusOK, "GET", "/account", again.session, nil)
		if n := len(own["authenticators"].([]any)) + len(own["events"].([]any)) - 2; n > 0 {
			t.Errorf("the name's next owner inherited %d things: %v", n, own)
		}
	}}
}
