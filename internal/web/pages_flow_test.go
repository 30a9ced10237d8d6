package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// The whole way of a person, wherever the service is mounted.
func TestPagesJourney(t *testing.T) {
	for _, public := range []string{"https://id.example", "https://id.example/auth"} {
		t.Run(public, func(t *testing.T) {
			in := required()
			in.publicURL = public
			v := newWorld(t, in).visitor()
			v.get("/").leads("/login")
			v.get("/login").shows(200, "<h1>Sign in</h1>", `action="`+v.w.public.Path+`/login"`)
			v.register().leads("/login/setup")
			first := v.get("/login/setup").shows(200, "Step 1 of 2", "<svg", `href="otpauth://totp/`, "SHA-1", "30 seconds", "Aegis")
			key := first.key()
			wrong := v.post("/login/setup", "code=000000", "label=My phone").
				shows(422, "<title>Error:", "is not correct", `value="My phone"`, `aria-invalid="true"`)
			if wrong.key().Secret().RevealBase32() != key.Secret().RevealBase32() ||
				v.get("/login/setup").key().Secret().RevealBase32() != key.Secret().RevealBase32() {
				t.Fatal("the key changed during one set-up")
			}
			done := v.post("/login/setup", "code="+v.code(key), "label=My phone").shows(200, "Step 2 of 2", "Save your recovery codes")
			v.saveCodes(done.codes())
			v.get("/account").shows(200, "My phone", "10 left", "Signed in as ana").lacks("Make new ones before you need them")
			v.post("/logout").leads("/login")
			v.get("/account").leads("/login?return_to=" + strings.ReplaceAll(v.w.public.Path+"/account", "/", "%2F"))
			v.signIn(key)
			v.post("/logout").leads("/login")
			v.withRecoveryCode(done.codes()[0])
		})
	}
}

// A login that began elsewhere has no key yet: a page begins one, once.
func TestSetupBeginsOnce(t *testing.T) {
	v := newWorld(t, required()).visitor()
	r := v.request("POST", "/api/v1/accounts", `{"username":"ana","password":"`+pagePassword+`"}`)
	r.Header.Set("Content-Type", "application/json")
	v.do(r).shows(202)
	v.get("/login/setup").shows(200, `name="kind" value="totp"`).lacks("otpauth")
	v.post("/login/setup", "kind=abacus").shows(422, "There is no such kind of second step here. These there are: totp")
	v.post("/login/setup", "kind=totp", "label=Phone").leads("/login/setup")
	key := v.get("/login/setup").shows(200, `value="Phone"`).key()
	v.post("/login/setup", "kind=totp").leads("/login/setup")
	if again := v.get("/login/setup").key(); again.Secret().RevealBase32() != key.Secret().RevealBase32() {
		t.Fatal("a second start made another key")
	}
	v.post("/login/setup", "code="+v.code(key)).shows(200, "Save your recovery codes")
	v.post("/login/setup", "code="+v.code(key)).leads("/account").leaves("codes_shown") // sent again
	v.get("/account").shows(200, "Phone")
}

func (v *visitor) saveCodes(codes []string) {
	v.t.Helper()
	posted := "codes=" + strings.Join(codes, " ")
	v.post("/account/recovery-codes/saved", posted, "steps=2").shows(422, "Save the codes, then tick the box", codes[9], "Step 2 of 2")
	v.post("/account/recovery-codes/saved", posted, "steps=<b>").shows(422).lacks("Step ", "<b>")
	file := v.post("/account/recovery-codes/download", posted).shows(200, "Account: ana", v.w.public.String()+"/login", codes[0]+"\n"+codes[1])
	if got := file.header.Get("Content-Disposition"); got != `attachment; filename="sallyport-recovery-codes.txt"` {
		v.t.Errorf("Content-Disposition: %s", got)
	}
	v.post("/account/recovery-codes/saved", posted, "saved=yes").leads("/account").leaves("codes_saved")
}

func (v *visitor) withRecoveryCode(code string) {
	v.t.Helper()
	v.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
	v.get("/login/verify").shows(200, "?with=recovery_code")
	v.get("/login/verify?with=recovery_code").shows(200, `inputmode="text"`)
	v.post("/login/verify", "code="+strings.ToLower(code)).leads("/account")
	v.get("/account").shows(200, "9 left")
	v.post("/logout").leads("/login")
	v.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
	v.post("/login/verify", "code="+code, "with=recovery_code").shows(422, "That recovery code has been used", `name="with" value="recovery_code"`)
}

func TestPagesVerifyTexts(t *testing.T) {
	v := newWorld(t, required()).visitor()
	key, _ := v.setUp()
	used := v.codeAt(key, 0)
	v.post("/logout").leads("/login")
	v.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
	v.get("/login/verify").shows(200, `name="code"`, `inputmode="numeric"`, `autocomplete="one-time-code"`, `enterkeyhint="done"`, "Use a different account")
	v.post("/login/verify", "code=12345").shows(422, "Enter the 6 digits shown in your app.", `aria-describedby="code-error"`)
	v.post("/login/verify", "code="+used).shows(422, "That code has been used. Wait for the next one (about 20 seconds).")
	v.post("/login/verify", "code="+v.codeAt(key, -3*time.Minute)).shows(422, "Your device's clock seems about 3 minutes slow. Turn on automatic time.")
	v.w.clock.Advance(2 * time.Minute)
	v.post("/login/verify", "code="+v.codeAt(key, 4*time.Minute)).shows(422, "about 4 minutes fast")
	wrong := v.post("/login/verify", "code=000000").shows(422, "The code you entered is not correct, check your code app and try again.", "autofocus")
	wrong.lacks(`value="000000"`)
	late := v.post("/login/verify", "code=000000").shows(429, "Too many attempts. Wait 1 second, then try again.")
	if late.header.Get("Retry-After") != "1" {
		t.Errorf("Retry-After: %q", late.header.Get("Retry-After"))
	}
	v.w.clock.Advance(time.Minute)
	typed := v.codeAt(key, 0)
	v.post("/login/verify", "code= "+typed[:3]+"–"+typed[3:]+"\n").leads("/account")
}

func TestLockedAppLeavesTheRecoveryCode(t *testing.T) {
	v := newWorld(t, required()).visitor()
	key, codes := v.setUp()
	v.post("/logout").leads("/login")
	for failures := 0; failures < 100; {
		if at := v.post("/login/verify", "code=000000"); at.status == http.StatusSeeOther {
			v.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
			continue
		} else if at.status != http.StatusTooManyRequests {
			failures++
		}
		v.w.clock.Advance(61 * time.Minute)
	}
	v.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
	v.post("/login/verify", "code="+v.code(key)).shows(423, "no longer accepted", `name="with" value="recovery_code"`)
	v.post("/login/verify", "code="+codes[0]).leads("/account")
	v.get("/account").shows(200, "Turned off after too many wrong codes. Remove it and set it up again.")
}

func TestPagesSecondStepTimesOut(t *testing.T) {
	v := newWorld(t, required()).visitor()
	v.setUp()
	v.post("/logout").leads("/login")
	v.get("/login/verify").leads("/login").leaves("timed_out")
	v.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
	v.get("/login/setup").leads("/login/verify")
	v.w.clock.Advance(11 * time.Minute)
	v.get("/login/verify").leads("/login").leaves("timed_out")
	v.get("/login").shows(200, "Your sign-in timed out, start again.")
	v.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
	v.post("/login/cancel").leads("/login")
	v.get("/login/verify").leads("/login").leaves("timed_out")
}

// A browser that refuses cookies is told so after a sign-in, and nobody else: not who signed out, nor a new visitor whom a
// bookmark or another site led here.
func TestPagesCookiesRefused(t *testing.T) {
	w := newWorld(t, setup{})
	v := w.visitor()
	v.register().leads("/account")
	refuser := w.visitor()
	refuser.http.Jar = nil
	back := "/login?return_to=" + strings.ReplaceAll(w.public.Path+"/account", "/", "%2F")
	refuser.post("/login", "login=ana", "password="+pagePassword).leads("/account")
	refuser.get("/account").leads(back + "&no_cookie")
	refuser.get(back+"&no_cookie").shows(200, "your browser did not keep the cookie")
	v.post("/logout").leads("/login")
	v.get("/account").leads(back)
	for _, site := range []string{"none", "cross-site", ""} {
		r := w.visitor().request("GET", "/account", "")
		r.Header.Set("Sec-Fetch-Site", site)
		w.visitor().do(r).leads(back)
	}
}

func TestWrongPasswordPage(t *testing.T) {
	v := newWorld(t, setup{}).visitor()
	v.register().leads("/account")
	v.post("/logout").leads("/login")
	known := v.post("/login", "login=ana", "password=wrong", "remember=yes").
		shows(422, "<title>Error: Sign in", `value="ana"`, " checked", "Check your username or email address and your password").lacks("wrong\"")
	unknown := v.post("/login", "login=eve", "password=wrong", "remember=yes").shows(422)
	if strings.ReplaceAll(unknown.body, `value="eve"`, `value="ana"`) != known.body {
		t.Errorf("an unknown name is answered in another way:\n%s\n%s", known.body, unknown.body)
	}
	v.post("/login", "password="+pagePassword).shows(422, "Enter your username or email address.")
	v.post("/login", "login=ana", "password="+pagePassword).leads("/account")
	v.post("/login", "login=ana", "password="+pagePassword).leads("/account") // a session is no obstacle
}

func TestPagesCombinedForm(t *testing.T) {
	in := required()
	in.loginForm = "combined"
	v := newWorld(t, in).visitor()
	key, codes := v.setUp()
	v.post("/logout").leads("/login")
	v.get("/login").shows(200, `name="code"`, `inputmode="numeric"`, "?with=recovery_code")
	v.get("/login?with=recovery_code").shows(200, `name="code"`, `inputmode="text"`)
	used := v.codeAt(key, 0)
	v.w.clock.Advance(time.Minute)
	sayings := []string{"code=000000", "code=", "code=" + used}
	for _, code := range sayings {
		v.post("/login", "login=ana", "password="+pagePassword, code).
			shows(422, "Check your username or email address, your password and your code, and try again.")
		v.w.clock.Advance(time.Minute)
	}
	v.post("/login", "login=ana", "password="+pagePassword, "code="+v.code(key)).leads("/account")
	v.post("/login", "login=ana", "password="+pagePassword, "code="+codes[3]).leads("/account")
}

func TestReturnAfterSignIn(t *testing.T) {
	v := newWorld(t, required()).visitor()
	key, _ := v.setUp()
	v.post("/logout").leads("/login")
	deep := v.w.public.Path + "/account/sessions?a=1&b=2#here"
	v.get("/login?return_to="+strings.NewReplacer("/", "%2F", "&", "%26", "#", "%23").Replace(deep)).
		shows(200, `name="return_to" value="`+deep+`"`)
	v.post("/login", "login=ana", "password="+pagePassword, "return_to="+deep).leads("/login/verify")
	v.post("/login/verify", "code="+v.code(key)).leads("/account/sessions?a=1&b=2#here")
	v.post("/login", "login=ana", "password="+pagePassword, "return_to=//evil.example/").leads("/login/verify")
	v.post("/login/verify", "code="+v.code(key)).leads("/account")
	v.get("/login?return_to=https://evil.example/").shows(200).lacks("evil")
}

func TestPagesRegistrationClosed(t *testing.T) {
	v := newWorld(t, setup{closed: true}).visitor()
	v.get("/login").shows(200).lacks("/register")
	v.get("/register").shows(403, "New accounts cannot be created here.")
	v.register().shows(403, "New accounts cannot be created here.")
	v.post("/login", "login=ana", "password="+pagePassword).shows(422)
}

func TestPagesRegistrationMistakes(t *testing.T) {
	v := newWorld(t, setup{}).visitor()
	v.get("/register").shows(200, "At least 15 characters", `passwordrules="minlength: 15;"`, `autocomplete="new-password"`)
	v.post("/register", "username=ana", "password=short").shows(422, "Choose a password of at least 15 characters.", `value="ana"`, `id="password-error"`).lacks("short\"")
	v.post("/register", "password="+pagePassword).shows(422, "Enter a username or an email address.")
	v.register().leads("/account")
	v.get("/account").shows(200, "Your password alone signs you in.")
	v.register().shows(422, "That username is taken. Choose another.")
}

// The message that tells of the first code app has the name that was given with its code.
func TestPagesNameOfTheFirstAppIsTold(t *testing.T) {
	v := newWorld(t, required()).visitor()
	v.post("/register", "username=ana", "email="+pageEmail, "password="+pagePassword).leads("/login/setup")
	key := v.get("/login/setup").key()
	v.post("/login/setup", "code="+v.code(key), "label=Ana's phone").shows(200, "Save your recovery codes")
	if got := v.w.mail(core.MailBound, pageEmail).Args["label"]; got != "Ana's phone" {
		t.Errorf("the message names %q", got)
	}
	v.get("/account").shows(200, "Ana's phone")
}
