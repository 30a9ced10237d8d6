// Package migrations has the tables of Sallyport as numbered .sql files, for who changes schemas with psql, goose or atlas
// rather than letting sallyport.Open do it.
//
// Use [Files] for the main database, [SecretsFiles] for one that holds the sealed secrets alone, and set
// sallyport.Config.MigrateNever. `sallyport migrate --export` writes the same files. It is not needed by who
// leaves MigrateNever out, and it opens no database. Files that were published never change; later releases add
// others behind them.
package migrations

import (
	"fmt"
	"io/fs"

	"github.com/sallyport/sallyport/internal/archive"
	steps "github.com/sallyport/sallyport/internal/store/migrations"
)

// Dialect is a database that there are files for.
type Dialect string

// The databases that there are files for.
const (
	SQLite     Dialect = "sqlite"
	PostgreSQL Dialect = "postgres"
)

// Files returns the files NNNN_name.sql of the main database, to be run in the order of their names, each once and in a transaction:
// they begin and end none themselves. A file that is run twice or out of order fails before it changes anything. With a schema (PostgreSQL
// alone; see sallyport.Config.DatabaseSchema) the tables go there; it has to exist. The error is about a dialect that is not
// known, or a name that can't be that of a schema. goose takes the files as they are; there is no way down.
func Files(d Dialect, schema string) (fs.FS, error) {
	all, err := steps.Main()
	if err != nil {
		return nil, err
	}
	return files(all, d, schema)
}

// SecretsFiles is [Files] for a database that holds the sealed secrets and nothing else (sallyport.Config.SecretsDatabase).
func SecretsFiles(d Dialect, schema string) (fs.FS, error) {
	all, err := steps.Secrets()
	if err != nil {
		return nil, err
	}
	return files(all, d, schema)
}

// files gives the steps in the words of a database.
func files(all []steps.Step, d Dialect, schema string) (fs.FS, error) {
	switch {
	case d != SQLite && d != PostgreSQL:
		return nil, fmt.Errorf("migrations: there are none for %q: ask for %q or %q", d, SQLite, PostgreSQL)
	case d == SQLite && schema != "":
		return nil, fmt.Errorf("migrations: SQLite has no schemas: leave out %q", schema)
	case schema != "":
		if err := steps.CheckSchema(schema); err != nil {
			return nil, fmt.Errorf("migrations: the schema %q %w: use a to z, 0 to 9 and _", schema, err)
		}
	}
	texts := map[string]string{}
	for _, f := range steps.Files(all, steps.Dialect(d), schema) {
		texts[f.Name] = f.Text
	}
	given, err := archive.FS(texts)
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	return given, nil
}
