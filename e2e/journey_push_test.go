package e2e

import (
	"crypto/rand"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/serviceworker"
	"github.com/chromedp/chromedp"
)

// TestJourneyWithAnotherBrowser: one browser signs in, another one approves, in the ways that people may.
func TestJourneyWithAnotherBrowser(t *testing.T) {
	t.Parallel()
	s := underPrefix(t, "/auth")
	phone := &visit{tab: browse(t, s)}
	phone.p = &person{name: "ada-" + strings.ToLower(rand.Text()[:8]), password: "staple " + rand.Text()}
	phone.join()
	phone.setUpBrowser()
	phone.keepRecoveryCodes(phone.p)
	phone.mustBeAt("/account")
	phone.signOut()
	phone.open("/push")
	phone.waitFor(`[data-keys]`, phone.p.name)
	phone.waitFor(`[role=status]`, "Connected")

	desk := &visit{tab: browse(t, s), p: phone.p}
	desk.enter("/login/verify")
	number := desk.asksPhone("/login")
	phone.waitFor(".card", "as "+phone.p.name)
	phone.typeNumber(other(number))
	phone.waitFor(".card [data-fault]", "2 more times")
	desk.mustBeAt("/login/verify")
	phone.typeNumber(arabic(number[:3]) + " " + number[3:])
	phone.waitFor(".card", "Approved.")
	desk.arrive("/account")

	desk.follow("/account/password")
	desk.mustBeAt("/account/confirm")
	number = desk.asksPhone("/account/confirm")
	phone.waitFor(".card", "Change something")
	phone.typeNumber(number)
	desk.arrive("/account/password")
	desk.open("/account")
	desk.signOut()

	desk.enter("/login/verify")
	desk.asksPhone("/login")
	phone.waitFor(".card", "Sign in to")
	phone.click(`.card [data-do="decline"]`)
	phone.waitFor(".card", "Declined.")
	desk.waitFor("[data-says]", "declined in the other browser")
	if desk.isShown(".number") {
		t.Error("the number still stands there")
	}
	desk.submit("/login/cancel")

	desk.enter("/login/verify")
	desk.asksPhone("/login")
	phone.waitFor(".card", "Sign in to")
	phone.click(`.card [data-step-is="ask"] [data-do="sure"]`)
	phone.waitFor(".card", "signs you out everywhere")
	phone.click(`.card [data-do="not_me"]`)
	phone.waitFor(".card", "change it now")
	desk.waitFor("[data-says]", "ended in the other browser")
	desk.quietly()  // the state was asked once more than there was a login
	phone.quietly() // a wrong number is answered with 401

	began := time.Now() // a page that listens doesn't keep the server from stopping
	s.finish(t)
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("the server took %v to stop", took)
	}
	phone.waitFor("[role=status]", "There is no connection")
	phone.quietly()
}

// TestWorkerOfTheOtherBrowser: what it is sent it shows, and the page learns of a browser that is bound no more.
func TestWorkerOfTheOtherBrowser(t *testing.T) {
	t.Parallel()
	s := underPrefix(t, "/auth")
	phone := &visit{tab: browse(t, s)}
	phone.p = &person{name: "ada-" + strings.ToLower(rand.Text()[:8]), password: "staple " + rand.Text()}
	_, err := chromedp.CallBrowser(phone.ctx, browser.SetPermission, browser.SetPermissionParams{
		Permission: &browser.PermissionDescriptor{Name: "notifications"}, Setting: browser.PermissionSettingGranted,
	})
	ok(t, err)
	phone.join()
	phone.setUpBrowser()
	phone.keepRecoveryCodes(phone.p)
	workers := phone.workers()
	phone.open("/push")
	phone.waitFor("[role=status]", "Connected")
	phone.click("[data-turn-on]")
	phone.waitFor("[data-messages]", "could not turn notifications on") // no push service is in reach
	worker := <-workers
	if want := phone.base + "/push"; worker.ScopeURL != want {
		t.Errorf("the worker's scope is %s, want %s", worker.ScopeURL, want)
	}
	phone.deliver(worker, `{"v":2,"title":"from another time"}`)
	phone.mustShow(worker, `{"v":1,"prompt":"P1","authenticator":"A1","title":"Sign in?","body":"From there"}`, "Sign in?: From there (P1)")

	phone.beforeScripts(pushService)
	phone.open("/push")
	phone.waitFor("[role=status]", "Connected")
	phone.click("[data-turn-on]")
	phone.waitFor("[data-messages]", "Turned on")
	phone.open("/push")
	phone.waitFor("[data-messages]", "Turned on")
	phone.waitFor("[role=status]", "Connected")
	phone.click("[data-turn-off]")
	phone.waitFor("[data-messages]", "Turned off")

	phone.open("/account")
	phone.press(`main a[href*="/account/authenticators/"]:not([href*="new"])`)
	phone.mustSay("main", "approve by typing a number")
	phone.press(`main a[href$="/remove"]`)
	phone.press(`main form[action$="/remove"] button`)
	phone.mustBeAt("/account")
	phone.open("/push")
	phone.waitFor("[data-goners]", "no longer approves for "+phone.p.name)
	phone.waitFor(`[data-state="none"]`, "approves for no account")
	phone.quietly() // a key that nobody knows is answered with 404
}

// pushService stands in for the one that a browser has: it keeps a subscription, and sends nothing.
const pushService = `if (window.PushManager) {
	const made = (text) => text && { ...JSON.parse(text), toJSON: () => JSON.parse(text).json, unsubscribe: async () => delete localStorage.kept,
		options: { applicationServerKey: Uint8Array.from(JSON.parse(text).key, (c) => c.charCodeAt(0)).buffer } };
	PushManager.prototype.getSubscription = async () => made(localStorage.kept) || null;
	PushManager.prototype.subscribe = async ({ applicationServerKey: key }) => {
		const pair = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits']);
		const text = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
		const p256dh = text(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)));
		const json = { endpoint: 'https://push.example.org/1', expirationTime: null, keys: { p256dh, auth: text(new Uint8Array(16)) } };
		localStorage.kept = JSON.stringify({ json, key: atob(key.replaceAll('-', '+').replaceAll('_', '/')) });
		return made(localStorage.kept);
	};
}`

// setUpBrowser makes the browser one that approves.
func (v *visit) setUpBrowser() {
	v.t.Helper()
	v.follow("/account/authenticators/new")
	v.mustBeAt("/account/confirm")
	v.fill("password", v.p.password)
	v.submit("/account/confirm")
	v.press(`main a[href*="kind=push"]`)
	v.mustSay("main", v.base+"/account/authenticators/new?kind=push")
	v.submit("/account/authenticators/new")
	v.press("form[data-bind] button")
}

// asksPhone asks the other browser, and reads the number off the page.
func (v *visit) asksPhone(page string) string {
	v.t.Helper()
	v.submit(page + "/challenge")
	if page == "/login" {
		v.mustBeAt("/login/verify")
	} else {
		v.mustBeAt(page)
	}
	number := strings.ReplaceAll(v.text(".number [aria-hidden]"), " ", "")
	if len(number) != 6 || strings.ReplaceAll(v.text(".number .sr"), " ", "") != number {
		v.t.Fatalf("no number on the page: %s", v.text("main"))
	}
	return number
}

// typeNumber approves with a number.
func (v *visit) typeNumber(number string) {
	v.t.Helper()
	v.do(chromedp.SendKeys(chromedp.CSS(`.card [data-step-is="ask"]:not([hidden]) input`), number))
	v.click(`.card [data-step-is="ask"]:not([hidden]) button:not([type="button"])`)
}

// other is a number that is not this one.
func other(number string) string {
	if number == "000000" {
		return "000001"
	}
	return "000000"
}

// arabic writes digits as Arabic does.
func arabic(digits string) string {
	return strings.Map(func(r rune) rune { return r - '0' + '\u0660' }, digits)
}

// waitFor waits until one of the elements says something, without the page being loaded anew.
func (b *tab) waitFor(selector, words string) {
	b.t.Helper()
	said := `[...document.querySelectorAll(` + quoted(selector) + `)].map((e) => e.innerText).join(' ')`
	for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		got := ask(b, chromedp.Evaluate[string](said))
		if strings.Contains(got, words) {
			return
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("%s: %s says %q, want %q in it; the page: %s", b.path(), selector, got, words, b.text("main"))
		}
	}
}

func (b *tab) isShown(selector string) bool {
	b.t.Helper()
	return ask(b, chromedp.Evaluate[bool](`(document.querySelector(`+quoted(selector)+`)?.getClientRects().length || 0) > 0`))
}

// workers tells of the service worker that pages register.
func (b *tab) workers() <-chan *serviceworker.Registration {
	b.t.Helper()
	found := make(chan *serviceworker.Registration, 8)
	ok(b.t, chromedp.Listen(b.ctx, func(event any) {
		if e, is := event.(*serviceworker.EventWorkerRegistrationUpdated); is {
			for _, r := range e.Registrations {
				select {
				case found <- r:
				default:
				}
			}
		}
	}))
	_, err := chromedp.Call(b.ctx, serviceworker.Enable, cdp.Empty{})
	ok(b.t, err)
	return found
}

// deliver hands the worker a message, as a push service would.
func (b *tab) deliver(to *serviceworker.Registration, data string) {
	b.t.Helper()
	u, err := url.Parse(b.base)
	ok(b.t, err)
	_, err = chromedp.Call(b.ctx, serviceworker.DeliverPushMessage, serviceworker.DeliverPushMessageParams{
		Origin: u.Scheme + "://" + u.Host, RegistrationID: to.RegistrationID, Data: data,
	})
	ok(b.t, err)
}

// mustShow delivers a message until notifications are shown: these, and no others. A worker that is just starting misses some.
func (b *tab) mustShow(to *serviceworker.Registration, data, want string) {
	b.t.Helper()
	shown := `navigator.serviceWorker.getRegistration('` + b.prefix() + `/push').then((r) => r.getNotifications())
		.then((all) => all.map((n) => n.title + ': ' + n.body + ' (' + n.tag + ')').join())`
	for deadline := time.Now().Add(patience); ; time.Sleep(time.Second) {
		b.deliver(to, data)
		got := ask(b, chromedp.Evaluate[string](shown, chromedp.EvalAwaitPromise))
		if got == want {
			return
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("the browser shows %q, want %q", got, want)
		}
	}
}

// quietly forgets what the browser said of answers with a status of 4xx, and of none.
func (b *tab) quietly() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.complaints = slices.DeleteFunc(b.complaints, func(said string) bool {
		return strings.Contains(said, "status of 4") || strings.Contains(said, "net::ERR_")
	})
}

// TestOtherBrowserWithoutAStream: where the server has no room for one more stream, the page asks now and then.
func TestOtherBrowserWithoutAStream(t *testing.T) {
	t.Parallel()
	s := underPrefix(t, "/auth")
	phone := &visit{tab: browse(t, s)}
	phone.p = &person{name: "ada-" + strings.ToLower(rand.Text()[:8]), password: "staple " + rand.Text()}
	phone.join()
	phone.setUpBrowser()
	phone.keepRecoveryCodes(phone.p)
	phone.beforeScripts(noStreams)
	phone.open("/push")
	phone.waitFor(`[role=status]`, "Connected")
	desk := &visit{tab: browse(t, s), p: phone.p}
	desk.enter("/login/verify")
	number := desk.asksPhone("/login")
	phone.waitFor(".card", "as "+phone.p.name)
	phone.typeNumber(number)
	desk.arrive("/account")
}

// noStreams answers as a server does that is full of them.
const noStreams = `const fetched = window.fetch;
window.fetch = (path, init = {}) => ((init.headers || {}).Accept === 'text/event-stream'
	? Promise.resolve(new Response('{"retry_after":20}', { status: 503, headers: { 'Content-Type': 'application/problem+json' } }))
	: fetched(path, init));`
