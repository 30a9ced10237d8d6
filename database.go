package sallyport

import (
	"strings"

	"github.com/sallyport/sallyport/internal/endpoint"
)

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
