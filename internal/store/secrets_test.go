package store_test

import (
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	osexec "os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/seal"
	"github.com/sallyport/sallyport/internal/store"
	"github.com/sallyport/sallyport/internal/store/storetest"
)

// halves are a main database and one for secrets, as a process has them.
type halves struct {
	main    *store.Store
	apart   *store.SecretsDatabase
	secrets *store.Secrets
	clock   time.Time
}

// eachPair runs a test with both halves on each of the two databases.
func eachPair(t *testing.T, test func(t *testing.T, mainURL, secretsURL string)) {
	kinds := map[string]func(*testing.T) string{
		"SQLite":   func(t *testing.T) string { return filepath.Join(t.TempDir(), "x.db") },
		"Postgres": func(t *testing.T) string { return storetest.Postgres(t) },
	}
	for main, mainURL := range kinds {
		for secrets, secretsURL := range kinds {
			t.Run(main+"And"+secrets, func(t *testing.T) { test(t, mainURL(t), secretsURL(t)) })
		}
	}
}

func openHalves(t testing.TB, mainURL, secretsURL string) *halves {
	t.Helper()
	h := &halves{main: open(t, store.Config{URL: mainURL}), clock: day}
	h.apart = openApart(t, secretsURL)
	h.secrets = h.apart.Secrets(func() time.Time { return h.clock })
	return h
}

func openApart(t testing.TB, url string) *store.SecretsDatabase {
	t.Helper()
	d, err := store.OpenSecrets(t.Context(), store.Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	if err := errors.Join(d.Migrate(t.Context(), day), d.Ready(t.Context())); err != nil {
		t.Fatal(err)
	}
	return d
}

// bind puts a secret and the authenticator that refers to it.
func (h *halves) bind(t testing.TB, account, secret string) {
	t.Helper()
	if err := h.secrets.PutBlob(t.Context(), secret, account, []byte("sealed "+secret)); err != nil {
		t.Fatal(err)
	}
	err := h.main.Settle(t.Context(), account, day, func(tx core.Tx, _ core.State) error {
		return tx.InsertAuthenticator(core.Authenticator{ID: "of " + secret, Account: account, Kind: core.KindTOTP, SecretID: secret, CreatedAt: day})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (h *halves) has(t testing.TB, account, secret string) bool {
	t.Helper()
	_, err := h.secrets.GetBlob(t.Context(), secret, account)
	if err != nil && !errors.Is(err, seal.ErrNoBlob) {
		t.Fatal(err)
	}
	return err == nil
}

// TestHalves: what is in use stays and what is not goes, over more than one portion, and after a restart too.
func TestHalves(t *testing.T) {
	eachPair(t, func(t *testing.T, mainURL, secretsURL string) {
		h := openHalves(t, mainURL, secretsURL)
		id := account(t, h.main)
		// Ids that SQLite sorts by bytes, and a language's rules otherwise.
		used := []string{"a-1", "A 2", "b_3", "Ä4", "z5", "~6"}
		for _, secret := range used {
			h.bind(t, id, secret)
		}
		var orphans []string
		for n := range 1203 {
			orphans = append(orphans, fmt.Sprintf("%c-orphan-%04d", "aAbBzZ"[n%6], n))
		}
		for _, secret := range slices.Concat(orphans, []string{"key-check", "mac-key", "secrets-apart"}) {
			if err := h.secrets.PutBlob(t.Context(), secret, id, []byte("sealed")); err != nil {
				t.Fatal(err)
			}
		}
		h.clock = day.Add(time.Millisecond)
		if err := h.secrets.PutBlob(t.Context(), "young", id, []byte("sealed")); err != nil {
			t.Fatal(err)
		}
		h = openHalves(t, mainURL, secretsURL)
		if err := h.secrets.SweepOrphans(t.Context(), h.main, day.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		for _, secret := range slices.Concat(used, []string{"key-check", "mac-key", "secrets-apart", "young"}) {
			if !h.has(t, id, secret) {
				t.Errorf("%q was swept", secret)
			}
		}
		rows, err := h.secrets.ListSealed(t.Context(), "", 5000)
		if err != nil || len(rows) != len(used)+4 {
			t.Errorf("%d are left, want %d (%v)", len(rows), len(used)+4, err)
		}
	})
}

// TestHalvesSweepPending: a pending binding is a use too.
func TestHalvesSweepPending(t *testing.T) {
	eachPair(t, func(t *testing.T, mainURL, secretsURL string) {
		h := openHalves(t, mainURL, secretsURL)
		id := account(t, h.main)
		if err := h.secrets.PutBlob(t.Context(), "pending", id, []byte("sealed")); err != nil {
			t.Fatal(err)
		}
		b := core.BindingRow{ID: "b", Account: id, Owner: "o", Kind: core.KindTOTP, SecretID: "pending", CreatedAt: day, ExpiresAt: day.Add(24 * time.Hour)}
		if err := h.main.Pend(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		sweep := func() {
			t.Helper()
			if err := h.secrets.SweepOrphans(t.Context(), h.main, day.Add(2*time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		sweep()
		if !h.has(t, id, "pending") {
			t.Fatal("swept while it was pending")
		}
		err := h.main.Settle(t.Context(), id, day, func(tx core.Tx, _ core.State) error {
			_, err := tx.TakeBinding(id, "o", "b", "pending")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		sweep()
		if h.has(t, id, "pending") {
			t.Error("kept although nothing needs it")
		}
	})
}

const killedVariable = "SALLYPORT_TEST_KILLED" // main URL, secrets URL and account of a process that is killed

// TestKilledBetweenHalves: a process ends between the secret and the row that refers to it.
func TestKilledBetweenHalves(t *testing.T) {
	if given := os.Getenv(killedVariable); given != "" {
		urls := strings.Split(given, "\n")
		h := openHalves(t, urls[0], urls[1])
		h.bind(t, urls[2], "bound")
		if err := h.secrets.PutBlob(t.Context(), "orphan", urls[2], []byte("sealed")); err != nil {
			t.Fatal(err)
		}
		p, _ := os.FindProcess(os.Getpid())
		p.Kill() //nolint:errcheck // the parent notices
		select {}
	}
	eachPair(t, func(t *testing.T, mainURL, secretsURL string) {
		h := openHalves(t, mainURL, secretsURL)
		id := account(t, h.main)
		child := osexec.Command(os.Args[0], "-test.run=^TestKilledBetweenHalves$")
		child.Env = append(os.Environ(), killedVariable+"="+mainURL+"\n"+secretsURL+"\n"+id)
		if out, err := child.CombinedOutput(); err == nil || child.ProcessState.Exited() {
			t.Fatalf("it was not killed: %v\n%s", err, out)
		}
		if !h.has(t, id, "orphan") || !h.has(t, id, "bound") {
			t.Fatal("what was answered for is gone")
		}
		if err := h.secrets.SweepOrphans(t.Context(), h.main, day.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if h.has(t, id, "orphan") || !h.has(t, id, "bound") {
			t.Error("the orphan is left, or what is bound is gone")
		}
		auths, err := h.main.Authenticators(t.Context(), id)
		if err != nil || len(auths) != 1 || auths[0].SecretID != "bound" {
			t.Errorf("authenticators: %+v, %v", auths, err)
		}
	})
}

// TestHalfOut: an outage of one half is said to be one, deletes nothing, leaves the other half alone, and is over when
// the half is back.
func TestHalfOut(t *testing.T) {
	mainProxy, mainURL := proxied(t, storetest.Postgres(t))
	secretsProxy, secretsURL := proxied(t, storetest.Postgres(t))
	h := openHalves(t, mainURL, secretsURL)
	id := account(t, h.main)
	h.bind(t, id, "bound")
	if err := h.secrets.PutBlob(t.Context(), "orphan", id, []byte("sealed")); err != nil {
		t.Fatal(err)
	}
	for name, down := range map[string]*proxy{"main": mainProxy, "secrets": secretsProxy} {
		down.stop()
		checkOutage(t, h.secrets.SweepOrphans(t.Context(), h.main, day.Add(time.Hour)))
		_, ofMain := h.main.Authenticators(t.Context(), id)
		_, ofSecrets := h.secrets.GetBlob(t.Context(), "bound", id)
		out, up := ofMain, ofSecrets
		if name == "secrets" {
			out, up = ofSecrets, ofMain
		}
		checkOutage(t, out)
		if up != nil {
			t.Errorf("%s is out, and the other half says %v", name, up)
		}
		down.start(t)
		if !h.has(t, id, "bound") || !h.has(t, id, "orphan") {
			t.Errorf("%s was out, and something was swept that nobody could be asked about", name)
		}
	}
	if err := errors.Join(h.main.Ready(t.Context()), h.apart.Ready(t.Context())); err != nil {
		t.Errorf("both are back: %v", err)
	}
	if err := h.secrets.SweepOrphans(t.Context(), h.main, day.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if !h.has(t, id, "bound") || h.has(t, id, "orphan") {
		t.Error("not swept as it should be when all is well again")
	}
}

// TestHalfLocked: another program holds the SQLite file of the secrets. Nothing can be put there, and all can be read.
func TestHalfLocked(t *testing.T) {
	secretsURL := filepath.Join(t.TempDir(), "s.db")
	h := openHalves(t, filepath.Join(t.TempDir(), "m.db"), secretsURL)
	id := account(t, h.main)
	h.bind(t, id, "bound")
	other, err := sql.Open("sqlite", secretsURL)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	lock, err := other.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	exec(t, lock, "BEGIN IMMEDIATE")
	checkOutage(t, h.secrets.PutBlob(t.Context(), "more", id, []byte("sealed")))
	if !h.has(t, id, "bound") {
		t.Error("not read beside a writer")
	}
	exec(t, lock, "ROLLBACK")
	h.bind(t, id, "more")
}

// proxy stands before a PostgreSQL server, and can be taken away.
type proxy struct {
	address, server string
	listener        net.Listener
	conns           chan net.Conn
}

// proxied returns a proxy and the URL that leads through it.
func proxied(t *testing.T, server string) (*proxy, string) {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{address: "127.0.0.1:0", server: u.Host, conns: make(chan net.Conn, 1000)}
	p.start(t)
	t.Cleanup(p.stop)
	u.Host = p.address
	return p, u.String()
}

func (p *proxy) start(t *testing.T) {
	t.Helper()
	l, err := net.Listen("tcp", p.address)
	if err != nil {
		t.Fatal(err)
	}
	p.listener, p.address = l, l.Addr().String()
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", p.server)
			if err != nil {
				in.Close()
				continue
			}
			p.conns <- in
			p.conns <- out
			go io.Copy(in, out) //nolint:errcheck // it ends when either does
			go io.Copy(out, in) //nolint:errcheck // it ends when either does
		}
	}()
}

// stop refuses connections and cuts those that stand.
func (p *proxy) stop() {
	p.listener.Close()
	for {
		select {
		case c := <-p.conns:
			c.Close()
		default:
			return
		}
	}
}

// TestReplaceSealed: a value is replaced only if it is still what was read, and nothing else of its row changes.
func TestReplaceSealed(t *testing.T) {
	eachPair(t, func(t *testing.T, mainURL, secretsURL string) {
		h := openHalves(t, mainURL, secretsURL)
		for _, id := range []string{"b", "a", "c"} {
			if err := h.secrets.PutBlob(t.Context(), id, "account "+id, []byte("old "+id)); err != nil {
				t.Fatal(err)
			}
		}
		replace := func(id, old, sealed string, want bool) {
			t.Helper()
			if ok, err := h.secrets.ReplaceSealed(t.Context(), id, []byte(old), []byte(sealed)); ok != want || err != nil {
				t.Errorf("%s %q: %v, %v", id, old, ok, err)
			}
		}
		replace("a", "old b", "new", false)
		replace("x", "old x", "new", false)
		replace("a", "old a", "new a", true)
		replace("a", "old a", "newer", false)
		var got []string
		for after := ""; ; {
			rows, err := h.secrets.ListSealed(t.Context(), after, 2)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				after = r.ID
				got = append(got, r.ID+" "+r.Account+" "+string(r.Sealed))
			}
			if len(rows) < 2 {
				break
			}
		}
		if want := []string{"a account a new a", "b account b old b", "c account c old c"}; !slices.Equal(got, want) {
			t.Errorf("%q", got)
		}
	})
}

// TestOneDatabaseIsNotTwo: however it is spelled, one database can't be both halves.
func TestOneDatabaseIsNotTwo(t *testing.T) {
	for name, place := range map[string]func(*testing.T) string{
		"SQLite":   func(t *testing.T) string { return filepath.Join(t.TempDir(), "x.db") },
		"Postgres": func(t *testing.T) string { return storetest.Postgres(t) },
	} {
		t.Run(name, func(t *testing.T) {
			main := place(t)
			open(t, store.Config{URL: main})
			d, err := store.OpenSecrets(t.Context(), store.Config{URL: main})
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			refused(t, "secrets_database", d.Migrate(t.Context(), day), d.Ready(t.Context()))

			secrets := place(t)
			openApart(t, secrets)
			s, err := store.Open(t.Context(), store.Config{URL: secrets})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			refused(t, "secrets_database", s.Migrate(t.Context(), day), s.Ready(t.Context()))
		})
	}
}

func refused(t *testing.T, says string, errs ...error) {
	t.Helper()
	for _, err := range errs {
		var wrong *store.SchemaError
		if !errors.As(err, &wrong) || !strings.Contains(err.Error(), says) {
			t.Errorf("%v; want a SchemaError that speaks of %s", err, says)
		}
	}
}
