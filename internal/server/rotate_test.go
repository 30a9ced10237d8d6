package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
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

// vaulted is a service's databases and key file, as the commands find them.
type vaulted struct {
	t             *testing.T
	file          string
	main, secrets string
	db            *store.Store
	blobs         *store.Secrets
	keys          *seal.Keys
	vault         *seal.Vault
	chain         *seal.Keychain
}

// eachPlace runs a test with the secrets in the main database and in one of their own, of both kinds.
func eachPlace(t *testing.T, test func(*vaulted)) {
	file := func(t *testing.T) string { return filepath.Join(t.TempDir(), "x.db") }
	server := func(t *testing.T) string { return storetest.Postgres(t) }
	for name, c := range map[string]struct {
		main, secrets func(*testing.T) string // no secrets: in the main one
	}{
		"SQLite": {file, nil}, "Postgres": {server, nil}, "SQLiteAndPostgres": {file, server}, "PostgresAndSQLite": {server, file},
	} {
		t.Run(name, func(t *testing.T) {
			v := &vaulted{t: t, file: filepath.Join(t.TempDir(), "x.key"), main: c.main(t)}
			if v.secrets = v.main; c.secrets != nil {
				v.secrets = c.secrets(t)
			}
			v.start()
			test(v)
		})
	}
}

func (v *vaulted) check(err error) {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
}

// start does what a server does when it starts.
func (v *vaulted) start() {
	v.t.Helper()
	ctx, now := v.t.Context(), time.Now()
	db, err := store.Open(ctx, store.Config{URL: v.main})
	v.check(err)
	v.t.Cleanup(func() { db.Close() })
	v.check(db.Migrate(ctx, now))
	v.db, v.blobs = db, db.Secrets(time.Now)
	var main seal.Blobs
	if v.secrets != v.main {
		apart, err := store.OpenSecrets(ctx, store.Config{URL: v.secrets})
		v.check(err)
		v.t.Cleanup(func() { apart.Close() })
		v.check(apart.Migrate(ctx, now))
		main, v.blobs = v.blobs, apart.Secrets(time.Now)
	}
	_, err = seal.LoadOrCreate(v.file)
	v.check(err)
	v.keys, err = seal.OpenKeys(v.file, nil)
	v.check(err)
	v.vault = seal.NewVault(v.keys, v.blobs)
	v.chain, err = seal.OpenKeychain(ctx, v.keys, v.blobs, main)
	v.check(err)
}

// account registers an account with a code app, and with recovery codes that are hashed under hashes.
func (v *vaulted) account(name, hashes string) (secret string) {
	v.t.Helper()
	ctx, now := v.t.Context(), time.Now()
	secret, err := v.vault.Put(ctx, name, string(core.KindTOTP), []byte("seed of "+name))
	v.check(err)
	a := core.NewAccount{Account: core.Account{ID: name, Username: name}, UsernameKey: name}
	v.check(v.db.Register(ctx, a, now, func(core.Tx, core.State) error { return nil }))
	v.check(v.db.Settle(ctx, name, now, func(tx core.Tx, _ core.State) error {
		err := tx.InsertAuthenticator(core.Authenticator{ID: name, Account: name, Kind: core.KindTOTP, SecretID: secret, CreatedAt: now})
		return errors.Join(err, tx.ReplaceLookupSecrets(name, core.NewLookupSet{ID: name, KeyID: hashes, Hashes: [][]byte{[]byte(name)}}))
	}))
	return secret
}

// do runs one of the commands.
func (v *vaulted) do(command func(context.Context, *sealed) error) error {
	v.t.Helper()
	w, err := openSealed(v.t.Context(), v.file, store.Config{URL: v.main, Log: slog.New(slog.DiscardHandler)}, store.Config{URL: v.secrets})
	v.check(err)
	defer func() { v.check(w.Close()) }()
	return command(v.t.Context(), w)
}

func (v *vaulted) rotate() Rotation {
	v.t.Helper()
	var done Rotation
	v.check(v.do(func(ctx context.Context, w *sealed) (err error) { done, err = w.rotate(ctx, false); return err }))
	return done
}

func (v *vaulted) verify() KeyReport {
	v.t.Helper()
	var report KeyReport
	v.check(v.do(func(ctx context.Context, w *sealed) (err error) { report, err = w.verify(ctx); return err }))
	return report
}

func (v *vaulted) remove(id string) error {
	v.t.Helper()
	return v.do(func(ctx context.Context, w *sealed) error { return w.remove(ctx, id, true) })
}

// counts is a report in short: id use sealed/unopened/authenticators/recovery sets.
func counts(r KeyReport) []string {
	var out []string
	for _, k := range r.Keys {
		out = append(out, fmt.Sprintf("%s %s %d/%d/%d/%d", k.ID, k.Use, k.Sealed, k.Unopened, k.Authenticators, k.RecoverySets))
	}
	return out
}

// reports compares: first the keys of the file by age, then the others, whose ids are random, by id.
func (v *vaulted) reports(want ...string) KeyReport {
	v.t.Helper()
	elsewhere := slices.IndexFunc(want, func(s string) bool { return strings.Contains(s, " hashes ") || strings.Contains(s, " missing ") })
	slices.Sort(want[elsewhere:])
	r := v.verify()
	if got := counts(r); !slices.Equal(got, want) {
		v.t.Fatalf("verify:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	return r
}

// TestRotation is a rotation as an operator makes it, from a new key to the removal of the old one.
func TestRotation(t *testing.T) {
	eachPlace(t, func(v *vaulted) {
		first, mac := v.keys.Ring().ActiveID(), v.chain.ActiveID()
		ann, bob := v.account("ann", mac), v.account("bob", mac)
		v.reports(first+" active 4/0/0/0", mac+" hashes 0/0/0/2")
		second, _, err := seal.AddKey(v.file)
		v.check(err)
		v.reports(first+" active 4/0/0/0", second+" waiting 0/0/0/0", mac+" hashes 0/0/0/2")
		if err := v.remove(second); err == nil {
			t.Error("a key that waits was removed")
		}
		if done := v.rotate(); done.Active != second || done.Added || done.Resealed != 4 || !slices.Equal(done.Older, []string{first}) {
			t.Fatalf("%+v", done)
		}
		r := v.reports(first+" removable 0/0/0/0", second+" active 4/0/0/0", mac+" hashes 0/0/0/2")
		if r.Problem() != nil || r.Active != second {
			t.Errorf("%v, active %s", r.Problem(), r.Active)
		}
		for _, id := range []string{second, mac, "nosuchid"} {
			if err := v.remove(id); err == nil {
				t.Errorf("%s was removed", id)
			}
		}
		v.check(v.remove(first))
		v.reports(second+" active 4/0/0/0", mac+" hashes 0/0/0/2")
		v.start()
		for name, secret := range map[string]string{"ann": ann, "bob": bob} {
			if got, err := v.vault.Get(t.Context(), name, string(core.KindTOTP), secret); err != nil || string(got) != "seed of "+name {
				t.Errorf("%s: %q, %v", name, got, err)
			}
		}
	})
}

// TestRotationResumed: a rotation that was interrupted is finished without a further key. One is added where nothing of
// an earlier rotation is in the file any more, or when it is asked for.
func TestRotationResumed(t *testing.T) {
	eachPlace(t, func(v *vaulted) {
		mac := v.chain.ActiveID()
		v.account("ann", mac)
		first := v.keys.Ring().ActiveID()
		second, err := seal.ActivateNewest(v.file, first, true) // and then it was killed
		v.check(err)
		v.account("bob", mac) // under the new key by now
		v.reports(first+" needed 3/0/0/0", second+" active 1/0/0/0", mac+" hashes 0/0/0/2")
		if err := v.remove(first); err == nil {
			t.Fatal("a key that is needed was removed")
		}
		if done := v.rotate(); done.Active != second || done.Resealed != 3 {
			t.Errorf("resumed: %+v", done)
		}
		// Once more, as for several machines: their copies of the file would lack a further key.
		if done := v.rotate(); done.Active != second || done.Added || done.Resealed != 0 || len(done.Older) != 1 {
			t.Errorf("once more: %+v", done)
		}
		v.check(v.remove(first))
		done := v.rotate()
		if done.Active == second || !done.Added || done.Resealed != 4 {
			t.Errorf("a new one: %+v", done)
		}
		v.check(v.do(func(ctx context.Context, w *sealed) (err error) { done, err = w.rotate(ctx, true); return err }))
		if !done.Added || done.Resealed != 4 || len(done.Older) != 2 {
			t.Errorf("another that was asked for: %+v", done)
		}
	})
}

// TestReleasedRecoveryCodes: those that are hashed under a key of the ring keep it, and are not touched.
func TestReleasedRecoveryCodes(t *testing.T) {
	eachPlace(t, func(v *vaulted) {
		first, mac := v.keys.Ring().ActiveID(), v.chain.ActiveID()
		v.account("ann", first)
		second := v.rotate().Active
		v.reports(first+" needed 0/0/0/1", second+" active 3/0/0/0", mac+" hashes 0/0/0/0")
		if err := v.remove(first); err == nil || !strings.Contains(err.Error(), "recovery codes of 1 accounts") {
			t.Errorf("removed: %v", err)
		}
		now := time.Now()
		v.check(v.db.Settle(t.Context(), "ann", now, func(tx core.Tx, _ core.State) error { // she makes new ones
			return tx.ReplaceLookupSecrets("ann", core.NewLookupSet{ID: "new", KeyID: mac, Hashes: [][]byte{[]byte("new")}})
		}))
		v.reports(first+" removable 0/0/0/0", second+" active 3/0/0/0", mac+" hashes 0/0/0/1")
		v.check(v.remove(first))
	})
}

// TestMissingKeyIsCounted: with the authenticators and the recovery codes that fail closed for it, and nothing else.
func TestMissingKeyIsCounted(t *testing.T) {
	eachPlace(t, func(v *vaulted) {
		first, mac := v.keys.Ring().ActiveID(), v.chain.ActiveID()
		lost := v.account("ann", first)
		v.account("bob", "mac-lost")
		unbound, err := v.vault.Put(t.Context(), "bob", string(core.KindTOTP), []byte("x"))
		v.check(err)
		second, err := seal.ActivateNewest(v.file, first, true)
		v.check(err)
		v.keys.Look()
		for _, reseal := range []string{"key-check", "mac-key"} { // as far as the rotation came
			purpose, _, _ := strings.Cut(reseal, "-")
			if reseal == "key-check" {
				purpose = "check"
			}
			plain, err := v.vault.Get(t.Context(), "sallyport", purpose, reseal)
			v.check(err)
			old, err := v.blobs.GetBlob(t.Context(), reseal, "sallyport")
			v.check(err)
			sealed, err := v.keys.Seal(plain, seal.Place{Table: "sallyport_secrets", Column: purpose, Row: reseal, Account: "sallyport"})
			v.check(err)
			_, err = v.blobs.ReplaceSealed(t.Context(), reseal, old, sealed)
			v.check(err)
		}
		carol := v.account("carol", mac)
		v.check(seal.RemoveKey(v.file, first, func() error { return nil }))
		r := v.reports(second+" active 3/0/0/0", first+" missing 3/3/2/1", mac+" hashes 0/0/0/1", "mac-lost missing 0/0/0/1")
		if err := r.Problem(); err == nil || !strings.Contains(err.Error(), "2 authenticators") || !strings.Contains(err.Error(), "mac-lost is missing") {
			t.Errorf("no problem: %v", err)
		}
		v.start()
		if got, err := v.vault.Get(t.Context(), "carol", string(core.KindTOTP), carol); err != nil || string(got) != "seed of carol" {
			t.Errorf("carol: %q, %v", got, err)
		}
		for name, id := range map[string]string{"ann": lost, "bob": unbound} {
			if got, err := v.vault.Get(t.Context(), name, string(core.KindTOTP), id); !errors.Is(err, seal.ErrNoKey) || got != nil {
				t.Errorf("%s: %q, %v", name, got, err)
			}
		}
		var done Rotation
		err = v.do(func(ctx context.Context, w *sealed) (err error) { done, err = w.rotate(ctx, false); return err })
		if err == nil || done.Unopened != 3 || done.Resealed != 3 {
			t.Errorf("a rotation that left something said %v: %+v", err, done)
		}
	})
}

// TestTamperedIsCounted: what does not open although its key is there, or is no sealed value at all.
func TestTamperedIsCounted(t *testing.T) {
	eachPlace(t, func(v *vaulted) {
		first, mac := v.keys.Ring().ActiveID(), v.chain.ActiveID()
		id := v.account("ann", mac)
		was, err := v.blobs.GetBlob(t.Context(), id, "ann")
		v.check(err)
		bad := slices.Clone(was)
		bad[len(bad)-1] ^= 1
		_, err = v.blobs.ReplaceSealed(t.Context(), id, was, bad)
		v.check(err)
		v.check(v.blobs.PutBlob(t.Context(), "nonsense", "ann", []byte("?")))
		r := v.reports(first+" active 3/1/1/0", mac+" hashes 0/0/0/1")
		if err := r.Problem(); r.Unsealed != 1 || err == nil || !strings.Contains(err.Error(), "1 authenticators") || !strings.Contains(err.Error(), "no sealed values") {
			t.Errorf("%d unsealed, %v", r.Unsealed, err)
		}
	})
}

// TestForeignKeysChangeNothing: neither the database nor the file.
func TestForeignKeysChangeNothing(t *testing.T) {
	eachPlace(t, func(v *vaulted) {
		first, mac := v.keys.Ring().ActiveID(), v.chain.ActiveID()
		right := v.file
		v.file = filepath.Join(t.TempDir(), "foreign.key")
		foreign, _, err := seal.AddKey(v.file)
		v.check(err)
		err = v.do(func(ctx context.Context, w *sealed) error { _, err := w.rotate(ctx, false); return err })
		if !errors.Is(err, seal.ErrWrongRing) {
			t.Errorf("rotated: %v", err)
		}
		v.reports(foreign+" active 0/0/0/0", first+" missing 2/2/0/0")
		v.file = right
		v.reports(first+" active 2/0/0/0", mac+" hashes 0/0/0/0")
	})
}

// TestWrongSecretsChangeNothing: a mistyped secrets_database is no place without secrets.
func TestWrongSecretsChangeNothing(t *testing.T) {
	eachPlace(t, func(v *vaulted) {
		first, mac := v.keys.Ring().ActiveID(), v.chain.ActiveID()
		right := v.secrets
		v.secrets = filepath.Join(t.TempDir(), "empty.db")
		empty, err := store.OpenSecrets(t.Context(), store.Config{URL: v.secrets})
		v.check(err)
		v.check(errors.Join(empty.Migrate(t.Context(), time.Now()), empty.Close()))
		for name, command := range map[string]func(context.Context, *sealed) error{
			"rotate": func(ctx context.Context, w *sealed) error { _, err := w.rotate(ctx, false); return err },
			"verify": func(ctx context.Context, w *sealed) error { _, err := w.verify(ctx); return err },
			"remove": func(ctx context.Context, w *sealed) error { return w.remove(ctx, first, true) },
		} {
			if err := v.do(command); !errors.Is(err, seal.ErrWrongSecrets) {
				t.Errorf("%s: %v", name, err)
			}
		}
		v.secrets = right
		v.reports(first+" active 2/0/0/0", mac+" hashes 0/0/0/0")
	})
}

// TestEverythingSealedIsRotated: not the secrets alone, but what is sealed in rows of the main database too.
func TestEverythingSealedIsRotated(t *testing.T) {
	eachPlace(t, func(v *vaulted) {
		ctx, now := t.Context(), time.Now()
		inRow := func(table, row string) []byte {
			sealed, err := v.keys.Seal([]byte("x"), seal.Place{Table: table, Column: "sealed", Row: row, Account: "-"})
			v.check(err)
			return sealed
		}
		v.check(v.db.Enqueue(ctx, core.MessageRow{
			ID: "m", Payload: inRow(core.MessageTable, "m"), CreatedAt: now, DueAt: now.Add(time.Hour), ExpiresAt: now.Add(2 * time.Hour),
		}))
		_, err := v.db.InsertCheckpoint(ctx, core.Checkpoint{Number: 1, At: now, Sealed: inRow(core.CheckpointTable, "1")})
		v.check(err)
		_, err = v.db.KeepSiteKey(ctx, "x", inRow(store.SiteKeyTable, "x"), now)
		v.check(err)
		first, mac := v.keys.Ring().ActiveID(), v.chain.ActiveID()
		v.reports(first+" active 5/0/0/0", mac+" hashes 0/0/0/0")
		second := v.rotate().Active
		v.reports(first+" removable 0/0/0/0", second+" active 5/0/0/0", mac+" hashes 0/0/0/0")
	})
}
