package e2e

import (
	"crypto/rand"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// target is a server whose accounts a stranger tries to tell from those that do not exist.
type target struct {
	*server
	from   *passersby
	client *client // of people who make accounts; each hundred requests come from elsewhere
}

func targetOf(s *server) *target {
	h := &target{server: s, from: &passersby{}}
	h.client = &client{base: "http://" + s.address + "/api/v1", http: &http.Client{Transport: h.from}}
	return h
}

// targetOnSQLite keeps what it mails to itself.
func targetOnSQLite(t testing.TB, args ...string) *target {
	t.Helper()
	s, _ := onSQLite(t, append([]string{"--mail", "dir:" + t.TempDir(), "--trusted-proxies", "127.0.0.1"}, args...)...)
	return targetOf(s)
}

func targetOnPostgres(t testing.TB, args ...string) *target {
	t.Helper()
	args = append([]string{"--mail", "dir:" + filepath.Clean(t.TempDir()), "--trusted-proxies", "127.0.0.1"}, args...)
	return targetOf(onPostgres(t, 1, args...)[0])
}

// someone is a name of which an account may be made. All are of one length, like their addresses and passwords: only
// who has an account, and in which state, may make a difference.
func someone() *person {
	return &person{name: "p" + strings.ToLower(rand.Text()[:16]), password: phrase()}
}

// phrase is a password that nobody has.
func phrase() string { return "correct horse " + rand.Text() }

func (p *person) email() string { return p.name + "@example.org" }

// registered has an account with its address, which nobody has confirmed.
func (h *target) registered(t testing.TB) *person {
	t.Helper()
	p := someone()
	return h.register(t, p, p.email())
}

func (h *target) register(t testing.TB, p *person, email string) *person {
	t.Helper()
	got, err := h.client.try("POST", "/accounts", "", object{
		"username": p.name, "email": email, "password": p.password, "transport": "bearer",
	})
	ok(t, err)
	if got.status != http.StatusCreated && got.body.text("status") != "confirm_address" {
		t.Fatalf("POST /accounts: %v", got)
	}
	return p
}

// contested knows the password of an account with an address that somebody else has confirmed: the one of its name.
func (h *target) contested(t testing.TB) *person {
	t.Helper()
	owner := h.confirmed(t)
	own := h.register(t, someone(), owner.email())
	return &person{name: owner.name, password: own.password}
}

// confirmed has an account with an address that counts as confirmed.
func (h *target) confirmed(t testing.TB) *person {
	t.Helper()
	p := someone()
	h.account(t, p.password, "create", "--username", p.name, "--email", p.email(), "--password-stdin")
	return p
}

// disabled has an account like confirmed, which an administrator has shut.
func (h *target) disabled(t testing.TB) *person {
	t.Helper()
	p := h.confirmed(t)
	h.account(t, "", "disable", p.name)
	return p
}

// bound has a second factor.
func (h *target) bound(t testing.TB) *person {
	t.Helper()
	return newPerson(t, h.client)
}

// passwordOnly has neither a second factor nor an address, and else what bound has.
func (h *target) passwordOnly(t testing.TB) *person {
	t.Helper()
	p := someone()
	h.client.call(t, http.StatusCreated, "POST", "/accounts", "", object{
		"username": p.name, "password": p.password, "transport": "bearer",
	})
	return p
}

// unknown has no account.
func unknown(testing.TB) *person { return someone() }

// account is the administrator's command, with the settings of the server.
func (h *target) account(t testing.TB, stdin, command string, args ...string) {
	t.Helper()
	settings := h.cmd.Args[slices.Index(h.cmd.Args, "serve")+1:]
	run(t, []byte(stdin), program, slices.Concat([]string{"account", command}, settings, args)...)
}

// people makes n of a kind.
func people(t testing.TB, n int, one func(testing.TB) *person) []*person {
	t.Helper()
	out := make([]*person, n)
	turns := make(chan int, len(out))
	for i := range out {
		turns <- i
	}
	close(turns)
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() {
			for i := range turns {
				out[i] = one(t)
			}
		})
	}
	all.Wait()
	if t.Failed() || slices.Contains(out, nil) {
		t.FailNow()
	}
	return out
}
