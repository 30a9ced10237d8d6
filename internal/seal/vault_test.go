package seal_test

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"testing"

	"github.com/google/uuid"
	"github.com/sallyport/sallyport/internal/seal"
)

// blobs is a store in memory. An attacker with the database may write to it.
type blobs map[[2]string][]byte

func (b blobs) PutBlob(_ context.Context, id, account string, sealed []byte) error {
	if _, taken := b[[2]string{id, account}]; taken {
		return errors.New("taken")
	}
	b[[2]string{id, account}] = bytes.Clone(sealed)
	return nil
}

func (b blobs) GetBlob(_ context.Context, id, account string) ([]byte, error) {
	sealed, found := b[[2]string{id, account}]
	if !found {
		return nil, seal.ErrNoBlob
	}
	return sealed, nil
}

func (b blobs) DeleteBlob(_ context.Context, id, account string) error {
	delete(b, [2]string{id, account})
	return nil
}

func TestVault(t *testing.T) {
	stored := blobs{}
	vault := seal.NewVault(newRing(t), stored)
	id, err := vault.Put(t.Context(), "alice", "totp", []byte("her seed"))
	if err != nil {
		t.Fatal(err)
	}
	if parsed, err := uuid.Parse(id); err != nil || parsed.Version() != 7 {
		t.Errorf("id %q is no UUID of version 7", id)
	}
	if got, err := vault.Get(t.Context(), "alice", "totp", id); err != nil || string(got) != "her seed" {
		t.Errorf("Get: %q, %v", got, err)
	}
	for _, sealed := range stored {
		if bytes.Contains(sealed, []byte("seed")) {
			t.Error("stored in the clear")
		}
	}
	if err := vault.Delete(t.Context(), "alice", id); err != nil || len(stored) != 0 {
		t.Errorf("Delete: %v, %d left", err, len(stored))
	}
	if _, err := vault.Get(t.Context(), "alice", "totp", id); !errors.Is(err, seal.ErrNoBlob) {
		t.Errorf("Get after Delete: %v", err)
	}
}

// Whoever can write to the database can't hand one account's secret to another.
func TestVaultSwapped(t *testing.T) {
	stored, ring := blobs{}, newRing(t)
	vault := seal.NewVault(ring, stored)
	put := func(account, purpose string) [2]string {
		t.Helper()
		id, err := vault.Put(t.Context(), account, purpose, []byte("seed of "+account))
		if err != nil {
			t.Fatal(err)
		}
		return [2]string{id, account}
	}
	alice, second, mallory := put("alice", "totp"), put("alice", "totp"), put("mallory", "totp")
	moved := func(name string, from, to [2]string, purpose string) {
		t.Helper()
		was := maps.Clone(stored)
		defer func() { stored, vault = was, seal.NewVault(ring, was) }()
		stored[to] = stored[from]
		if got, err := vault.Get(t.Context(), to[1], purpose, to[0]); !errors.Is(err, seal.ErrTampered) || got != nil {
			t.Errorf("%s: %q, %v; want ErrTampered", name, got, err)
		}
	}
	moved("another account's row", mallory, alice, "totp")
	moved("another row of the account", second, alice, "totp")
	moved("the same id under another account", alice, [2]string{alice[0], "mallory"}, "totp")
	moved("another purpose", alice, alice, "hotp")
	if _, err := vault.Get(t.Context(), "mallory", "totp", alice[0]); !errors.Is(err, seal.ErrNoBlob) {
		t.Errorf("another account's id: %v", err)
	}
}

func TestVaultNeedsAccountAndPurpose(t *testing.T) {
	stored := blobs{}
	vault := seal.NewVault(newRing(t), stored)
	for _, c := range [][2]string{{"", "totp"}, {"alice", ""}} {
		if id, err := vault.Put(t.Context(), c[0], c[1], []byte("seed")); !errors.Is(err, seal.ErrPlace) || id != "" || len(stored) != 0 {
			t.Errorf("account %q, purpose %q: %q, %v", c[0], c[1], id, err)
		}
	}
}

func TestCheckNoticesAnotherRing(t *testing.T) {
	stored, ring := blobs{}, newRing(t)
	for range 2 {
		if err := seal.NewVault(ring, stored).Check(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := seal.NewVault(newRing(t), stored).Check(t.Context()); !errors.Is(err, seal.ErrWrongRing) {
		t.Errorf("another ring: %v", err)
	}
	for place := range stored {
		stored[place][len(stored[place])-1]++
	}
	if err := seal.NewVault(ring, stored).Check(t.Context()); !errors.Is(err, seal.ErrWrongRing) {
		t.Errorf("a changed check: %v", err)
	}
}
