package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// The whole way over JSON: what each side sees, and that both of a browser's and a program's logins get in.
func TestBrowserApprovesASignIn(t *testing.T) {
	w := newWorld(t, setup{push: true})
	_, p, b := w.browserOwner()
	for _, c := range []*client{w.browser(), w.program()} {
		w.clock.Advance(time.Minute)
		c.give(p).want(c, http.StatusAccepted)
		asked := c.asksBrowser("/login/challenge", b.ID)
		number, prompt := asked.text("number"), asked.text("prompt")
		if state := c.send("GET", "/login/prompt", nil).want(c, 200); state.text("state") != "waiting" || state.text("number") != number {
			t.Errorf("%s", state.body)
		}
		waiting := c.send("POST", "/login/response", values{"kind": "push", "response": prompt}).problem(c, http.StatusConflict, "wrong_state")
		if waiting.get("retry_after") != 2.0 {
			t.Errorf("while it waits: %s", waiting.body)
		}
		seen := b.send("POST", "/prompts", b.opens())
		if seen.text("prompts", 0, "id") != prompt || seen.text("prompts", 0, "account") != p.name || seen.text("prompts", 0, "purpose") != "sign_in" {
			t.Errorf("%s", seen.body)
		}
		if done := b.send("POST", "/answer", b.answerTo(prompt, "approve", number)); done.status != http.StatusNoContent {
			t.Fatalf("%d %s", done.status, done.body)
		}
		state := c.send("GET", "/login/prompt", nil).want(c, 200)
		if state.text("state") != "approved" || state.get("number") != nil {
			t.Errorf("%s", state.body)
		}
		a := c.send("POST", "/login/response", values{"kind": "push", "response": prompt}).want(c, http.StatusCreated)
		if a.get("session", "aal") != 2.0 || strings.Join(list(a.get("session", "amr")), " ") != "pwd swk mfa" {
			t.Errorf("%s", a.body)
		}
	}
}

// The number goes from the page that asks to the browser that approves by way of the person alone.
func TestNumberIsNotToldToTheBrowser(t *testing.T) {
	w := newWorld(t, setup{push: true})
	b, asked := w.askedBrowser()
	number := asked.text("number")
	seen := b.send("POST", "/prompts", b.opens())
	if seen.get("prompts", 0) == nil || strings.Contains(string(seen.body), number) {
		t.Errorf("the number %s is in what the browser sees: %s", number, seen.body)
	}
	for _, m := range w.sent {
		if strings.Contains(m.Code, number) {
			t.Errorf("the number is in a message: %+v", m)
		}
	}
	if strings.Contains(w.log.String(), number) {
		t.Error("the number is in the log")
	}
}

// Three wrong numbers, each counted down aloud.
func TestWrongNumbersEndAQuestion(t *testing.T) {
	w := newWorld(t, setup{push: true})
	b, asked := w.askedBrowser()
	right := asked.text("number")
	wrong := map[bool]string{true: "000001", false: "000000"}[right == "000000"]
	for _, says := range []string{"2 more times", "1 more time.", "third wrong number"} {
		a := b.send("POST", "/answer", b.answerTo(asked.text("prompt"), "approve", wrong))
		if a.status != http.StatusUnauthorized || !strings.Contains(a.text("detail"), says) {
			t.Errorf("%d %s, want %q", a.status, a.body, says)
		}
	}
	if a := b.send("POST", "/answer", b.answerTo(asked.text("prompt"), "approve", right)); a.status != http.StatusConflict {
		t.Errorf("the right number after three wrong ones: %d %s", a.status, a.body)
	}
}

// What was approved for an action confirms that action, and nothing else.
func TestApprovalIsForWhatWasAsked(t *testing.T) {
	w := newWorld(t, setup{push: true})
	c, _, b := w.browserOwner()
	approve := func(body values) string {
		w.clock.Advance(4 * time.Minute)
		asked := c.send("POST", "/session/challenge", body).want(c, http.StatusOK)
		if a := b.send("POST", "/answer", b.answerTo(asked.text("prompt"), "approve", asked.text("number"))); a.status != 204 {
			t.Fatalf("%d %s", a.status, a.body)
		}
		return asked.text("prompt")
	}
	answer := func(path, prompt, action string, status int) {
		t.Helper()
		body := values{"kind": "push", "response": prompt}
		if action != "" {
			body["action"] = action
		}
		c.send("POST", path, body).want(c, status)
	}
	five := approve(values{"authenticator": b.ID, "action": "send 5"})
	answer("/session/elevate", five, "", http.StatusUnauthorized)
	answer("/session/confirmations", five, "send 500", http.StatusUnauthorized)
	answer("/session/confirmations", five, "send 5", http.StatusCreated)
	plain := approve(values{"authenticator": b.ID})
	answer("/session/confirmations", plain, "send 5", http.StatusUnauthorized)
	answer("/session/elevate", plain, "", http.StatusOK)
	answer("/session/elevate", plain, "", http.StatusConflict)
}

// Whoever says that it was somebody else ends everything; what they have to do next depends on whether they can be written to.
func TestItWasNotMe(t *testing.T) {
	for _, address := range []bool{false, true} {
		w := newWorld(t, setup{push: true})
		c, p, b := w.browserOwner()
		if address {
			c.giveAddress(p)
		}
		thief := w.browser()
		thief.give(p).want(thief, http.StatusAccepted)
		asked := thief.asksBrowser("/login/challenge", b.ID)
		a := b.send("POST", "/answer", b.answerTo(asked.text("prompt"), "not_me", ""))
		if a.status != http.StatusOK || a.get("mailed") != address {
			t.Fatalf("%d %s, want mailed %v", a.status, a.body, address)
		}
		thief.send("GET", "/login", nil).want(thief, http.StatusUnauthorized)
		c.send("GET", "/session", nil).want(c, http.StatusUnauthorized)
		if status := w.browser().give(p).status; (status == http.StatusAccepted) == address {
			t.Errorf("with an address %v, the password is answered with %d", address, status)
		}
	}
}

// Cookies say nothing to a bound browser's calls, and pages of other origins get nowhere with them.
func TestBoundBrowserNeedsNoCookie(t *testing.T) {
	w := newWorld(t, setup{push: true})
	c, _, b := w.browserOwner()
	body := b.opens()
	body["signature"] = w.approver().Sign("open", b.ID, body["challenge"].(string))
	c.send("POST", "/push/prompts", body).problem(c, http.StatusUnauthorized, "wrong") // signed in, and the wrong key
	for path, body := range map[string]values{
		"/push/challenge": {"authenticator": b.ID}, "/push/prompts": b.opens(),
	} {
		r := w.jsonRequest("POST", path, body)
		r.Header.Set("Origin", "https://evil.example")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		if a := c.sendRaw(r, path); a.status != http.StatusForbidden {
			t.Errorf("%s of another origin: %d %s", path, a.status, a.body)
		}
		r = w.jsonRequest("POST", path, body)
		r.Header.Set("Content-Type", "text/plain") // what a form of another site could send
		if a := c.sendRaw(r, path); a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s as text: %d %s", path, a.status, a.body)
		}
	}
	a := w.send(w.jsonRequest("POST", "/push/prompts", b.opens()))
	if a.header.Get("Set-Cookie") != "" || a.header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("%v", a.header)
	}
}

// A subscription is signed as the very text that was sent, whatever it holds.
func TestSubscription(t *testing.T) {
	w := newWorld(t, setup{push: true})
	_, _, b := w.browserOwner()
	type nothing = map[string]any
	text := `{"endpoint":"https://push.example/1","expirationTime":null,"keys":{"auth":"AA","p256dh":"BA"}}`
	object := nothing{"endpoint": "https://push.example/1", "expirationTime": nil, "keys": nothing{"auth": "AA", "p256dh": "BA"}}
	if a := b.subscribes(text, object); a.status != http.StatusNoContent {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := b.subscribes(text, nil); a.status != http.StatusUnauthorized {
		t.Errorf("signed for one, sent for none: %d %s", a.status, a.body)
	}
	for _, sent := range []any{"x", 1, []any{}, ""} {
		if a := b.subscribes("", sent); a.status != http.StatusUnprocessableEntity {
			t.Errorf("%v: %d %s", sent, a.status, a.body)
		}
	}
	challenge := b.challenge()
	body := values{"authenticator": b.ID, "challenge": challenge, "signature": b.Subscribe(challenge, "")}
	if a := b.send("PUT", "/subscription", body); a.status != http.StatusUnprocessableEntity {
		t.Errorf("none given: %d %s", a.status, a.body)
	}
}

// A browser without a name is called what it is, and forgets its key once it is removed.
func TestBoundBrowserComesAndGoes(t *testing.T) {
	w := newWorld(t, setup{push: true})
	c, p := w.owner()
	c.elevate(p)
	r := w.jsonRequest("POST", "/authenticators", values{"kind": "push"})
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
	begun := c.sendRaw(r, "/authenticators").want(c, http.StatusCreated)
	if begun.text("push", "server_key") != "BAAAAAAA" {
		t.Errorf("%s", begun.body)
	}
	b := w.approver()
	made := b.Enrol(begun.text("id"), begun.text("push", "challenge"))
	path := "/authenticators/" + begun.text("id") + "/confirm"
	b.ID = c.send("POST", path, values{"response": object(t, made)}).want(c, http.StatusOK).text("authenticator", "id")
	if a := c.send("GET", "/authenticators", nil); !strings.Contains(string(a.body), "Firefox on Linux") {
		t.Errorf("%s", a.body)
	}
	c.send("DELETE", "/authenticators/"+b.ID, nil).want(c, http.StatusNoContent)
	if a := b.send("POST", "/challenge", values{"authenticator": b.ID}); a.status != http.StatusNotFound {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := b.send("POST", "/challenge", values{"authenticator": strings.Repeat("A", 65)}); a.status != http.StatusNotFound {
		t.Errorf("an id that is too long: %d %s", a.status, a.body)
	}
}

// A browser that approves keeps its keys when somebody signs out there; every other forgets what it has of the site.
func TestSignOutKeepsKeys(t *testing.T) {
	for _, approves := range []bool{true, false} {
		v := newWorld(t, setup{policy: "required", push: true}).visitor()
		key, _ := v.setUp()
		want := `"cache", "storage"`
		if approves {
			v.confirm(key)
			v.approves()
			want = `"cache"`
		}
		if got := v.post("/logout").header.Get("Clear-Site-Data"); got != want {
			t.Errorf("approves %v: Clear-Site-Data: %s", approves, got)
		}
	}
}

// A browser that is bound within a login learns there what it signs with from then on.
func TestBrowserThatIsTheFirst(t *testing.T) {
	w := newWorld(t, setup{push: true})
	c, b := w.browser(), w.approver()
	c.mustBind()
	begun := c.send("POST", "/login/authenticators", values{"kind": "push"}).want(c, http.StatusCreated)
	made := b.Enrol(begun.text("id"), begun.text("push", "challenge"))
	done := c.send("POST", "/login/authenticators/"+begun.text("id")+"/confirm", values{"response": made}).want(c, http.StatusCreated)
	b.ID = done.text("authenticator", "id")
	if seen := b.send("POST", "/prompts", b.opens()); seen.status != http.StatusOK {
		t.Errorf("%d %s", seen.status, seen.body)
	}
}
