package e2e

import (
	"bytes"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// secrets are all spellings of what nobody but the person may ever read.
func (p *person) secrets(t testing.TB) map[string][]byte {
	t.Helper()
	out := map[string][]byte{"the password": []byte(p.password)}
	if p.session != "" {
		out["a session's token"] = []byte(p.session)
	}
	if p.app != nil {
		raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(p.app.secret)
		ok(t, err)
		out["the key"] = raw
		out["the key in base32"] = []byte(p.app.secret)
		out["the key in base32, lower case"] = []byte(strings.ToLower(p.app.secret))
		out["the key in hex"] = []byte(hex.EncodeToString(raw))
		out["the key in base64"] = []byte(strings.TrimRight(base64.StdEncoding.EncodeToString(raw), "="))
		out["a code"] = []byte(p.app.at(t, p.app.last))
	}
	for _, code := range p.recovery {
		out["recovery code "+code[:2]] = []byte(code)
		out["recovery code "+code[:2]+" without hyphens"] = []byte(strings.ReplaceAll(code, "-", ""))
	}
	return out
}

// mustNotLeak reads the log of a running server, and what is on its disk but the key ring, for any of them.
func mustNotLeak(t testing.TB, s *server, dir string, p *person) {
	t.Helper()
	written := map[string][]byte{"the log": []byte(s.log.String())}
	if dir != "" {
		ok(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) == ".key" {
				return err
			}
			content, err := os.ReadFile(path)
			written[filepath.Base(path)] = content
			return err
		}))
	}
	seen := false
	for where, content := range written {
		seen = seen || bytes.Contains(content, []byte(p.name))
		for what, secret := range p.secrets(t) {
			if bytes.Contains(content, secret) {
				t.Errorf("%s is in %s", what, where)
			}
		}
	}
	if dir != "" && !seen {
		t.Error("not even the account's name was found: the search looks in the wrong place")
	}
}

// Every way to get it wrong is tried with the real thing in the wrong place: what was typed is not written anywhere.
func TestNothingSecretIsWritten(t *testing.T) {
	s, dir := onSQLite(t, "--log", "json")
	c := api(s)
	p := newPerson(t, c)
	login := p.logins(t, []*client{c}, 1)[0]
	code := p.app.next(t)
	for _, wrong := range []object{
		respond("totp", p.app.secret), respond("recovery_code", p.password), respond("password", p.password),
		respond(p.password, code), {"kind": "totp", "response": code, "authenticator": p.app.secret[:16]},
		{"kind": "totp", "response": code, p.app.secret: true},
	} {
		if got, err := c.try("POST", "/login/response", login, wrong); err != nil || got.status < 400 || got.status >= 500 {
			t.Errorf("a wrong answer: %v, %v", got, err)
		}
	}
	c.call(t, http.StatusCreated, "POST", "/login/response", login, respond("totp", code))
	c.call(t, http.StatusUnauthorized, "POST", "/login/response", login, respond("totp", code))
	c.call(t, http.StatusUnauthorized, "GET", "/session?token="+p.session, "x"+p.session, nil)
	c.call(t, http.StatusUnauthorized, "POST", "/login", "", object{"login": p.password, "password": p.password})
	c.call(t, http.StatusNotFound, "GET", "/"+p.session, p.session, nil)
	again := p.logins(t, []*client{c}, 1)[0]
	c.call(t, http.StatusCreated, "POST", "/login/response", again, respond("recovery_code", p.recovery[0]))
	mustNotLeak(t, s, dir, p)
	s.finish(t)
	mustNotLeak(t, s, dir, p) // and after the write-ahead log was folded in
}
