package web

import (
	_ "embed"
	"net/http"
	"strings"
)

// document is the OpenAPI description as it stands in the source: for https, without a path prefix.
//
//go:embed openapi.json
var document string

// apiDocument serves the description, with the names and paths of this installation.
func (s *site) apiDocument(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/json")
	_, _ = strings.NewReplacer(
		`"url": "/api/v1"`, `"url": "`+s.path("/api/v1")+`"`, // the prefix is percent-encoded: nothing to escape
		`"__Host-sallyport_`, `"`+s.cookieName("sallyport_"),
	).WriteString(w, document) // an error is a client that went away
	return nil
}
