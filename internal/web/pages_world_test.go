package web_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/otp"
)

// visitor is a person at a browser without script: cookies are kept as browsers keep them, and every
// redirect is looked at.
type visitor struct {
	t    *testing.T
	w    *world
	http *http.Client

	language string // of Accept-Language; "" sends none
}

// direct is a transport that calls the handler.
type direct struct{ h http.Handler }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	in := r.Clone(r.Context())
	in.RequestURI, in.RemoteAddr = r.URL.RequestURI(), "192.0.2.8:4711"
	if in.Body == nil {
		in.Body = http.NoBody
	}
	rec := httptest.NewRecorder()
	d.h.ServeHTTP(rec, in)
	return rec.Result(), nil
}

func (w *world) visitor() *visitor {
	jar, err := cookiejar.New(nil)
	must(w.t, err)
	return &visitor{t: w.t, w: w, http: &http.Client{
		Jar: jar, Transport: direct{w.handler},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// seen is a page that was answered.
type seen struct {
	t        *testing.T
	status   int
	header   http.Header
	body     string
	location string // without the prefix
}

func (v *visitor) do(r *http.Request) seen {
	v.t.Helper()
	res, err := v.http.Do(r)
	must(v.t, err)
	body, err := io.ReadAll(res.Body)
	must(v.t, err)
	to, under := strings.CutPrefix(res.Header.Get("Location"), v.w.public.Path)
	if res.Header.Get("Location") != "" && !under {
		v.t.Errorf("%s %s leads out of the prefix: %s", r.Method, r.URL, res.Header.Get("Location"))
	}
	return seen{t: v.t, status: res.StatusCode, header: res.Header, body: string(body), location: to}
}

func (v *visitor) request(method, path, body string) *http.Request {
	r, err := http.NewRequest(method, v.w.public.String()+path, strings.NewReader(body))
	must(v.t, err)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if v.language != "" {
		r.Header.Set("Accept-Language", v.language)
	}
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
	return r
}

func (v *visitor) get(path string) seen {
	v.t.Helper()
	return v.do(v.request("GET", path, ""))
}

// post sends a form of name=value pairs.
func (v *visitor) post(path string, pairs ...string) seen {
	v.t.Helper()
	form := url.Values{}
	for _, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		form.Add(name, value)
	}
	r := v.request("POST", path, form.Encode())
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return v.do(r)
}

// shows fails the test when the page has another status, or lacks one of the texts.
func (s seen) shows(status int, texts ...string) seen {
	s.t.Helper()
	if s.status != status {
		s.t.Fatalf("status %d, want %d: %s%s", s.status, status, s.location, s.body)
	}
	plain := unescape(s.body)
	for _, text := range texts {
		if !strings.Contains(plain, text) {
			s.t.Fatalf("the page lacks %q:\n%s", text, plain)
		}
	}
	return s
}

// lacks fails the test when the page has one of the texts.
func (s seen) lacks(texts ...string) seen {
	s.t.Helper()
	for _, text := range texts {
		if strings.Contains(unescape(s.body), text) {
			s.t.Fatalf("the page has %q:\n%s", text, s.body)
		}
	}
	return s
}

// leads fails the test when the answer is no redirect to a page.
func (s seen) leads(to string) seen {
	s.t.Helper()
	if s.status != http.StatusSeeOther || s.location != to {
		s.t.Fatalf("%d %s, want 303 %s\n%s", s.status, s.location, to, s.body)
	}
	return s
}

// leaves fails the test when the answer does not have the next page say what it is about.
func (s seen) leaves(notice string) seen {
	s.t.Helper()
	for _, c := range (&http.Response{Header: s.header}).Cookies() {
		if strings.HasSuffix(c.Name, "sallyport_notice") && c.Value == notice {
			return s
		}
	}
	s.t.Fatalf("no notice %s: %v", notice, s.header["Set-Cookie"])
	return s
}

func unescape(body string) string {
	return strings.NewReplacer("&#39;", "'", "&amp;", "&", "&#34;", `"`, "&#43;", "+").Replace(body)
}

var (
	keyOnPage   = regexp.MustCompile(`id="key"[^>]* data-value="([A-Z2-7]+)"`)
	codesOnPage = regexp.MustCompile(`<li><code>([0-9A-Z-]{19})</code></li>`)
	rowsOnPage  = regexp.MustCompile(`/account/authenticators/([A-Z0-9]{26})"`)
)

// key reads the key that a set-up page shows.
func (s seen) key() otp.Key {
	s.t.Helper()
	found := keyOnPage.FindStringSubmatch(s.body)
	if found == nil {
		s.t.Fatalf("no key on the page:\n%s", s.body)
	}
	secret, err := otp.ParseSecret(found[1])
	must(s.t, err)
	key, err := otp.NewKey(secret, otp.Options{})
	must(s.t, err)
	return key
}

func (s seen) codes() []string {
	s.t.Helper()
	var codes []string
	for _, found := range codesOnPage.FindAllStringSubmatch(s.body, -1) {
		codes = append(codes, found[1])
	}
	return codes
}

// authenticators are the ids on the account page.
func (s seen) authenticators() []string {
	var ids []string
	for _, found := range rowsOnPage.FindAllStringSubmatch(s.body, -1) {
		if !slices.Contains(ids, found[1]) {
			ids = append(ids, found[1])
		}
	}
	return ids
}

// codeAt is what a code app shows whose clock is off by that much.
func (v *visitor) codeAt(key otp.Key, off time.Duration) string {
	v.t.Helper()
	code, err := key.TOTP(v.w.clock.Now().Add(off))
	must(v.t, err)
	return code.String()
}

// code waits for the next code and reads it.
func (v *visitor) code(key otp.Key) string {
	v.t.Helper()
	v.w.clock.Advance(30 * time.Second)
	return v.codeAt(key, 0)
}

const pagePassword = "three blue boats at noon"

// register makes an account "ana".
func (v *visitor) register() seen {
	v.t.Helper()
	return v.post("/register", "username=ana", "password="+pagePassword)
}

// setUp makes an account under the policy that asks for a second factor, and sets up its first code app.
func (v *visitor) setUp() (otp.Key, []string) {
	v.t.Helper()
	v.register().leads("/login/setup")
	key := v.get("/login/setup").shows(200).key()
	codes := v.post("/login/setup", "code="+v.code(key), "label=Phone").shows(200).codes()
	if len(codes) != 10 {
		v.t.Fatalf("%d recovery codes, want 10", len(codes))
	}
	return key, codes
}

// signIn signs ana in with a code.
func (v *visitor) signIn(key otp.Key) {
	v.t.Helper()
	v.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
	v.post("/login/verify", "code="+v.code(key)).leads("/account")
}

// confirm proves ana again.
func (v *visitor) confirm(key otp.Key) {
	v.t.Helper()
	v.post("/account/confirm", "code="+v.code(key)).leads("/account")
}

func required() setup { return setup{policy: core.PolicyRequired} }
