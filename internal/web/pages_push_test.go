package web_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

var (
	bindsOnPage  = regexp.MustCompile(` data-bind="([A-Z0-9]{26})" data-challenge="([\w-]+)" data-server-key="BAAAAAAA"`)
	numberOnPage = regexp.MustCompile(`<p class="number" dir="ltr"><span aria-hidden="true">(\d{3}) (\d{3})</span><span class="sr">((?:\d ?){6})</span></p>`)
	promptOnPage = regexp.MustCompile(`name="prompt" value="([A-Z0-9]{26})"`)
)

// approves sets a browser up on the pages, as their script does it.
func (v *visitor) approves() *approver {
	v.t.Helper()
	v.get("/account/authenticators/new?kind=push").shows(200, "https://id.example/auth/account/authenticators/new?kind=push", `value="Firefox on Linux"`)
	begun := v.post("/account/authenticators/new", "kind=push", "label=")
	page := v.get(begun.location).shows(200, "Set up this browser", "needs JavaScript")
	found := bindsOnPage.FindStringSubmatch(page.body)
	if found == nil {
		v.t.Fatalf("nothing to sign on the page:\n%s", page.body)
	}
	b := v.w.approver()
	v.post(begun.location, "code={}").shows(422, "could not be set up")
	done := v.post(begun.location, "code="+b.Enrol(found[1], found[2])).leaves("added_push")
	id, led := strings.CutPrefix(done.location, "/push?new=")
	if !led || id == "" {
		v.t.Fatalf("%d %s", done.status, done.location)
	}
	b.ID = id
	return b
}

// number reads what a page asks to be typed elsewhere, and of which prompt.
func (s seen) number() (number, prompt string) {
	s.t.Helper()
	found, id := numberOnPage.FindStringSubmatch(s.body), promptOnPage.FindStringSubmatch(s.body)
	if found == nil || id == nil || found[1]+found[2] != strings.ReplaceAll(found[3], " ", "") {
		s.t.Fatalf("no number on the page:\n%s", s.body)
	}
	return found[1] + found[2], id[1]
}

func (b *approver) mustApprove(prompt, number string) {
	b.w.t.Helper()
	if a := b.send("POST", "/answer", b.answerTo(prompt, "approve", number)); a.status != http.StatusNoContent {
		b.w.t.Fatalf("%d %s", a.status, a.body)
	}
}

// Without script: the number is shown, and each press of the button says where things are.
func TestPagesAskAnotherBrowser(t *testing.T) {
	v := newWorld(t, setup{policy: "required", push: true}).visitor()
	key, _ := v.setUp()
	v.confirm(key)
	b := v.approves()
	v.get("/account").shows(200, "Firefox on Linux")
	v.get("/account/authenticators/"+b.ID).shows(200, "approve by typing a number", `href="/auth/push"`)
	v.post("/logout")
	v.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
	v.get("/login/verify").shows(200, `href="/auth/login/verify?with=push"`)
	v.get("/login/verify?with=push").shows(200, "Ask the other browser").lacks(`class="number"`)
	v.post("/login/challenge", "authenticator="+b.ID).leads("/login/verify?with=push")
	number, prompt := v.get("/login/verify?with=push").shows(200, "open id.example/auth/push there", "Good until").number()
	if again, _ := v.get("/login/verify").number(); again != number {
		t.Errorf("the page that Back leads to shows %s, want %s", again, number)
	}
	answer := []string{"with=push", "prompt=" + prompt}
	if still, _ := v.post("/login/verify", answer...).shows(409, "not approved yet").number(); still != number {
		t.Errorf("%s became %s", number, still)
	}
	v.post("/login/challenge", "authenticator="+b.ID).shows(429, "asked just now", "Ask again")
	b.mustApprove(prompt, number)
	v.get("/login/verify").shows(200, "Approved in the other browser.").lacks(`class="number"`)
	v.post("/login/verify", append(answer, "trust_browser=yes")...).leads("/account")
	v.get("/account/activity").shows(200, "Approved in “Firefox on Linux”", "“Firefox on Linux” was asked to approve")
}

// What was declined is said, and asking again is one press.
func TestPagesSayThatItWasDeclined(t *testing.T) {
	v := newWorld(t, setup{policy: "required", push: true}).visitor()
	key, _ := v.setUp()
	v.confirm(key)
	b := v.approves()
	v.post("/logout")
	v.post("/login", "login=ana", "password="+pagePassword)
	v.post("/login/challenge", "authenticator="+b.ID)
	_, prompt := v.get("/login/verify?with=push").number()
	b.send("POST", "/answer", b.answerTo(prompt, "decline", ""))
	v.post("/login/verify", "with=push", "prompt="+prompt).shows(422, "declined in the other browser", "Ask again").lacks(`class="number"`)
	v.get("/login/verify?with=push").shows(200, "declined in the other browser", "Ask again")
	v.post("/login/verify", "with=push").shows(422, "declined")
	v.post("/login/verify", "code="+v.code(key)).leads("/account")
}

// A page on which one thing is confirmed shows no number that was asked for another.
func TestPagesConfirmInAnotherBrowser(t *testing.T) {
	v := newWorld(t, setup{policy: "required", push: true}).visitor()
	key, _ := v.setUp()
	v.confirm(key)
	b := v.approves()
	asked := v.post("/account/confirm/challenge", "authenticator="+b.ID, "action=send 5", "return_to=/auth/account")
	number, prompt := v.get(asked.location).shows(200, "send 5").number()
	seen := b.send("POST", "/prompts", b.opens())
	if seen.text("prompts", 0, "purpose") != "action" || seen.text("prompts", 0, "action") != "send 5" {
		t.Errorf("%s", seen.body)
	}
	v.get("/account/confirm?with=push").shows(200, "Ask the other browser").lacks(`class="number"`)
	b.mustApprove(prompt, number)
	v.get(asked.location).shows(200, "Approved in the other browser.")
	v.post("/account/confirm", "with=push", "prompt="+prompt).shows(422, "approved for something else")
	v.post("/account/confirm", "with=push", "prompt="+prompt, "action=send 500", "return_to=/auth/account").shows(422, "approved for something else")
	to := v.post("/account/confirm", "with=push", "prompt="+prompt, "action=send 5", "return_to=/auth/account").location
	if !strings.HasPrefix(to, "/account?confirmation=") {
		t.Errorf("it leads to %s", to)
	}
}

// Who has to set up a second step may set up a browser, and gets recovery codes on the page that keeps its key.
func TestPagesSetUpABrowserFirst(t *testing.T) {
	v := newWorld(t, setup{policy: "required", push: true}).visitor()
	v.register().leads("/login/setup")
	v.get("/login/setup?kind=push").shows(200, "https://id.example/auth/login", "Set up this browser")
	v.w.clock.Advance(1e9)
	v.post("/login/setup", "kind=push").leads("/login/setup")
	found := bindsOnPage.FindStringSubmatch(v.get("/login/setup").body)
	if found == nil {
		t.Fatal("nothing to sign on the page")
	}
	b := v.w.approver()
	page := v.post("/login/setup", "code="+b.Enrol(found[1], found[2])).shows(200, "Save your recovery codes", ` data-account="ana"`)
	if len(page.codes()) != 10 || !regexp.MustCompile(` data-bound="[A-Z0-9]{26}"`).MatchString(page.body) {
		t.Errorf("%s", page.body)
	}
	if got := v.post("/logout").header.Get("Clear-Site-Data"); got != `"cache"` {
		t.Errorf("a sign-out would end the key: %s", got)
	}
}

// What holds for every page holds for these.
func TestEveryPageOfPush(t *testing.T) {
	v := newWorld(t, setup{policy: "required", push: true}).visitor()
	see := func(name string, page seen) seen {
		t.Helper()
		for _, fault := range faults(page, "/auth", "en", "ltr") {
			t.Errorf("%s: %s", name, fault)
		}
		return page
	}
	key, _ := v.setUp()
	v.confirm(key)
	see("new", v.get("/account/authenticators/new?kind=push"))
	begun := v.post("/account/authenticators/new", "kind=push", "label=<i>")
	see("set up", v.get(begun.location))
	see("set up wrong", v.post(begun.location, "code={}"))
	b := v.approves()
	see("approve", v.get("/push"))
	see("confirm", v.get("/account/confirm?with=push"))
	asked := v.post("/account/confirm/challenge", "authenticator="+b.ID, "action=<i>", "return_to=/auth/account")
	see("confirm asked", v.get(asked.location))
	v.post("/logout")
	v.post("/login", "login=ana", "password="+pagePassword)
	see("verify", v.get("/login/verify?with=push"))
	v.post("/login/challenge", "authenticator="+b.ID)
	see("verify asked", v.get("/login/verify"))
	see("verify waiting", v.post("/login/verify", "with=push"))
}

// The page that approves may have a worker and be installed; no other page may, and none where browsers don't approve.
func TestWorkerAndManifest(t *testing.T) {
	v := newWorld(t, setup{push: true}).visitor()
	if p := v.get("/push").shows(200).header.Get("Content-Security-Policy"); !strings.Contains(p, "worker-src 'self'; manifest-src 'self'") {
		t.Errorf("the policy is %s", p)
	}
	if p := v.get("/login").header.Get("Content-Security-Policy"); strings.Contains(p, "worker-src") {
		t.Errorf("the policy of the sign-in page is %s", p)
	}
	worker := v.get("/push/worker.js").shows(200, "notificationclick", "const bound = ").lacks("'fetch'", `"fetch"`, "caches")
	if h := worker.header; h.Get("Service-Worker-Allowed") != "/auth/push" || h.Get("Cache-Control") != "no-cache" ||
		h.Get("Content-Type") != "text/javascript; charset=utf-8" {
		t.Errorf("%v", h)
	}
	var m struct {
		Name, Scope, Display string
		StartURL             string `json:"start_url"`
		Icons                []struct{ Src, Sizes, Purpose string }
	}
	file := v.get("/push/manifest.webmanifest").shows(200)
	must(t, json.Unmarshal([]byte(file.body), &m))
	if m.Name != "Sallyport" || m.Scope != "/auth/push" || m.StartURL != "/auth/push" || m.Display != "standalone" || len(m.Icons) != 4 ||
		file.header.Get("Content-Type") != "application/manifest+json" {
		t.Errorf("%+v %v", m, file.header)
	}
	for _, icon := range m.Icons {
		got := v.get(strings.TrimPrefix(icon.Src, "/auth")).shows(200)
		if got.header.Get("Content-Type") != "image/png" || !strings.HasPrefix(got.body, "\x89PNG") {
			t.Errorf("%s: %v", icon.Src, got.header)
		}
	}
	off := newWorld(t, setup{}).visitor()
	for _, path := range []string{"/push", "/push/worker.js", "/push/manifest.webmanifest"} {
		off.get(path).shows(404)
	}
}
