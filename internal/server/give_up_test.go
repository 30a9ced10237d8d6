package server

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/seal"
	"github.com/sallyport/sallyport/internal/store"
)

func (v *vaulted) giveUp(sure bool, ids ...string) (loss Loss, err error) {
	v.t.Helper()
	err = v.do(func(ctx context.Context, w *sealed) (err error) { loss, err = w.giveUp(ctx, ids, sure); return err })
	return loss, err
}

// waiting puts a message, a checkpoint and a site key into the main database.
func (v *vaulted) waiting(id string, number int64) {
	v.t.Helper()
	ctx, now := v.t.Context(), time.Now()
	in := func(table, row string) []byte {
		sealed, err := v.keys.Seal([]byte("x"), seal.Place{Table: table, Column: "sealed", Row: row, Account: "-"})
		v.check(err)
		return sealed
	}
	v.check(v.db.Enqueue(ctx, core.MessageRow{
		ID: id, Payload: in(core.MessageTable, id), CreatedAt: now, DueAt: now.Add(time.Hour), ExpiresAt: now.Add(2 * time.Hour),
	}))
	_, err := v.db.InsertCheckpoint(ctx, core.Checkpoint{Number: number, At: now, Sealed: in(core.CheckpointTable, string(rune('0'+number)))})
	v.check(err)
	_, err = v.db.KeepSiteKey(ctx, id, in(store.SiteKeyTable, id), now)
	v.check(err)
}

// loses replaces the key file by a new one.
func (v *vaulted) loses() (was string) {
	v.t.Helper()
	was = v.file
	v.file = filepath.Join(v.t.TempDir(), "new.key")
	_, _, err := seal.AddKey(v.file)
	v.check(err)
	return was
}

// TestGivenUp: a service whose key file is lost for good goes on with a new one, wherever its secrets are. What is lost
// is counted first, and stays as it is but for messages and site keys.
func TestGivenUp(t *testing.T) {
	eachPlace(t, func(v *vaulted) {
		old, mac := v.keys.Ring().ActiveID(), v.chain.ActiveID()
		secret := v.account("ann", mac)
		v.waiting("m", 1)
		was := v.loses()
		want := Loss{Keys: []string{old}, Authenticators: 1, RecoverySets: 1, Messages: 1, Checkpoints: 1, SiteKeys: 1}
		for _, ids := range [][]string{nil, {old}} {
			if loss, err := v.giveUp(ids == nil, ids...); !errors.Is(err, ErrUnsure) || !same(loss, want) {
				t.Errorf("counting %v: %+v, %v", ids, loss, err)
			}
		}
		if err := v.do(func(ctx context.Context, w *sealed) error { return w.belong(ctx) }); !errors.Is(err, seal.ErrWrongRing) {
			t.Errorf("counting changed something: %v", err)
		}
		want.GivenUp = true
		if loss, err := v.giveUp(true, old); err != nil || !same(loss, want) {
			t.Fatalf("%+v, %v", loss, err)
		}
		v.start() // with the new file
		if v.chain.ActiveID() == mac {
			t.Error("the MAC key is the old one")
		}
		if _, err := v.vault.Get(t.Context(), "ann", string(core.KindTOTP), secret); !errors.Is(err, seal.ErrNoKey) {
			t.Errorf("ann's secret: %v", err)
		}
		r := v.verify()
		if r.Problem() != nil || !slices.ContainsFunc(r.Keys, func(k KeyCount) bool {
			return k.ID == old && k.Use == KeyGivenUp && k.Sealed == 2 // ann's, and the checkpoint
		}) {
			t.Errorf("%v\n%s", r.Problem(), strings.Join(counts(r), "\n"))
		}
		v.rotate()
		again := v.account("bob", v.chain.ActiveID())
		if got, err := v.vault.Get(t.Context(), "bob", string(core.KindTOTP), again); err != nil || string(got) != "seed of bob" {
			t.Errorf("bob: %q, %v", got, err)
		}
		found, err := seal.OpenKeys(was, nil) // after all
		v.check(err)
		if got, err := seal.NewVault(found, v.blobs).Get(t.Context(), "ann", string(core.KindTOTP), secret); err != nil || string(got) != "seed of ann" {
			t.Errorf("with the file that was found: %q, %v", got, err)
		}
		now := time.Now()
		v.check(v.blobs.SweepOrphans(t.Context(), v.db, now.Add(2*time.Hour)))
		if v.verify().Problem() != nil {
			t.Error("the record of what was given up was swept")
		}
	})
}

func same(a, b Loss) bool {
	keys := slices.Equal(a.Keys, b.Keys)
	a.Keys, b.Keys = nil, nil
	return keys && a.Authenticators == b.Authenticators && a.RecoverySets == b.RecoverySets && a.Messages == b.Messages &&
		a.Checkpoints == b.Checkpoints && a.SiteKeys == b.SiteKeys && a.GivenUp == b.GivenUp
}

// TestOnlyWhatIsLostIsGivenUp: no key of the file, none that nothing needs, and not without those that a start needs.
func TestOnlyWhatIsLostIsGivenUp(t *testing.T) {
	eachPlace(t, func(v *vaulted) {
		first, mac := v.keys.Ring().ActiveID(), v.chain.ActiveID()
		if _, err := v.giveUp(true, first); err == nil || !strings.Contains(err.Error(), "is in the key file") {
			t.Errorf("a key that is there: %v", err)
		}
		if _, err := v.giveUp(true); err == nil || !strings.Contains(err.Error(), "no key is missing") {
			t.Errorf("no key: %v", err)
		}
		v.account("ann", mac)
		second, err := seal.ActivateNewest(v.file, first, true)
		v.check(err)
		v.account("bob", mac) // under the second: two keys are lost at once
		v.loses()
		if _, err := v.giveUp(true, second); err == nil || !strings.Contains(err.Error(), "the key "+first+" has to be given up as well") {
			t.Errorf("not enough: %v", err)
		}
		if _, err := v.giveUp(true, first); err != nil {
			t.Error(err)
		}
		v.start()
		if err := v.verify().Problem(); err == nil || !strings.Contains(err.Error(), "the key "+second+" is missing") || strings.Contains(err.Error(), first) {
			t.Errorf("the other one is not missed: %v", err)
		}
		if loss, err := v.giveUp(true, second); err != nil || loss.Authenticators != 1 || v.verify().Problem() != nil {
			t.Errorf("both: %+v, %v", loss, err)
		}
	})
}

// dying is a database that fails after some writes.
type dying struct {
	seal.BlobRows
	left *int
}

var errKilled = errors.New("killed")

func (d dying) ReplaceSealed(ctx context.Context, id string, old, sealed []byte) (bool, error) {
	if *d.left--; *d.left < 0 {
		return false, errKilled
	}
	return d.BlobRows.ReplaceSealed(ctx, id, old, sealed)
}

func (d dying) PutBlob(ctx context.Context, id, account string, sealed []byte) error {
	if *d.left--; *d.left < 0 {
		return errKilled
	}
	return d.BlobRows.PutBlob(ctx, id, account, sealed)
}

func (d dying) DeleteBlob(ctx context.Context, id, account string) error {
	if *d.left--; *d.left < 0 {
		return errKilled
	}
	return d.BlobRows.DeleteBlob(ctx, id, account)
}

// TestGivingUpKilledAnywhere: whenever it ends, it is run again and does the rest; and nothing starts in between.
func TestGivingUpKilledAnywhere(t *testing.T) {
	for at := range 5 {
		eachPlace(t, func(v *vaulted) {
			old, mac := v.keys.Ring().ActiveID(), v.chain.ActiveID()
			v.account("ann", mac)
			v.loses()
			left := at
			err := v.do(func(ctx context.Context, w *sealed) error {
				lost := seal.GivenUp{old: {At: time.Now()}, mac: {At: time.Now()}}
				var main seal.Blobs
				if w.apart != nil {
					main = dying{w.apart.(*store.Secrets), &left}
				}
				return seal.GiveUp(ctx, w.keys, dying{w.secrets, &left}, main, lost)
			})
			if err == nil {
				return // it needs fewer writes with the secrets in the main database
			}
			if !errors.Is(err, errKilled) {
				t.Fatalf("at %d: %v", at, err)
			}
			if err := v.do(func(ctx context.Context, w *sealed) error { return w.belong(ctx) }); err == nil {
				t.Errorf("at %d: something would start", at)
			}
			if _, err := v.giveUp(true, old); err != nil {
				t.Errorf("at %d: run again: %v", at, err)
			}
			v.start()
			if err := v.verify().Problem(); err != nil {
				t.Errorf("at %d: %v", at, err)
			}
		})
	}
}
