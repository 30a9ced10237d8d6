package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/sallyport/sallyport/internal/core"
)

// What was used last in this browser is known by the browser alone, in a cookie of ids, the latest first. It orders what is
// offered and proves nothing: whoever writes it chooses what they are asked for first.

// lastKept is how many: several people may share a browser, and have several authenticators each.
const lastKept = 8

// lastUsed reads them. A cookie that is not as it was made is cut where that begins.
func (s *site) lastUsed(r *http.Request) []string {
	value := s.cookie(r, cookieLast)
	if len(value) > lastKept*(maxID+1) {
		return nil
	}
	var ids []string
	for id := range strings.SplitSeq(value, ".") {
		if len(ids) == lastKept || len(id) > maxID || !isID(id) || slices.Contains(ids, id) {
			break
		}
		ids = append(ids, id)
	}
	return ids
}

// isID holds for what core makes ids of.
func isID(id string) bool {
	return id != "" && !strings.ContainsFunc(id, func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '2' || r > '7') })
}

// keepLast notes that an authenticator was used in this browser; "" notes nothing.
func (s *site) keepLast(w http.ResponseWriter, r *http.Request, t core.Transport, id string) {
	if id == "" || t != core.TransportCookie {
		return
	}
	ids := append([]string{id}, slices.DeleteFunc(s.lastUsed(r), func(old string) bool { return old == id })...)
	s.setCookie(w, cookieLast, strings.Join(ids[:min(len(ids), lastKept)], "."), knownFor)
}

// keepMade notes a passkey that was made in this browser, or that its storage holds a key from now on. What else is set up
// says nothing of which one its owner prefers.
func (s *site) keepMade(w http.ResponseWriter, r *http.Request, t core.Transport, b core.Bound) {
	if b.Authenticator.Kind == core.KindWebAuthn {
		s.keepLast(w, r, t, b.Authenticator.ID)
	}
	s.noteKey(w, t, b)
}
