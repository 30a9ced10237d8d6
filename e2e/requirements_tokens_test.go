package e2e

import (
	"bufio"
	"net"
	"net/http"
	"strings"
	"testing"
)

// altered are tokens that are nearly one: cut, longer, in other letters, written in another way.
func altered(token string) map[string]string {
	last := token[len(token)-1:]
	return map[string]string{
		"cut short": token[:len(token)-1], "cut to half": token[:len(token)/2], "without its first character": token[1:],
		"longer": token + "A", "twice": token + token, "padded": token + "=", "with a space encoded": token + "%20",
		"in small letters": strings.ToLower(token), "in capitals": strings.ToUpper(token),
		"one letter in the other case": swapOne(token), "as it is quoted": "%22" + token + "%22",
		// 43 characters of base64 carry two bits more than 32 bytes: those have to count too.
		"another last character": token[:len(token)-1] + neighbour(last), "nothing": "", "junk": strings.Repeat("A", len(token)),
	}
}

func swapOne(s string) string {
	for i, r := range s {
		if r >= 'a' && r <= 'z' {
			return s[:i] + strings.ToUpper(string(r)) + s[i+1:]
		}
	}
	return ""
}

func neighbour(last string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	at := strings.Index(alphabet, last)
	return alphabet[at^1 : at^1+1]
}

// jar sends cookies as they are written, several of one name if need be, and says what the answer's status is.
func (c *client) jar(t testing.TB, method, path string, cookies ...string) *http.Response {
	t.Helper()
	req, err := http.NewRequest(method, strings.TrimSuffix(c.base, "/api/v1")+path, nil)
	ok(t, err)
	req.Header.Set("Cookie", strings.Join(cookies, "; "))
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	res, err := c.http.Transport.RoundTrip(req)
	ok(t, err)
	ok(t, res.Body.Close())
	return res
}

// G01, G06, G07 for a service on https, with its pages and over JSON: a token is good whole, in the one cookie that it was
// given in, until it is signed out.
func TestTokensAreComparedWhole(t *testing.T) {
	s, _ := onSQLite(t, "--public-url", "https://id.example")
	c := api(s)
	p := newPerson(t, c)
	const login, session, browser = "__Host-sallyport_login", "__Host-sallyport_session", "__Host-sallyport_browser"
	in, err := c.send("POST", "/login", "", nil, object{"login": p.name, "password": p.password})
	ok(t, err)
	half := in.cookie(login)
	for how, token := range altered(half) {
		if res := c.jar(t, "GET", "/api/v1/login", login+"="+token); res.StatusCode != http.StatusUnauthorized {
			t.Errorf("a login's token %s: %d", how, res.StatusCode)
		}
	}
	body := respond("totp", p.app.next(t))
	body["trust_browser"] = true
	done, err := c.send("POST", "/login/response", "", map[string]string{login: half}, body)
	ok(t, err)
	whole, trusted := done.cookie(session), done.cookie(browser)
	if half == "" || len(whole) != 43 || trusted == "" {
		t.Fatalf("signing in sets %q, %q and %q", half, whole, trusted)
	}
	c.mustBeAlive(t, session+"="+whole)
	for how, token := range altered(whole) {
		c.mustBeOutside(t, "a session's token "+how, session+"="+token)
	}
	for how, token := range altered(p.session) {
		if got, err := c.try("GET", "/session", token, nil); err != nil || got.status != http.StatusUnauthorized {
			t.Errorf("a bearer token %s: %v, %v", how, got, err)
		}
	}
	id, secret, _ := strings.Cut(trusted, ".")
	for how, token := range altered(secret) {
		got, err := c.send("POST", "/login", "", map[string]string{browser: id + "." + token}, object{"login": p.name, "password": p.password})
		if ok(t, err); got.status != http.StatusAccepted {
			t.Errorf("a trusted browser's token %s: %v", how, got)
		}
	}
	// A sibling's domain can plant cookies, but for the prefix: two of one name are none, and the unprefixed twin is nothing.
	junk := strings.Repeat("A", 43)
	for how, cookies := range map[string][]string{
		"a planted one before":   {session + "=" + junk, session + "=" + whole},
		"a planted one after":    {session + "=" + whole, session + "=" + junk},
		"the same twice":         {session + "=" + whole, session + "=" + whole},
		"an empty one after":     {session + "=" + whole, session + "="},
		"without its prefix":     {"sallyport_session=" + whole},
		"with another prefix":    {"__Secure-sallyport_session=" + whole},
		"the name in small":      {strings.ToLower(session) + "=" + whole},
		"in the login's cookie":  {login + "=" + whole},
		"in the browser's":       {browser + "=" + whole},
		"with the name's spaces": {" " + session + " = " + whole},
	} {
		c.mustBeOutside(t, how, cookies...)
	}
	c.mustBeAlive(t, session+"="+whole, "sallyport_session="+junk)
	c.mustEnd(t, session, whole)
}

func (c *client) mustBeAlive(t testing.TB, cookies ...string) {
	t.Helper()
	json, page := c.jar(t, "GET", "/api/v1/session", cookies...).StatusCode, c.jar(t, "GET", "/account", cookies...).StatusCode
	if json != http.StatusOK || page != http.StatusOK {
		t.Errorf("a session that should live: %d over JSON, %d on the page", json, page)
	}
}

func (c *client) mustBeOutside(t testing.TB, how string, cookies ...string) {
	t.Helper()
	if res := c.jar(t, "GET", "/api/v1/session", cookies...); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("%s: %d over JSON", how, res.StatusCode)
	}
	if res := c.jar(t, "GET", "/account", cookies...); res.StatusCode != http.StatusSeeOther {
		t.Errorf("%s: %d on the page", how, res.StatusCode)
	}
}

// mustEnd signs out: a GET does nothing, the POST ends the session on the server, and the cookie that was kept is nothing.
func (c *client) mustEnd(t testing.TB, name, token string) {
	t.Helper()
	cookie := name + "=" + token
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		if res := c.jar(t, method, "/logout", cookie); res.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("%s /logout: %d", method, res.StatusCode)
		}
	}
	c.mustBeAlive(t, cookie)
	res := c.form(t, "/logout", map[string]string{name: token})
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Clear-Site-Data") != `"cache", "storage"` {
		t.Errorf("signing out: %d, Clear-Site-Data %s", res.StatusCode, res.Header.Get("Clear-Site-Data"))
	}
	c.mustBeOutside(t, "a session that was signed out", cookie)
	dropped := false
	for _, set := range res.Cookies() {
		dropped = dropped || set.Name == name && set.MaxAge < 0
	}
	if !dropped {
		t.Errorf("the browser keeps the cookie: %q", res.Header.Values("Set-Cookie"))
	}
}

// rawStatus sends a request as it is written, and reads the status of the answer.
func rawStatus(t testing.TB, address, request string) int {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	ok(t, err)
	defer conn.Close() //nolint:errcheck // it was read
	_, err = conn.Write([]byte(request))
	ok(t, err)
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	ok(t, err)
	return res.StatusCode
}
