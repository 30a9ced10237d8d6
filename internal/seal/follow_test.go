package seal_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/seal"
)

// rotated is a server that saw nothing of a rotation, and the file that it was made with.
type rotated struct {
	stored        blobs
	server        *seal.Keys
	path          string
	first, second string
}

func startedBefore(t *testing.T) *rotated {
	t.Helper()
	r := &rotated{stored: blobs{}}
	r.server, r.path, _ = openKeys(t)
	r.first = r.server.Ring().ActiveID()
	openChain(t, r.server, r.stored)
	return r
}

// rotate is what another process does: it seals everything under a new key.
func (r *rotated) rotate(t *testing.T) {
	t.Helper()
	theirs, err := seal.OpenKeys(r.path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.second = turn(t, r.path)
	if _, err := seal.Reseal(t.Context(), theirs, seal.BlobColumn(r.stored, purposes...)); err != nil {
		t.Fatal(err)
	}
}

// TestFollowWholeRotation: a file that has no key in common is taken once it opens what the database holds, and nothing
// is sealed under the removed key in between.
func TestFollowWholeRotation(t *testing.T) {
	r := startedBefore(t)
	r.rotate(t)
	if err := seal.RemoveKey(r.path, r.first, always); err != nil {
		t.Fatal(err)
	}
	vault := seal.NewVault(r.server, r.stored)
	id, err := vault.Put(t.Context(), "ann", "totp", []byte("seed"))
	if err != nil || r.server.Ring().ActiveID() != r.second {
		t.Fatalf("sealed under %s, want %s (%v)", r.server.Ring().ActiveID(), r.second, err)
	}
	later, err := seal.OpenKeys(r.path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := seal.NewVault(later, r.stored).Get(t.Context(), "ann", "totp", id); err != nil || string(got) != "seed" {
		t.Errorf("after a restart: %q, %v", got, err)
	}
	if err := r.server.Ready(t.Context()); err != nil {
		t.Errorf("not ready: %v", err)
	}
}

// TestForeignFileIsNotFollowed: a file that opens nothing is not taken, nothing is sealed, and Ready says so until the right one is back.
func TestForeignFileIsNotFollowed(t *testing.T) {
	r := startedBefore(t)
	good, _ := os.ReadFile(r.path)
	foreignPath, _ := madeFile(t)
	foreign, _ := os.ReadFile(foreignPath)
	rewrite(t, r.path, string(foreign), 0o600)
	before := len(r.stored)
	if _, err := seal.NewVault(r.server, r.stored).Put(t.Context(), "ann", "totp", []byte("seed")); !errors.Is(err, seal.ErrFile) || len(r.stored) != before {
		t.Errorf("sealed beside a foreign file: %v", err)
	}
	if err := r.server.Ready(t.Context()); !errors.Is(err, seal.ErrFile) {
		t.Errorf("ready with a foreign file: %v", err)
	}
	if err := os.Remove(r.path); err != nil {
		t.Fatal(err)
	}
	if err := r.server.Ready(t.Context()); !errors.Is(err, seal.ErrFile) {
		t.Errorf("ready without a file: %v", err)
	}
	rewrite(t, r.path, string(good), 0o600)
	if err := r.server.Ready(t.Context()); err != nil {
		t.Errorf("the right file is back: %v", err)
	}
}

// TestTheDatabaseSaysWhichKeySeals: a server whose own copy of the file came late seals under the new key as soon as it
// asks, and under none if it has not got that.
func TestTheDatabaseSaysWhichKeySeals(t *testing.T) {
	r := startedBefore(t)
	with, without := filepath.Join(t.TempDir(), "with.key"), filepath.Join(t.TempDir(), "without.key")
	copyFile(t, r.path, without)
	if _, _, err := seal.AddKey(r.path); err != nil { // step 1 of the documented four
		t.Fatal(err)
	}
	copyFile(t, r.path, with)
	behind, ahead := follower(t, without, r.stored), follower(t, with, r.stored)
	r.rotateNewest(t)
	if err := ahead.Ready(t.Context()); err != nil {
		t.Errorf("with the new key: %v", err)
	}
	id, err := seal.NewVault(ahead, r.stored).Put(t.Context(), "ann", "totp", []byte("seed"))
	if err != nil || !strings.Contains(string(r.stored[[2]string{id, "ann"}]), r.second) {
		t.Errorf("not sealed under the new key (%v)", err)
	}
	if err := behind.Ready(t.Context()); !errors.Is(err, seal.ErrNoKey) {
		t.Errorf("without the new key: %v", err)
	}
	if _, err := behind.Seal([]byte("x"), somewhere()); !errors.Is(err, seal.ErrFile) {
		t.Errorf("sealed without the new key: %v", err)
	}
	copyFile(t, r.path, without)
	if _, err := behind.Seal([]byte("x"), somewhere()); err != nil || behind.Ring().ActiveID() != r.second {
		t.Errorf("with the file of now: %v, %v", behind.Ring(), err)
	}
}

func (r *rotated) rotateNewest(t *testing.T) {
	t.Helper()
	theirs, err := seal.OpenKeys(r.path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.second, err = seal.ActivateNewest(r.path, r.first, false); err != nil {
		t.Fatal(err)
	}
	if done, err := seal.ResealCheck(t.Context(), theirs, r.stored); err != nil || !done {
		t.Fatal(done, err)
	}
}

func follower(t *testing.T, path string, stored blobs) *seal.Keys {
	t.Helper()
	keys, err := seal.OpenKeys(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	openChain(t, keys, stored)
	return keys
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	rewrite(t, to, string(text), 0o600)
}

// removing is a database that is slow: while it stores, a key is taken out of the file.
type removing struct {
	blobs
	meanwhile func()
}

func (r removing) PutBlob(ctx context.Context, id, account string, sealed []byte) error {
	r.meanwhile()
	return r.blobs.PutBlob(ctx, id, account, sealed)
}

// TestPutNoticesARemoval: a secret that was sealed before its key was removed, and stored after it, is taken back.
func TestPutNoticesARemoval(t *testing.T) {
	r := startedBefore(t)
	before := len(r.stored)
	slow := removing{r.stored, func() {
		r.rotate(t)
		if err := seal.RemoveKey(r.path, r.first, always); err != nil {
			t.Fatal(err)
		}
	}}
	id, err := seal.NewVault(r.server, slow).Put(t.Context(), "ann", "totp", []byte("seed"))
	if !errors.Is(err, seal.ErrNoKey) || id != "" || len(r.stored) != before {
		t.Errorf("put %q, %v; %d values, want %d", id, err, len(r.stored), before)
	}
}

func TestRemovableFrom(t *testing.T) {
	path, _ := madeFile(t)
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(path, old, old); err != nil {
		t.Fatal(err)
	}
	if from, err := seal.RemovableFrom(path); err != nil || !from.Equal(old.Add(seal.RemoveAfter)) {
		t.Errorf("%v, %v", from, err)
	}
	if err := seal.Touch(path); err != nil {
		t.Fatal(err)
	}
	if from, err := seal.RemovableFrom(path); err != nil || time.Until(from) < seal.RemoveAfter-time.Minute {
		t.Errorf("after a change: %v, %v", from, err)
	}
}
