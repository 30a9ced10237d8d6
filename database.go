package sallyport

import (
	"strings"

	"github.com/sallyport/sallyport/internal/endpoint"
	"github.com/sallyport/sallyport/internal/store/migrations"
)

// checkDatabases looks at names alone; pools are asked when they are used.
func (c Config) checkDatabases(note func(*FieldError)) {
	if c.DB == nil {
		note(checkDatabase("Database", c.Database))
	} else if c.Database != "" {
		note(besidePool("Database", c.Database, "DB"))
	}
	switch {
	case c.SecretsDatabase == "":
	case c.SecretsDB == nil:
		note(checkDatabase("SecretsDatabase", c.SecretsDatabase))
	default:
		note(besidePool("SecretsDatabase", c.SecretsDatabase, "SecretsDB"))
	}
	if c.DatabaseSchema != "" {
		note(c.checkSchema())
	}
}

func besidePool(field, value, pool string) *FieldError {
	return &FieldError{
		Field: field, Value: endpoint.HideCredentials(value),
		Reason: "is given beside " + pool + ", and there is one database for it", Cure: "Leave out one of them",
	}
}

func (c Config) checkSchema() *FieldError {
	e := &FieldError{Field: "DatabaseSchema", Value: c.DatabaseSchema}
	if err := migrations.CheckSchema(c.DatabaseSchema); err != nil {
		e.Reason, e.Cure = err.Error(), "Name a schema with a to z, 0 to 9 and _, such as auth"
		return e
	}
	if c.DB == nil && !strings.Contains(c.Database, "://") {
		e.Reason = "is for PostgreSQL, and Database is a file for SQLite, which has no schemas"
		e.Cure = "Leave it out, or give postgres://user:password@host/database as Database"
		return e
	}
	return nil
}

// checkDatabase refuses what would be taken for the name of a file and was not meant as one.
func checkDatabase(field, value string) *FieldError {
	e := &FieldError{
		Field: field, Value: endpoint.HideCredentials(value),
		Cure: "Give the name of a file for SQLite, or postgres://user:password@host/database",
	}
	scheme, rest, isURL := strings.Cut(value, "://")
	switch {
	case isURL && scheme != "postgres" && scheme != "postgresql":
		e.Reason = "is a URL of a database that is not known"
	case isURL && rest == "":
		e.Reason = "names no database"
	case isURL:
		return nil
	case strings.HasPrefix(value, ":memory:") || strings.HasPrefix(value, "file:"):
		e.Reason = "is no name of a file"
	case endpoint.IsKeywords(value):
		e.Reason = "is PostgreSQL's keyword form, which is not read here"
	case strings.Contains(value, "?"):
		e.Reason = "has a ?, as URLs have before their parameters"
		e.Cure = "Give the plain name of a file for SQLite, without parameters (rename the file if there is a ? in its name), or postgres://user:password@host/database"
	default:
		return nil
	}
	return e
}
