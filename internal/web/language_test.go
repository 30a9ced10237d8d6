package web_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/catalogue/cataloguetest"
	"github.com/sallyport/sallyport/internal/core"
)

// speaking is a world of four languages, and a browser in one of them.
func speaking(t *testing.T, in setup, language string) *visitor {
	t.Helper()
	in.texts = cataloguetest.Pseudo(t)
	v := newWorld(t, in).visitor()
	v.language = language
	return v
}

// spoken is the language of a page.
func (s seen) spoken() string {
	s.t.Helper()
	tag := between(s.body, `<html lang="`, `"`)
	if tag == "" || tag != s.header.Get("Content-Language") {
		s.t.Fatalf("lang %q, Content-Language %q", tag, s.header.Get("Content-Language"))
	}
	return tag
}

func (s seen) speaks(tag string) seen {
	s.t.Helper()
	if got := s.spoken(); got != tag {
		s.t.Fatalf("the page is in %q, not %q", got, tag)
	}
	return s
}

// The order in which a page's language is chosen: by the switch, the account, the browser, the service.
func TestWhoseLanguageAPageHas(t *testing.T) {
	v := speaking(t, setup{}, "")
	v.get("/login").speaks("en")
	v.language = "da, de-AT;q=0.8"
	v.get("/login").speaks("de").shows(200, "⟦de: Sign in⟧")
	v.language = "da"
	v.get("/login").speaks("en")
	v.language = "ja"
	v.register().leads("/account")
	v.language = "de"
	v.get("/account").speaks("ja") // the account's: it was made in a Japanese browser
	v.get("/recover").speaks("de")
	v.post("/language", "language=ar", "return_to=/auth/account/sessions").leads("/account/sessions")
	v.get("/account/sessions").speaks("ar")
	other := v.w.visitor()
	other.language = "de"
	other.post("/login", "login=ana", "password="+pagePassword).leads("/account")
	other.get("/account").speaks("ar") // what was chosen with the switch is the account's, too
	v.post("/logout")
	v.get("/login").speaks("ar") // and this browser's
	other.post("/language", "language=de")
	v.post("/login", "login=ana", "password="+pagePassword).leads("/account")
	v.get("/account").speaks("ar") // here something was chosen
}

// Who signs in for the first time, without a language so far, gets that of the page; who did before, doesn't.
func TestTheFirstSignInGivesALanguage(t *testing.T) {
	v := speaking(t, setup{}, "")
	v.register()
	v.post("/logout")
	guest := v.w.visitor()
	guest.language = "de"
	guest.post("/login", "login=ana", "password="+pagePassword)
	guest.get("/account").speaks("de")
	hotel := v.w.visitor()
	hotel.language = "ja"
	hotel.post("/login", "login=ana", "password="+pagePassword)
	hotel.get("/account").speaks("de")
}

// The switch is in the footer, works without script and leads back to the page, or to one that can be shown again.
func TestSwitchOfLanguages(t *testing.T) {
	v := speaking(t, setup{}, "")
	page := v.get("/login?return_to=/auth/account/sessions").shows(200,
		`action="/auth/language"`, `name="return_to" value="/auth/login?return_to=/auth/account/sessions"`,
		`<button class="link" name="language" value="ar" lang="ar" dir="rtl">⟦ar: English⟧</button>`)
	if strings.Count(page.body, `name="language" value=`) != 4 {
		t.Error(page.body)
	}
	v.post("/language", "language=ar", "return_to=/auth/login?return_to=/auth/account/sessions").
		leads("/login?return_to=/auth/account/sessions")
	v.get("/login").speaks("ar").shows(200, `dir="rtl"`)
	v.post("/login", "login=ana", "password=x").speaks("ar").shows(422, `name="return_to" value="/auth/login"`)
	for _, elsewhere := range []string{"https://evil.example/", "//evil.example", `/\evil.example`, ""} {
		v.post("/language", "language=de", "return_to="+elsewhere).leads("/account")
	}
	v.post("/language", "language=xx").shows(422, "⟦de: There is no such language here. These there are: en")
	v.get("/login").speaks("de")
	cross := v.request("POST", "/language", "language=ja")
	cross.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	cross.Header.Set("Sec-Fetch-Site", "cross-site")
	if got := v.do(cross); got.status != 403 {
		t.Errorf("another site's form: %d", got.status)
	}
	v.get("/login").speaks("de")
	v.http.Jar.SetCookies(v.w.public, []*http.Cookie{{Name: "__Host-sallyport_language", Value: "xx", Path: "/", Secure: true}})
	v.language = "ja" // a language that there is no more counts for none
	v.get("/login").speaks("ja")
}

// A session that is over is no obstacle.
func TestSwitchAfterASession(t *testing.T) {
	v := speaking(t, setup{}, "")
	v.register()
	v.w.clock.Advance(31 * 24 * 3600e9)
	v.post("/language", "language=de", "return_to=/auth/register").leads("/register")
	v.get("/register").speaks("de")
}

// The page of recovery codes is shown once: leaving it for another language would lose them.
func TestRecoveryCodesHaveNoSwitch(t *testing.T) {
	v := speaking(t, required(), "de")
	v.register()
	key := v.get("/login/setup").shows(200, "/auth/language").key()
	v.post("/login/setup", "code="+v.code(key)).speaks("de").shows(200, "⟦de: Save your recovery codes⟧").lacks("/auth/language")
}

func TestLanguageOfTheAccountPage(t *testing.T) {
	v := speaking(t, setup{}, "")
	v.register()
	v.get("/account").speaks("en").shows(200, `<label for="language">Language</label>`, `<option value="en" lang="en" selected>`)
	v.post("/language", "language=ja", "return_to=/auth/account").leads("/account")
	v.get("/account").speaks("ja").shows(200, `<option value="ja" lang="ja" selected>`)
	v.get("/account/activity").shows(200, "⟦ja: Language changed⟧")
}

// Messages are in the language of the account, whoever makes them happen; those about no account in the asker's.
func TestLanguageOfMessages(t *testing.T) {
	v := speaking(t, setup{}, "ja")
	v.post("/register", "username=ana", "email="+pageEmail, "password="+pagePassword)
	if m := v.w.mail(core.MailConfirmAddress, pageEmail); m.Language != "ja" {
		t.Errorf("%q", m.Language)
	}
	stranger := v.w.visitor()
	stranger.language = "ar"
	stranger.post("/recover", "login=ana")
	if m := v.w.mail(core.MailResetPassword, pageEmail); m.Language != "ja" {
		t.Errorf("%q", m.Language)
	}
	stranger.post("/recover", "login=nobody@example.org")
	if m := v.w.mail(core.MailNoAccount, "nobody@example.org"); m.Language != "ar" {
		t.Errorf("%q", m.Language)
	}
}

// Over JSON: codes never change, details follow Accept-Language, and the account's language is set.
func TestLanguageOverJSON(t *testing.T) {
	v := speaking(t, setup{}, "")
	c := v.w.browser()
	c.register()
	problem := func(language string) (detail string, header http.Header) {
		r := v.w.request("POST", "/api/v1/login", strings.NewReader(`{"login":"nobody`+language+`","password":"x"}`))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept-Language", language)
		r.AddCookie(&http.Cookie{Name: "__Host-sallyport_language", Value: "ja"}) // an order for pages
		a := v.w.send(r)
		return string(a.body), a.header
	}
	for accept, want := range map[string]string{"de-CH": "de", "ar": "ar", "da": "en", "": "en"} {
		detail, header := problem(accept)
		translated := strings.Contains(detail, `"detail":"⟦`+want+": ")
		if translated != (want != "en") || !strings.Contains(detail, `"code":"wrong"`) || header.Get("Content-Language") != want || header.Get("Vary") != "Accept-Language" {
			t.Errorf("%s: %s %v", accept, detail, header)
		}
	}
	a := c.send("GET", "/language", nil).want(c, 200)
	if a.get("language") != "" || a.get("languages", 0) == nil {
		t.Errorf("%s", a.body)
	}
	c.send("PUT", "/language", values{"language": "xx"}).problem(c, 422, "invalid")
	c.send("PUT", "/language", values{}).problem(c, 422, "invalid")
	c.send("PUT", "/language", values{"language": "de"}).want(c, 204)
	if a := c.send("GET", "/language", nil).want(c, 200); a.get("language") != "de" {
		t.Errorf("%s", a.body)
	}
	if a := c.send("GET", "/account", nil).want(c, 200); a.get("account", "language") != "de" {
		t.Errorf("%s", a.body)
	}
	// Without Accept-Language, what is told to who is signed in is in the account's language.
	if a := c.send("PUT", "/language", values{"language": "xx"}); !strings.Contains(string(a.body), "⟦de: ") {
		t.Errorf("%s", a.body)
	}
}

var (
	notText   = regexp.MustCompile(`(?s)<script.*?</script>|<svg.*?</svg>|<!doctype html>|<style.*?</style>`)
	toldIn    = regexp.MustCompile(`\s(?:alt|aria-label|title|placeholder|data-(?:other|other-label|done|failed|shape|no-messages|cancelled|present|unsupported|declined|ended|gone))="([^"]*)"`)
	markup    = regexp.MustCompile(`<[^>]*>`)
	innermost = regexp.MustCompile(`⟦[^⟦⟧]*⟧`)
	word      = regexp.MustCompile(`\pL{2,}`)
)

// untold are the words of a page that are in no text of the catalogue.
func untold(body string) (words []string) {
	body = notText.ReplaceAllString(body, "")
	text := strings.Builder{}
	for _, found := range toldIn.FindAllStringSubmatch(body, -1) {
		text.WriteString(found[1] + "\n")
	}
	text.WriteString(markup.ReplaceAllString(body, "\n"))
	left := unescape(text.String())
	for innermost.MatchString(left) {
		left = innermost.ReplaceAllString(left, "")
	}
	own := []string{"Sallyport", "ana", "Phone", "UTC", "SHA", "example", "org", "English", "new", "pay", "lt", "gt"} // names, and what is not translated
	for _, w := range word.FindAllString(left, -1) {
		if !slices.Contains(own, w) && w != strings.ToUpper(w) && strings.Trim(w, "w") != "" { // codes and keys, and a long action
			words = append(words, w)
		}
	}
	return words
}

// Row 89: no text of any page is English in another language; what runs from right to left says so, and keeps what doesn't apart.
func TestEveryPageIsTranslated(t *testing.T) {
	if got := untold(`<p title="Sign in">⟦de: a ⟦de: b⟧ c⟧ Hello, ⟦d⟧</p>`); !slices.Equal(got, []string{"Sign", "in", "Hello"}) {
		t.Fatalf("the test sees %q", got)
	}
	for tag, direction := range map[string]string{"ar": "rtl", "ja": "ltr"} {
		everyPageIn(t, cataloguetest.Pseudo(t), tag, func(name string, page seen) {
			for _, fault := range faults(page, "/auth", tag, direction) {
				if !strings.Contains(fault, "no title") || !strings.Contains(page.body, "⟦"+tag+": Error:⟧") {
					t.Errorf("%s: %s", name, fault)
				}
			}
			if words := untold(page.body); len(words) > 0 {
				t.Errorf("%s, %s: not translated: %q", tag, name, words)
			}
			if tag == "ar" && !strings.Contains(page.body, "\u2068") && strings.Contains(page.body, "⟦ar: Signed in as") {
				t.Errorf("%s: the account's name is not kept apart", name)
			}
		})
	}
}

// The page may have been asked for with a place to go on to that is none of ours.
func TestSwitchLeadsNowhereElse(t *testing.T) {
	v := speaking(t, setup{}, "")
	for query, want := range map[string]string{
		"?with=recovery_code&return_to=/auth/account": "/auth/login?with=recovery_code&return_to=/auth/account",
		"?return_to=//evil.example&with=x":            "/auth/login?with=x",
		"?return_to=/auth/account&return_to=//evil.x": "/auth/login",
	} {
		page := v.get("/login" + query).shows(200)
		if got := unescape(between(page.body[strings.Index(page.body, "<footer"):], `name="return_to" value="`, `"`)); got != want {
			t.Errorf("%s leads back to %q, want %q", query, got, want)
		}
	}
}
