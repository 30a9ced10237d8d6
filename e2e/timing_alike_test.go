package e2e

import (
	"net/http"
	"strings"
	"testing"
)

// attempts is one more than are compared without a delay.
const attempts = 4

// F11: whoever fails too often is delayed at the same count and in the same words, whether there is an account or not.
func TestDelaysAreAlike(t *testing.T) {
	for _, d := range doors() {
		h := targetOnSQLite(t, d.args...)
		for _, c := range d.contests(h) {
			if c.tries == attempts-1 {
				t.Run(d.name+" "+strings.ReplaceAll(c.name, ", ", " "), func(t *testing.T) { h.holdBack(t, c) })
			}
		}
	}
}

// holdBack fails with each kind of name until it is delayed. A machine that takes longer for an attempt than the delay
// lasts gets another chance.
func (h *target) holdBack(t *testing.T, c contest) {
	t.Helper()
	var last string
	for range 5 {
		delayed, differs := 0, ""
		var first [attempts]string
		for i, s := range c.sides {
			answers := h.series(t, s)
			if strings.HasPrefix(answers[attempts-1], "HTTP/1.1 429 ") && !strings.HasPrefix(answers[attempts-2], "HTTP/1.1 429 ") {
				delayed++
			}
			if i == 0 {
				first = answers
			} else if answers != first {
				differs = s.name + ":\n" + answers[attempts-1] + "\n" + c.sides[0].name + ":\n" + first[attempts-1]
			}
		}
		if delayed == len(c.sides) && differs == "" {
			return
		}
		last = differs
	}
	t.Errorf("%s: not delayed alike at failure %d: %s", c.name, attempts, last)
}

func (h *target) series(t *testing.T, s side) (answers [attempts]string) {
	t.Helper()
	p, w := s.one(t), dial(t, h.address)
	for i := range answers {
		answer, _ := w.ask(t, s.ask(p))
		answers[i] = masked(answer)
	}
	return answers
}

// One client that fails too often is refused whatever it asks about, and in the same words.
func TestAddressLimitIsAlike(t *testing.T) {
	h := targetOnSQLite(t)
	p := h.confirmed(t)
	c := api(h.server) // all its requests come from here
	last := reply{}
	for range 2000 {
		got, err := c.try("POST", "/recovery", "", object{"login": someone().name})
		ok(t, err)
		if last = got; got.status != http.StatusAccepted {
			break
		}
	}
	if last.status != http.StatusTooManyRequests || last.wait == "" {
		t.Fatalf("after 2,000 requests in a row: %v, want 429 with Retry-After", last)
	}
	for _, path := range []string{"/recovery", "/login"} {
		answers := map[string]bool{}
		for _, login := range []string{p.name, p.email(), someone().name, someone().email()} {
			body := object{"login": login}
			if path == "/login" {
				body["password"] = phrase()
			}
			got, err := c.try("POST", path, "", body)
			ok(t, err)
			answers[got.String()] = true
		}
		if len(answers) != 1 {
			t.Errorf("%s above the limit: %v, want one answer", path, answers)
		}
	}
}
