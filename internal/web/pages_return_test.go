package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/sallyport/sallyport/internal/web"
)

func TestReturnToIsKept(t *testing.T) {
	for _, to := range []string{
		"/", "/account", "/auth/account?x=1&y=2#part", "/a/b/c/", "/a?next=https://b.example/", "/a#//b", "/a?//b",
		"/a%20b", "/caf%C3%A9", "/a:b@c", "/~ana/-_.!*'();:@&=+$,", "/a..b/.well-known/x", "/" + strings.Repeat("a", 1023),
	} {
		if got, ok := web.SafeReturn(to); !ok || got != to {
			t.Errorf("%q is refused, or changed to %q", to, got)
		}
	}
}

// What some browser, proxy or parser may take for another host, or for a header's end (security.md, I04).
func TestHostileReturnToIsRefused(t *testing.T) {
	for _, to := range hostile() {
		if got, ok := web.SafeReturn(to); ok || got != "" {
			t.Errorf("%q is kept as %q", to, got)
		}
	}
}

func hostile() []string {
	return []string{
		"", " ", "a", "account", "./a", "../a", "?a=b", "#a", "//", "///", "////e.example", "//e.example", "//e.example/account",
		`/\e.example`, `\/e.example`, `\\e.example`, `/\/e.example`, `//\e.example`, `/a\b`, `/\`, `\`, `/a?b=\c`, `/a#\c`, "/a?b=c d", "/a?b=\tc", "/a#\n",
		"https://e.example", "http://e.example", "https:e.example", "https:/e.example", "https:///e.example", "HTTPS://e.example",
		"javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "vbscript:x", "mailto:a@e.example",
		"/%2fe.example", "/%2Fe.example", "/%2f%2fe.example", "%2f%2fe.example", "/%5ce.example", "/%5Ce.example", "/a/%2f/e.example",
		"/.//e.example", "/./e", "/../e", "/a/../../e", "/a/./e", "/%2e%2e/e", "/%2e/e", "/..%2fe", "/.", "/..", "/a/..", "/a//e.example",
		"\t//e.example", "/\t/e.example", "/\n/e.example", "/\r\nSet-Cookie: a=b", "/a\r\nLocation: //e", "/a%0d%0aSet-Cookie:x", "/a\x00b", "/a%00b", "/a\x7f",
		" /a", "/a b", "/a\u00a0b", "\u2028/a", "/\u3002e", "/／e.example", "／／e.example", "//e。example", "/é",
		"//user@e.example", "//user:pass@e.example", "https://id.example@e.example/", "//id.example:443@e.example", "@e.example",
		"//[::1]/", "//127.0.0.1", "//0x7f000001", "/%zz", "/%", "/a%2", "/" + strings.Repeat("a", 1024),
	}
}

// Whatever is kept stays on this origin, as the URL standard's relative of Go reads it.
func TestKeptReturnStaysOnTheOrigin(t *testing.T) {
	base, err := url.Parse("https://id.example/auth/login")
	must(t, err)
	part := rapid.SampledFrom([]string{"/", "//", `\`, "a", "e.example", ".", "..", "%2f", "%5c", "@", ":", "?", "#", "\t", " ", "https:", "é"})
	rapid.Check(t, func(t *rapid.T) {
		to := strings.Join(rapid.SliceOfN(part, 1, 8).Draw(t, "parts"), "")
		kept, ok := web.SafeReturn(to)
		if !ok {
			return
		}
		at, err := base.Parse(kept)
		if err != nil || at.Scheme != "https" || at.Host != "id.example" || at.User != nil {
			t.Fatalf("%q leads to %v (%v)", to, at, err)
		}
		if again, err := base.Parse(at.EscapedPath()); err != nil || again.Host != "id.example" {
			t.Fatalf("the path of %q leads to %v (%v)", to, again, err)
		}
	})
}

func TestFileName(t *testing.T) {
	for issuer, want := range map[string]string{
		"Sallyport": "sallyport-recovery-codes.txt", "Harbour & Co": "harbour-co-recovery-codes.txt",
		"../../etc/passwd": "etc-passwd-recovery-codes.txt", "": "recovery-codes.txt", "港": "recovery-codes.txt",
		"a\"\r\nb": "a-b-recovery-codes.txt", strings.Repeat("ab ", 40): strings.Repeat("ab-", 16)[:47] + "-recovery-codes.txt",
	} {
		if got := web.FileName(issuer); got != want {
			t.Errorf("%q: %q, want %q", issuer, got, want)
		}
	}
}

// A set-up that an application's page asked for leads back there, by whichever kind and through every page of it, and nowhere else.
func TestSetUpLeadsBack(t *testing.T) {
	const to = "/auth/account/sessions?from=shop" // the visitor holds every address to the prefix
	back := "return_to=" + url.QueryEscape(to)
	hidden := `<input type="hidden" name="return_to" value="` + to + `">`
	w := newWorld(t, setup{codes: true, tokens: true})
	v := w.visitor()
	v.register()
	page := v.get("/account/authenticators/new?" + back).leads("/account/confirm?return_to=" + url.QueryEscape("/auth/account/authenticators/new?"+back))
	v.post(page.location, "password="+pagePassword, "return_to=/auth/account/authenticators/new?"+back).leads("/account/authenticators/new?" + back)

	v.get("/account/authenticators/new?"+back).shows(200, hidden, `href="`+to+`"`, `?kind=hotp&return_to=%2fauth%2faccount%2fsessions%3ffrom%3dshop`)
	pending := v.post("/account/authenticators/new", "kind=totp", "return_to="+to)
	at, _, _ := strings.Cut(pending.location, "?")
	pending.leads(at + "?" + back)
	key := v.get(at+"?"+back).shows(200, hidden, `href="`+to+`"`).key()
	v.post(at, "code=000000", "return_to="+to).shows(422, hidden)
	codes := v.post(at, "code="+v.code(key), "return_to="+to).shows(200, hidden).codes()
	v.post("/account/recovery-codes/saved", "saved=yes", "codes="+strings.Join(codes, " "), "return_to="+to).leads("/account/sessions?from=shop")

	sent := v.post("/account/authenticators/new", "kind=email", "to=ana@example.org", "return_to="+to)
	at, _, _ = strings.Cut(sent.location, "?")
	v.get(at+"?"+back).shows(200, hidden)
	w.clock.Advance(2 * time.Minute)
	v.post(strings.TrimSuffix(at, "/confirm")+"/challenge", "return_to="+to).leads(at + "?" + back)

	for _, evil := range []string{"https://evil.example/", "//evil.example", `/\evil.example`, "javascript:alert(1)"} {
		v.get("/account/authenticators/new?return_to="+url.QueryEscape(evil)).shows(200).lacks("evil.example", "alert(1)")
		v.post("/account/authenticators/new", "kind=sms", "to=nonsense", "return_to="+evil).lacks("evil.example", "alert(1)")
		if got := v.post("/account/authenticators/new", "kind=totp", "return_to="+evil).location; strings.Contains(got, "return_to") {
			t.Errorf("a set-up leads to %s", got)
		}
	}
}
