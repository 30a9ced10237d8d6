package e2e

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

// H13: names that pass for another's are refused, on the page and over JSON, and what is the same name is one.
func TestLookAlikesAreRefused(t *testing.T) {
	e := estateOnSQLite(t)
	c := e.cs[0]
	for _, name := range []string{"admin", "paypal", "istanbul"} {
		c.call(t, http.StatusCreated, "POST", "/accounts", "", object{"username": name, "password": "correct horse staple"})
	}
	for name, status := range map[string]int{
		"admin": 409, "Admin": 409, "ADMIN ": 409, "\tadmin": 409, "ａｄｍｉｎ": 409, "\u00a0admin": 409, // one name
		"adm\u0131n": 409, "\u0251dmin": 409, "adrnin": 409, "раураl": 422, "paypa\u04cf": 422, "\u0130stanbul": 409, "\u0131stanbul": 409,
		"\u0430dmin": 422, "\u03b1dmin": 422, "admin\u200b": 422, "ad\u00admin": 422, "ad\u200dmin": 422, "\u202enimda": 422, "admin\ufe0f": 422,
		"admin\x00": 422, "\x00admin": 422, "ad\nmin": 422, "ad min": 422, "": 422, "admin@": 422, "\U0001d5bddmin": 422,
		strings.Repeat("admin", 51): 422, strings.Repeat("a", 255): 422, strings.Repeat("a", 65): 422, strings.Repeat("\u0301", 255): 422,
	} {
		got, err := c.try("POST", "/accounts", "", object{"username": name, "password": "correct horse staple"})
		ok(t, err)
		if got.status != status {
			t.Errorf("%+.40q: %v, want %d", name, got, status)
		}
		page := c.form(t, "/register", nil, "username="+name, "password=correct horse staple")
		if page.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%+.40q on the page: %d, want 422", name, page.StatusCode)
		}
	}
	if n := len(e.listed(t)); n != 3 {
		t.Errorf("%d accounts were made, want three", n)
	}
	// Other names are welcome: none of this is a rule about ASCII.
	for _, name := range []string{"Jürgen", "админ", "太郎", "o'brien", strings.Repeat("b", 64)} {
		c.call(t, http.StatusCreated, "POST", "/accounts", "", object{"username": name, "password": "correct horse staple"})
	}
}

// F04: failures count for the account, however its name is typed and wherever.
func TestSpellingsAreOneCounter(t *testing.T) {
	e := estateOnSQLite(t)
	c := e.cs[0]
	fail := func(page bool, login, password string) int {
		t.Helper()
		if page {
			return c.form(t, "/login", nil, "login="+login, "password="+password).StatusCode
		}
		got, err := c.try("POST", "/login", "", object{"login": login, "password": password})
		ok(t, err)
		return got.status
	}
	plain, accented := e.newOwner(t), e.register(t, "jos\u00e9", "jose@example.org")
	accented.confirm(t, e)
	for _, tt := range []struct {
		o         *owner
		spellings []string
	}{
		{plain, []string{plain.name, strings.ToUpper(plain.name), " " + plain.name + "\t", fullWidth(plain.name), plain.email, strings.ToUpper(plain.email)}},
		{accented, []string{"jos\u00e9", "jose\u0301", "JOS\u00c9", "JOSE\u0301", "\u00a0jos\u00e9", "Jose@EXAMPLE.org"}},
	} {
		for i, spelled := range tt.spellings {
			e.execute(t, "delete from sallyport_counters")
			for n := range 3 { // by all the others in turn, on the page and over JSON
				fail(n%2 == 1, tt.spellings[(i+1+n)%len(tt.spellings)], "wrong and wrong again")
			}
			for _, page := range []bool{false, true} {
				// An address may mean a second account, which is not delayed; this one is not compared all the same.
				got, address := fail(page, spelled, tt.o.password), strings.Contains(spelled, "@")
				if got != http.StatusTooManyRequests && (!address || got < 400) {
					t.Errorf("%+q after three failures under other spellings, on the page %v: %d, want 429", spelled, page, got)
				}
			}
		}
	}
}

// fullWidth is a name in full-width letters.
func fullWidth(s string) string {
	return strings.Map(func(r rune) rune {
		if r > ' ' && r < 0x7f {
			return r - '!' + '！'
		}
		return r
	}, s)
}

// H04: links are built from the configured URL, whatever a request says of itself.
func TestLinksComeFromTheConfiguredURL(t *testing.T) {
	e := estateOnSQLite(t)
	const path = "/api/v1/recovery"
	for what, head := range map[string]string{
		"Host": "POST " + path + " HTTP/1.1\r\nHost: evil.example\r\n", "a port": "POST " + path + " HTTP/1.1\r\nHost: localhost:8080@evil.example\r\n",
		"the absolute form": "POST http://evil.example" + path + " HTTP/1.1\r\nHost: localhost:8080\r\n",
		"X-Forwarded-Host":  "POST " + path + " HTTP/1.1\r\nHost: localhost:8080\r\nX-Forwarded-Host: evil.example\r\n",
		"all that proxies do": "POST " + path + " HTTP/1.1\r\nHost: localhost:8080\r\nX-Forwarded-Proto: evil\r\nX-Forwarded-Prefix: //evil.example\r\n" +
			"X-Forwarded-Server: evil.example\r\nX-Original-Host: evil.example\r\nX-Host: evil.example\r\nX-Original-URL: //evil.example\r\nForwarded: for=1.2.3.4;host=evil.example;proto=evil\r\n",
		"a second Host": "POST " + path + " HTTP/1.1\r\nHost: localhost:8080\r\nHost: evil.example\r\n",
	} {
		o := e.newOwner(t)
		before := len(e.box.letters(t, o.email, mailReset))
		body := `{"login":"` + o.email + `"}`
		request := head + "Content-Type: application/json\r\nConnection: close\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body
		status := rawStatus(t, e.servers[0].address, request)
		if status != http.StatusAccepted {
			if status/100 != 4 || len(e.box.letters(t, o.email, mailReset)) > before {
				t.Errorf("%s: %d", what, status)
			}
			continue // refused outright
		}
		l := e.box.await(t, o.email, mailReset, before+1)
		link, err := url.Parse(linkLine.FindString(l.text))
		ok(t, err)
		if link.Scheme != "http" || link.Host != "localhost:8080" || link.Path != "/recover/reset" || strings.Contains(l.text, "evil") {
			t.Errorf("%s: the message has\n%s", what, l.text)
		}
	}
}

// H05: a form with more than one address, or one that looks like the stored one, mails the stored one or nobody.
func TestResetsGoToTheStoredAddressAlone(t *testing.T) {
	e := estateOnSQLite(t)
	c := e.cs[0]
	kelvin := e.register(t, "kelvin", "kelvin.strasse@example.org")
	kelvin.confirm(t, e)
	const other = "thief@evil.example"
	for _, pairs := range [][]string{
		{"login=" + kelvin.email, "login=" + other}, {"login[]=" + kelvin.email, "login[]=" + other}, {"login=" + kelvin.email, "email=" + other},
		{"login=" + kelvin.email + "," + other}, {"login=" + kelvin.email + ";" + other}, {"login=" + kelvin.email + "\r\nBcc: " + other},
		{"login=" + kelvin.email + "\r\nTo: " + other + "\r\n"}, {"login=\"" + other + "\" <" + kelvin.email + ">"}, {"login=" + other + "%00" + kelvin.email},
		{"login=\u212aelvin.strasse@example.org"}, {"login=kelvin.stra\u00dfe@example.org"}, {"login=kelv\u0131n.strasse@example.org"},
		{"login=KELV\u0130N.strasse@example.org"}, {"login=" + strings.ToUpper(kelvin.email)}, {"login=" + fullWidth(kelvin.email)}, {"login=kelvin.strasse@example\u3002org"},
	} {
		if res := c.form(t, "/recover", nil, pairs...); res.StatusCode != http.StatusSeeOther && res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%q: %d", pairs, res.StatusCode)
		}
	}
	last := e.newOwner(t) // what comes after all of them has been sent, too
	last.forgot(t, e)
	all, err := e.box.list()
	ok(t, err)
	for _, l := range all {
		if strings.Contains(l.to, "evil") && l.token != "" {
			t.Errorf("%q went to %s", l.subject, l.to)
		}
		if strings.HasSuffix(l.subject, ": "+mailReset) && l.to != kelvin.email && l.to != last.email {
			t.Errorf("a link that sets the password went to %q", l.to)
		}
	}
}
