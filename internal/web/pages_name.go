package web

import (
	"encoding/base64"
	"net/http"
	"time"
	"unicode/utf8"
)

// nameFor is how long a browser keeps the name that was typed: longer than a sign-in may take.
const nameFor = 20 * time.Minute

// maxName is how much of one, in bytes; the longest address has 254.
const maxName = 320

// keepName keeps a typed name, so that nobody types it again when a sign-in timed out or goes on in another page. At
// the sign-in page only the name that a right password came with is kept: people type passwords into that field too.
func (s *site) keepName(w http.ResponseWriter, name string) {
	if name != "" && len(name) <= maxName && utf8.ValidString(name) {
		s.setCookie(w, cookieTyped, base64.RawURLEncoding.EncodeToString([]byte(name)), nameFor)
	}
}

// typedName is the name that was kept; "" when there is none.
func (s *site) typedName(r *http.Request) string {
	name, err := base64.RawURLEncoding.DecodeString(s.cookie(r, cookieTyped))
	if err != nil || len(name) > maxName || !utf8.Valid(name) {
		return ""
	}
	return string(name)
}
