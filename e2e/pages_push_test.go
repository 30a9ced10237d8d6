package e2e

import (
	"net/http"
	"strings"

	"github.com/chromedp/chromedp"
)

// push looks at every page that approval in another browser is on. The browser that approves is the one that is looked at; who
// asks is another one, or the same. Without script it is set up with it, and what is looked at is what the pages say then.
func (in *inspector) push(h *home) {
	v := &visit{tab: in.tab, home: h, p: h.guarded(in.t)}
	v.enter("/login/verify")
	v.fill("code", spaced(v.p.app.next(in.t)))
	v.submit("/login/verify")
	in.boundBrowser(v)
	in.askedSignIn(v)
	in.askedConfirm(v)
	if in.scripted() {
		in.prompts(v)
	}
	in.quietly() // wrong numbers are answered with 401, and a login that was ended
}

// boundBrowser looks at how one is set up, and at its page when there is nothing to approve.
func (in *inspector) boundBrowser(v *visit) {
	v.open("/push")
	in.look("push of nobody")
	v.open("/account/authenticators/new?kind=push")
	v.withRecovery("/account/confirm")
	in.look("push add")
	in.do(chromedp.Click(chromedp.CSS("main details summary")))
	in.look("push add unfolded")
	v.submit("/account/authenticators/new")
	in.look("push set-up")
	in.await(chromedp.Evaluate[chromedp.Void](`{ const form = document.querySelector('form[data-bind]');
		form.elements.code.value = '{}'; form.requestSubmit() }`))
	in.look("push set-up refused")
	in.withScript(func() {
		v.press("form[data-bind] button")
		v.waitFor("[data-keys]", v.p.name)
		v.waitFor("[role=status]", "Connected")
	})
	v.mustBeAt("/push")
	if in.scripted() {
		in.look("push with nothing to approve")
	} else {
		in.look("push")
		v.mustSay("noscript", "needs JavaScript")
	}
	v.open("/account")
	in.look("push account")
	v.press(`main ul.rows li:nth-of-type(2) a[href*="/account/authenticators/"]`)
	in.look("push manage")
}

// askedSignIn looks at the second step of who has a browser that approves and a code app.
func (in *inspector) askedSignIn(v *visit) {
	v.open("/account")
	v.signOut()
	v.enter("/login/verify")
	v.follow("/login/verify?with=push")
	in.look("push verify")
	v.submit("/login/challenge")
	in.look("push verify number")
	v.submit("/login/verify")
	in.look("push verify waiting")
	v.submit("/login/challenge")
	in.look("push verify asked just now")
	in.withScript(func() {
		v.open("/push")
		v.waitFor(".card", "Sign in to")
		v.click(`.card [data-do="decline"]`)
		v.waitFor(".card", "Declined.")
	})
	v.open("/login/verify?with=push")
	in.look("push verify declined")
	v.open("/login/verify?with=app")
	in.look("push verify with the app")
	v.fill("code", spaced(v.p.app.next(in.t)))
	v.submit("/login/verify")
	v.mustBeAt("/account")
}

// askedConfirm looks at how somebody proves themself again.
func (in *inspector) askedConfirm(v *visit) {
	v.open("/account/confirm?with=push&return_to=/account&action=Send+5.00+EUR")
	in.look("push confirm")
	v.submit("/account/confirm/challenge")
	in.look("push confirm number")
	in.withScript(func() {
		number := strings.ReplaceAll(v.text(".number [aria-hidden]"), " ", "")
		at := v.path()
		v.open("/push")
		v.waitFor(".card", "Send 5.00 EUR")
		if in.scripted() {
			in.look("push card with an action")
		}
		v.typeNumber(number)
		v.waitFor(".card", "Approved.")
		if in.scripted() {
			in.look("push card approved")
		}
		in.mayScript(false)
		v.open(at)
	})
	if in.scripted() {
		in.mayScript(true)
	}
	in.look("push confirm approved")
	v.submit("/account/confirm")
	v.mustBeAt("/account")
}

// prompts looks at what a card may say, asked by a program.
func (in *inspector) prompts(v *visit) {
	c := api(v.home.server)
	ask := func() {
		login := c.call(in.t, http.StatusAccepted, "POST", "/login", "", object{"login": v.p.name, "password": v.p.password, "transport": "bearer"})
		for _, o := range login["offer"].([]any) {
			if offer := o.(map[string]any); offer["kind"] == "push" {
				c.call(in.t, http.StatusOK, "POST", "/login/challenge", login.text("token"), object{"authenticator": offer["id"]})
			}
		}
	}
	v.open("/push")
	v.waitFor("[role=status]", "Connected")
	ask()
	v.waitFor(".card", "Sign in to")
	in.look("push card")
	v.typeNumber("12")
	v.waitFor(".card [data-fault]", "6 digits")
	in.look("push card too short")
	v.click(`.card [data-do="decline"]`)
	v.waitFor(".card", "Declined.")
	in.look("push card declined")
	ask()
	v.waitFor(".card", "Sign in to")
	v.click(`.card [data-step-is="ask"] [data-do="sure"]`)
	v.waitFor(".card", "signs you out everywhere")
	in.look("push card not me")
	v.click(`.card [data-do="not_me"]`)
	v.waitFor(".card", "opens nothing any more")
	in.look("push card ended")
}
