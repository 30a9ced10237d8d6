package migrations

import (
	"strings"
	"testing"
)

func TestQualify(t *testing.T) {
	for statement, want := range map[string]string{
		"SELECT a FROM sallyport_accounts":                               `SELECT a FROM "auth".sallyport_accounts`,
		"UPDATE sallyport_limits SET tat = sallyport_limits.tat + 1":     `UPDATE "auth".sallyport_limits SET tat = "auth".sallyport_limits.tat + 1`,
		"CREATE INDEX sallyport_x ON sallyport_y (z)":                    `CREATE INDEX sallyport_x ON "auth".sallyport_y (z)`,
		"CREATE UNIQUE INDEX sallyport_x ON sallyport_y (sallyport_z)":   `CREATE UNIQUE INDEX sallyport_x ON "auth".sallyport_y ("auth".sallyport_z)`,
		"DROP INDEX sallyport_x":                                         `DROP INDEX "auth".sallyport_x`,
		"sallyport_a":                                                    `"auth".sallyport_a`,
		"SELECT old_sallyport_a, xsallyport_b, 'c' FROM (sallyport_d) e": `SELECT old_sallyport_a, xsallyport_b, 'c' FROM ("auth".sallyport_d) e`,
		"SELECT 1": "SELECT 1",
	} {
		if got := Qualify("auth", statement); got != want {
			t.Errorf("%s\n got %s\nwant %s", statement, got, want)
		}
		if got := Qualify("", statement); got != statement {
			t.Errorf("without a schema: %s", got)
		}
	}
}

func TestCheckSchema(t *testing.T) {
	for _, good := range []string{"auth", "_a", "a1", "user", strings.Repeat("a", 63)} {
		if err := CheckSchema(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{
		"", "1a", "Auth", "a b", "a-b", `a"b`, "a.b", "ä", "a;", "pg_x", "pg_catalog", "information_schema", strings.Repeat("a", 64), "a\x00",
	} {
		if CheckSchema(bad) == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

// TestStepsSuitFiles: a line that ends with a semicolon ends a statement, also for tools that others have; what stands in
// comments must not look like one.
func TestStepsSuitFiles(t *testing.T) {
	for name, set := range map[string]func() ([]Step, error){"main": Main, "secrets": Secrets} {
		steps, err := set()
		if err != nil || len(steps) == 0 {
			t.Fatal(name, err)
		}
		for _, s := range steps {
			for line := range strings.Lines(s.Text) {
				if _, comment, found := strings.Cut(line, "--"); found && strings.HasSuffix(strings.TrimSpace(comment), ";") {
					t.Errorf("%s %d: a comment ends like a statement: %s", name, s.Number, line)
				}
			}
		}
	}
}
