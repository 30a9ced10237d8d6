package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// keyUses are the keys of the file by what `key verify` calls them.
func (e *estate) keyUses(t testing.TB) map[string][]string {
	t.Helper()
	uses := map[string][]string{}
	for _, k := range e.admin(t, "key", "verify")["keys"].([]any) {
		k := object(k.(map[string]any))
		uses[k.text("use")] = append(uses[k.text("use")], k.text("id"))
	}
	return uses
}

// succeeds runs a command that has to, and returns what it prints.
func (e *estate) succeeds(t testing.TB, words ...string) string {
	t.Helper()
	out, err := e.command(words...).CombinedOutput()
	if err != nil {
		t.Fatalf("sallyport %s: %v\n%s", strings.Join(words, " "), err, out)
	}
	return string(out)
}

// refused runs a command that has to fail, and returns what it prints.
func (e *estate) refused(t testing.TB, words ...string) string {
	t.Helper()
	out, err := e.command(words...).CombinedOutput()
	if err == nil {
		t.Fatalf("sallyport %s succeeded:\n%s", strings.Join(words, " "), out)
	}
	return string(out)
}

// health is what a server says of its readiness.
func health(t testing.TB, s *server) int {
	t.Helper()
	got, err := http.Get("http://" + s.address + "/healthz/ready")
	ok(t, err)
	ok(t, got.Body.Close())
	return got.StatusCode
}

// secondStep answers a login with a code of the app.
func (p *person) secondStep(t testing.TB, c *client) reply {
	t.Helper()
	token, err := p.login(c)
	ok(t, err)
	got, err := c.try("POST", "/login/response", token, respond("totp", p.app.next(t)))
	ok(t, err)
	return got
}

func (p *person) signsIn(t testing.TB, c *client) {
	t.Helper()
	if got := p.secondStep(t, c); got.status != http.StatusCreated {
		t.Fatalf("signing in with a code: %v", got)
	}
}

// ages is what ten minutes do to the key file.
func ages(t testing.TB, file string) {
	t.Helper()
	then := time.Now().Add(-11 * time.Minute)
	ok(t, os.Chtimes(file, then, then))
}

func (e *estate) keyFile() string { return e.args[slices.Index(e.args, "--key-file")+1] }

// copyKeys puts a copy of a key file in the place of another, as operators are told to: beside it, then renamed.
func copyKeys(t testing.TB, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	ok(t, err)
	ok(t, os.WriteFile(to+".new", text, 0o600))
	ok(t, os.Rename(to+".new", to))
}

// TestKeyRemovedUnderAQuietServer: servers that saw nothing of a whole rotation, removal included, seal the next secret
// under a key that is there after a restart. The removal itself waits, unless it is said that no server runs.
func TestKeyRemovedUnderAQuietServer(t *testing.T) {
	inEstates(t, func(t *testing.T, e *estate) {
		o, before := e.newOwner(t), e.newGuarded(t)
		first := e.keyUses(t)["active"][0]
		e.succeeds(t, "key", "rotate")
		if said := e.refused(t, "key", "remove", first); !strings.Contains(said, "stays for now") || !strings.Contains(said, "--servers-stopped") {
			t.Errorf("removed at once: %s", said)
		}
		e.succeeds(t, "key", "remove", first, "--servers-stopped") // which is not so
		last := e.cs[len(e.cs)-1]
		o.app, _ = o.bind(t, last, "Phone")
		before.signsIn(t, last)
		for _, s := range e.servers {
			if got := health(t, s); got != http.StatusOK {
				t.Errorf("ready answers %d", got)
			}
			s.kill(t)
		}
		if uses := e.keyUses(t); len(uses["missing"]) > 0 || len(uses["active"]) != 1 {
			t.Fatalf("%v", uses)
		}
		e.servers = e.servers[:1]
		e.restart(t)
		o.signsIn(t, e.cs[0])
		before.signsIn(t, e.cs[0])
	})
}

// TestKeyStaysUntilServersHaveLooked: ten minutes after its last change the file gives keys away without being told that
// no server runs.
func TestKeyStaysUntilServersHaveLooked(t *testing.T) {
	e := estateOnSQLite(t)
	first := e.keyUses(t)["active"][0]
	e.succeeds(t, "key", "rotate")
	e.refused(t, "key", "remove", first)
	ages(t, e.keyFile())
	e.succeeds(t, "key", "remove", first)
}

// TestReadyNeedsTheKeyFile: a server whose key file is gone, or another's, says so to who asks for its health, still
// signs people in with what it has, and neither sets up nor posts what would be lost.
func TestReadyNeedsTheKeyFile(t *testing.T) {
	inEstates(t, func(t *testing.T, e *estate) {
		o, s := e.newOwner(t), e.servers[0]
		p := newPerson(t, e.cs[0]) // who gets no mail
		file := e.keyFile()
		aside := file + ".aside"
		for name, spoil := range map[string]func(){
			"gone": func() {},
			"another's": func() {
				other := filepath.Join(t.TempDir(), "other.key")
				run(t, nil, program, "key", "new", "--key-file", other)
				copyKeys(t, other, file)
			},
		} {
			ok(t, os.Rename(file, aside))
			spoil()
			if got := health(t, s); got != http.StatusServiceUnavailable {
				t.Errorf("%s: ready answers %d", name, got)
			}
			got, err := e.cs[0].try("POST", "/authenticators", o.session, object{"kind": "totp", "label": "Lost"})
			ok(t, err)
			if got.status < 500 {
				t.Errorf("%s: a code app is set up: %v", name, got)
			}
			p.signsIn(t, e.cs[0])
			if got := o.signIn(t, e.cs[0], o.password); got.status != http.StatusCreated || !strings.Contains(s.log.String(), "a notice is not sent") {
				t.Errorf("%s: a sign-in from elsewhere, of which nobody can be told: %v", name, got)
			}
			if got, err := e.cs[0].try("POST", "/recovery", "", object{"login": o.email}); err != nil || got.status < 500 {
				t.Errorf("%s: a link is posted: %v, %v", name, got, err)
			}
			ok(t, os.Rename(aside, file))
			if got := health(t, s); got != http.StatusOK {
				t.Errorf("%s: the file is back, and ready answers %d", name, got)
			}
		}
		o.app, _ = o.bind(t, e.cs[0], "Phone")
	})
}

// TestKeysOfTwoMachines: a rotation as documented for servers with key files of their own, with nothing sealed between
// its second and third step. What the second machine binds before its copy came is not left under the old key.
func TestKeysOfTwoMachines(t *testing.T) {
	for name, database := range map[string]func(dir string) string{
		"SQLite":     func(dir string) string { return filepath.Join(dir, "accounts.db") },
		"PostgreSQL": func(string) string { return freshDatabase(t) },
	} {
		t.Run(name, func(t *testing.T) {
			e := newEstate(t, 1, database)
			mine, theirs := e.keyFile(), filepath.Join(e.dir, "second.key")
			copyKeys(t, mine, theirs)
			args := slices.Concat([]string{"--listen", "127.0.0.1:0"}, e.args, []string{"--key-file", theirs})
			second := serve(t, e.dir, args...)
			e.servers = append(e.servers, second)
			e.connect()
			ann, bob := e.newGuarded(t), e.newOwner(t)

			e.succeeds(t, "key", "new") // 1
			copyKeys(t, mine, theirs)
			e.succeeds(t, "key", "rotate") // 2
			if got := health(t, second); got != http.StatusOK {
				t.Errorf("between rotation and copy the second is not ready: %d", got)
			}
			bob.app, _ = bob.bind(t, e.cs[1], "Phone") // before the copy
			copyKeys(t, mine, theirs)
			if uses := e.keyUses(t); len(uses["removable"]) != 1 {
				t.Errorf("something was left under the old key: %v", uses)
			}
			once := e.admin(t, "key", "rotate") // 3
			if once["added"] != false || once["resealed"] != float64(0) {
				t.Errorf("once more: %v", once)
			}
			ann.signsIn(t, e.cs[1])
			ages(t, mine)
			e.succeeds(t, "key", "remove", e.keyUses(t)["removable"][0]) // 4
			copyKeys(t, mine, theirs)
			for _, c := range e.cs {
				bob.signsIn(t, c)
			}
			for _, s := range e.servers {
				if got := health(t, s); got != http.StatusOK {
					t.Errorf("ready answers %d", got)
				}
			}
		})
	}
}

// TestOneKeyIsLost: an older key that something was left under is given up. Who rests on it is asked as before and gets in
// with a recovery code, and with nothing else, until something new is set up.
func TestOneKeyIsLost(t *testing.T) {
	inEstates(t, func(t *testing.T, e *estate) {
		o := e.newGuarded(t)
		first := e.keyUses(t)["active"][0]
		e.execute(t, "CREATE TABLE left_behind AS SELECT * FROM sallyport_secrets")
		e.succeeds(t, "key", "rotate")
		e.succeeds(t, "key", "remove", first, "--servers-stopped")
		e.execute(t, `UPDATE sallyport_secrets SET sealed = (SELECT l.sealed FROM left_behind l WHERE l.id = sallyport_secrets.id)
			WHERE id NOT IN ('key-check', 'mac-key')`) // as a restore of old rows does
		if said := e.refused(t, "key", "verify"); !strings.Contains(said, first+" is missing: 1 authenticators") {
			t.Fatalf("verify: %s", said)
		}
		for _, s := range e.servers { // they still have the key
			s.kill(t)
		}
		e.succeeds(t, "key", "give-up", first, "--yes")
		e.succeeds(t, "key", "verify")
		e.succeeds(t, "key", "rotate")
		e.servers = e.servers[:1]
		e.restart(t)

		last := e.cs[0]
		if got := o.secondStep(t, last); got.status != http.StatusServiceUnavailable {
			t.Fatalf("a code of the lost secret: %v", got)
		}
		token, err := o.login(last)
		ok(t, err)
		in := last.call(t, http.StatusCreated, "POST", "/login/response", token, respond("recovery_code", o.takeRecovery(t)))
		up := last.call(t, http.StatusOK, "POST", "/session/elevate", in.text("token"), respond("recovery_code", o.takeRecovery(t)))
		o.session = up.text("token")
		o.app, _ = o.bind(t, last, "New phone")
		token, err = o.login(last)
		ok(t, err)
		last.call(t, http.StatusCreated, "POST", "/login/response", token, respond("totp", o.app.next(t)))
	})
}
