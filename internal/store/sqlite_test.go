package store

import (
	"path/filepath"
	"testing"
)

// TestPragmas looks at the connections themselves: nothing else shows what a power cut would undo.
func TestPragmas(t *testing.T) {
	s, err := Open(t.Context(), Config{URL: filepath.Join(t.TempDir(), "x.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for name, want := range map[string][2]string{
		"journal_mode": {"wal", "wal"}, "synchronous": {"2", "2"}, "foreign_keys": {"1", "1"},
		"busy_timeout": {"2000", "2000"}, "query_only": {"0", "1"},
	} {
		for i, db := range []handle{s.write, s.read} {
			var got string
			if err := db.db.QueryRowContext(t.Context(), "PRAGMA "+name).Scan(&got); err != nil || got != want[i] {
				t.Errorf("%s of connection %d is %q, want %q (%v)", name, i, got, want[i], err)
			}
		}
	}
	if n := s.write.db.Stats().MaxOpenConnections; n != 1 {
		t.Errorf("%d writers", n)
	}
}
