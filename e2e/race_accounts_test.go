package e2e

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
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

// raceBootstrap uses the links of all replicas, each of which printed one: one of them is good, once (H12).
func raceBootstrap(t *testing.T, e *estate) trial {
	var tokens []string
	for _, s := range e.servers {
		for _, found := range bootstrapLine.FindAllStringSubmatch(s.log.String(), -1) {
			link, err := url.Parse(found[1])
			ok(t, err)
			tokens = append(tokens, link.Query().Get("token"))
		}
	}
	if len(tokens) != len(e.servers) {
		t.Fatalf("%d servers printed %d links", len(e.servers), len(tokens))
	}
	return trial{registrations(e, tokens...), http.StatusCreated, func(t *testing.T, _ shot, in reply) {
		if got := fmt.Sprint(in.body["session"].(map[string]any)["groups"]); got != "[admin]" {
			t.Errorf("the first administrator's groups are %s", got)
		}
		if n := len(e.listed(t)); n != 1 {
			t.Errorf("%d accounts were made", n)
		}
	}}
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
