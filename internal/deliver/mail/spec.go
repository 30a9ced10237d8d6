package mail

import (
	"net"
	netmail "net/mail"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/endpoint"
	"github.com/sallyport/sallyport/internal/names"
)

// The settings, by their keys.
const (
	keyMail = "mail"
	keyFrom = "mail_from"
)

// Check returns nil if spec says where mail goes, and from is one address that it can come from, with or without a name; or
// [deliver.Mistakes]. It looks at nothing else.
func Check(spec, from string) error {
	if _, _, wrong := read(spec, from); len(wrong) > 0 {
		return wrong
	}
	return nil
}

// read reads both settings, and finds all that is wrong with them.
func read(spec, from string) (set setting, author *netmail.Address, wrong deliver.Mistakes) {
	set, wrongSpec := parse(spec)
	author, wrongFrom := parseFrom(from)
	for _, m := range []*deliver.Mistake{wrongSpec, wrongFrom} {
		if m != nil {
			wrong = append(wrong, m)
		}
	}
	return set, author, wrong
}

// Shown returns what may be printed of spec: all of it but user and password, and nothing where that cannot be told.
func Shown(spec string) string {
	if set, wrong := parse(spec); wrong == nil {
		return set.shown()
	}
	return shownUnread(spec)
}

// shownUnread is Shown for what could not be read.
func shownUnread(spec string) string {
	isWord := !strings.ContainsFunc(spec, func(r rune) bool { return r < 'a' || r > 'z' })
	switch {
	case isWord, strings.HasPrefix(spec, "dir:"):
		return spec
	case strings.HasPrefix(spec, "smtp://"):
		return "smtp://" + endpoint.Hidden
	}
	return endpoint.Hidden
}

type kind int

const (
	kindStderr kind = iota + 1
	kindDir
	kindSMTP
)

// setting is the setting mail, read.
type setting struct {
	kind   kind
	dir    string
	server server
}

func (s setting) shown() string {
	switch s.kind {
	case kindDir:
		return "dir:" + s.dir
	case kindSMTP:
		return s.server.shown()
	}
	return "stderr"
}

// How the way to a mail server is protected.
const (
	tlsStart  = "starttls" // from the greeting on, or nothing is sent
	tlsDirect = "tls"      // from the first byte
	tlsNone   = "none"     // not at all: on this machine only
)

// server is a mail server and how to sign in to it.
type server struct {
	host, port     string
	user, password string // both or neither
	tls            string
}

func (s server) shown() string {
	var credentials string
	if s.user != "" {
		credentials = endpoint.Hidden + "@"
	}
	return "smtp://" + credentials + net.JoinHostPort(s.host, s.port) + "?tls=" + s.tls
}

const forms = "Use stderr, dir:PATH, or smtp://user:password@host:587?tls=starttls"

func parse(spec string) (setting, *deliver.Mistake) {
	if spec == "stderr" {
		return setting{kind: kindStderr}, nil
	}
	if dir, isDir := strings.CutPrefix(spec, "dir:"); isDir {
		if dir == "" || strings.ContainsFunc(dir, unicode.IsControl) {
			return setting{}, &deliver.Mistake{Key: keyMail, Value: spec, Reason: "names no directory", Cure: "Use dir:PATH"}
		}
		return setting{kind: kindDir, dir: dir}, nil
	}
	if !strings.HasPrefix(spec, "smtp://") {
		return setting{}, notAForm(spec)
	}
	srv, reason, cure := parseServer(spec)
	if reason != "" {
		return setting{}, &deliver.Mistake{Key: keyMail, Value: shownUnread(spec), Reason: reason, Cure: cure}
	}
	return setting{kind: kindSMTP, server: srv}, nil
}

func notAForm(spec string) *deliver.Mistake {
	m := &deliver.Mistake{Key: keyMail, Value: shownUnread(spec), Reason: "is none of the places where mail can go", Cure: forms}
	if strings.HasPrefix(spec, "smtps://") {
		m.Cure = "Write smtp://...?tls=tls for TLS from the first byte"
	}
	return m
}

const encode = "Percent-encode what is special in user and password, such as %40 for @, %2F for / and %23 for #"

// parseServer never repeats what it read: any part of it may be part of a password that was not encoded.
func parseServer(spec string) (s server, reason, cure string) {
	u, err := url.Parse(spec)
	if err != nil {
		return server{}, "cannot be read as a URL", encode
	}
	if strings.Trim(u.Path, "/") != "" || u.Fragment != "" || strings.Contains(u.RawQuery, "@") {
		return server{}, "has something behind host and port that doesn't belong there", encode
	}
	s.host, s.port = u.Hostname(), u.Port()
	if reason, cure = s.parseQuery(u.RawQuery); reason != "" {
		return server{}, reason, cure
	}
	s.user = u.User.Username()
	s.password, _ = u.User.Password()
	if reason, cure = s.wrong(); reason != "" {
		return server{}, reason, cure
	}
	return s, "", ""
}

// parseQuery reads the one parameter there is, and fills in the port that goes with it.
func (s *server) parseQuery(raw string) (reason, cure string) {
	const only = "Use ?tls=starttls, ?tls=tls or, on this machine only, ?tls=none"
	query, err := url.ParseQuery(raw)
	if err != nil || len(query) > 1 || len(query) == 1 && len(query["tls"]) != 1 {
		return "has parameters that don't exist", only
	}
	s.tls = tlsStart
	if query.Has("tls") {
		s.tls = query.Get("tls")
	}
	switch {
	case s.tls != tlsStart && s.tls != tlsDirect && s.tls != tlsNone:
		return "has a value of tls that doesn't exist", only
	case s.port == "465" && !query.Has("tls"):
		return "has port 465, where TLS begins with the first byte, but not tls=tls", "Add ?tls=tls"
	case s.port == "" && s.tls == tlsDirect:
		s.port = "465" // RFC 8314, 3.3
	case s.port == "":
		s.port = "587" // RFC 6409, 3.1
	}
	return "", ""
}

// wrong finds what cannot work, or would not be safe.
func (s server) wrong() (reason, cure string) {
	port, err := strconv.Atoi(s.port)
	switch {
	case s.host == "" || strings.ContainsFunc(s.host, notInHost):
		return "names no host", forms
	case err != nil || port < 1 || port > 65535:
		return "has a port that doesn't exist", "Use 587 with tls=starttls or 465 with tls=tls"
	case s.tls == tlsNone && !endpoint.IsLoopback(s.host):
		return "sends mail, and links in it, unprotected to another machine", "Use tls=starttls or tls=tls"
	case (s.user == "") != (s.password == ""):
		return "has a user without a password or the other way round", "Give both, or neither"
	case strings.ContainsFunc(s.user+s.password, unicode.IsControl):
		return "has control characters in user or password", encode
	}
	return "", ""
}

func notInHost(r rune) bool {
	return unicode.IsSpace(r) || !unicode.IsGraphic(r) || strings.ContainsRune(`@/\?#%,;"<>`, r)
}

// parseFrom reads the setting mail_from.
func parseFrom(from string) (*netmail.Address, *deliver.Mistake) {
	wrong := &deliver.Mistake{
		Key: keyFrom, Value: from, Reason: "is not one address that mail can come from",
		Cure: "Give an address such as no-reply@example.org, or Example <no-reply@example.org>",
	}
	if strings.Contains(from, ";") || strings.ContainsFunc(from, unicode.IsControl) { // a group ends in ";"
		return nil, wrong
	}
	a, err := netmail.ParseAddress(from)
	if err != nil {
		return nil, wrong
	}
	bare, _, err := names.Email(a.Address)
	if err != nil || bare != a.Address {
		return nil, wrong
	}
	a.Name = oneLine(a.Name)
	return a, nil
}
