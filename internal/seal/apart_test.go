package seal_test

import (
	"context"
	"errors"
	"maps"
	"strings"
	"sync"
	"testing"

	"github.com/sallyport/sallyport/internal/seal"
)

// unchanged opens halves that must be refused, and looks that nothing was stored.
func unchanged(t *testing.T, name string, keys *seal.Keys, want error, secrets, main blobs) {
	t.Helper()
	all := []blobs{secrets, main}
	before := []blobs{maps.Clone(secrets), maps.Clone(main)}
	var mainBlobs seal.Blobs
	if main != nil {
		mainBlobs = main
	}
	if chain, err := seal.OpenKeychain(t.Context(), keys, secrets, mainBlobs); !errors.Is(err, want) || chain != nil {
		t.Errorf("%s: %v; want %v", name, err, want)
	}
	for i := range all {
		if len(all[i]) != len(before[i]) {
			t.Errorf("%s: something was stored", name)
		}
	}
}

// TestHalvesBelongTogether: secrets are found where they were left, or the start is refused.
func TestHalvesBelongTogether(t *testing.T) {
	keys, _, _ := openKeys(t)
	secrets, main, together := blobs{}, blobs{}, blobs{}
	var first string
	for range 2 {
		chain, err := seal.OpenKeychain(t.Context(), keys, secrets, main)
		if err != nil || first != "" && chain.ActiveID() != first {
			t.Fatalf("%v, %v", chain, err)
		}
		first = chain.ActiveID()
	}
	if len(main) != 1 || len(secrets) != 2 {
		t.Fatalf("%d in the main database, %d secrets", len(main), len(secrets))
	}
	openChain(t, keys, together)
	other, otherMain := blobs{}, blobs{}
	if _, err := seal.OpenKeychain(t.Context(), keys, other, otherMain); err != nil {
		t.Fatal(err)
	}
	unchanged(t, "a mistyped name of the secrets", keys, seal.ErrWrongSecrets, blobs{}, main)
	unchanged(t, "another one's secrets", keys, seal.ErrWrongSecrets, other, main)
	unchanged(t, "secrets kept apart and not named", keys, seal.ErrWrongSecrets, main, nil)
	if _, err := seal.OpenKeychain(t.Context(), keys, main, nil); err == nil || !strings.Contains(err.Error(), "has to be named") {
		t.Errorf("secrets kept apart and not named: %v", err)
	}
	unchanged(t, "secrets in the main database", keys, seal.ErrWrongSecrets, blobs{}, together)
	foreign, _, _ := openKeys(t)
	unchanged(t, "another key file", foreign, seal.ErrWrongRing, secrets, main)

	// Moved to a database of their own, and back.
	moved := maps.Clone(together)
	clear(together)
	if _, err := seal.OpenKeychain(t.Context(), keys, moved, together); err != nil {
		t.Errorf("moved apart: %v", err)
	}
	maps.Copy(together, moved)
	if _, err := seal.OpenKeychain(t.Context(), keys, together, nil); err != nil {
		t.Errorf("moved back: %v", err)
	}
}

// TestHalvesAtOnce: of replicas that start at once with different names for the secrets, only those that mean the same
// one start.
func TestHalvesAtOnce(t *testing.T) {
	keys, _, _ := openKeys(t)
	for range 20 {
		main := &shared{blobs: blobs{}}
		halves := []*shared{{blobs: blobs{}}, {blobs: blobs{}}}
		var started sync.Map
		var group sync.WaitGroup
		for i := range 8 {
			group.Go(func() {
				chain, err := seal.OpenKeychain(context.Background(), keys, halves[i%2], main)
				if err == nil {
					started.Store(chain.ActiveID(), true)
				} else if !errors.Is(err, seal.ErrWrongSecrets) {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if n := size(&started); n != 1 {
			t.Fatalf("replicas started on %d sets of secrets", n)
		}
	}
}

// beaten is a main database in which another process makes its note just before.
type beaten struct {
	blobs
	note string
}

func (b beaten) PutBlob(ctx context.Context, id, account string, sealed []byte) error {
	if id == "secrets-apart" {
		b.blobs[[2]string{id, account}] = []byte(b.note)
	}
	return b.blobs.PutBlob(ctx, id, account, sealed)
}

func TestSecondNote(t *testing.T) {
	keys, _, _ := openKeys(t)
	secrets := blobs{}
	mine := openChain(t, keys, secrets).ActiveID()
	for note, want := range map[string]error{mine: nil, "mac-another": seal.ErrWrongSecrets} {
		if _, err := seal.OpenKeychain(t.Context(), keys, secrets, beaten{blobs{}, note}); !errors.Is(err, want) {
			t.Errorf("%s was first: %v, want %v", note, err, want)
		}
	}
}
