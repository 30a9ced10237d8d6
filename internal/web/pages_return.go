package web

import (
	"net/http"
	"net/url"
	"strings"
)

// maxReturn bounds a return_to in bytes.
const maxReturn = 1024

// redirect sends the browser on with a GET. It is the one place that sets Location.
func redirect(w http.ResponseWriter, to string) {
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusSeeOther)
}

// safeReturn says whether to is a path on this origin, and gives it back unchanged, query and fragment
// included; else it gives back "". Everything is refused that some browser, proxy or parser may read as another host: what is not
// plain ASCII, backslashes, empty and dot segments, encoded slashes.
func safeReturn(to string) (string, bool) {
	if len(to) > maxReturn || !strings.HasPrefix(to, "/") || !isPlain(to) {
		return "", false
	}
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" {
		return "", false
	}
	path, _, _ := strings.Cut(to, "#")
	path, _, _ = strings.Cut(path, "?")
	if !plainSegments(path[1:]) {
		return "", false
	}
	return to, true
}

// IsLocalPath says whether people can be sent to a path of this host, and nowhere else.
func IsLocalPath(to string) bool {
	_, ok := safeReturn(to)
	return ok
}

// isPlain holds for visible ASCII without backslashes.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' || s[i] == '\\' {
			return false
		}
	}
	return true
}

// plainSegments says whether nothing in a path would be cleaned away, or decoded into more segments.
func plainSegments(path string) bool {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		plain, err := url.PathUnescape(segment)
		if err != nil || plain == "." || plain == ".." || strings.ContainsAny(plain, "/\\") || !isPrintable(plain) {
			return false
		}
		if plain == "" && i < len(segments)-1 {
			return false
		}
	}
	return true
}

func isPrintable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// returnOr is to when that is safe, and else the page.
func (s *site) returnOr(to, page string) string {
	if to, ok := safeReturn(to); ok {
		return to
	}
	return s.path(page)
}
