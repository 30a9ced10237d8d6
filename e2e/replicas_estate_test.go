package e2e

import (
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // the driver "sqlite"
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
func inEstates(t *testing.T, test func(t *testing.T, e *estate), args ...string) {
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
	e := &estate{dir: dir, box: inDirectory(filepath.Join(dir, "mail"))}
	e.args = slices.Concat([]string{
		"--public-url", "http://localhost:8080", "--database", database(dir), "--key-file", filepath.Join(dir, "ring.key"),
	}, proxied)
	if !slices.Contains(args, "--mail") {
		e.args = append(e.args, "--mail", "dir:"+filepath.Join(dir, "mail"))
	}
	e.args = append(e.args, args...)
	e.servers = startAll(t, n, dir, append([]string{"--listen", "127.0.0.1:0"}, e.args...)...)
	e.connect()
	return e
}

func (e *estate) connect() {
	e.cs = nil
	for _, s := range e.servers {
		c := api(s)
		c.proxied = true
		e.cs = append(e.cs, c)
	}
}

// restart starts the first server again, after it was killed.
func (e *estate) restart(t testing.TB) {
	t.Helper()
	e.servers[0] = serve(t, e.dir, append([]string{"--listen", "127.0.0.1:0"}, e.args...)...)
	e.connect()
}

// database is the URL or file that all of it works on.
func (e *estate) database() string { return e.args[slices.Index(e.args, "--database")+1] }

// execute changes the database behind the servers' back.
func (e *estate) execute(t testing.TB, statement string) {
	t.Helper()
	if strings.Contains(e.database(), "://") {
		command(t, e.database(), statement)
		return
	}
	db := openFile(t, e.database())
	_, err := db.Exec(statement)
	ok(t, err)
	ok(t, db.Close())
}

// openFile opens a SQLite file as another program does.
func openFile(t testing.TB, file string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(5000)")
	ok(t, err)
	db.SetMaxOpenConns(1)
	return db
}

// command prepares a command of the program with the servers' settings.
func (e *estate) command(words ...string) *exec.Cmd {
	cmd := exec.Command(program, append(words, e.args...)...)
	cmd.Dir = e.dir
	cmd.Env = slices.DeleteFunc(os.Environ(), func(kv string) bool { return strings.HasPrefix(kv, "SALLYPORT_") })
	return cmd
}

// admin runs a command that has to succeed, and reads what it prints.
func (e *estate) admin(t testing.TB, words ...string) object {
	t.Helper()
	var read object
	e.adminInto(t, &read, words...)
	return read
}

func (e *estate) adminInto(t testing.TB, read any, words ...string) {
	t.Helper()
	cmd := e.command(append(words, "--json")...)
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
func (e *estate) newOwner(t testing.TB) *owner {
	t.Helper()
	o := e.newUnconfirmed(t)
	o.confirm(t, e)
	up := e.cs[0].call(t, http.StatusOK, "POST", "/session/elevate", o.session, respond("password", o.password))
	o.session = up.text("token")
	return o
}

// newUnconfirmed registers somebody with an address.
func (e *estate) newUnconfirmed(t testing.TB) *owner {
	t.Helper()
	name := "o" + strings.ToLower(rand.Text()[:16])
	return e.register(t, name, name+"@example.org")
}

func (e *estate) register(t testing.TB, name, email string) *owner {
	t.Helper()
	o := &owner{person: &person{name: name, password: "correct horse " + rand.Text()}, email: email}
	in := e.cs[0].call(t, http.StatusCreated, "POST", "/accounts", "", object{
		"username": o.name, "email": o.email, "password": o.password, "transport": "bearer",
	})
	o.session = in.text("token")
	return o
}

func (o *owner) confirm(t testing.TB, e *estate) {
	t.Helper()
	l := e.box.await(t, o.email, mailConfirm, 1)
	e.cs[0].call(t, http.StatusNoContent, "POST", "/email/confirm", o.session, object{"token": l.token})
}

// newGuarded is newOwner with a code app and recovery codes.
func (e *estate) newGuarded(t testing.TB) *owner {
	t.Helper()
	o := e.newOwner(t)
	app, confirmed := o.bind(t, e.cs[0], "Phone")
	o.app, o.appID = app, confirmed["authenticator"].(map[string]any)["id"].(string)
	for _, code := range confirmed["recovery_codes"].([]any) {
		o.recovery = append(o.recovery, code.(string))
	}
	return o
}

// forgot asks for the link that sets a new password, and reads the message.
func (o *owner) forgot(t testing.TB, e *estate) letter {
	t.Helper()
	n := len(e.box.letters(t, o.email, mailReset))
	e.cs[0].call(t, http.StatusAccepted, "POST", "/recovery", "", object{"login": o.email})
	return e.box.await(t, o.email, mailReset, n+1)
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
	n, page := 0, "/events"
	for page != "" {
		answer := c.call(t, http.StatusOK, "GET", page, session, nil)
		for _, e := range answer["events"].([]any) {
			if e := e.(map[string]any); e["event"] == kind && e["outcome"] == "ok" {
				n++
			}
		}
		page = ""
		if next, more := answer["next"].(float64); more {
			page = fmt.Sprintf("/events?before=%d", int64(next))
		}
	}
	return n
}
