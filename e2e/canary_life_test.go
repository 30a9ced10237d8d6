package e2e

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// canaries are what was mailed or handed out, by what it is.
type canaries map[string]string

func (all canaries) add(what string, l letter) {
	if l.token != "" {
		all["the token of "+what] = l.token
	}
	if l.code != "" {
		all["the code of "+what] = l.code
		all["the code of "+what+", without hyphens"] = strings.ReplaceAll(l.code, "-", "")
	}
}

// mustBeNowhere reads the log, and every file on the disk but the key ring, for any of them: as it is, decoded, and in
// other letters.
func (all canaries) mustBeNowhere(t *testing.T, e *estate, known string) {
	t.Helper()
	written := map[string][]byte{"the log": []byte(e.servers[0].log.String())}
	ok(t, filepath.WalkDir(e.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) == ".key" {
			return err
		}
		content, err := os.ReadFile(path)
		written[filepath.Base(path)] = content
		return err
	}))
	seen := false
	for where, content := range written {
		seen = seen || bytes.Contains(content, []byte(known))
		for what, secret := range all {
			for how, spelled := range spellings(secret) {
				if bytes.Contains(content, spelled) {
					t.Errorf("%s is in %s (%s)", what, where, how)
				}
			}
		}
	}
	if !seen || len(written) < 2 {
		t.Error("not even the account's name was found: the search looks in the wrong place")
	}
}

func spellings(secret string) map[string][]byte {
	out := map[string][]byte{
		"as it is": []byte(secret), "in lower case": []byte(strings.ToLower(secret)),
		"in a URL": []byte(url.QueryEscape(secret)), "in hex": []byte(hex.EncodeToString([]byte(secret))),
		"in base64": []byte(strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(secret)), "=")),
	}
	if raw, err := base64.RawURLEncoding.DecodeString(secret); err == nil && len(raw) >= 16 {
		out["decoded"] = raw
	}
	return out
}

// TestNothingMailedIsWritten goes through everything that mails links and codes: what was mailed is neither in the log
// nor in the database, before it is used nor after, nor is the password of the mail server (K03, K04, K05).
func TestNothingMailedIsWritten(t *testing.T) {
	office := opened(t)
	e := estateOnSQLite(t, "--mail", office.setting(), "--rescue-code", "email", "--log", "json")
	e.box = office.box()
	c := e.cs[0]
	all := canaries{"the mail server's password": mailPassword}

	// The first administrator's link is shown on standard error, once, and nowhere else.
	first := e.firstLinks(t)[0]
	if n := strings.Count(e.servers[0].log.String(), first); n != 1 {
		t.Errorf("the first administrator's link was written %d times", n)
	}
	invited, err := url.Parse(e.admin(t, "account", "invite").text("link"))
	ok(t, err)
	all["an invitation"] = invited.Query().Get("token")

	o := e.newGuarded(t)
	all.add("the first confirmation", e.box.await(t, o.email, mailConfirm, 1))
	body := object{"kind": "recovery_code", "response": o.takeRecovery(t), "action": "send 10 EUR"}
	all["a confirmation"] = c.call(t, http.StatusCreated, "POST", "/session/confirmations", o.session, body).text("confirmation")
	all.add("a reset", o.forgot(t, e))
	login := o.logins(t, e.cs, 1)[0]
	c.call(t, http.StatusAccepted, "POST", "/login/challenge", login, object{"authenticator": "email"})
	rescue := e.box.await(t, o.email, mailRescue, 1)
	all.add("a rescue", rescue)
	c.call(t, http.StatusAccepted, "POST", "/login/reset", login, nil)
	all.add("a link that cancels", e.box.await(t, o.email, mailResetAsked, 1))
	trusted, known := o.trustBrowser(t, c)
	_, all["a trusted browser's token"], _ = strings.Cut(trusted, ".")
	_, all["the token after it"], _ = strings.Cut(o.mustBeTrusted(t, c, trusted, known), ".")
	email, change := o.change(t, e)
	all.add("a changed address", change)
	all.mustBeNowhere(t, e, o.name)

	e.dumpOpensNothing(t, o)

	c.call(t, http.StatusNoContent, "POST", "/email/confirm", o.session, object{"token": change.token})
	undo := e.box.await(t, o.email, mailChanged, 1)
	all.add("an undo", undo)
	for _, path := range []string{"/recovery/reset", "/email/confirm", "/email/undo", "/reset/cancel"} { // each in the wrong place
		if got, err := c.try("POST", path+"?token="+undo.token, "", object{"token": change.code, "login": undo.token, "password": change.token}); err != nil || got.status < 400 || got.status >= 500 {
			t.Errorf("%s with what is none: %v, %v", path, got, err)
		}
	}
	o.email = email
	all.add("another reset", o.forgot(t, e))
	all.mustBeNowhere(t, e, o.name)
	e.servers[0].finish(t)
	all.mustBeNowhere(t, e, o.name) // and after the write-ahead log was folded in
}

// dumpOpensNothing tries every value of the database as each kind of credential: whoever has a dump has no key to
// anything (K03).
func (e *estate) dumpOpensNothing(t *testing.T, o *owner) {
	t.Helper()
	values := e.dump(t)
	if len(values) < 100 {
		t.Fatalf("%d values are in the database: the search looks in the wrong place", len(values))
	}
	c := e.cs[0]
	trusted := c.call(t, http.StatusOK, "GET", "/browsers", o.session, nil)["browsers"].([]any)[0].(map[string]any)["id"].(string)
	for value := range values {
		for _, try := range []shot{
			{method: "GET", path: "/session", token: value},
			{method: "GET", path: "/login", token: value},
			{method: "GET", path: "/session", cookies: map[string]string{sessionCookie: value}},
			{method: "POST", path: "/recovery/reset", body: object{"token": value, "login": o.email, "password": "stolen staple, battery"}},
			{method: "POST", path: "/email/confirm", body: object{"token": value, "login": o.email}},
			{method: "POST", path: "/email/undo", body: object{"token": value}},
			{method: "POST", path: "/reset/cancel", body: object{"token": value}},
			{method: "POST", path: "/accounts", body: object{"username": "intruder", "password": "short", "invitation": value}},
			{method: "POST", path: "/session/confirmations/redeem", token: o.session, body: object{"action": "send 10 EUR", "confirmation": value}},
		} {
			got, err := c.send(try.method, try.path, try.token, try.cookies, try.body)
			ok(t, err)
			// An invitation is looked at before the password, which is too short for any: 422 would say that it is good.
			if got.status < 400 || try.path == "/accounts" && got.code() == "weak_password" {
				t.Errorf("a value of the database (%q) opens %s %s: %v", value, try.method, try.path, got)
			}
		}
	}
	// A password is asked for first, so that this is tried with the likeliest alone.
	for value := range e.dump(t, "sallyport_browsers") {
		s := o.trustedSignIn(trusted+"."+value, "")
		if got, err := c.send(s.method, s.path, "", s.cookies, s.body); err != nil || got.status == http.StatusCreated {
			t.Errorf("a value of the database is a trusted browser: %v, %v", got, err)
		}
	}
}

// dump is every value of the database, or of the tables named, as text and as tokens are written.
func (e *estate) dump(t *testing.T, tables ...string) map[string]bool {
	t.Helper()
	db := openFile(t, e.database())
	defer db.Close() //nolint:errcheck // it was read
	if len(tables) == 0 {
		rows, err := db.Query("select name from sqlite_master where type = 'table' and name like 'sallyport%'")
		ok(t, err)
		for rows.Next() {
			var name string
			ok(t, rows.Scan(&name))
			tables = append(tables, name)
		}
		ok(t, rows.Err())
	}
	out := map[string]bool{}
	for _, table := range tables {
		rows, err := db.Query("select * from " + table)
		ok(t, err)
		columns, err := rows.Columns()
		ok(t, err)
		for rows.Next() {
			values, places := make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				places[i] = &values[i]
			}
			ok(t, rows.Scan(places...))
			for _, v := range values {
				switch v := v.(type) {
				case []byte:
					if 0 < len(v) && len(v) <= 64 {
						out[base64.RawURLEncoding.EncodeToString(v)], out[hex.EncodeToString(v)] = true, true
					}
				case string:
					if v != "" && len(v) <= 256 && !strings.ContainsAny(v, " \";,\\\r\n") {
						out[v] = true
					}
				}
			}
		}
		ok(t, rows.Err())
	}
	return out
}

// TestMailedLinksAreMoved follows each mailed link as mail scanners and people do: its token leaves the address at once,
// and nothing is used up by looking (H03, K05).
func TestMailedLinksAreMoved(t *testing.T) {
	e := estateOnSQLite(t)
	o := e.newOwner(t)
	_, change := o.change(t, e)
	reset := o.forgot(t, e)
	for _, l := range []letter{reset, change} {
		look := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		address := "http://" + e.servers[0].address + l.path
		for i := range 10 {
			method := []string{http.MethodGet, http.MethodHead}[i%2]
			req, err := http.NewRequest(method, address+"?token="+url.QueryEscape(l.token), nil)
			ok(t, err)
			res, err := look.Do(req)
			ok(t, err)
			ok(t, res.Body.Close())
			if where := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || where != l.path {
				t.Fatalf("%s %s: %d to %q, want it without its token", method, l.path, res.StatusCode, where)
			}
			if policy := res.Header.Get("Referrer-Policy"); policy != "no-referrer" && policy != "same-origin" {
				t.Errorf("%s %s: Referrer-Policy %q", method, l.path, policy)
			}
			for _, cookie := range res.Cookies() {
				if cookie.Value == l.token && (!cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode && cookie.SameSite != http.SameSiteStrictMode) {
					t.Errorf("%s %s: the cookie %s can be read by scripts or sent from elsewhere", method, l.path, cookie.Name)
				}
			}
		}
	}
	e.cs[0].call(t, http.StatusNoContent, "POST", "/email/confirm", o.session, object{"token": change.token})
	// The address is another now, so that the link that went to the old one is dead (H02).
	e.cs[0].call(t, http.StatusUnauthorized, "POST", "/recovery/reset", "", object{"token": reset.token, "password": "another staple, battery"})
	if strings.Contains(e.servers[0].log.String(), fmt.Sprint("token=", reset.token)) {
		t.Error("the log has the token of a link")
	}
}
