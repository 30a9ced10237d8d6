package e2e

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
)

// crowd is how many requests a race releases together.
const crowd = 256

// onBoth runs a test on one server with SQLite, and on three replicas with one PostgreSQL.
func onBoth(t *testing.T, test func(t *testing.T, cs []*client)) {
	t.Run("SQLite", func(t *testing.T) {
		s, _ := onSQLite(t)
		test(t, []*client{api(s)})
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		var cs []*client
		for _, s := range onPostgres(t, 3) {
			cs = append(cs, api(s))
		}
		test(t, cs)
	})
}

// tally counts answers by status and code.
type tally map[string]int

func (n tally) String() string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(n)) {
		parts = append(parts, fmt.Sprintf("%d x %s", n[k], k))
	}
	return strings.Join(parts, ", ")
}

// answer is one request of a race: a login's token and what answers it.
type answer struct {
	server *client
	token  string
	body   object
}

// release sends all answers at one moment and returns what came back, in their order.
func release(t *testing.T, answers []answer) ([]reply, tally) {
	t.Helper()
	replies, errs := make([]reply, len(answers)), make([]error, len(answers))
	warm(t, answers)
	start := make(chan struct{})
	var all sync.WaitGroup
	for i, a := range answers {
		all.Go(func() {
			<-start
			replies[i], errs[i] = a.server.try("POST", "/login/response", a.token, a.body)
		})
	}
	close(start)
	all.Wait()
	n := tally{}
	for i, r := range replies {
		ok(t, errs[i])
		n[strings.TrimSpace(fmt.Sprint(r.status, " ", r.code()))]++
	}
	return replies, n
}

// warm opens the connections that the race will use, and proves that every login is alive before it.
func warm(t *testing.T, answers []answer) {
	t.Helper()
	errs := make([]error, len(answers))
	var all sync.WaitGroup
	for i, a := range answers {
		all.Go(func() {
			got, err := a.server.try("GET", "/login", a.token, nil)
			if err == nil && got.status != http.StatusOK {
				err = &unexpected{"a login before its race", got}
			}
			errs[i] = err
		})
	}
	all.Wait()
	for _, err := range errs {
		ok(t, err)
	}
}

// winner finds the one request that signed in. A test ends where there is none or a second one.
func winner(t *testing.T, replies []reply, n tally) (index int, session string) {
	t.Helper()
	index = -1
	for i, r := range replies {
		switch {
		case r.status == http.StatusCreated && index >= 0:
			t.Fatalf("signed in twice: %v", n)
		case r.status == http.StatusCreated:
			index, session = i, r.body.text("token")
		case r.status >= http.StatusInternalServerError && r.code() != "unavailable":
			t.Errorf("a race was answered with %v", r)
		}
	}
	if index < 0 {
		t.Fatalf("nobody signed in: %v", n)
	}
	return index, session
}

// sessions counts the account's sessions as the holder of one sees them.
func sessions(t *testing.T, c *client, token string) int {
	t.Helper()
	return len(c.call(t, http.StatusOK, "GET", "/sessions", token, nil)["sessions"].([]any))
}

func TestRaceOneCode(t *testing.T) {
	onBoth(t, func(t *testing.T, cs []*client) {
		p := newPerson(t, cs[0])
		apps := []*namedApp{{p.app, p.appID}}
		for len(apps) < min(max(rounds(t)/2, 5), 25) { // of each, two codes can be used at once
			app, confirmed := p.bind(t, cs[0], fmt.Sprintf("Phone %d", len(apps)+1))
			apps = append(apps, &namedApp{app, confirmed["authenticator"].(map[string]any)["id"].(string)})
		}
		tokens := p.logins(t, cs, crowd)
		before := sessions(t, cs[0], p.session)
		for round := range rounds(t) {
			app := slices.MaxFunc(apps, func(a, b *namedApp) int { return int(a.ready() - b.ready()) })
			code := app.next(t)
			replies, n := release(t, answers(cs, tokens, object{"kind": "totp", "response": code, "authenticator": app.id}))
			won, _ := winner(t, replies, n)
			if after := sessions(t, cs[0], p.session); after != before+1 {
				t.Fatalf("round %d: %d sessions before, %d after one code", round, before, after)
			}
			before++
			t.Logf("round %d: %v", round, n)
			tokens = p.renewed(t, cs, tokens, won)
		}
	})
}

type namedApp struct {
	*codeApp
	id string
}

// renewed replaces the login that won, and all of them before the ten minutes of a login are over.
func (p *person) renewed(t *testing.T, cs []*client, tokens []string, won int) []string {
	t.Helper()
	if p.rounds++; p.rounds%20 == 0 {
		return p.logins(t, cs, len(tokens))
	}
	tokens[won] = p.logins(t, cs, 1)[0]
	return tokens
}

// answers makes one request for each login, in turn over the servers.
func answers(cs []*client, tokens []string, body object) []answer {
	out := make([]answer, crowd)
	for i := range out {
		out[i] = answer{cs[i%len(cs)], tokens[i%len(tokens)], body}
	}
	return out
}

func TestRaceOneRecoveryCode(t *testing.T) {
	onBoth(t, func(t *testing.T, cs []*client) {
		for round := range rounds(t) {
			p := newPerson(t, cs[0]) // those who lost the race before may have left a delay behind
			tokens := p.logins(t, cs, seats(round))
			replies, n := release(t, answers(cs, tokens, respond("recovery_code", p.takeRecovery(t))))
			won, session := winner(t, replies, n)
			if left := sessions(t, cs[won%len(cs)], session); left != 1 {
				t.Fatalf("round %d: %d sessions after a recovery code, want that of its user alone", round, left)
			}
			t.Logf("round %d: %v", round, n)
		}
	})
}

// seats is how many logins share a race for a recovery code. Its use ends every login of the account, so each round
// needs new ones, and a password hash for each: every tenth round has one login for each request, the others have one
// for eight.
func seats(round int) int {
	if round%10 == 0 {
		return crowd
	}
	return crowd / 8
}

// The codes of two apps, both right, answer one login: that it is taken once is all that stands between them.
func TestRaceOneLogin(t *testing.T) {
	onBoth(t, func(t *testing.T, cs []*client) {
		for round := range rounds(t) {
			p := newPerson(t, cs[0])
			other, _ := p.bind(t, cs[0], "Tablet")
			all := answers(cs, p.logins(t, cs, 1), respond("totp", p.app.next(t)))
			for i, code := 0, other.next(t); i < len(all); i += 2 {
				all[i].body = respond("totp", code)
			}
			replies, n := release(t, all)
			winner(t, replies, n)
			t.Logf("round %d: %v", round, n)
		}
	})
}
