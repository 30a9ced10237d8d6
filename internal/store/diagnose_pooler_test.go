package store_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sallyport/sallyport/internal/store"
)

// TestDiagnosePooler: what PgBouncer makes of prepared statements says what to add to the URL.
func TestDiagnosePooler(t *testing.T) {
	for _, code := range []string{"42P05", "26000"} {
		if d := store.Diagnose(&pgconn.PgError{Code: code}); !strings.Contains(d.Cure, "default_query_exec_mode=exec") || d.Passes {
			t.Errorf("%s: %+v", code, d)
		}
	}
}
