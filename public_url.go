package sallyport

import (
	"net/url"
	"path"
	"regexp"
	"strings"

	"github.com/sallyport/sallyport/internal/endpoint"
)

// plainPath is a prefix that is the same text escaped or not, so that routes, cookies and links agree on it.
const plainPath = `^(/[A-Za-z0-9._~-]+)*/?$`

// parsePublicURL reads a PublicURL strictly: whatever is built from it goes into links and redirects.
func parsePublicURL(value string) (*url.URL, *FieldError) {
	e := &FieldError{
		Field: "PublicURL", Value: value,
		Cure: "Give the address that people use, such as https://login.example.org or https://example.org/auth",
	}
	u, err := url.Parse(value)
	switch {
	case err != nil:
		e.Value, e.Reason = endpoint.Hidden, "is not a URL"
	case u.User != nil:
		e.Value, e.Reason = endpoint.Hidden, "holds a name or a password"
	case u.Scheme != "http" && u.Scheme != "https":
		e.Reason = "does not begin with https://"
	case !hostForm(u.Host):
		e.Reason = "names no host in its ASCII form"
	case u.RawQuery != "" || u.ForceQuery || strings.Contains(value, "#"):
		e.Reason = "has something behind its path"
	case !isPlainPath(u.EscapedPath()):
		e.Reason = "has a path of other than letters, digits, '.', '_', '~' and '-' between single slashes"
	case u.Scheme == "http" && !endpoint.IsLoopback(u.Hostname()):
		e.Reason = "is plain http, on which passwords and sessions can be read by whoever is on the way"
		e.Cure = "Use https:// (a proxy in front may end TLS), or a loopback host such as localhost to try things out"
	default:
		u.Host = withoutDefaultPort(u)
		u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), ""
		return u, nil
	}
	return nil, e
}

func isPlainPath(p string) bool {
	plain := regexp.MustCompile(plainPath).MatchString(p)
	return plain && (p == "" || p == "/" || path.Clean(p) == strings.TrimRight(p, "/"))
}

// hostForm refuses what browsers would write differently: the Origin of a request is compared with this host.
func hostForm(host string) bool {
	return regexp.MustCompile(`^([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?$`).MatchString(host)
}

func withoutDefaultPort(u *url.URL) string {
	host := strings.ToLower(u.Host)
	if u.Scheme == "https" {
		return strings.TrimSuffix(host, ":443")
	}
	return strings.TrimSuffix(host, ":80")
}
