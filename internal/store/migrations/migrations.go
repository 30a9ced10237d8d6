// Package migrations is the schema as SQL: numbered steps, which package store applies and others may run as files.
//
// [Main] and [Secrets] are the two sets of steps, [Dialect] puts them into a database's words, [Qualify] into a schema of
// PostgreSQL's, and [Files] makes .sql files of them that leave the same behind as package store does. It is not for
// queries, and it opens no database. It trusts the steps, which are compiled in.
package migrations

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

//go:embed *.sql secrets/*.sql
var files embed.FS

// Step is one step of the schema, written for PostgreSQL. Its number is its place, from 1 without gaps.
type Step struct {
	Number   int
	Name     string
	Checksum string // SHA-256 of the file as it is, in hexadecimal
	Text     string
}

// Main returns the steps of a main database.
func Main() ([]Step, error) { return read(".") }

// Secrets returns the steps of a database that holds sealed secrets and nothing else.
func Secrets() ([]Step, error) { return read("secrets") }

// read takes the files NNNN_name.sql of a folder.
func read(folder string) ([]Step, error) {
	names, err := fs.Glob(files, path.Join(folder, "*.sql")) // sorted
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	var all []Step
	for i, file := range names {
		text, err := fs.ReadFile(files, file)
		if err != nil {
			return nil, fmt.Errorf("migrations: %w", err)
		}
		number, name, _ := strings.Cut(strings.TrimSuffix(path.Base(file), ".sql"), "_")
		if n, err := strconv.Atoi(number); err != nil || n != i+1 {
			return nil, fmt.Errorf("migrations: %s is out of order", file)
		}
		sum := sha256.Sum256(text)
		all = append(all, Step{Number: i + 1, Name: name, Checksum: hex.EncodeToString(sum[:]), Text: string(text)})
	}
	return all, nil
}

// Dialect is a database that the steps can be written for.
type Dialect string

// The databases that there are.
const (
	SQLite     Dialect = "sqlite"
	PostgreSQL Dialect = "postgres"
)

// Words puts a statement that is written for PostgreSQL into the words of the dialect.
func (d Dialect) Words(statement string) string {
	if d != SQLite {
		return statement
	}
	return strings.NewReplacer("BYTEA", "BLOB", "BIGINT", "INTEGER", "BOOLEAN", "INTEGER", "\n);", "\n) STRICT;").Replace(statement)
}

// Statements cuts a text where a line ends with a semicolon.
func Statements(text string) []string {
	var out []string
	for part := range strings.SplitSeq(text, ";\n") {
		if strings.TrimSpace(part) != "" {
			out = append(out, part)
		}
	}
	return out
}
