package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/web"
)

// ask opens the page on which an application has an action confirmed.
func (v *visitor) ask(action, returnTo string) seen {
	v.t.Helper()
	return v.get("/account/confirm?" + url.Values{"action": {action}, "return_to": {returnTo}}.Encode())
}

// redeem is what an application does with what a person came back with.
func (v *visitor) redeem(action, location string) error {
	v.t.Helper()
	u, err := url.Parse(location)
	must(v.t, err)
	sess, err := v.w.machine.SessionFrom(v.t.Context(), core.TransportCookie, v.cookie(sessionCookie))
	must(v.t, err)
	return v.w.machine.RedeemAction(v.t.Context(), core.Caller{}, sess, action, u.Query().Get("confirmation"))
}

func TestPagesConfirmAnAction(t *testing.T) {
	v := newWorld(t, required()).visitor()
	key, codes := v.setUp()
	to := v.w.public.Path + "/pay?id=7&confirmation=forged&%63onfirmation=too#form"
	const action = "send 1,000 € to <b>Eve</b> & Co"
	page := v.ask(action, to).shows(200, "Sallyport asks you to confirm:", `<blockquote dir="auto">send 1,000 € to &lt;b&gt;Eve&lt;/b&gt; & Co</blockquote>`, `name="action"`)
	page.shows(200, "?with=recovery_code&return_to=").lacks("<b>")
	v.post("/account/confirm", "code=000000", "action="+action, "return_to="+to).shows(422, "<title>Error: ", "is not correct", "asks you to confirm", `name="action"`)
	v.post("/account/confirm", "password="+pagePassword, "action="+action, "return_to="+to).shows(409, "Confirm with that instead")
	code := v.code(key)
	done := v.post("/account/confirm", "code="+code, "action="+action, "return_to="+to)
	if !strings.HasPrefix(done.location, "/pay?id=7&confirmation=") || !strings.HasSuffix(done.location, "#form") || strings.Contains(done.location, "forged") || strings.Contains(done.location, "too") {
		t.Fatalf("%d %s", done.status, done.location)
	}
	v.post("/account/confirm", "code="+code, "action="+action, "return_to="+to).shows(422, "That code has been used.")
	if err := v.redeem("send 9,000 € to Eve", done.location); !core.IsCode(err, core.CodeNotFound) {
		t.Errorf("a confirmation serves for another action: %v", err)
	}
	if err := v.redeem(action, done.location); err != nil {
		t.Error(err)
	}
	if err := v.redeem(action, done.location); !core.IsCode(err, core.CodeNotFound) {
		t.Errorf("a confirmation serves twice: %v", err)
	}
	v.get("/account/password").leads("/account/confirm?return_to=" + strings.ReplaceAll(v.w.public.Path+"/account/password", "/", "%2F"))
	again := v.post("/account/confirm", "code="+codes[0], "with=recovery_code", "action="+action, "return_to="+to)
	if err := v.redeem(action, again.location); err != nil {
		t.Error(err)
	}
	v.get("/account/activity").shows(200, "Confirmed: “send 1,000 € to &lt;b&gt;Eve&lt;/b&gt; & Co”", "Carried out: “send")
}

func TestPagesConfirmAnActionByPassword(t *testing.T) {
	v := newWorld(t, setup{}).visitor()
	v.register().leads("/account")
	v.ask("close the shop", v.w.public.Path+"/shop").shows(200, "enter your password", `autocomplete="current-password"`)
	v.post("/account/confirm", "password=wrong", "action=close the shop", "return_to="+v.w.public.Path+"/shop").shows(422, "That password is not correct.", "close the shop")
	done := v.post("/account/confirm", "password="+pagePassword, "action=close the shop", "return_to="+v.w.public.Path+"/shop")
	if err := v.redeem("close the shop", done.location); err != nil {
		t.Error(err)
	}
}

// A confirmation is a credential: it is sent to this origin alone, and a page that could not send it asks for nothing.
func TestPagesActionGoesNowhereElse(t *testing.T) {
	v := newWorld(t, setup{}).visitor()
	v.register().leads("/account")
	for _, to := range hostile() {
		v.ask("pay", to).shows(422, "(return_to)").lacks(`name="password"`, "<blockquote")
		v.post("/account/confirm", "password="+pagePassword, "action=pay", "return_to="+to).shows(422, "(return_to)")
	}
	v.post("/account/confirm", "password="+pagePassword, "action=pay").shows(422, "(return_to)")
	for _, action := range []string{"", "a\nb", "a\x00", "pay \u202eevE", "a\u200bb", "\xff", strings.Repeat("x", 1025)} {
		v.ask(action, v.w.public.Path+"/pay").shows(422, "(action)").lacks(`name="password"`)
		v.post("/account/confirm", "password="+pagePassword, "action="+action, "return_to="+v.w.public.Path+"/pay").shows(422, "(action)")
	}
	v.ask(strings.Repeat("w", 1024), v.w.public.Path+"/pay").shows(200)
}

// What is kept of an address that a parameter is added to.
func TestWithParameter(t *testing.T) {
	for to, want := range map[string]string{
		"/pay": "/pay?confirmation=a%2Bb", "/pay?": "/pay?confirmation=a%2Bb", "/pay#top": "/pay?confirmation=a%2Bb#top",
		"/pay?x=1&y": "/pay?x=1&y&confirmation=a%2Bb", "/?q=a%20b#?c": "/?q=a%20b&confirmation=a%2Bb#?c",
		"/pay?confirmation=old&x=1&confirmation": "/pay?x=1&confirmation=a%2Bb", "/pay?%63onfirmation=x": "/pay?confirmation=a%2Bb",
	} {
		if got := web.WithParameter(to, "confirmation", "a+b"); got != want {
			t.Errorf("%s: %s, want %s", to, got, want)
		}
	}
}

// A page may ask for a proof that is not older than it says.
func TestPagesMaxAge(t *testing.T) {
	v := newWorld(t, required()).visitor()
	key, _ := v.setUp()
	ask := func(age string) seen {
		return v.get("/account/confirm?max_age=" + age + "&return_to=" + url.QueryEscape(v.w.public.Path+"/pay?id=7#form"))
	}
	ask("60").shows(200, "Confirm that it is you") // signing in is no proof anew
	v.post("/account/confirm", "code="+v.code(key), "return_to="+v.w.public.Path+"/pay?id=7#form").leads("/pay?id=7#form")
	ask("60").leads("/pay?id=7#form")
	ask("0").shows(200, "Confirm that it is you")
	v.w.clock.Advance(time.Minute)
	ask("60").shows(200, "Confirm that it is you")
	ask("61").leads("/pay?id=7#form")
	for _, age := range []string{"", "-1", "1.5", "x", "99999999999"} {
		ask(age).shows(422, "(max_age)")
	}
	v.get("/account/confirm?max_age=999&return_to=//evil.example").leads("/account")
	v.get("/account/confirm?max_age=999").leads("/account")
}

func TestPagesActionSignedOut(t *testing.T) {
	v := newWorld(t, setup{}).visitor()
	v.register().leads("/account")
	v.post("/logout").leads("/login")
	asked := v.ask("send 5 €", v.w.public.Path+"/pay?id=7")
	if !strings.HasPrefix(asked.location, "/login?return_to=") {
		t.Fatalf("%d %s", asked.status, asked.location)
	}
	u, err := url.Parse(asked.location)
	must(t, err)
	back := v.post("/login", "login=ana", "password="+pagePassword, "return_to="+u.Query().Get("return_to"))
	v.get(back.location).shows(200, "send 5 €", `value="`+v.w.public.Path+`/pay?id=7"`)
}

// Where who does not confirm is led stays through every form of the page, and is a path of this host or nothing.
func TestCancelOfAnAction(t *testing.T) {
	w := newWorld(t, required())
	v := w.visitor()
	v.setUp()
	q := url.Values{"return_to": {"/auth/account/sessions"}, "action": {"Pay Bob"}, "cancel_to": {"/auth/account/browsers"}}
	cancel := `<p><a href="/auth/account/browsers">`
	hidden := `<input type="hidden" name="cancel_to" value="/auth/account/browsers">`
	v.get("/account/confirm?"+q.Encode()).shows(200, cancel, hidden, "with=recovery_code&return_to=%2Fauth%2Faccount%2Fsessions&action=Pay+Bob&cancel_to=%2Fauth%2Faccount%2Fbrowsers")
	v.post("/account/confirm", "code=000000", "return_to=/auth/account/sessions", "action=Pay Bob", "cancel_to=/auth/account/browsers").shows(422, cancel, hidden)
	v.get("/account/confirm/lost?"+q.Encode()).shows(200, "cancel_to=%2Fauth%2Faccount%2Fbrowsers")
	for _, evil := range []string{"https://evil.example/", "//evil.example", "javascript:alert(1)", `/\evil.example`} {
		q.Set("cancel_to", evil)
		v.get("/account/confirm?"+q.Encode()).shows(200, `<p><a href="/auth/account/sessions">`).lacks(`href="`+evil, `name="cancel_to"`)
	}

}
