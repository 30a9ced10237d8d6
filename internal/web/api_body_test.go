package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// bodies that no operation takes.
func badBodies() map[string]struct {
	media, body string
	status      int
	field       any
} {
	type bad = struct {
		media, body string
		status      int
		field       any
	}
	const js = "application/json"
	return map[string]bad{
		"nothing":             {js, "", 422, nil},
		"no JSON":             {js, "login=x", 422, nil},
		"cut short":           {js, `{"login":"x"`, 422, nil},
		"an array":            {js, `[]`, 422, nil},
		"a string":            {js, `"x"`, 422, nil},
		"null":                {js, `null`, 422, nil},
		"something behind":    {js, `{"login":"x","password":"y"}{}`, 422, nil},
		"a bracket behind":    {js, `{"login":"x","password":"y"}]`, 422, nil},
		"a key twice":         {js, `{"login":"x","password":"y","login":"z"}`, 422, "login"},
		"a key in other case": {js, `{"login":"x","password":"y","Login":"z"}`, 422, "Login"},
		"a key in capitals":   {js, `{"LOGIN":"x","password":"y"}`, 422, "LOGIN"},
		"an escaped twin":     {js, `{"login":"x","password":"y","l\u006fgin":"z"}`, 422, "login"},
		"an unknown field":    {js, `{"login":"x","password":"y","admin":true}`, 422, "admin"},
		"a deeper twin":       {js, `{"login":"x","password":"y","more":{"a":1,"a":2}}`, 422, "a"},
		"a number":            {js, `{"login":"x","password":123456}`, 422, "password"},
		"a number as code":    {js, `{"login":"x","password":"y","kind":"totp","response":123456}`, 422, "response"},
		"a list":              {js, `{"login":["x","y"],"password":"y"}`, 422, "login"},
		"an object":           {js, `{"login":{"$ne":""},"password":"y"}`, 422, "login"},
		"null for text":       {js, `{"login":"x","password":null}`, 422, "password"},
		"text for truth":      {js, `{"login":"x","password":"y","remember":"yes"}`, 422, "remember"},
		"no login":            {js, `{"password":"y"}`, 422, "login"},
		"no password":         {js, `{"login":"x"}`, 422, "password"},
		"deep nesting":        {js, `{"login":` + strings.Repeat("[", 4000) + strings.Repeat("]", 4000) + `}`, 422, nil},
		"16 levels":           {js, `{"login":` + strings.Repeat("[", 17) + strings.Repeat("]", 17) + `}`, 422, nil},
		"no UTF-8":            {js, "{\"login\":\"x\",\"password\":\"\xff\xfe\"}", 422, nil},
		"too large":           {js, `{"login":"x","password":"` + strings.Repeat("x", 16<<10) + `"}`, 413, nil},
		"a form":              {"application/x-www-form-urlencoded", "login=x&password=y", 422, "Content-Type"},
		"text":                {"text/plain", `{"login":"x","password":"y"}`, 422, "Content-Type"},
		"multipart":           {"multipart/form-data; boundary=x", `{"login":"x","password":"y"}`, 422, "Content-Type"},
		"no media type":       {"", `{"login":"x","password":"y"}`, 422, "Content-Type"},
		"a suffix":            {"application/problem+json", `{"login":"x","password":"y"}`, 422, "Content-Type"},
	}
}

// I01, I09
func TestBodiesThatAreRefused(t *testing.T) {
	w := newWorld(t, setup{})
	c := w.browser()
	for name, bad := range badBodies() {
		for _, chunked := range []bool{false, true} {
			r := w.request("POST", "/api/v1/login", strings.NewReader(bad.body))
			if chunked {
				r.ContentLength = -1
			}
			if bad.media != "" {
				r.Header.Set("Content-Type", bad.media)
			}
			a := c.sendRaw(r, "/login")
			if a.status != bad.status || a.get("field") != bad.field {
				t.Errorf("%s: %d, field %v, want %d, %v: %s", name, a.status, a.get("field"), bad.status, bad.field, a.body)
			}
			if strings.Contains(string(a.body), "json:") || strings.Contains(string(a.body), "go") && strings.Contains(string(a.body), "struct") {
				t.Errorf("%s: the answer shows how it was made: %s", name, a.body)
			}
		}
	}
	ok := w.request("POST", "/api/v1/login", strings.NewReader(" {\"login\":\"x\" , \"password\":\"y\"}\n"))
	ok.Header.Set("Content-Type", "Application/JSON; charset=utf-8")
	c.sendRaw(ok, "/login").problem(c, 401, "wrong")
}

// Operations without a body let nothing else in either.
func TestOperationsWithoutABody(t *testing.T) {
	w := newWorld(t, setup{})
	c, p := w.owner()
	c.elevate(p)
	for _, test := range []struct {
		media, body string
		status      int
	}{
		{"application/x-www-form-urlencoded", "", 422},
		{"application/x-www-form-urlencoded", "a=b", 422},
		{"text/plain", "{}", 422},
		{"", "{}", 422},
		{"application/json", `{"replaces":"x"}`, 422},
		{"application/json", `[]`, 422},
		{"application/json", "", 201},
		{"application/json", "{}", 201},
		{"", "", 201},
	} {
		r := w.request("POST", "/api/v1/recovery-codes", strings.NewReader(test.body))
		if test.media != "" {
			r.Header.Set("Content-Type", test.media)
		}
		if a := c.sendRaw(r, "/recovery-codes"); a.status != test.status {
			t.Errorf("%q %q: %d %s", test.media, test.body, a.status, a.body)
		}
	}
}

// I01: every unsafe route refuses what another site's page sends, whatever proof comes with it.
func TestOtherSitesAreRefused(t *testing.T) {
	w := newWorld(t, setup{})
	c, p := w.owner()
	c.elevate(p)
	foreign := map[string]map[string]string{
		"cross-site":          {"Sec-Fetch-Site": "cross-site"},
		"same-site":           {"Sec-Fetch-Site": "same-site"},
		"another origin":      {"Origin": "https://evil.example"},
		"null":                {"Origin": "null"},
		"another port":        {"Origin": "https://id.example:8443"},
		"a longer host":       {"Origin": "https://id.example.evil.example"},
		"cross-site and null": {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
	}
	own := map[string]map[string]string{
		"same-origin": {"Sec-Fetch-Site": "same-origin", "Origin": "https://id.example"},
		"typed in":    {"Sec-Fetch-Site": "none"},
		"own origin":  {"Origin": "https://id.example"},
		"no browser":  {},
	}
	send := func(method, path string, headers map[string]string) answer {
		r := w.request(method, strings.NewReplacer("{id}", p.authenticator).Replace(path), nil)
		for name, value := range headers {
			r.Header.Set(name, value)
		}
		for name, value := range c.cookies {
			r.AddCookie(&http.Cookie{Name: name, Value: value})
		}
		return w.send(r)
	}
	unsafe := 0
	for _, route := range w.routes {
		if route.Method == http.MethodGet {
			continue
		}
		unsafe++
		for name, headers := range foreign {
			if a := send(route.Method, route.Path, headers); a.status != 403 {
				t.Errorf("%s %s, %s: %d", route.Method, route.Path, name, a.status)
			} else if route.Face == "json" && a.get("code") != "cross_origin" {
				t.Errorf("%s %s, %s: %s", route.Method, route.Path, name, a.body)
			}
		}
	}
	if unsafe < 30 {
		t.Errorf("%d unsafe routes were tried", unsafe)
	}
	for name, headers := range own { // and these are not refused
		if a := send("POST", "/api/v1/authenticators", headers); a.get("field") != "Content-Type" {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	c.send("GET", "/session", nil).want(c, 200)
	c.mustBeElevated("after all that")
}

// A method that a path doesn't know does nothing, and a header doesn't change a request's method.
func TestOtherMethods(t *testing.T) {
	w := newWorld(t, setup{})
	c := w.browser()
	c.register()
	for _, method := range []string{"TRACE", "PUT", "OPTIONS", "PATCH", "FOO"} {
		c.send(method, "/session", nil).problem(c, 405, "method_not_allowed")
	}
	r := w.request("GET", "/api/v1/session", nil)
	r.Header.Set("X-HTTP-Method-Override", "DELETE")
	c.sendRaw(r, "/session").want(c, 200)
	c.send("GET", "/session?_method=DELETE", nil).want(c, 200)
	c.send("GET", "/nowhere", nil).problem(c, 404, "not_found")
}

// I02, I03, I08: the same headers on everything.
func TestSecurityHeaders(t *testing.T) {
	w := newWorld(t, setup{})
	c := w.browser()
	c.register()
	r := w.request("GET", "/api/v1/session", nil)
	r.Header.Set("Origin", "https://evil.example")
	for name, a := range map[string]answer{
		"200": c.sendRaw(r, "/session"), "401": w.browser().send("GET", "/session", nil),
		"404": c.send("GET", "/nowhere", nil), "403": c.send("POST", "/recovery-codes", nil),
		"413": c.send("POST", "/login", values{"login": strings.Repeat("x", 20000)}), "204": c.send("DELETE", "/session", nil),
	} {
		for header, want := range map[string]string{
			"Cache-Control": "^no-store$", "X-Content-Type-Options": "^nosniff$", "Referrer-Policy": "^no-referrer$",
			"Content-Security-Policy": "default-src 'none'.*frame-ancestors 'none'", "Strict-Transport-Security": `max-age=[3-9]\d{7}`,
			"Cross-Origin-Opener-Policy": "^same-origin$", "Cross-Origin-Resource-Policy": "^same-origin$", "X-Request-Id": `^\w{26}$`,
			"Access-Control-Allow-Origin": "^$",
		} {
			if got := a.header.Get(header); !regexp.MustCompile(want).MatchString(got) {
				t.Errorf("%s: %s: %q", name, header, got)
			}
		}
	}
}

// What was wrong with a request is said in a way that leads to a right one.
func TestProblemsSayWhatIsRight(t *testing.T) {
	w := newWorld(t, setup{})
	c := w.browser()
	c.elevate(c.register())
	for _, request := range []struct {
		method, path, body string
		status             int
		code, field, says  string
	}{
		{"POST", "/authenticators", `{"kind": "abacus"}`, 422, "invalid", "kind", "These there are: totp"},
		{"POST", "/session/elevate", `{"kind": "abacus", "response": "1"}`, 422, "invalid", "kind", "password, recovery_code"},
		{"POST", "/authenticators", `{"kind": 1}`, 422, "invalid", "kind", "has to be a string"},
		{"POST", "/login", `{"login": "x", "password": "y", "remember": "yes"}`, 422, "invalid", "remember", "has to be true or false"},
		{"POST", "/login", `[]`, 422, "invalid", "", "has to be an object"},
		{"POST", "/login", `{"login": null, "password": "y"}`, 422, "invalid", "login", "null. Leave the field out"},
		{"PUT", "/session", ``, 405, "method_not_allowed", "", "GET, HEAD, DELETE."},
		{"GET", "/events?limit=abc", ``, 422, "invalid", "limit", "only before"},
		{"GET", "/events?before=9&limit=1", ``, 422, "invalid", "limit", "only before"},
	} {
		r := w.request(request.method, "/api/v1"+request.path, strings.NewReader(request.body))
		if request.body != "" {
			r.Header.Set("Content-Type", "application/json")
		}
		a := c.sendRaw(r, strings.Split(request.path, "?")[0])
		field, _ := a.get("field").(string)
		detail, _ := a.get("detail").(string)
		if a.status != request.status || a.get("code") != request.code || field != request.field || !strings.Contains(detail, request.says) {
			t.Errorf("%s %s %s: %d %s", request.method, request.path, request.body, a.status, a.body)
		}
	}
}
