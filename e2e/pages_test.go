package e2e

import (
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// sight is a part of the pages, with the server that shows it.
type sight struct {
	name string
	args []string
	look func(in *inspector, h *home)
}

func sights() []sight {
	return []sight{
		{"optional", nil, func(in *inspector, h *home) {
			p := in.outside()
			in.account(p)
			in.secondStep(p)
		}},
		{"required", []string{"--second-factor", "required"}, func(in *inspector, h *home) { in.setUp() }},
		{"combined and closed", []string{
			"--login-form", "combined", "--registration", "closed", "--issuer", "Ministère de l’Intérieur & Söhne",
		}, (*inspector).others},
		{"mailed", []string{"--rescue-code", "email", "--support-address", "help@example.org"}, (*inspector).mailed},
		{"sent codes", []string{
			"--authenticators", "totp,hotp,sms,email", "--text", "dir:texts", "--sms-countries", "DE", "--sms-region", "DE",
		}, (*inspector).sentCodes},
		{"passkeys", []string{"--issuer", "Ministère de l’Intérieur & Söhne"}, (*inspector).passkeys},
		{"combined with passkeys", []string{"--login-form", "combined"}, (*inspector).combinedPasskeys},
		{"push", []string{"--issuer", "Ministère de l’Intérieur & Söhne"}, (*inspector).push},
		{"passwordless", []string{"--passwordless", "email"}, (*inspector).passwordless},
		{"due", []string{"--second-factor", "required", "--second-factor-from", "2099-12-31"}, func(in *inspector, h *home) { in.due() }},
	}
}

// Every page and every error that people can meet, in light, in dark and on a small phone; once more without script.
func TestPages(t *testing.T) {
	axe := axeSource(t)
	for _, script := range []bool{true, false} {
		t.Run(map[bool]string{true: "script", false: "no script"}[script], func(t *testing.T) {
			t.Parallel()
			world, ran := newAtlas(t), 0
			for _, part := range sights() {
				t.Run(part.name, func(t *testing.T) {
					ran++
					h := newHome(t, part.args...)
					in := inspect(t, h.server, axe, script)
					in.atlas = world
					part.look(in, h)
				})
			}
			if left := world.missing(); ran == len(sights()) && len(left) > 0 {
				t.Errorf("nobody looked at %q", left)
			}
		})
	}
}

func inspect(t *testing.T, s *server, axe string, script bool) *inspector {
	in := &inspector{tab: browse(t, s), axe: axe, pictures: os.Getenv("SALLYPORT_SCREENSHOTS")}
	in.width(wide)
	if !script {
		in.withoutScript()
		in.axe, in.variant = "", ".noscript" // its rules need script, and hold for the same page with it
	}
	return in
}

// outside looks at what strangers see, and registers.
func (in *inspector) outside() *person {
	in.open("/login")
	in.look("login")
	in.submit("/login")
	in.look("login nothing typed")
	in.fill("login", "nobody-"+strings.Repeat("w", 40))
	in.fill("password", "wrong and wrong again")
	in.submit("/login")
	in.look("login wrong")
	in.open("/account")
	in.look("login to come back")
	in.open("/login/verify")
	in.look("login timed out")
	in.open("/nowhere")
	in.look("not found")

	p := &person{name: "grace." + strings.Repeat("hopper.", 4) + "x", password: "sixteen characters"}
	in.open("/register")
	in.look("register")
	in.fill("username", p.name)
	in.fill("password", "short")
	in.submit("/register")
	in.look("register weak")
	in.fill("password", p.password)
	in.submit("/register")
	in.mustBeAt("/account")
	in.look("account new")
	return p
}

// account looks at the pages of somebody who is signed in.
func (in *inspector) account(p *person) {
	in.follow("/account/authenticators/new")
	in.look("confirm password")
	in.press(`main a[href*="/account/confirm/lost"]`)
	in.look("stuck with a password")
	in.press(`main .links a`)
	in.mustBeAt("/account/confirm")
	in.fill("password", "not this one at all")
	in.submit("/account/confirm")
	in.look("confirm password wrong")
	in.fill("password", p.password)
	in.submit("/account/confirm")
	in.mustBeAt("/account/authenticators/new")
	in.look("add app")
	in.fill("label", strings.Repeat("Old phone ", 6))
	in.submit("/account/authenticators/new")
	in.look("pending")
	p.app = appFrom(in.t, scan(in.t, in.picture()))
	at := in.path()
	in.fill("code", "000 00")
	in.submit(at)
	in.look("pending wrong")
	in.fill("code", p.app.first(in.t))
	in.submit(at)
	p.recovery = strings.Fields(in.text("#codes"))
	in.look("codes")
	in.submit("/account/recovery-codes/saved")
	in.look("codes not saved")
	in.do(chromedp.Click(chromedp.CSS("#saved")))
	in.submit("/account/recovery-codes/saved")
	in.mustBeAt("/account")
	in.look("account")
	in.manage(p)
}

func (in *inspector) manage(p *person) {
	in.press(`main ul.rows a[href*="/account/authenticators/"]`)
	in.look("app")
	app := in.path()
	in.follow(app + "/remove")
	in.look("remove app")
	in.open("/account/recovery-codes")
	in.look("new codes")
	in.submit("/account/recovery-codes")
	p.recovery = strings.Fields(in.text("#codes"))
	in.look("codes again")
	in.open("/account/sessions")
	in.look("sessions")
	in.open("/account/password")
	in.look("password")
	in.fill("current", p.password)
	in.fill("new", "short")
	in.submit("/account/password")
	in.look("password weak")
	in.fill("current", "some other sentence")
	in.fill("new", "another sentence altogether")
	in.submit("/account/password")
	in.look("password wrong")
	in.signOut()
	in.look("signed out")
}

// secondStep looks at the second step, and at confirming with a code.
func (in *inspector) secondStep(p *person) {
	in.password(p)
	in.look("verify")
	in.fill("code", "12 34")
	in.submit("/login/verify")
	in.look("verify too short")
	in.fill("code", in.wrongCode(p))
	in.submit("/login/verify")
	in.look("verify wrong")
	in.follow("/login/verify?with=recovery_code")
	in.look("verify recovery")
	in.fill("code", "0000-0000-0000-0000")
	in.submit("/login/verify")
	in.look("verify recovery wrong")
	in.follow("/login/verify")
	in.fill("code", spaced(p.app.next(in.t)))
	in.submit("/login/verify")
	in.mustBeAt("/account")

	in.follow("/account/password")
	in.look("confirm code")
	in.fill("code", in.wrongCode(p))
	in.submit("/account/confirm")
	in.look("confirm code wrong")
	for range 3 { // at once after one another: the last is not compared any more
		in.fill("code", in.wrongCode(p))
		in.submit("/account/confirm")
	}
	in.look("confirm throttled")
	if in.language == "" && !strings.Contains(in.text("#summary"), "second") {
		in.t.Errorf("too many wrong codes: the page says %q, want how long to wait", in.text("#summary"))
	}
}

func (in *inspector) wrongCode(p *person) string {
	right := map[string]bool{}
	for step := present() - 15; step <= present()+15; step++ {
		right[p.app.at(in.t, step)] = true
	}
	return wrongCode(right)
}

// setUp looks at the way in where a second factor is required.
func (in *inspector) setUp() {
	p := &person{name: "grace", password: "eight ch"}
	in.open("/register")
	in.fill("username", p.name)
	in.fill("password", p.password)
	in.submit("/register")
	in.mustBeAt("/login/setup")
	in.look("set-up")
	in.unfold()
	in.look("set-up unfolded")
	in.fill("code", "123")
	in.submit("/login/setup")
	in.look("set-up wrong")
	p.app = appFrom(in.t, scan(in.t, in.picture()))
	in.fill("code", p.app.first(in.t))
	in.submit("/login/setup")
	in.look("set-up codes")
	in.open("/account")
	in.press(`main ul.rows a[href*="/account/authenticators/"]`)
	app := in.path()
	in.follow(app + "/remove")
	in.fill("code", p.app.next(in.t))
	in.submit("/account/confirm")
	in.mustBeAt(app + "/remove")
	in.look("remove last refused")
	if in.has(in.form(app + "/remove")) {
		in.t.Error("the last code app of an account that needs one can be asked to be removed")
	}
}

// unfold opens what is folded up, by clicking on it: that works without script.
func (in *inspector) unfold() {
	for _, which := range []string{":nth-of-type(1)", ":nth-of-type(2)"} {
		in.do(chromedp.Click(chromedp.CSS("main > details" + which + " > summary")))
	}
}
