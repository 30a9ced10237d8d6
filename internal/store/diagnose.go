package store

import (
	"errors"
	"io/fs"
	"net"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// Diagnosis says, for whoever runs the program, why a database could not be opened or brought up to date. It holds no
// password.
type Diagnosis struct {
	Reason string // what is wrong with it
	Cure   string // what to do about it
	Passes bool   // it may be over by itself, as an outage is
}

// Diagnose reads an error of [Open], [OpenSecrets], [CheckURL], [Store.Migrate] or [Store.Ready].
func Diagnose(err error) Diagnosis {
	var schema *SchemaError
	var file *fs.PathError
	var lite *sqlite.Error
	var refused *pgconn.PgError
	var unread *urlError
	var pool *PoolError
	switch {
	case errors.As(err, &pool):
		return Diagnosis{Reason: pool.Reason, Cure: pool.Cure}
	case errors.As(err, &schema):
		reason, cure, _ := strings.Cut(schema.Text, ": ")
		return Diagnosis{Reason: reason, Cure: strings.ToUpper(cure[:1]) + cure[1:]}
	case errors.As(err, &unread):
		return Diagnosis{Reason: unread.reason, Cure: "Correct it: postgres://user:password@host/database, with what is special in it percent-encoded"}
	case errors.As(err, &lite):
		return diagnoseSQLite(lite)
	case errors.As(err, &file):
		return diagnoseFile(file)
	case errors.As(err, &refused):
		return diagnosePostgres(refused, err)
	}
	return Diagnosis{
		Reason: strings.TrimPrefix(err.Error(), "store: open: "), Cure: "See that the server runs and can be reached from here",
		Passes: errors.Is(err, ErrUnavailable),
	}
}

// diagnoseFile says why the file of a SQLite database can't be used.
func diagnoseFile(err *fs.PathError) Diagnosis {
	d := Diagnosis{Reason: "cannot be made or opened: " + err.Err.Error(), Cure: "Name a file in a directory that this user may write to"}
	if errors.Is(err, fs.ErrNotExist) {
		d.Reason, d.Cure = "is in a directory that does not exist", "Make the directory, or name another file"
	}
	return d
}

func diagnoseSQLite(err *sqlite.Error) Diagnosis {
	const writable = "Let this user write to the file and to its directory, or name another file"
	switch err.Code() & 0xff {
	case lib.SQLITE_NOTADB:
		return Diagnosis{Reason: "is not a SQLite database", Cure: "Name one, or a file that does not exist yet"}
	case lib.SQLITE_CORRUPT:
		return Diagnosis{Reason: "is damaged", Cure: "Restore it from a backup"}
	case lib.SQLITE_CANTOPEN, lib.SQLITE_PERM, lib.SQLITE_AUTH:
		return Diagnosis{Reason: "cannot be opened", Cure: "Name a file that this user may read and write"}
	case lib.SQLITE_READONLY:
		return Diagnosis{Reason: "cannot be written", Cure: writable}
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return Diagnosis{Reason: "is locked by another program", Cure: "End that program's transaction", Passes: true}
	case lib.SQLITE_FULL, lib.SQLITE_IOERR:
		return Diagnosis{Reason: "cannot be read or written: " + err.Error(), Cure: "Look at the disk", Passes: true}
	}
	return Diagnosis{Reason: err.Error(), Cure: "Name a SQLite file that this user may read and write"}
}

// diagnosePostgres reads what the server answered. Its words name roles and databases; before a connection stands, and
// where rights are missing, they are no values.
func diagnosePostgres(err *pgconn.PgError, whole error) Diagnosis {
	switch err.Code {
	case "28P01":
		return Diagnosis{Reason: "the server refuses user and password: " + err.Message, Cure: "Give those that the server knows"}
	case "28000":
		return Diagnosis{Reason: "the server refuses the user: " + err.Message, Cure: "Give a user that exists and whom pg_hba.conf admits from here"}
	case "3D000":
		return Diagnosis{Reason: err.Message, Cure: "Make the database (createdb), or name another one"}
	case "42P05", "26000": // a prepared statement that is there, or is not
		return Diagnosis{
			Reason: "something between here and the server hands connections around between transactions: " + err.Message,
			Cure:   "Add default_query_exec_mode=exec to the URL, and set a schema for the tables: search_path does not stay either",
		}
	case "42501":
		return Diagnosis{Reason: err.Message, Cure: "Make the user the owner of the database, or grant it CREATE on the schema (which has to be there, unless it may make that, too)"}
	}
	return Diagnosis{
		Reason: strings.TrimPrefix(whole.Error(), "store: "), Cure: "See what the server's log says", Passes: errors.Is(whole, ErrUnavailable),
	}
}

// urlError is a URL that can't be read.
type urlError struct{ reason string }

// Error says why, without the URL: it holds a password.
func (e *urlError) Error() string { return "store: " + e.reason }

// CheckURL says whether a PostgreSQL URL can be read: it connects to nothing. Files that its parameters name, such as a
// root certificate, are looked at. Names of files are fine.
func CheckURL(url string) error {
	if !strings.Contains(url, "://") {
		return nil
	}
	_, err := parsePostgres(url)
	return err
}

func parsePostgres(url string) (*pgx.ConnConfig, error) {
	conn, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, &urlError{"the PostgreSQL URL cannot be used: " + redacted(err).Error()}
	}
	return conn, nil
}

// lookupText is why the host's name leads nowhere; "" where it does.
func lookupText(err error) string {
	var lookup *net.DNSError
	if errors.As(err, &lookup) {
		return ": " + lookup.Err
	}
	return ""
}
