package assembly

import (
	"bytes"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/seal"
	"github.com/sallyport/sallyport/internal/store"
)

// TestMissingKeysAreSaid once for each key file, until they are given up; the rest goes on.
func TestMissingKeysAreSaid(t *testing.T) {
	eachDatabase(t, func(t *testing.T, cfg Config) {
		lostFile := filepath.Join(t.TempDir(), "lost.key")
		lost, _, err := seal.AddKey(lostFile)
		if err != nil {
			t.Fatal(err)
		}
		elsewhere, err := seal.OpenKeys(lostFile, nil)
		if err != nil {
			t.Fatal(err)
		}
		house := open(t, cfg, Options{})
		sealed, err := elsewhere.Seal([]byte("x"), rowPlace(store.SiteKeyTable, "x"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := house.Store.KeepSiteKey(t.Context(), "x", sealed, time.Now()); err != nil {
			t.Fatal(err)
		}
		said := func() int {
			var log bytes.Buffer
			cfg.Log = slog.New(slog.NewTextHandler(&log, nil))
			house := open(t, cfg, Options{})
			for range 3 {
				if err := house.followKeys(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if err := house.Ready(t.Context()); err != nil {
				t.Errorf("not ready for one key of an authenticator: %v", err)
			}
			return strings.Count(log.String(), "missing="+lost+" values=1")
		}
		if n := said(); n != 1 {
			t.Errorf("said %d times", n)
		}
		if err := seal.GiveUp(t.Context(), house.Keys, house.secrets, nil, seal.GivenUp{lost: {At: time.Now()}}); err != nil {
			t.Fatal(err)
		}
		if n := said(); n != 0 {
			t.Errorf("given up, and said %d times", n)
		}
	})
}
