package web_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/web"
)

// guessRoute is one way to have a code compared. It says what the answer's status is.
type guessRoute struct {
	name string
	try  func(code string) int
}

// guesser is an account with a code app, and everything that a guesser of its codes may hold.
type guesser struct {
	w       *world
	p       *person
	v       *visitor // signed in
	program *client  // signed in
}

func (w *world) newGuesser(form string) *guesser {
	w.t.Helper()
	c, p := w.owner()
	c.send("DELETE", "/session", nil).want(c, 204)
	g := &guesser{w: w, p: p, v: w.visitor(), program: w.program()}
	// Remembered, or their sessions would end before the guessing.
	body := values{"login": p.name, "password": p.password, "kind": "totp", "response": p.code(), "remember": true, "transport": "bearer"}
	g.program.send("POST", "/login", body).want(g.program, 201)
	if form == web.FormCombined {
		g.v.post("/login", "login="+p.name, "password="+p.password, "code="+p.code(), "remember=yes").leads("/account")
	} else {
		g.v.post("/login", "login="+p.name, "password="+p.password, "remember=yes").leads("/login/verify")
		g.v.post("/login/verify", "code="+p.code()).leads("/account")
	}
	return g
}

// routes are all that there are, with two-step sign-in or the combined form.
func (g *guesser) routes(form string) []guessRoute {
	all := []guessRoute{
		{"POST /api/v1/login with the code", func(code string) int {
			body := values{"login": g.p.name, "password": g.p.password, "kind": "totp", "response": code}
			return g.w.browser().send("POST", "/login", body).status
		}},
		{"POST /api/v1/session/elevate", func(code string) int {
			return g.program.send("POST", "/session/elevate", values{"kind": "totp", "response": code}).status
		}},
		{"POST /api/v1/session/confirmations", func(code string) int {
			body := values{"kind": "totp", "response": code, "action": "send money"}
			return g.program.send("POST", "/session/confirmations", body).status
		}},
	}
	if form == web.FormCombined {
		return append(all, guessRoute{"POST /login with the code", func(code string) int {
			return g.w.visitor().post("/login", "login="+g.p.name, "password="+g.p.password, "code="+code).status
		}})
	}
	for _, c := range []func() *client{g.w.browser, g.w.program} {
		all = append(all, guessRoute{fmt.Sprintf("POST /api/v1/login/response, bearer %v", c().bearer), func(code string) int {
			in := c()
			in.give(g.p).want(in, 202)
			return in.send("POST", "/login/response", values{"kind": "totp", "response": code}).status
		}})
	}
	return append(all, guessRoute{"POST /login/verify", func(code string) int {
		in := g.w.visitor()
		in.post("/login", "login="+g.p.name, "password="+g.p.password).leads("/login/verify")
		return in.post("/login/verify", "code="+code).status
	}})
}

// elevations are those of the account's pages.
func (g *guesser) elevations() []guessRoute {
	return []guessRoute{
		{"POST /account/confirm", func(code string) int { return g.v.post("/account/confirm", "code="+code).status }},
		{"POST /account/confirm for an action", func(code string) int {
			return g.v.post("/account/confirm", "code="+code, "action=pay", "return_to=/auth/account").status
		}},
	}
}

// compared is how many wrong codes have been compared: the log tells those from attempts that were refused before, which
// the combined form answers alike.
func (w *world) compared() int {
	log := w.log.String()
	return strings.Count(log, `reason="wrong code"`) + strings.Count(log, `reason="combined: wrong"`)
}

// F01, F03, F08: a hundred wrong codes are compared over all routes together, never one more, and then the right one is
// refused on each.
func TestGuessesAreSummedOverAllRoutes(t *testing.T) {
	for _, form := range []string{web.FormTwoStep, web.FormCombined} {
		w := newWorld(t, setup{loginForm: form})
		g := w.newGuesser(form)
		routes := append(g.routes(form), g.elevations()...)
		each := map[string]int{}
		for n := range 150 {
			r, before := routes[n%len(routes)], w.compared()
			r.try(g.p.wrongCode())
			each[r.name] += w.compared() - before
			for range 2 { // past every delay, and no session is idle for an hour
				w.clock.Advance(30 * time.Minute)
				g.v.get("/account").shows(200)
				g.program.send("GET", "/session", nil).want(g.program, 200)
			}
		}
		if n := w.compared(); n != 100 || len(each) != len(routes) {
			t.Errorf("%s: %d wrong codes were compared, want 100: %v", form, n, each)
		}
		for _, r := range routes {
			if each[r.name] == 0 {
				t.Errorf("%s: %s compared nothing", form, r.name)
			}
			if status := r.try(g.p.unusedCode()); status < 400 {
				t.Errorf("%s: %s takes the right code after all that: %d", form, r.name, status)
			}
		}
	}
}

// F06: neither an own account that signs in between, nor one good step, clears what counts against a guesser.
func TestGoodSignInsClearNothingElse(t *testing.T) {
	w := newWorld(t, setup{})
	own, victim := w.browser(), w.browser().register()
	mine := own.register()
	guess := func(name string) answer {
		return w.browser().send("POST", "/login", values{"login": name, "password": "wrong"})
	}
	var got []int
	for range 5 {
		got = append(got, guess(victim.name).status)
		own.give(mine).want(own, 201)
	}
	if !slices.Equal(got, []int{401, 401, 401, 429, 429}) {
		t.Errorf("guesses between own sign-ins are answered %v, want three and a delay", got)
	}
	limited := 0
	for n := range 700 { // nor does it clear what counts against the address
		if guess(fmt.Sprint("nobody", n)).status == 429 {
			limited++
		}
		if n%10 == 0 {
			own.give(mine).want(own, 201)
		}
	}
	if limited < 300 {
		t.Errorf("of 700 failures from one address %d were refused", limited)
	}
}

// One second step that was right clears its own counter, and no other's.
func TestOneFactorClearsNoOther(t *testing.T) {
	w := newWorld(t, setup{})
	_, p := w.owner()
	for range 3 {
		c, a := w.answerWith(p, "totp", p.wrongCode())
		a.problem(c, 401, "wrong")
	}
	c, a := w.answerWith(p, "recovery_code", p.codes[0])
	a.want(c, 201)
	c, a = w.answerWith(p, "totp", p.wrongCode())
	a.problem(c, 429, "throttled")
}
