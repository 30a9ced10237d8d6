package store_test

import (
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/store"
	"github.com/sallyport/sallyport/internal/store/storetest"
)

func TestSQLiteUpgrade(t *testing.T) { upgrades(t, filepath.Join(t.TempDir(), "x.db")) }

func TestPostgresUpgrade(t *testing.T) { upgrades(t, storetest.Postgres(t)) }

// upgrades: a database that the first release filled works on.
func upgrades(t *testing.T, url string) {
	s, err := store.Open(t.Context(), store.Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.MigrateTo(t.Context(), day, 1); err != nil {
		t.Fatal(err)
	}
	fillFirstRelease(t, url)
	var old *store.SchemaError
	if err := s.Ready(t.Context()); !errors.As(err, &old) || old.Found != 1 {
		t.Errorf("before: %v", err)
	}
	if err := s.Migrate(t.Context(), day); err != nil {
		t.Fatal(err)
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	checkUpgraded(t, s)
	checkUpgradedEvents(t, s)
}

// fillFirstRelease writes what version 1 of the schema holds, as the first release wrote it.
func fillFirstRelease(t *testing.T, url string) {
	t.Helper()
	driver := "sqlite"
	if strings.HasPrefix(url, "postgres") {
		driver = "pgx"
	}
	db, err := sql.Open(driver, url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	at, later := day.UnixMilli(), day.Add(time.Hour).UnixMilli()
	for statement, args := range map[string][]any{
		`INSERT INTO sallyport_accounts (id, username, username_key, email, email_key, created_at)
			VALUES ('a', 'Ada', 'ada', 'Ada@example.org', 'ada@example.org', $1), ('b', '', NULL, 'b@example.org', 'ada@example.org', $2)`: {at, later},
		`INSERT INTO sallyport_events (id, account_id, at, kind, authenticator_id, session_id, address, user_agent)
			VALUES ('e1', 'a', $1, 'registered', '', '', '192.0.2.1', 'B'), ('e2', 'a', $2, 'signed_in', 'x', 's', '', '')`: {at, later},
	} {
		exec(t, db, statement, args...)
	}
	exec(t, db, `INSERT INTO sallyport_account_states (account_id, epoch, policy, group_names, first_open, created_at)
		VALUES ('a', 4, 'required', '["staff"]', FALSE, $1), ('b', 1, '', '[]', TRUE, $1)`, at)
	exec(t, db, `INSERT INTO sallyport_passwords (account_id, hash, stands_alone, changed_at) VALUES ('a', '$hash', TRUE, $1)`, at)
	exec(t, db, `INSERT INTO sallyport_sessions (id, token_hash, account_id, epoch, transport, level, amr, remember, signed_in_at,
			last_seen_at, expires_at, aal2_until, elevated_until, address, user_agent)
		VALUES ('s', $1, 'a', 4, 'cookie', 2, '["pwd"]', TRUE, $2, $2, $3, 0, 0, '192.0.2.1', 'B')`, []byte("token"), at, later)
	exec(t, db, `INSERT INTO sallyport_authenticators (id, account_id, kind, label, secret_id, counter_key, last_step, created_at,
			last_used_at, drift_told_at, drift_step)
		VALUES ('x', 'a', 'totp', 'phone', 'secret', 'authenticator:a:x', 7, $1, 0, 0, 0)`, at)
}

func checkUpgraded(t *testing.T, s *store.Store) {
	t.Helper()
	ada := core.AccountRow{
		Account:        core.Account{ID: "a", Username: "Ada", Email: "Ada@example.org", CreatedAt: day},
		State:          core.State{Account: "a", Epoch: 4, Policy: core.PolicyRequired, Groups: []string{"staff"}, StandsAlone: true},
		Authenticators: 1,
	}
	row, err := s.AccountRow(t.Context(), "a")
	if diff := cmp.Diff(&ada, row); diff != "" || err != nil {
		t.Fatalf("%v\n%s", err, diff)
	}
	for name, want := range map[core.Name]int{{Key: "ada"}: 1, {Key: "ada@example.org", IsEmail: true}: 2} {
		if found, err := s.FindAccounts(t.Context(), name); err != nil || len(found) != want {
			t.Errorf("%v: found %d, want %d (%v)", name, len(found), want, err)
		}
	}
	session, err := s.SessionByToken(t.Context(), []byte("token"))
	if err != nil || session == nil || !session.Row.ProvedAt.IsZero() || session.Row.Address != "192.0.2.1" || session.State.Epoch != 4 {
		t.Errorf("session %+v, %v", session, err)
	}
	err = s.Settle(t.Context(), "a", day, func(tx core.Tx, _ core.State) error {
		confirmed, err := tx.ConfirmAddress("a", "Ada@example.org", "ada@example.org")
		if err == nil && !confirmed {
			err = errors.New("not confirmed")
		}
		return err
	})
	if b, err2 := s.Account(t.Context(), "b"); err != nil || err2 != nil || !b.AddressLost {
		t.Errorf("an address could not be confirmed: %+v, %v", b, errors.Join(err, err2))
	}
}

// checkUpgradedEvents: events from before stay as they are, and a chain begins with the next.
func checkUpgradedEvents(t *testing.T, s *store.Store) {
	t.Helper()
	next := core.Event{ID: "e0", Account: "a", At: day.Add(2 * time.Hour), Kind: "signed_in", Outcome: "ok"}
	err := s.Settle(t.Context(), "a", day, func(tx core.Tx, _ core.State) error { return tx.InsertEvent(next) })
	if err != nil {
		t.Fatal(err)
	}
	events, err := s.Events(t.Context(), "a", 0, 9)
	want := []core.Event{
		core.ChainEvent(next, 0, nil),
		{ID: "e2", Account: "a", At: day.Add(time.Hour), Kind: "signed_in", Outcome: "ok", Authenticator: "x", Session: "s"},
		{ID: "e1", Account: "a", At: day, Kind: "registered", Outcome: "ok", Address: "192.0.2.1", UserAgent: "B"},
	}
	if diff := cmp.Diff(want, events); diff != "" || err != nil {
		t.Fatalf("%v\n%s", err, diff)
	}
	if heads, err := s.EventHeads(t.Context(), "", time.Time{}, 9); err != nil || len(heads) != 1 || heads[0].ID != "e0" {
		t.Errorf("heads: %+v, %v", heads, err)
	}
	if page, err := s.EventsAfter(t.Context(), core.EventPlace{Account: "a", ID: "e1"}, 9); err != nil || len(page) != 2 {
		t.Errorf("after the first: %+v, %v", page, err)
	}
	if err := s.DropEvents(t.Context(), day.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if events, err = s.Events(t.Context(), "a", 0, 9); err != nil || len(events) != 2 || events[1].ID != "e2" {
		t.Errorf("after dropping the oldest: %+v, %v", events, err)
	}
}
