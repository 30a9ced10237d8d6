package migrations

import (
	"fmt"
	"strings"
)

// The bookkeeping: one row that says how far the schema is, which is also the lock, and a record of every step. LockSchema
// waits for others that migrate.
const (
	CreateSchema     = `CREATE TABLE IF NOT EXISTS sallyport_schema (id BIGINT NOT NULL PRIMARY KEY, version BIGINT NOT NULL)`
	CreateMigrations = `CREATE TABLE IF NOT EXISTS sallyport_migrations (
    version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)`
	InsertSchema = `INSERT INTO sallyport_schema (id, version) VALUES (1, 0) ON CONFLICT (id) DO NOTHING`
	LockSchema   = `UPDATE sallyport_schema SET version = version WHERE id = 1`
)

// File is one step that others run: psql, sqlite3, goose or atlas.
type File struct{ Name, Text string }

// Files returns the steps as files for a dialect and a schema, which may be "". Each begins with its record, which is refused
// unless it is the turn of its step: what is run twice, or out of order, fails before it changes anything. No file
// begins or ends a transaction; whoever runs them does.
func Files(steps []Step, d Dialect, schema string) []File {
	var all []File
	for _, s := range steps {
		text := s.head(d)
		text += "\n" + s.Text
		if !strings.HasSuffix(text, "\n") {
			text += "\n"
		}
		text += fmt.Sprintf("\nUPDATE sallyport_schema SET version = %d WHERE id = 1;\n", s.Number)
		all = append(all, File{
			Name: fmt.Sprintf("%04d_%s.sql", s.Number, s.Name),
			Text: "-- +goose Up\n" + Qualify(schema, d.Words(text)),
		})
	}
	return all
}

// head makes the bookkeeping in the first step, waits for others that migrate, and keeps the record. That this step is not
// the next is a NULL where none may be (in a column that is no key: SQLite counts one up there). The time is the database's: there is no other clock here.
func (s Step) head(d Dialect) string {
	now := "CAST(extract(epoch FROM now()) * 1000 AS BIGINT)"
	if d == SQLite {
		now = "CAST(strftime('%s', 'now') AS BIGINT) * 1000"
	}
	var b strings.Builder
	if s.Number == 1 {
		for _, statement := range []string{CreateSchema, CreateMigrations, InsertSchema} {
			b.WriteString(statement + ";\n")
		}
	}
	b.WriteString(LockSchema + ";\n")
	fmt.Fprintf(&b, "INSERT INTO sallyport_migrations (version, name, checksum, applied_at)\n"+
		"SELECT %d, CASE WHEN version = %d THEN '%s' END, '%s', %s FROM sallyport_schema WHERE id = 1;\n",
		s.Number, s.Number-1, s.Name, s.Checksum, now)
	return b.String()
}
