package web_test

import (
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/catalogue"
	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/web"
)

// everyPage visits every page in the states that a person may meet it in.
func everyPage(t *testing.T, visit func(name string, page seen)) *visitor {
	t.Helper()
	return everyPageIn(t, nil, "", visit)
}

// everyPageIn visits them with a browser of that language.
func everyPageIn(t *testing.T, texts *catalogue.Set, language string, visit func(name string, page seen)) *visitor {
	t.Helper()
	in := required()
	in.texts = texts
	v := newWorld(t, in).visitor()
	v.language = language
	see := func(name string, page seen) seen { visit(name, page); return page }
	see("login", v.get("/login?return_to=/auth/account"))
	see("login wrong", v.post("/login", "login=ana", "password=x"))
	see("register", v.get("/register"))
	see("register wrong", v.post("/register", "username=a b", "password=x"))
	see("not found", v.get("/nowhere"))
	v.register()
	key := see("setup", v.get("/login/setup")).key()
	see("setup wrong", v.post("/login/setup", "code=1"))
	codes := see("codes", v.post("/login/setup", "code="+v.code(key))).codes()
	see("codes unticked", v.post("/account/recovery-codes/saved", "codes="+strings.Join(codes, " "), "return_to=/auth/account"))
	see("account", v.get("/account"))
	see("confirm", v.get("/account/confirm"))
	see("confirm by recovery code", v.get("/account/confirm?with=recovery_code"))
	see("confirm wrong", v.post("/account/confirm", "code=1"))
	v.confirm(key)
	see("new app", v.get("/account/authenticators/new"))
	second := v.post("/account/authenticators/new", "label=<i>\"'&")
	see("set up again", v.get(second.location))
	v.post(second.location, "code="+v.code(v.get(second.location).key()))
	at := "/account/authenticators/" + see("account with two", v.get("/account")).authenticators()[1]
	see("app", v.get(at))
	see("app wrong", v.post(at, "label="+strings.Repeat("x", 65)))
	see("remove", v.get(at+"/remove"))
	see("password", v.get("/account/password"))
	see("password wrong", v.post("/account/password", "current=x", "new=x"))
	see("sessions", v.get("/account/sessions"))
	see("new codes", v.get("/account/recovery-codes"))
	v.post("/logout")
	v.post("/login", "login=ana", "password="+pagePassword)
	see("verify", v.get("/login/verify"))
	see("verify by recovery code", v.get("/login/verify?with=recovery_code"))
	see("verify wrong", v.post("/login/verify", "code=1"))
	v.post("/login/verify", "code="+codes[0])
	see("account after a recovery code", v.get("/account"))
	see("replace", v.get("/account/replace"))
	see("confirm after a recovery code", v.get("/account/confirm"))
	v.confirm(key)
	third := v.post("/account/authenticators/new", "label=<i>\"'&")
	v.post(third.location, "code="+v.code(v.get(third.location).key()))
	see("replaced", v.get("/account/replace"))
	everyPageOfLife(t, texts, language, see)
	return v
}

// everyPageOfLife goes on with what is for forgotten passwords, addresses, lost authenticators and leaving.
func everyPageOfLife(t *testing.T, texts *catalogue.Set, language string, see func(string, seen) seen) {
	t.Helper()
	in := dueIn20Days()
	in.rescue, in.support, in.texts = true, "help@example.org", texts
	v := newWorld(t, in).visitor()
	v.language = language
	stranger := func() *visitor {
		other := v.w.visitor()
		other.language = language
		return other
	}
	v.post("/register", "username=ana", "email="+pageEmail, "password="+pagePassword)
	see("due", v.get("/account/due"))
	see("account with an address", v.get("/account"))
	see("confirm an address", v.follow(v.w.mail(core.MailConfirmAddress, pageEmail)))
	see("confirm by code", stranger().get("/verify-email"))
	see("confirm by code wrong", stranger().post("/verify-email", "login=ana", "token=x"))
	v.post("/verify-email")
	see("confirm by password", v.get("/account/confirm"))
	see("action by password", v.ask(strings.Repeat("w", 300)+" <i>", "/auth/account"))
	see("action wrong", v.post("/account/confirm", "password=x", "action=pay <i>", "return_to=/auth/account"))
	see("action without a way back", v.ask("pay", ""))
	key, _ := v.addApp()
	see("action by code", v.ask("pay", "/auth/account"))
	v.confirm(key)
	see("address", v.get("/account/email"))
	see("address wrong", v.post("/account/email", "email=<i>"))
	v.post("/account/email", "email=new@example.org")
	v.follow(v.w.mail(core.MailChangeAddress, "new@example.org"))
	v.post("/verify-email")
	see("undo", v.follow(v.w.mail(core.MailAddressChanged, pageEmail)))
	see("undo by hand", stranger().get("/account/email/undo"))
	see("undo dead", stranger().post("/account/email/undo", "token=x"))
	see("delete", v.get("/account/delete"))
	see("activity", v.get("/account/activity"))
	see("browsers without any", v.get("/account/browsers"))
	v.post("/login", "login=ana", "password="+pagePassword)
	see("lost", v.get("/login/lost"))
	see("lost and asked", v.post("/login/lost/reset"))
	v.post("/login/challenge", "authenticator=email")
	see("verify by mail", v.get("/login/verify?with=email"))
	see("verify by mail wrong", v.post("/login/verify", "with=email", "code=1"))
	see("account with a reset", v.get("/account"))
	see("cancel", v.follow(v.w.mail(core.MailResetAsked, "new@example.org")))
	see("cancel dead", stranger().post("/recover/cancel", "token=x"))
	v.post("/login/verify", "code="+v.code(key), "trust_browser=yes")
	see("browsers", v.get("/account/browsers"))
	see("recover", v.get("/recover"))
	see("recover wrong", v.post("/recover", "login="))
	v.post("/recover", "login=ana")
	see("reset by code", v.get("/recover/reset"))
	see("reset", v.follow(v.w.mail(core.MailResetPassword, "new@example.org")))
	see("reset wrong", v.post("/recover/reset", "password=x"))
	see("bind anew without a link", v.get("/recover/link"))
	other := stranger()
	other.get("/recover/link?token=x")
	see("bind anew dead", other.get("/recover/link"))
	closed := newWorld(t, setup{closed: true, texts: texts}).visitor()
	closed.language = language
	see("closed", closed.get("/register"))
	closed.get("/register?token=x")
	see("closed and not invited", closed.get("/register"))
}

var (
	attribute = regexp.MustCompile(`\s(href|src|action|formaction)="([^"]*)"`)
	inline    = regexp.MustCompile(`\sstyle=|\son[a-z]+=|<style|<script[^>]*>[^<]|<base|javascript:`)
	ids       = regexp.MustCompile(`\sid="([^"]+)"`)
	inputs    = regexp.MustCompile(`<(input|select|textarea)\s[^>]*>`)
	forms     = regexp.MustCompile(`<form [^>]*>`)
	title     = regexp.MustCompile(`<title>(Error: )?.+ · Sallyport</title>`)
)

// What holds for every page: look.md, and rows 1, 2, 5, 79, 83, 86 and 90 of pages.md.
func TestEveryPage(t *testing.T) {
	seenOnce := map[string]bool{}
	v := everyPage(t, func(name string, page seen) {
		seenOnce[name] = true
		for _, fault := range faults(page, "/auth", "en", "ltr") {
			t.Errorf("%s: %s", name, fault)
		}
		mends := !strings.Contains(page.body, "<h1>That did not work</h1>") // the page has what went wrong, and a form
		if failed := page.status == 422 && mends; failed != strings.Contains(page.body, "<title>Error: ") || failed != strings.Contains(page.body, `role="alert"`) {
			t.Errorf("%s: %d, but the title or the summary says otherwise", name, page.status)
		}
	})
	if v.t.Failed() {
		return
	}
	if len(seenOnce) < 60 {
		t.Errorf("only %d pages seen", len(seenOnce))
	}
}

func faults(page seen, prefix, language, direction string) []string {
	var out []string
	fault := func(bad bool, what string, args ...any) {
		if bad {
			out = append(out, fmt.Sprintf(what, args...))
		}
	}
	fault(page.header.Get("Content-Type") != "text/html; charset=utf-8", "Content-Type %q", page.header.Get("Content-Type"))
	fault(page.header.Get("Cache-Control") != "no-store", "Cache-Control %q", page.header.Get("Cache-Control"))
	fault(!strings.Contains(page.header.Get("Content-Security-Policy"), "default-src 'none'"), "no policy")
	fault(!title.MatchString(page.body), "no title")
	fault(!strings.Contains(page.body, `<html lang="`+language+`" dir="`+direction+`">`), "no language")
	fault(page.header.Get("Content-Language") != language, "Content-Language %q", page.header.Get("Content-Language"))
	fault(page.header.Get("Vary") != "Accept-Language, Cookie", "Vary %q", page.header.Get("Vary"))
	fault(strings.Count(page.body, "<h1") != 1, "%d h1", strings.Count(page.body, "<h1"))
	fault(inline.MatchString(page.body), "inline: %q", inline.FindString(page.body))
	fault(strings.Contains(page.body, "<no value>") || strings.Contains(page.body, "ZgotmplZ"), "a template's own words")
	fault(strings.Contains(page.body, "<i>"), "markup in a label came through")
	for _, a := range attribute.FindAllStringSubmatch(page.body, -1) {
		ours := strings.HasPrefix(a[2], prefix+"/") || strings.HasPrefix(a[2], "#") || strings.HasPrefix(a[2], "otpauth://totp/")
		fault(!ours, "%s leads to %q", a[1], a[2])
	}
	for _, f := range forms.FindAllString(page.body, -1) {
		fault(!strings.Contains(f, `method="post"`) || !strings.Contains(f, `action="`), "%s", f)
	}
	return append(out, append(inputFaults(page.body), idFaults(page.body)...)...)
}

func inputFaults(body string) []string {
	var out []string
	for _, in := range inputs.FindAllString(body, -1) {
		id, name := between(in, ` id="`, `"`), between(in, ` name="`, `"`)
		if strings.Contains(in, `type="hidden"`) || strings.Contains(in, " hidden") {
			continue
		}
		if id == "" || (id != name && id != "plain") {
			out = append(out, "id and name differ: "+in)
		}
		if !strings.Contains(body, `<label for="`+id+`">`) {
			out = append(out, "no label: "+in)
		}
		if strings.Contains(in, "placeholder") || (strings.Contains(in, "password") && strings.Contains(in, "maxlength")) {
			out = append(out, "placeholder or maxlength: "+in)
		}
		described := between(in, `aria-describedby="`, `"`)
		for _, at := range strings.Fields(described) {
			if !strings.Contains(body, `id="`+at+`"`) {
				out = append(out, "described by nothing: "+in)
			}
		}
	}
	return out
}

func idFaults(body string) []string {
	var out, have []string
	for _, id := range ids.FindAllStringSubmatch(body, -1) {
		if slices.Contains(have, id[1]) {
			out = append(out, "two of id "+id[1])
		}
		have = append(have, id[1])
	}
	for _, a := range attribute.FindAllStringSubmatch(body, -1) {
		if at, local := strings.CutPrefix(a[2], "#"); local && !slices.Contains(have, at) {
			out = append(out, "a link to #"+at+", which is not there")
		}
	}
	return out
}

// The key may stand where a person reads it, and nowhere that a screen reader, a log or a title would say it.
func TestSecretIsNotInThePictureTitle(t *testing.T) {
	v := newWorld(t, required()).visitor()
	v.register()
	page := v.get("/login/setup")
	secret := page.key().Secret().RevealBase32()
	if got := between(page.body, "<svg xmlns", "</title>"); got == "" || strings.Contains(got, secret) {
		t.Errorf("the picture's title: %q", got)
	}
	if !strings.Contains(page.body, "<span>"+secret[:4]+"</span><wbr><span>"+secret[4:8]+"</span>") {
		t.Error("the key is not in groups of four")
	}
}

func TestWeight(t *testing.T) {
	w := newWorld(t, setup{})
	files, err := web.StaticFiles(web.Config{Machine: w.machine, PublicURL: w.public, LoginForm: web.FormTwoStep, Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	page := w.visitor().get("/login")
	total := len(page.body)
	for name, content := range files {
		if strings.Contains(page.body, name) {
			total += len(content)
		}
		if strings.HasSuffix(name, ".css") && len(content) >= 12_000 || strings.HasSuffix(name, ".js") && len(content) >= 7_000 {
			t.Errorf("%s has %d bytes", name, len(content))
		}
	}
	if total >= 40_000 {
		t.Errorf("the sign-in page weighs %d bytes", total)
	}
}

func TestStaticFiles(t *testing.T) {
	v := newWorld(t, setup{}).visitor()
	page := v.get("/login")
	for _, ext := range []string{".css", ".js", ".svg"} {
		at := regexp.MustCompile(`/auth(/static/[a-z]+\.[0-9a-f]{16}\` + ext + `)"`).FindStringSubmatch(page.body)
		if at == nil {
			t.Fatalf("no %s on the page", ext)
		}
		file := v.get(at[1]).shows(200)
		if got := file.header.Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
			t.Errorf("%s: Cache-Control %q", at[1], got)
		}
	}
	for _, name := range []string{"style.css", "..%2fen.json", "style.0000000000000000.css", "%2e%2e"} {
		v.get("/static/" + name).shows(404).lacks("color-scheme: light")
	}
}
