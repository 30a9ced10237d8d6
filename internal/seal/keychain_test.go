package seal_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/sallyport/sallyport/internal/seal"
)

func openChain(t *testing.T, keys *seal.Keys, stored seal.Blobs) *seal.Keychain {
	t.Helper()
	chain, err := seal.OpenKeychain(t.Context(), keys, stored, nil)
	if err != nil {
		t.Fatal(err)
	}
	return chain
}

func mac(t *testing.T, chain *seal.Keychain, id string) []byte {
	t.Helper()
	sum, err := chain.MAC(id, "purpose", []byte("ab"), []byte("c"))
	if err != nil || len(sum) != 32 {
		t.Fatalf("MAC: %x, %v", sum, err)
	}
	return sum
}

// TestKeychainOutlivesTheRing: that is what it is for. Every key of the ring is replaced, and the hashes are the same.
func TestKeychainOutlivesTheRing(t *testing.T) {
	keys, path, _ := openKeys(t)
	stored := blobs{}
	chain := openChain(t, keys, stored)
	id, want := chain.ActiveID(), mac(t, chain, chain.ActiveID())
	if !strings.HasPrefix(id, "mac-") || keys.Ring().Holds(id) || len(stored) != 2 { // the check and the key
		t.Fatalf("id %q, %d stored", id, len(stored))
	}
	old := keys.Ring().ActiveID()
	turn(t, path)
	if _, err := seal.Reseal(t.Context(), keys, seal.BlobColumn(stored)); err != nil {
		t.Fatal(err)
	}
	if err := seal.RemoveKey(path, old, always); err != nil {
		t.Fatal(err)
	}
	again, err := seal.OpenKeys(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, chain := range map[string]*seal.Keychain{"the one that was open": chain, "one opened anew": openChain(t, again, stored)} {
		if chain.ActiveID() != id || !hmac.Equal(mac(t, chain, id), want) {
			t.Errorf("%s: other hashes", name)
		}
	}
	if found, err := seal.FindMACKey(t.Context(), again, stored); err != nil || found != id {
		t.Errorf("found %q, %v", found, err)
	}
}

func TestKeychainMACs(t *testing.T) {
	keys, _, _ := openKeys(t)
	chain := openChain(t, keys, blobs{})
	want, seen := mac(t, chain, chain.ActiveID()), map[string]string{}
	for name, parts := range map[string][]string{
		"itself": {"purpose", "ab", "c"}, "divided differently": {"purpose", "a", "bc"}, "in one": {"purpose", "abc"},
		"another purpose": {"other", "ab", "c"}, "other data": {"purpose", "ab", "d"}, "nothing": {"purpose"},
	} {
		var data [][]byte
		for _, part := range parts[1:] {
			data = append(data, []byte(part))
		}
		sum, err := chain.MAC(chain.ActiveID(), parts[0], data...)
		if err != nil || hmac.Equal(sum, want) != (name == "itself") {
			t.Errorf("%s: %x, %v", name, sum, err)
		}
		if twin, twice := seen[string(sum)]; twice {
			t.Errorf("%s and %s: the same", name, twin)
		}
		seen[string(sum)] = name
	}
	if sum, err := chain.MAC(chain.ActiveID(), "", []byte("data")); err == nil || sum != nil {
		t.Error("a MAC without a purpose")
	}
}

// TestKeychainKnowsTheRing: what the first release hashed under a key of the ring is compared as long as the key is there.
func TestKeychainKnowsTheRing(t *testing.T) {
	keys, path, _ := openKeys(t)
	old := keys.Ring().ActiveID()
	want, _ := keys.Ring().MAC(old, "purpose", []byte("ab"), []byte("c"))
	chain := openChain(t, keys, blobs{})
	if !hmac.Equal(mac(t, chain, old), want) {
		t.Error("not the ring's")
	}
	turn(t, path)
	if keys.Look(); !hmac.Equal(mac(t, chain, old), want) {
		t.Error("not the ring's after a rotation")
	}
	if err := seal.RemoveKey(path, old, always); err != nil {
		t.Fatal(err)
	}
	keys.Look()
	for _, id := range []string{old, "", "mac-", "mac-aaaaaaaa"} {
		if sum, err := chain.MAC(id, "purpose", []byte("ab"), []byte("c")); !errors.Is(err, seal.ErrNoKey) || sum != nil {
			t.Errorf("%q: %x, %v", id, sum, err)
		}
	}
}

// TestKeychainLost: a MAC key that was lost and made anew has another id, so that nothing is compared under it by mistake.
func TestKeychainLost(t *testing.T) {
	keys, _, _ := openKeys(t)
	one, other := openChain(t, keys, blobs{}), openChain(t, keys, blobs{})
	if one.ActiveID() == other.ActiveID() || hmac.Equal(mac(t, one, one.ActiveID()), mac(t, other, other.ActiveID())) {
		t.Error("two databases with one MAC key")
	}
	if _, err := other.MAC(one.ActiveID(), "purpose"); !errors.Is(err, seal.ErrNoKey) {
		t.Errorf("another database's key: %v", err)
	}
}

func TestKeychainWrongKeys(t *testing.T) {
	keys, _, _ := openKeys(t)
	foreign, _, _ := openKeys(t)
	stored := blobs{}
	openChain(t, keys, stored)
	before := bytes.Clone(stored[[2]string{"mac-key", "sallyport"}])
	if chain, err := seal.OpenKeychain(t.Context(), foreign, stored, nil); !errors.Is(err, seal.ErrWrongRing) || chain != nil {
		t.Errorf("foreign keys: %v", err)
	}
	if _, err := seal.FindMACKey(t.Context(), foreign, stored); !errors.Is(err, seal.ErrWrongRing) {
		t.Errorf("foreign keys: %v", err)
	}
	if !bytes.Equal(stored[[2]string{"mac-key", "sallyport"}], before) {
		t.Error("it was written over")
	}
	// A database of the first release has a check, and no MAC key yet: none may be sealed under foreign keys.
	released := blobs{}
	if err := seal.NewVault(keys, released).Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := seal.OpenKeychain(t.Context(), foreign, released, nil); !errors.Is(err, seal.ErrWrongRing) || len(released) != 1 {
		t.Errorf("foreign keys at the first opening: %v, %d stored", err, len(released))
	}
	if id, err := seal.FindMACKey(t.Context(), keys, blobs{}); id != "" || err != nil {
		t.Errorf("none yet: %q, %v", id, err)
	}
}

// shared is a store that several processes use.
type shared struct {
	mu sync.Mutex
	blobs
}

func (s *shared) PutBlob(ctx context.Context, id, account string, sealed []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.blobs.PutBlob(ctx, id, account, sealed)
}

func (s *shared) GetBlob(ctx context.Context, id, account string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.blobs.GetBlob(ctx, id, account)
}

// TestOneMACKeyAmongMany: those who open a new database at once hash under one key.
func TestOneMACKeyAmongMany(t *testing.T) {
	keys, _, _ := openKeys(t)
	for range 20 {
		stored := &shared{blobs: blobs{}}
		var ids sync.Map
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				chain, err := seal.OpenKeychain(context.Background(), keys, stored, nil)
				if err != nil {
					t.Error(err)
					return
				}
				sum, _ := chain.MAC(chain.ActiveID(), "purpose")
				ids.Store(chain.ActiveID()+string(sum), true)
			})
		}
		group.Wait()
		if n := size(&ids); n != 1 {
			t.Fatalf("%d MAC keys", n)
		}
	}
}
