package e2e

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// estate is all that runs on one database: servers, what they mail, and the administrator's commands beside them.
type estate struct {
	servers []*server
	cs      []*client
	box     *mailbox
	dir     string
	args    []string // of servers and commands alike
}

// proxied makes every request come from another address, behind a proxy that is trusted: what many clients do at once
// must not look like the work of one.
var proxied = []string{"--trusted-proxies", "127.0.0.0/8"}

// inEstates runs a test in an estate on SQLite, and in one of three replicas on PostgreSQL.
func inEstates(t *testing.T, test func(t *testing.T, h *estate), args ...string) {
	t.Run("SQLite", func(t *testing.T) { test(t, estateOnSQLite(t, args...)) })
	t.Run("PostgreSQL", func(t *testing.T) { test(t, estateOnPostgres(t, 3, args...)) })
}

func estateOnSQLite(t testing.TB, args ...string) *estate {
	t.Helper()
	return newEstate(t, 1, func(dir string) string { return filepath.Join(dir, "accounts.db") }, args...)
}

func estateOnPostgres(t testing.TB, n int, args ...string) *estate {
	t.Helper()
	return newEstate(t, n, func(string) string { return freshDatabase(t) }, args...)
}

// newEstate starts n servers at once. Without a setting for mail, it goes into a directory.
func newEstate(t testing.TB, n int, database func(dir string) string, args ...string) *estate {
	t.Helper()
	dir := t.TempDir()
	h := &estate{dir: dir, box: inDirectory(filepath.Join(dir, "mail"))}
	h.args = slices.Concat([]string{
		"--public-url", "http://localhost:8080", "--database", database(dir), "--key-file", filepath.Join(dir, "ring.key"),
	}, proxied)
	if !slices.Contains(args, "--mail") {
		h.args = append(h.args, "--mail", "dir:"+filepath.Join(dir, "mail"))
	}
	h.args = append(h.args, args...)
	h.servers = startAll(t, n, dir, append([]string{"--listen", "127.0.0.1:0"}, h.args...)...)
	h.connect()
	return h
}

func (h *estate) connect() {
	h.cs = nil
	for _, s := range h.servers {
		c := api(s)
		c.proxied = true
		h.cs = append(h.cs, c)
	}
}

// restart starts the first server again, after it was killed.
func (h *estate) restart(t testing.TB) {
	t.Helper()
	h.servers[0] = serve(t, h.dir, append([]string{"--listen", "127.0.0.1:0"}, h.args...)...)
	h.connect()
}

// command prepares a command of the program with the servers' settings.
func (h *estate) command(words ...string) *exec.Cmd {
	cmd := exec.Command(program, append(words, h.args...)...)
	cmd.Dir = h.dir
	cmd.Env = slices.DeleteFunc(os.Environ(), func(kv string) bool { return strings.HasPrefix(kv, "SALLYPORT_") })
	return cmd
}

// admin runs a command that has to succeed, and reads what it prints.
func (h *estate) admin(t testing.TB, words ...string) object {
	t.Helper()
	var read object
	h.adminInto(t, &read, words...)
	return read
}

func (h *estate) adminInto(t testing.TB, read any, words ...string) {
	t.Helper()
	cmd := h.command(append(words, "--json")...)
	var said journal
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("sallyport %s: %v\n%s", strings.Join(words, " "), err, said.String())
	}
	ok(t, json.Unmarshal(out, read))
}

// owner is a person with a confirmed address, who is signed in and elevated.
type owner struct {
	*person
	email string
}

// newOwner registers somebody with an address and confirms it. There is no second factor yet.
func (h *estate) newOwner(t testing.TB) *owner {
	t.Helper()
	o := h.newUnconfirmed(t)
	o.confirm(t, h)
	up := h.cs[0].call(t, http.StatusOK, "POST", "/session/elevate", o.session, respond("password", o.password))
	o.session = up.text("token")
	return o
}

// newUnconfirmed registers somebody with an address.
func (h *estate) newUnconfirmed(t testing.TB) *owner {
	t.Helper()
	name := "o" + strings.ToLower(rand.Text()[:16])
	return h.register(t, name, name+"@example.org")
}

func (h *estate) register(t testing.TB, name, email string) *owner {
	t.Helper()
	o := &owner{person: &person{name: name, password: "correct horse " + rand.Text()}, email: email}
	in := h.cs[0].call(t, http.StatusCreated, "POST", "/accounts", "", object{
		"username": o.name, "email": o.email, "password": o.password, "transport": "bearer",
	})
	o.session = in.text("token")
	return o
}

func (o *owner) confirm(t testing.TB, h *estate) {
	t.Helper()
	l := h.box.await(t, o.email, mailConfirm, 1)
	h.cs[0].call(t, http.StatusNoContent, "POST", "/email/confirm", o.session, object{"token": l.token})
}

// newGuarded is newOwner with a code app and recovery codes.
func (h *estate) newGuarded(t testing.TB) *owner {
	t.Helper()
	o := h.newOwner(t)
	app, confirmed := o.bind(t, h.cs[0], "Phone")
	o.app, o.appID = app, confirmed["authenticator"].(map[string]any)["id"].(string)
	for _, code := range confirmed["recovery_codes"].([]any) {
		o.recovery = append(o.recovery, code.(string))
	}
	return o
}

// forgot asks for the link that sets a new password, and reads the message.
func (o *owner) forgot(t testing.TB, h *estate) letter {
	t.Helper()
	n := len(h.box.letters(t, o.email, mailReset))
	h.cs[0].call(t, http.StatusAccepted, "POST", "/recovery", "", object{"login": o.email})
	return h.box.await(t, o.email, mailReset, n+1)
}

// signIn signs in with the password alone, and says what came of it.
func (o *owner) signIn(t testing.TB, c *client, password string) reply {
	t.Helper()
	got, err := c.try("POST", "/login", "", object{"login": o.name, "password": password, "transport": "bearer"})
	ok(t, err)
	return got
}

// events counts the owner's events of a kind that went well.
func (o *owner) events(t testing.TB, c *client, session, kind string) int {
	t.Helper()
	n := 0
	for _, e := range c.call(t, http.StatusOK, "GET", "/events", session, nil)["events"].([]any) {
		if e := e.(map[string]any); e["event"] == kind && e["outcome"] == "ok" {
			n++
		}
	}
	return n
}
