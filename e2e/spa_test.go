package e2e

import (
	"crypto/rand"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestPageOfOneScript goes through examples/spa as a person does: nothing of it is a page of ours, all of it is the JSON API
// and the script that the gate serves.
func TestPageOfOneScript(t *testing.T) {
	t.Parallel()
	origin, _ := runExample(t, "spa")
	axe := axeSource(t)
	p := &person{name: "ada-" + strings.ToLower(rand.Text()[:6]), password: "staple " + rand.Text()}
	phone := newScripted(t, origin, axe, p)
	keeper := phone.authenticator()

	phone.joins()
	phone.setsUpCodeApp()
	phone.setsUpPasskey()
	phone.setsUpBrowser()
	phone.givesUp("99.00", "Mallory")
	phone.pays("250.00", "Bob", func() { // AAL2 first, then these very words
		phone.ready("dialog[open]", "Payments need two factors.")
		phone.proves("Passkey", "Use your passkey")
		phone.ready("dialog[open] blockquote", "Send 250.00 EUR to Bob")
		phone.inspects("payment")
		phone.proves("Passkey", "Use your passkey")
	})
	phone.ready("main", "Signed in with two factors.")
	phone.inspects("account")

	desk := newScripted(t, origin, axe, p)
	desk.signsInByPush(phone)
	desk.paysByPush(phone)
	desk.presses("Sign out")
	desk.ready("h1", "Sign in")
	desk.declined(phone)

	phone.signsInByPasskey(keeper)
	phone.quietly() // refusals on the way are answered with a status of 4xx
	desk.quietly()
}

// TestPageOfOneScriptWithTexts: codes by text message and recovery codes, and a browser that hands codes over.
func TestPageOfOneScriptWithTexts(t *testing.T) {
	t.Parallel()
	origin, said := runExample(t, "spa")
	p := &person{name: "ada-" + strings.ToLower(rand.Text()[:6]), password: "staple " + rand.Text()}
	s := newScripted(t, origin, axeSource(t), p)
	s.beforeScripts(`window.OTPCredential = class {}; window.asked = [];
		navigator.credentials.get = (how) => new Promise((give) => { if (how.otp) { window.asked.push(how); window.give = give; } });`)
	s.do(chromedp.Navigate(origin + "/"))
	s.ready("h1", "Sign in")
	s.joins()
	s.setsUpCodeApp()
	s.presses("Set up another")
	s.presses("Set up: Code by text message")
	s.types("main", "number", "12")
	s.presses("Send a code")
	s.ready("main .fault", "number")
	s.types("main", "number", ownNumber)
	s.presses("Send a code")
	s.isHanded(said, 1, "Set it up")
	s.ready(".rows", "Code by text message")

	s.presses("Sign out")
	s.entersPassword()
	s.presses("Code by text message (…" + ownNumber[len(ownNumber)-3:] + ")")
	s.presses("Send a code")
	s.ready("main [role=status]", "on its way")
	s.isHanded(said, 2, "Continue")
	s.ready("h1", "Welcome, "+p.name)

	s.presses("Make new ones")
	s.ready("dialog[open]", "Confirm")
	s.presses("Code app")
	s.types("dialog[open]", "code", p.app.next(t))
	s.presses("Continue")
	s.ready("h1", "Keep your recovery codes")
	code := s.text(".codes li")
	s.presses("I have kept them")
	s.presses("Sign out")
	s.entersPassword()
	s.presses("Recovery code")
	s.types("main", "code", strings.ToLower(code))
	s.presses("Continue")
	s.ready("main", "9 of 10 are left.")
	s.quietly()
}

// isHanded waits for the n-th text message, hands its code over as browsers do, and presses.
func (s *scripted) isHanded(said *journal, n int, button string) {
	s.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		codes := regexp.MustCompile(`@localhost #(\d+)`).FindAllStringSubmatch(said.String(), -1)
		if len(codes) == n {
			s.do(chromedp.Evaluate[chromedp.Void](`give({code: '` + codes[n-1][1] + `'}); undefined`))
			break
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("%d text messages, want %d: %s", len(codes), n, tail(said.String()))
		}
	}
	s.presses(button)
}

// scripted is somebody at the page.
type scripted struct {
	*inspector
	p *person
}

func newScripted(t *testing.T, origin, axe string, p *person) *scripted {
	t.Helper()
	b := browse(t, &server{url: origin})
	b.do(chromedp.Navigate(origin + "/"))
	s := &scripted{&inspector{tab: b, axe: axe, pictures: os.Getenv("SALLYPORT_SCREENSHOTS")}, p}
	s.ready("h1", "Sign in")
	return s
}

func (s *scripted) inspects(name string) {
	s.t.Helper()
	s.look("spa " + name)
}

// ready waits for words: nothing is ever loaded anew here.
func (s *scripted) ready(selector, words string) {
	s.t.Helper()
	s.waitFor(selector, words)
}

// presses waits for a button of that name, in the dialog where there is one, and clicks on it.
func (s *scripted) presses(name string) {
	s.t.Helper()
	find := `((found) => { document.querySelectorAll('[data-pressed]').forEach((e) => e.removeAttribute('data-pressed'));
		if (found) found.dataset.pressed = ''; return Boolean(found); })(
		[...(document.querySelector('dialog[open]') || document).querySelectorAll('button, a')]
		.find((e) => (e.ariaLabel || e.innerText).trim() === ` + quoted(name) + ` && !e.ariaDisabled && e.getClientRects().length))`
	for deadline := time.Now().Add(patience); !ask(s.tab, chromedp.Evaluate[bool](find)); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("no button %q; the page: %s", name, s.text("body"))
		}
	}
	s.click("[data-pressed]")
}

// types waits for a field, in the dialog where there is one, and fills it in.
func (s *scripted) types(within, field, text string) {
	s.t.Helper()
	at := within + ` input[name="` + field + `"]`
	s.do(chromedp.WaitVisible(chromedp.CSS(at)))
	s.do(chromedp.Evaluate[chromedp.Void](`document.querySelector(` + quoted(at) + `).value = ''; undefined`)) // the page is the same: what was typed is there
	s.do(chromedp.SendKeys(chromedp.CSS(at), text))
}

// proves answers with one of an offer, whether it stands first or is another way.
func (s *scripted) proves(way, button string) {
	s.t.Helper()
	if !strings.Contains(s.text("dialog[open]"), button) {
		s.presses(way)
	}
	s.presses(button)
}

func (s *scripted) joins() {
	s.t.Helper()
	s.inspects("sign in")
	s.presses("Create an account")
	s.ready("h1", "Create an account")
	s.types("main", "username", s.p.name)
	s.types("main", "password", "short")
	s.presses("Create it")
	s.ready("main .fault", "characters") // at the field, which has the focus
	if got := ask(s.tab, chromedp.Evaluate[string](`document.activeElement.name + ' ' + document.title`)); !strings.HasPrefix(got, "password Error: ") {
		s.t.Errorf("after an error: %q", got)
	}
	s.types("main", "password", s.p.password)
	s.presses("Create it")
	s.ready("h1", "Welcome, "+s.p.name)
}

func (s *scripted) setsUpCodeApp() {
	s.t.Helper()
	s.presses("Set one up")
	s.ready("dialog[open]", "Confirm that it’s you")
	s.inspects("confirm")
	s.types("dialog[open]", "password", "not it")
	s.presses("Continue")
	s.ready("dialog[open] .fault, dialog[open] .summary", "not correct")
	s.types("dialog[open]", "password", s.p.password)
	s.presses("Continue")
	s.ready("h1", "Set up a second step")
	s.inspects("kinds")
	s.presses("Set up: Code app")
	s.ready("h1", "Set up a code app")
	s.inspects("code app")
	s.p.app = appFrom(s.t, scan(s.t, s.picture()))
	s.types("main", "code", spaced(s.p.app.first(s.t)))
	s.presses("Set it up")
	s.ready("h1", "Keep your recovery codes")
	if codes := ask(s.tab, chromedp.Evaluate[int](`document.querySelectorAll('.codes code').length`)); codes != 10 {
		s.t.Errorf("%d recovery codes", codes)
	}
	s.presses("I have kept them")
	s.ready("main", "10 of 10 are left.")
}

func (s *scripted) setsUpPasskey() {
	s.t.Helper()
	s.presses("Set up another")
	s.presses("Set up: Passkey")
	s.types("main", "label", "Laptop")
	s.presses("Make a passkey")
	s.ready(".rows", "Laptop")
}

func (s *scripted) setsUpBrowser() {
	s.t.Helper()
	s.presses("Set up another")
	s.presses("Set up: Another browser")
	s.types("main", "label", "Phone")
	s.inspects("approver")
	s.presses("Set this browser up")
	s.ready(".rows", "Phone")
}

// pays sends money, once what is asked for was given.
func (s *scripted) pays(amount, to string, confirm func()) {
	s.t.Helper()
	s.types("main", "to", to)
	s.types("main", "amount", amount)
	s.presses("Send")
	confirm()
	s.ready("#payments", "Sent ")
	s.ready("#status", "were sent to "+to)
}

// givesUp closes the dialog with Escape: nothing was sent, and the payment can be sent later.
func (s *scripted) givesUp(amount, to string) {
	s.t.Helper()
	s.types("main", "to", to)
	s.types("main", "amount", amount)
	s.presses("Send")
	s.ready("dialog[open]", "Payments need two factors.")
	s.do(chromedp.KeyEvent(kb.Escape))
	for deadline := time.Now().Add(patience); s.has("dialog"); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatal("Escape does not close the dialog")
		}
	}
	s.ready("#payments", "Not sent")
	if s.has("main .summary:not([hidden])") {
		s.t.Errorf("giving up is an error: %s", s.text("main"))
	}
}

// asks has the other browser asked, and reads off the number to type there.
func (s *scripted) asks() string {
	s.t.Helper()
	s.waitFor(".number", " ")
	return strings.ReplaceAll(s.text(".number"), " ", "")
}

// approves types a number into the card, after a wrong one.
func (s *scripted) approves(question, number string) {
	s.t.Helper()
	s.ready("#requests", question)
	s.types("#requests", "number", other(number))
	s.presses("Approve")
	s.ready("#requests .fault, #requests .summary", "2 more times")
	s.types("#requests", "number", number)
	s.presses("Approve")
	s.ready("#status", "Approved.")
}

func (s *scripted) entersPassword() {
	s.t.Helper()
	s.types("main", "login", s.p.name)
	s.types("main", "password", s.p.password)
	s.presses("Sign in")
	s.ready("h1", "One more step")
}

func (s *scripted) signsInByPush(phone *scripted) {
	s.t.Helper()
	s.entersPassword()
	s.inspects("second step")
	s.presses("Phone")
	s.presses("Ask Phone")
	number := s.asks()
	s.inspects("number")
	phone.ready("#requests", "Sign in to Little Bank as "+s.p.name)
	phone.inspects("request")
	phone.approves("Sign in to", number)
	s.ready("h1", "Welcome, "+s.p.name)
}

func (s *scripted) paysByPush(phone *scripted) {
	s.t.Helper()
	s.pays("9.50", "Eve", func() {
		s.ready("dialog[open] blockquote", "Send 9.50 EUR to Eve")
		s.proves("Phone", "Ask Phone")
		number := s.asks()
		phone.ready("#requests blockquote", "Send 9.50 EUR to Eve")
		phone.approves("Confirm for", number)
	})
}

// declined signs in, is declined, and takes a code instead.
func (s *scripted) declined(phone *scripted) {
	s.t.Helper()
	s.entersPassword()
	s.presses("Ask Phone") // what was used last stands first
	s.asks()
	phone.ready("#requests", "Sign in to")
	phone.presses("Decline")
	s.ready("main .summary", "declined in the other browser")
	s.presses("Code app")
	s.types("main", "code", s.p.app.next(s.t))
	s.presses("Continue")
	s.ready("h1", "Welcome, "+s.p.name)
}

// signsInByPasskey chooses it in the field for names, once the page is there, and its key to approve outlived the sign-out.
func (s *scripted) signsInByPasskey(keeper webauthn.AuthenticatorID) {
	s.t.Helper()
	s.present(keeper, false)
	s.presses("Sign out")
	s.ready("h1", "Sign in")
	if keys := ask(s.tab, chromedp.Evaluate[int](
		`import('/auth/static/sallyport.js').then((m) => m.browser.all()).then((keys) => keys.length)`, chromedp.EvalAwaitPromise)); keys != 1 {
		s.t.Errorf("after the sign-out there are %d keys", keys)
	}
	s.present(keeper, true)
	s.do(chromedp.Navigate(s.base + "/"))
	s.ready("h1", "Welcome, "+s.p.name)
}
