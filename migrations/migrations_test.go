package migrations_test

import (
	"strings"
	"testing"

	"github.com/sallyport/sallyport/migrations"
)

func TestFilesThatDontExist(t *testing.T) {
	for _, tt := range []struct {
		dialect      migrations.Dialect
		schema, says string
	}{
		{"mysql", "", `ask for "sqlite" or "postgres"`},
		{"", "", `ask for "sqlite" or "postgres"`},
		{migrations.SQLite, "auth", "SQLite has no schemas"},
		{migrations.PostgreSQL, `a"b`, "a to z, 0 to 9 and _"},
	} {
		_, err := migrations.Files(tt.dialect, tt.schema)
		_, second := migrations.SecretsFiles(tt.dialect, tt.schema)
		if err == nil || second == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%q, %q: %v, %v", tt.dialect, tt.schema, err, second)
		}
	}
}
