package e2e

import (
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	kills    = 20
	redeemer = 8 // people who redeem a recovery code when the server dies
)

// redemption is one person's attempt on a server that is killed while it answers.
type redemption struct {
	*person
	login, code string
	session     string // the token, when the sign-in was acknowledged
}

// What was acknowledged holds, and what was not is as if it had not been asked or holds too; never half of each.
func TestKilledWhileRedeeming(t *testing.T) {
	dir := t.TempDir()
	args := []string{
		"--listen", "127.0.0.1:0", "--public-url", "http://localhost:8080",
		"--database", filepath.Join(dir, "accounts.db"), "--key-file", filepath.Join(dir, "ring.key"),
	}
	s := serve(t, dir, args...)
	var people []*person
	var k killer
	acknowledged, held, untouched := 0, 0, 0
	for round := range kills {
		if round%10 == 0 {
			people = nil
			for range redeemer {
				people = append(people, newPerson(t, api(s)))
			}
		}
		all := prepare(t, api(s), people)
		burst(t, s, &k, all)
		s = serve(t, dir, args...)
		for _, r := range all {
			spent := r.spentAfter(t, api(s))
			switch {
			case r.session != "":
				acknowledged++
				r.mustHold(t, api(s), round, spent)
			case spent:
				held++ // committed, and the answer was lost
			default:
				untouched++
			}
		}
	}
	t.Logf("%d kills: %d sign-ins were acknowledged, %d held without an answer, %d left the code unspent",
		kills, acknowledged, held, untouched)
	if acknowledged == 0 || untouched == 0 {
		t.Error("the server was never killed in the midst of it: the test shows nothing")
	}
}

func prepare(t *testing.T, c *client, people []*person) []*redemption {
	t.Helper()
	all := make([]*redemption, len(people))
	for i, p := range people {
		all[i] = &redemption{person: p, login: p.logins(t, []*client{c}, 1)[0], code: p.takeRecovery(t)}
	}
	return all
}

// burst redeems all codes at once, and k kills the server in their midst.
func burst(t *testing.T, s *server, k *killer, all []*redemption) {
	t.Helper()
	c := api(s)
	c.http.Timeout = 10 * time.Second
	k.kill(t, s, len(all), func(i int) {
		r := all[i]
		got, err := c.try("POST", "/login/response", r.login, respond("recovery_code", r.code))
		if err == nil && got.status == http.StatusCreated {
			r.session = got.body.text("token")
		}
	})
}

// A killer kills servers in the midst of what they are asked: in turn once some answers are there, so that something was
// acknowledged, and at a moment before the first one, so that something was not. Where it waits for nothing, one commit
// may do all that is asked at once.
type killer struct {
	times int
	first time.Duration // after which the first answer came
}

// kill does n things at once, with do, and comes back when the server is dead and each of them has ended.
func (k *killer) kill(t *testing.T, s *server, n int, do func(i int)) {
	t.Helper()
	begun := time.Now()
	answered := make(chan bool, n)
	var going sync.WaitGroup
	for i := range n {
		going.Go(func() {
			do(i)
			answered <- true
		})
	}
	if k.times++; k.times%2 == 1 {
		<-answered
		k.first = time.Since(begun)
		for range rand.IntN(n - 1) {
			<-answered
		}
	} else {
		time.Sleep(rand.N(k.first))
	}
	s.kill(t)
	going.Wait()
}

// spentAfter tries the code on the server that started again, and tells whether it had been used.
func (r *redemption) spentAfter(t *testing.T, c *client) bool {
	t.Helper()
	if r.session != "" { // first of all: the code, should it work again, ends the other sessions
		c.call(t, http.StatusOK, "GET", "/session", r.session, nil)
	}
	login := r.logins(t, []*client{c}, 1)[0]
	got, err := c.try("POST", "/login/response", login, respond("recovery_code", r.code))
	ok(t, err)
	switch strings.TrimSpace(got.String()[:3] + " " + got.code()) {
	case "401 already_used":
		return true
	case "201":
		return false
	}
	t.Fatalf("a recovery code after the kill: %v", got)
	return false
}

func (r *redemption) mustHold(t *testing.T, c *client, round int, spent bool) {
	t.Helper()
	if !spent {
		t.Errorf("round %d: a sign-in was acknowledged and its recovery code worked again", round)
	}
	c.call(t, http.StatusOK, "GET", "/session", r.session, nil)
}
