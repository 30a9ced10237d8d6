package e2e

import (
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

const (
	answersWithin = 6 * time.Second // with a database that is away: two waits of the store, and something for a slow machine
	healsWithin   = 15 * time.Second
)

// apart is an estate whose sealed secrets are in a database of their own, with somebody who has a code app and somebody
// who has none.
type apart struct {
	*estate
	guarded, plain *owner
	apps           []*namedApp // of guarded: of each, two codes can be used at once
}

func inhabited(t *testing.T, e *estate) *apart {
	t.Helper()
	a := &apart{estate: e, guarded: e.newGuarded(t), plain: e.newOwner(t)}
	for i := range 5 {
		app, confirmed := a.guarded.bind(t, e.cs[0], fmt.Sprint("Phone ", i))
		a.apps = append(a.apps, &namedApp{app, confirmed["authenticator"].(map[string]any)["id"].(string)})
	}
	return a
}

// code is what signs in with the app that has the most codes left. One that was not taken is shown again.
func (a *apart) code(t *testing.T) (body object, keep func()) {
	t.Helper()
	app := slices.MaxFunc(a.apps, func(a, b *namedApp) int { return int(a.ready() - b.ready()) })
	before := app.last
	body = respond("totp", app.next(t))
	body["authenticator"] = app.id
	return body, func() { app.last = before }
}

// codeSignIn signs in with password and code.
func (a *apart) codeSignIn(t *testing.T) reply {
	t.Helper()
	login := a.guarded.logins(t, a.cs[:1], 1)[0]
	code, keep := a.code(t)
	got, err := a.cs[0].try("POST", "/login/response", login, code)
	ok(t, err)
	if got.status != http.StatusCreated {
		keep()
	}
	return got
}

func (a *apart) mustBeWell(t *testing.T, when string) {
	t.Helper()
	if got := a.codeSignIn(t); got.status != http.StatusCreated {
		t.Errorf("%s: a code: %v", when, got)
	}
	if got := a.ready(t); got != http.StatusOK {
		t.Errorf("%s: ready: %d", when, got)
	}
}

// heal waits until the service is ready again, by itself, and holds it to its work.
func (a *apart) heal(t *testing.T, when string) {
	t.Helper()
	begun := time.Now()
	for a.ready(t) != http.StatusOK {
		if time.Since(begun) > healsWithin {
			t.Fatalf("%s: not ready after %v", when, healsWithin)
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Logf("%s: ready again after %v", when, time.Since(begun).Round(time.Millisecond))
	a.mustBeWell(t, when)
}

// must sends a request and holds the answer to a status, and to coming soon.
func (a *apart) must(t *testing.T, want int, what, method, path, token string, body object) object {
	t.Helper()
	begun := time.Now()
	got, err := a.cs[0].try(method, path, token, body)
	ok(t, err)
	if took := time.Since(begun); took > answersWithin {
		t.Errorf("%s: answered after %v", what, took)
	}
	if got.status != want || want == http.StatusServiceUnavailable && got.code() != "unavailable" {
		t.Errorf("%s: %v, want %d", what, got, want)
	}
	return got.body
}

func (o *owner) password1() object {
	return object{"login": o.name, "password": o.password, "transport": "bearer"}
}

// withoutSecrets: while the secrets are out of reach, code apps answer that they are, and nothing else is the worse.
func (a *apart) withoutSecrets(t *testing.T) {
	t.Helper()
	c := a.cs[0]
	login := a.guarded.logins(t, a.cs[:1], 1)[0]
	code, keep := a.code(t)
	a.must(t, http.StatusServiceUnavailable, "a code", "POST", "/login/response", login, code)
	keep()
	a.must(t, http.StatusServiceUnavailable, "setting up an app", "POST", "/authenticators", a.plain.session, object{"kind": "totp"})
	a.must(t, http.StatusCreated, "a password alone", "POST", "/login", "", a.plain.password1())
	a.must(t, http.StatusOK, "a session", "GET", "/session", a.plain.session, nil)
	a.must(t, http.StatusOK, "a session at AAL2", "GET", "/session", a.guarded.session, nil)
	in := a.must(t, http.StatusCreated, "a recovery code", "POST", "/login/response", login, respond("recovery_code", a.guarded.takeRecovery(t)))
	a.guarded.session = in.text("token") // the others have ended
	n := len(c.call(t, http.StatusOK, "GET", "/authenticators", a.plain.session, nil)["authenticators"].([]any))
	if n != 0 {
		t.Error("something was bound without its secret")
	}
	if got := a.ready(t); got != http.StatusServiceUnavailable {
		t.Errorf("without the secrets the service says that it is ready: %d", got)
	}
}

// withoutMain: without the accounts there is one answer, and it is none that blames people.
func (a *apart) withoutMain(t *testing.T) {
	t.Helper()
	a.must(t, http.StatusServiceUnavailable, "a password", "POST", "/login", "", a.plain.password1())
	a.must(t, http.StatusServiceUnavailable, "a wrong password", "POST", "/login", "", object{"login": a.plain.name, "password": "wrong"})
	a.must(t, http.StatusServiceUnavailable, "a session", "GET", "/session", a.plain.session, nil)
	a.must(t, http.StatusServiceUnavailable, "a link", "POST", "/recovery", "", object{"login": a.plain.email})
	a.must(t, http.StatusServiceUnavailable, "a registration", "POST", "/accounts", "",
		object{"username": a.plain.name + "2", "password": "correct horse staple", "transport": "bearer"})
	if got := a.ready(t); got != http.StatusServiceUnavailable {
		t.Errorf("without the accounts the service says that it is ready: %d", got)
	}
	res, err := a.cs[0].http.Get("http://" + a.servers[0].address + "/healthz/live")
	ok(t, err)
	ok(t, res.Body.Close())
	if res.StatusCode != http.StatusOK {
		t.Errorf("a program that only lost its database does not live: %d", res.StatusCode)
	}
}

// restarts: what was bound works after a stop, and after a death in the midst of binding.
func (a *apart) restarts(t *testing.T) {
	t.Helper()
	a.servers[0].finish(t)
	a.restart(t)
	a.mustBeWell(t, "after a restart")
	var k killer
	for range max(2, rounds(t)/10) {
		deeds := make([]deed, 4)
		for i := range deeds {
			o := a.newOwner(t)
			deeds[i] = deed{shot{method: "POST", path: "/authenticators", token: o.session, body: object{"kind": "totp"}}, http.StatusCreated, nil}
		}
		o := a.newOwner(t)
		second := killBindingOf(t, a.estate, o)
		answered := a.die(t, &k, append(deeds, second))
		a.restart(t)
		if done := second.done(t); answered[len(deeds)] && !done {
			t.Error("a code app was set up, and is not there")
		}
		a.mustBeWell(t, "after a kill")
	}
}

// killBindingOf sets up the first code app of somebody.
func killBindingOf(t *testing.T, e *estate, o *owner) deed {
	t.Helper()
	b := e.cs[0].call(t, http.StatusCreated, "POST", "/authenticators", o.session, object{"kind": "totp"})
	app := &codeApp{secret: b.text("secret")}
	return deed{shot{method: "POST", path: "/authenticators/" + b.text("id") + "/confirm", token: o.session,
		body: object{"response": app.first(t)}}, http.StatusOK, func(t *testing.T) bool {
		in := o.signIn(t, e.cs[0], o.password)
		if in.status == http.StatusCreated {
			return false // the password alone, as before
		}
		got, err := e.cs[0].try("POST", "/login/response", in.body.text("token"), respond("totp", app.next(t)))
		if ok(t, err); got.status != http.StatusCreated {
			t.Errorf("a code app is bound, and its code: %v", got)
		}
		return true
	}}
}

// The secrets are in another PostgreSQL database, and either half goes away.
func TestOutageSecretsApartOnPostgres(t *testing.T) {
	main, mainURL := behindGate(t, freshDatabase(t))
	secrets, secretsURL := behindGate(t, freshDatabase(t))
	a := inhabited(t, newEstate(t, 1, func(string) string { return mainURL }, "--secrets-database", secretsURL))
	a.mustBeWell(t, "at first")
	secrets.shut()
	a.withoutSecrets(t)
	secrets.open(t)
	a.heal(t, "with the secrets back")
	main.shut()
	a.withoutMain(t)
	main.open(t)
	a.heal(t, "with the accounts back")
	end := secrets.stall()
	a.withoutSecrets(t)
	end()
	a.heal(t, "with the way to the secrets back")
	end = main.stall()
	a.withoutMain(t)
	end()
	a.heal(t, "with the way to the accounts back")
	a.restarts(t)
}

// The secrets are in another file, and another program locks either half.
func TestOutageSecretsApartOnSQLite(t *testing.T) {
	var dir string
	e := newEstate(t, 1, func(d string) string { dir = d; return filepath.Join(d, "accounts.db") }, "--secrets-database", "secrets.db")
	a := inhabited(t, e)
	a.mustBeWell(t, "at first")

	release := locked(t, filepath.Join(dir, "secrets.db"))
	a.must(t, http.StatusServiceUnavailable, "setting up an app", "POST", "/authenticators", a.plain.session, object{"kind": "totp"})
	a.must(t, http.StatusCreated, "a password alone", "POST", "/login", "", a.plain.password1())
	if got := a.codeSignIn(t); got.status != http.StatusCreated {
		t.Errorf("a code whose secret can be read: %v", got) // other programs' locks keep nobody from reading
	}
	release()
	a.heal(t, "with the secrets unlocked")
	a.cs[0].call(t, http.StatusCreated, "POST", "/authenticators", a.plain.session, object{"kind": "totp"})

	release = locked(t, e.database())
	a.must(t, http.StatusServiceUnavailable, "a password", "POST", "/login", "", a.plain.password1())
	a.must(t, http.StatusServiceUnavailable, "a link", "POST", "/recovery", "", object{"login": a.plain.email})
	a.must(t, http.StatusOK, "a session", "GET", "/session", a.plain.session, nil)
	release()
	a.heal(t, "with the accounts unlocked")
	a.restarts(t)
}

// locked keeps others from writing a SQLite file until the end is called.
func locked(t *testing.T, file string) (release func()) {
	t.Helper()
	db := openFile(t, file)
	hold := func(statement string) {
		t.Helper()
		_, err := db.Exec(statement)
		ok(t, err)
	}
	hold("begin exclusive")
	return func() {
		hold("rollback")
		ok(t, db.Close())
	}
}
