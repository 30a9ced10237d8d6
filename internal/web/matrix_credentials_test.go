package web_test

import (
	"net/http"
	"slices"
	"time"
)

// credential is something that a request may bring, and what it proves.
type credential struct {
	name   string
	stage  string // the actor whose token it is; "" when it has none, or a dead one
	bearer bool   // that actor's way to carry it
	proves []string
	onJSON bool // proves something to the JSON API only
	both   bool // a cookie and a bearer token at once
	put    func(k *cast, r *http.Request)
}

func (c credential) provesTo(face string) []string {
	if c.onJSON && face != "json" {
		return nil
	}
	return c.proves
}

// allowed says whether a route of that proof may let the credential in; primary, whether it has to.
func (c credential) allowed(proof, face string) (allowed, primary bool) {
	has := func(stage string) bool { return slices.Contains(c.provesTo(face), stage) }
	switch proof {
	case "nothing":
		return !c.both, !c.both
	case "login":
		return has(stageLogin) || has(stageMustBind), has(stageLogin)
	case "must_bind":
		return has(stageMustBind), has(stageMustBind)
	case "session":
		return has(stageSession) || has(stageElevated), has(stageSession) || has(stageElevated)
	case "elevated":
		return has(stageElevated), has(stageElevated)
	}
	return false, false
}

func putCookies(r *http.Request, name string, tokens ...string) {
	for _, token := range tokens {
		r.AddCookie(&http.Cookie{Name: name, Value: token})
	}
}

func putBearer(r *http.Request, token string) { r.Header.Set("Authorization", "Bearer "+token) }

// credentials is every kind of credential that there is, and every wrong way to bring one.
func credentials(dead []deadToken) []credential {
	all := []credential{{name: "nothing", put: func(*cast, *http.Request) {}}}
	for _, d := range dead { // before others let so much time pass that these are expired too
		all = append(all, d.credential())
	}
	for _, stage := range []string{stageLogin, stageMustBind, stageSession, stageElevated, stageStale} {
		all = append(all, rightWays(stage)...)
		all = append(all, wrongWays(stage)...)
	}
	all = append(all, credential{
		name: "login and elevated session as cookies", stage: stageElevated, proves: []string{stageLogin, stageElevated},
		put: func(k *cast, r *http.Request) {
			putCookies(r, loginCookie, k.token(stageLogin, false))
			putCookies(r, sessionCookie, k.token(stageElevated, false))
		},
	}, credential{
		name: "login as cookie, elevated session as bearer", stage: stageElevated, bearer: true, both: true,
		put: func(k *cast, r *http.Request) {
			putCookies(r, loginCookie, k.token(stageLogin, false))
			putBearer(r, k.token(stageElevated, true))
		},
	})
	return all
}

// whatProves are those credentials that prove something, and none.
func whatProves() []credential {
	return slices.DeleteFunc(credentials(nil), func(c credential) bool { return c.proves == nil && c.name != "nothing" })
}

func rightWays(stage string) []credential {
	proves := []string{stage}
	if stage == stageStale {
		proves = []string{stageSession}
	}
	return []credential{{
		name: stage + " as cookie", stage: stage, proves: proves,
		put: func(k *cast, r *http.Request) { putCookies(r, cookieOf(stage), k.token(stage, false)) },
	}, {
		name: stage + " as bearer", stage: stage, bearer: true, proves: proves, onJSON: true,
		put: func(k *cast, r *http.Request) { putBearer(r, k.token(stage, true)) },
	}}
}

func wrongWays(stage string) []credential {
	right := cookieOf(stage)
	other := map[string]string{loginCookie: sessionCookie, sessionCookie: loginCookie}[right]
	const junk = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	cookie := func(name string, put func(r *http.Request, token string)) credential {
		return credential{name: stage + name, stage: stage, put: func(k *cast, r *http.Request) { put(r, k.token(stage, false)) }}
	}
	bearer := func(name string, put func(r *http.Request, token string)) credential {
		return credential{name: stage + name, stage: stage, bearer: true, put: func(k *cast, r *http.Request) { put(r, k.token(stage, true)) }}
	}
	both := credential{name: stage + " both at once", stage: stage, both: true, put: func(k *cast, r *http.Request) {
		putCookies(r, right, k.token(stage, false))
		putBearer(r, k.token(stage, true))
	}}
	return []credential{
		both,
		cookie(": the cookie's token as bearer", putBearer),
		cookie(": the token in the other cookie", func(r *http.Request, token string) { putCookies(r, other, token) }),
		cookie(": the cookie without its prefix", func(r *http.Request, token string) { putCookies(r, right[len("__Host-"):], token) }),
		cookie(": the cookie twice", func(r *http.Request, token string) { putCookies(r, right, token, token) }),
		cookie(": a planted cookie before", func(r *http.Request, token string) { putCookies(r, right, junk, token) }),
		cookie(": a planted cookie after", func(r *http.Request, token string) { putCookies(r, right, token, junk) }),
		cookie(": the token cut short", func(r *http.Request, token string) { putCookies(r, right, token[:len(token)-1]) }),
		bearer(": the bearer's token as cookie", func(r *http.Request, token string) { putCookies(r, right, token) }),
		bearer(": two bearer headers", func(r *http.Request, token string) {
			putBearer(r, token)
			r.Header.Add("Authorization", "Bearer "+token)
		}),
		bearer(": as basic", func(r *http.Request, token string) { r.Header.Set("Authorization", "Basic "+token) }),
	}
}

// deadToken is one that was good once.
type deadToken struct {
	name, stage string
	bearer      bool
	token       string
}

func (d deadToken) credential() credential {
	c := credential{name: d.name, put: func(_ *cast, r *http.Request) { putCookies(r, cookieOf(d.stage), d.token) }}
	if d.bearer {
		c.name, c.put = d.name+", bearer", func(_ *cast, r *http.Request) { putBearer(r, d.token) }
	}
	return c
}

// deadTokens makes tokens at every stage and lets them die: of time, or because they were ended.
func (w *world) deadTokens() []deadToken {
	ended, expired := w.newCast(), w.newCast()
	all := append(ended.tokens("ended"), ended.tokensOf("ended", stageMustBind)...)
	endAll(ended)
	all = append(all, expired.tokens("expired")...)
	all = append(all, expired.tokensOf("expired", stageMustBind)...)
	w.clock.Advance(25 * time.Hour)
	return all
}

// oldTokens makes tokens that have time left, of an account whose epoch has moved on.
func (w *world) oldTokens() []deadToken {
	k := w.newCast()
	all := k.tokens("of an old epoch")
	k.observer.elevate(k.owner)
	k.observer.send("POST", "/recovery-codes", nil).want(k.observer, http.StatusCreated)
	return all
}

func (k *cast) tokens(name string) []deadToken {
	return slices.Concat(k.tokensOf(name, stageSession), k.tokensOf(name, stageElevated), k.tokensOf(name, stageLogin))
}

func (k *cast) tokensOf(name, stage string) []deadToken {
	return []deadToken{
		{stage + " " + name, stage, false, k.token(stage, false)},
		{stage + " " + name, stage, true, k.token(stage, true)},
	}
}

func endAll(k *cast) {
	for _, a := range k.actors {
		path := "/session"
		if a.tokens.login != "" || a.cookies[loginCookie] != "" {
			path = "/login"
		}
		a.send("DELETE", path, nil).want(a.client, http.StatusNoContent)
	}
}
