package store

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// TestSecretInUse asks what decides: the list that is asked before it may lack anything.
func TestSecretInUse(t *testing.T) {
	s, err := Open(t.Context(), Config{URL: filepath.Join(t.TempDir(), "x.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	if err := s.Migrate(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	a := core.NewAccount{Account: core.Account{ID: "a", Username: "a"}, UsernameKey: "a"}
	err = s.Register(t.Context(), a, now, func(tx core.Tx, _ core.State) error {
		return tx.InsertAuthenticator(core.Authenticator{ID: "x", Account: "a", Kind: core.KindTOTP, SecretID: "bound", CreatedAt: now})
	})
	if err != nil {
		t.Fatal(err)
	}
	b := core.BindingRow{ID: "b", Account: "a", Owner: "o", Kind: core.KindTOTP, SecretID: "pending", CreatedAt: now, ExpiresAt: now.Add(time.Hour)}
	if err := s.Pend(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]bool{"bound": true, "pending": true, "neither": false, "": false} {
		if used, err := s.secretInUse(t.Context(), id); used != want || err != nil {
			t.Errorf("%q: %v, %v", id, used, err)
		}
	}

	// Sorted as another database might: nothing of them is listed between the first and the last.
	blobs, old := s.Secrets(time.Now), []string{"pending", "neither", "bound"}
	for _, id := range old {
		if err := blobs.PutBlob(t.Context(), id, "a", []byte("sealed")); err != nil {
			t.Fatal(err)
		}
	}
	if err := blobs.sweepPortion(t.Context(), s, old); err != nil {
		t.Fatal(err)
	}
	rows, err := blobs.ListSealed(t.Context(), "", 9)
	if err != nil || len(rows) != 2 || rows[0].ID != "bound" || rows[1].ID != "pending" {
		t.Errorf("left: %v, %v", rows, err)
	}
}
