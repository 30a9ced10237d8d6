package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/factor/webauthn/virtual"
)

// phone is an authenticator on the world's origin.
func (w *world) phone() *virtual.Authenticator {
	return &virtual.Authenticator{Origin: w.public.Scheme + "://" + w.public.Host}
}

// options are what an answer asks the browser for.
func (a answer) options(t *testing.T) string {
	t.Helper()
	raw, err := json.Marshal(a.get("options"))
	if err != nil || string(raw) == "null" {
		t.Fatalf("no options: %s", a.body)
	}
	return string(raw)
}

// object is a passkey's answer as JSON has it.
func object(t *testing.T, response string) map[string]any {
	t.Helper()
	var out map[string]any
	must(t, json.Unmarshal([]byte(response), &out))
	return out
}

// bindPasskey binds a passkey of a with an elevated client, and gives its authenticator's id.
func (c *client) bindPasskey(a *virtual.Authenticator) string {
	c.w.t.Helper()
	b := c.send("POST", "/authenticators", values{"kind": "webauthn"}).want(c, http.StatusCreated)
	made, err := a.Create(b.options(c.w.t))
	must(c.w.t, err)
	confirm := "/authenticators/" + b.text("id") + "/confirm"
	return c.send("POST", confirm, values{"response": object(c.w.t, made)}).want(c, http.StatusOK).text("authenticator", "id")
}

// passkeyOwner is somebody with a code app and a passkey.
func (w *world) passkeyOwner(a *virtual.Authenticator) (*client, *person, string) {
	w.t.Helper()
	c, p := w.owner()
	c.elevate(p)
	return c, p, c.bindPasskey(a)
}

// asks is what a login in progress, or a session, is asked of passkeys.
func (c *client) asks(path string, authenticator string) string {
	c.w.t.Helper()
	return c.send("POST", path, values{"authenticator": authenticator}).want(c, http.StatusOK).options(c.w.t)
}

// answers signs what is asked.
func answers(t *testing.T, a *virtual.Authenticator, options string) map[string]any {
	t.Helper()
	response, err := a.Get(options)
	must(t, err)
	return object(t, response)
}

// alone begins a sign-in with a passkey alone.
func (c *client) alone() (options, token string) {
	c.w.t.Helper()
	a := c.send("POST", "/login/passkey", c.transport(values{})).want(c, http.StatusOK)
	if token, ok := a.get("token").(string); ok {
		return a.options(c.w.t), token
	}
	return a.options(c.w.t), ""
}

func (c *client) answerAlone(token string, response any) answer {
	c.w.t.Helper()
	body := c.transport(values{"response": response})
	if token != "" {
		body["token"] = token
	}
	return c.send("POST", "/login/passkey/response", body)
}

// walkPasskeys shows each success of the operations that are about passkeys alone.
func (w *world) walkPasskeys() {
	w.t.Helper()
	phone := w.phone()
	c, p, id := w.passkeyOwner(phone)
	c.asks("/session/challenge", id)
	login := w.browser()
	login.give(p)
	login.asks("/login/challenge", id)
	options, _ := login.alone()
	login.answerAlone("", answers(w.t, phone, options)).want(login, http.StatusCreated)
	c.elevateWith(phone)
	c.send("PUT", "/passkeys-only", values{"passkeys_only": true}).want(c, http.StatusNoContent)
}

// elevateWith proves the holder of the client's session anew, with a passkey.
func (c *client) elevateWith(a *virtual.Authenticator) {
	c.w.t.Helper()
	response := answers(c.w.t, a, c.asks("/session/challenge", "webauthn"))
	c.send("POST", "/session/elevate", values{"kind": "webauthn", "response": response}).want(c, http.StatusOK)
}

func TestPasskeyIsASecondFactor(t *testing.T) {
	w := newWorld(t, setup{passkeys: true})
	phone := w.phone()
	phone.NoUser = true // having it is enough beside a password
	_, p, id := w.passkeyOwner(phone)
	for _, c := range []*client{w.browser(), w.program()} {
		more := c.give(p).want(c, http.StatusAccepted)
		if !strings.Contains(string(more.body), `"kind":"webauthn"`) {
			t.Errorf("offer: %s", more.body)
		}
		response := answers(t, phone, c.asks("/login/challenge", "webauthn"))
		a := c.send("POST", "/login/response", values{"kind": "webauthn", "response": response}).want(c, http.StatusCreated)
		if a.get("session", "aal") != 2.0 || strings.Join(list(a.get("session", "amr")), " ") != "pwd pop mfa" {
			t.Errorf("%s", a.body)
		}
		response = answers(t, phone, c.asks("/session/challenge", id))
		c.send("POST", "/session/elevate", values{"kind": "webauthn", "response": response, "authenticator": id}).want(c, http.StatusOK)
		action := values{"action": "send 5", "kind": "webauthn", "response": answers(t, phone, c.asks("/session/challenge", "webauthn"))}
		c.send("POST", "/session/confirmations", action).want(c, http.StatusUnauthorized) // that answers another question
		asked := c.send("POST", "/session/challenge", values{"authenticator": "webauthn", "action": "send 5"}).want(c, http.StatusOK)
		action["response"] = answers(t, phone, asked.options(t))
		c.send("POST", "/session/confirmations", action).want(c, http.StatusCreated)
	}
}

func list(v any) (out []string) {
	for _, e := range v.([]any) {
		out = append(out, e.(string))
	}
	return out
}

func TestPasskeySignsInAlone(t *testing.T) {
	w := newWorld(t, setup{passkeys: true})
	phone := w.phone()
	_, p, _ := w.passkeyOwner(phone)
	for _, c := range []*client{w.browser(), w.program()} {
		options, token := c.alone()
		a := c.answerAlone(token, answers(t, phone, options)).want(c, http.StatusCreated)
		if a.text("session", "account", "username") != p.name || a.get("session", "aal") != 2.0 || strings.Join(list(a.get("session", "amr")), " ") != "pop mfa" {
			t.Errorf("%s", a.body)
		}
		c.send("GET", "/session", nil).want(c, http.StatusOK)
		if a := c.send("GET", "/authenticators", nil); a.get("authenticators", 1, "synced") != true || a.get("passkeys", "rp_id") != "id.example" {
			t.Errorf("%s", a.body)
		}
	}
}

// TestPasskeyAloneIsRefused: E01 to E05 over HTTP.
func TestPasskeyAloneIsRefused(t *testing.T) {
	w := newWorld(t, setup{passkeys: true})
	phone := w.phone()
	w.passkeyOwner(phone)
	stranger := w.phone()
	_, err := stranger.Create(`{"rp":{"id":"id.example"},"user":{"id":"AAAA"},"challenge":"AAAA"}`)
	must(t, err)
	c := w.browser()
	wrong := func(name string, a answer) {
		t.Helper()
		a.problem(c, http.StatusUnauthorized, "wrong")
		if c.cookies[sessionCookie] != "" {
			t.Fatalf("%s: a session", name)
		}
	}
	options, _ := c.alone()
	first := answers(t, phone, options)
	other := w.browser()
	other.alone()
	wrong("another browser's question", other.answerAlone("", first))
	wrong("without the cookie", w.browser().answerAlone("", first))
	program := w.program()
	_, token := program.alone()
	program.answerAlone(token, first).problem(program, http.StatusUnauthorized, "wrong")
	program.answerAlone(c.cookies["__Host-sallyport_passkey"], first).problem(program, http.StatusUnauthorized, "wrong")

	phone.NoUser = true
	wrong("user not verified", c.answerAlone("", answers(t, phone, options)))
	phone.NoUser = false
	phone.Origin = "https://evil.example"
	wrong("another site", c.answerAlone("", answers(t, phone, options)))
	phone.Origin = stranger.Origin
	phone.Handle = func([]byte) []byte { return []byte("somebody else") }
	wrong("another's handle", c.answerAlone("", answers(t, phone, options)))
	phone.Handle = nil
	c.answerAlone("", answers(t, stranger, options)).problem(c, http.StatusNotFound, "not_found")
	c.answerAlone("", values{"id": "x"}).problem(c, http.StatusUnprocessableEntity, "invalid")

	w.clock.Advance(5*time.Minute + time.Second)
	wrong("too late", c.answerAlone("", first))
	options, _ = c.alone()
	right := answers(t, phone, options)
	c.answerAlone("", right).want(c, http.StatusCreated)
	c.answerAlone("", right).problem(c, http.StatusUnauthorized, "wrong") // its cookie is gone
}

// TestPasskeyAnswerIsGoodOnce: whoever has copied the answer and the cookie gets nothing.
func TestPasskeyAnswerIsGoodOnce(t *testing.T) {
	w := newWorld(t, setup{passkeys: true})
	phone := w.phone()
	_, p, _ := w.passkeyOwner(phone)
	c := w.program()
	options, token := c.alone()
	right := answers(t, phone, options)
	c.answerAlone(token, right).want(c, http.StatusCreated)
	w.program().answerAlone(token, right).problem(c, http.StatusUnauthorized, "already_used")

	for _, path := range []string{"/login/challenge", "/session/challenge"} {
		c := w.browser()
		c.give(p)
		if path == "/session/challenge" {
			c.send("POST", "/login/response", values{"kind": "totp", "response": p.unusedCode()}).want(c, http.StatusCreated)
		}
		right := values{"kind": "webauthn", "response": answers(t, phone, c.asks(path, "webauthn"))}
		if path == "/login/challenge" {
			c.send("POST", "/login/response", right).want(c, http.StatusCreated)
			continue // the login is gone with it
		}
		c.send("POST", "/session/elevate", right).want(c, http.StatusOK)
		c.send("POST", "/session/elevate", right).problem(c, http.StatusUnauthorized, "already_used")
	}
}

// TestPasskeyAnswersItsQuestionAlone: E01 and E03. Every answer is right, and for something else.
func TestPasskeyAnswersItsQuestionAlone(t *testing.T) {
	w := newWorld(t, setup{passkeys: true})
	ana, mallory := w.phone(), w.phone()
	c, p, id := w.passkeyOwner(ana)
	m, q, _ := w.passkeyOwner(mallory)
	login, second := w.browser(), w.browser()
	login.give(p)
	second.give(p)
	asked := login.asks("/login/challenge", "webauthn")
	wrong := func(name string, c *client, path string, response any) {
		t.Helper()
		if a := c.send("POST", path, values{"kind": "webauthn", "response": response}); a.status != http.StatusUnauthorized || a.text("code") != "wrong" {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	wrong("another login's", second, "/login/response", answers(t, ana, asked))
	wrong("a session's", login, "/login/response", answers(t, ana, c.asks("/session/challenge", id)))
	wrong("a login's, to elevate", c, "/session/elevate", answers(t, ana, asked))
	options, _ := login.alone()
	wrong("a sign-in's without a name", login, "/login/response", answers(t, ana, options))
	wrong("another's passkey", login, "/login/response", func() any {
		signed, err := mallory.Sign(mallory.IDs()[0], "id.example", challengeOf(t, asked))
		must(t, err)
		return object(t, signed)
	}())
	hers := w.browser()
	hers.give(q)
	wrong("another account's login", hers, "/login/response", answers(t, ana, asked))
	b := c.send("POST", "/authenticators", values{"kind": "webauthn"}).want(c, http.StatusCreated)
	signed, err := ana.Sign(ana.IDs()[0], "id.example", challengeOf(t, b.options(t)))
	must(t, err)
	wrong("a new passkey's", c, "/session/elevate", object(t, signed))
	made, err := w.phone().Create(asked2creation(t, asked))
	must(t, err)
	c.send("POST", "/authenticators/"+b.text("id")+"/confirm", values{"response": object(t, made)}).problem(c, http.StatusUnauthorized, "wrong")
	m.send("POST", "/authenticators/"+b.text("id")+"/confirm", values{"response": object(t, made)}).problem(m, http.StatusNotFound, "not_found")
	login.send("POST", "/login/response", values{"kind": "webauthn", "response": answers(t, ana, asked)}).want(login, http.StatusCreated)
}

func challengeOf(t *testing.T, options string) string {
	t.Helper()
	var in struct{ Challenge string }
	must(t, json.Unmarshal([]byte(options), &in))
	return in.Challenge
}

// asked2creation makes options for a new passkey with the challenge of a sign-in.
func asked2creation(t *testing.T, options string) string {
	return `{"rp":{"id":"id.example"},"user":{"id":"AAAA"},"challenge":"` + challengeOf(t, options) + `"}`
}

// TestPasskeyIsOnesOwn: E08.
func TestPasskeyIsOnesOwn(t *testing.T) {
	w := newWorld(t, setup{passkeys: true})
	phone := w.phone()
	c, _, _ := w.passkeyOwner(phone)
	b := c.send("POST", "/authenticators", values{"kind": "webauthn"}).want(c, http.StatusCreated)
	if _, err := phone.Create(b.options(t)); err != virtual.ErrPresent {
		t.Errorf("the account's own is not excluded: %v", err)
	}
	m, q := w.owner()
	m.elevate(q)
	b = m.send("POST", "/authenticators", values{"kind": "webauthn"}).want(m, http.StatusCreated)
	copied, err := phone.Again(phone.IDs()[0], b.options(t))
	must(t, err)
	m.send("POST", "/authenticators/"+b.text("id")+"/confirm", values{"response": object(t, copied)}).problem(m, http.StatusConflict, "wrong_state")
	if a := m.send("GET", "/authenticators", nil); len(a.get("authenticators").([]any)) != 1 {
		t.Errorf("%s", a.body)
	}
}

// TestPasskeyThatMayBeCopied: E06.
func TestPasskeyThatMayBeCopied(t *testing.T) {
	w := newWorld(t, setup{passkeys: true})
	key := w.phone()
	key.Counts, key.Count = true, 8
	c, p, _ := w.passkeyOwner(key)
	c.giveAddress(p)
	try := func(count uint32) answer {
		c, token := w.program(), ""
		var options string
		options, token = c.alone()
		key.Count = count - 1
		return c.answerAlone(token, answers(t, key, options))
	}
	try(10).want(c, http.StatusCreated)
	for _, behind := range []uint32{10, 9, 1} {
		try(behind).problem(c, http.StatusUnauthorized, "wrong")
		w.mail(core.MailPasskeyCopied, p.email)
	}
	try(11).want(c, http.StatusCreated)
}

// TestPasskeysOnly: E09. Each other way is tried by itself.
func TestPasskeysOnly(t *testing.T) {
	w := newWorld(t, setup{passkeys: true, codes: true, rescue: true})
	phone := w.phone()
	c, p, id := w.passkeyOwner(phone)
	c.giveAddress(p)
	before := w.browser()
	before.signIn(p)
	c.elevateWith(phone)
	c.send("PUT", "/passkeys-only", values{"passkeys_only": true}).want(c, http.StatusNoContent)
	before.send("GET", "/session", nil).problem(before, http.StatusUnauthorized, "not_signed_in")
	if a := c.send("GET", "/authenticators", nil); a.get("passkeys_only") != true {
		t.Errorf("%s", a.body)
	}
	login := w.browser()
	more := login.give(p).want(login, http.StatusAccepted)
	if offer := more.get("offer").([]any); len(offer) != 1 || more.text("offer", 0, "kind") != "webauthn" {
		t.Errorf("offer: %s", more.body)
	}
	login.send("POST", "/login/response", values{"kind": "totp", "response": p.unusedCode()}).problem(login, http.StatusConflict, "wrong_state")
	login.send("POST", "/login/response", values{"kind": "recovery_code", "response": p.codes[0]}).problem(login, http.StatusConflict, "wrong_state")
	login.send("POST", "/login/challenge", values{"authenticator": "email"}).problem(login, http.StatusConflict, "wrong_state")
	w.browser().send("POST", "/login", values{"login": p.name, "password": p.password, "kind": "totp", "response": p.unusedCode()}).problem(c, http.StatusUnauthorized, "wrong")
	w.clock.Advance(11 * time.Minute)
	c.send("POST", "/session/elevate", values{"kind": "totp", "response": p.unusedCode()}).problem(c, http.StatusConflict, "wrong_state")
	c.send("POST", "/session/elevate", values{"kind": "password", "response": p.password}).problem(c, http.StatusConflict, "wrong_state")
	c.send("POST", "/session/elevate", values{"kind": "webauthn", "response": answers(t, phone, c.asks("/session/challenge", id))}).want(c, http.StatusOK)
	c.send("POST", "/authenticators", values{"kind": "totp"}).problem(c, http.StatusUnprocessableEntity, "invalid")
	c.send("DELETE", "/authenticators/"+id, nil).problem(c, http.StatusConflict, "wrong_state")
	c.send("PUT", "/passkeys-only", values{"passkeys_only": false}).want(c, http.StatusNoContent)
	again := w.browser()
	again.signIn(p)
}

func TestPasskeysOnlyNeedsOne(t *testing.T) {
	w := newWorld(t, setup{passkeys: true})
	c, p := w.owner()
	c.elevate(p)
	c.send("PUT", "/passkeys-only", values{"passkeys_only": true}).problem(c, http.StatusConflict, "wrong_state")
}

func TestPasskeysThatAreOff(t *testing.T) {
	w := newWorld(t, setup{})
	c, p := w.owner()
	c.elevate(p)
	c.send("POST", "/login/passkey", values{}).problem(c, http.StatusNotFound, "not_found")
	c.send("POST", "/login/passkey/response", values{"response": "{}"}).problem(c, http.StatusNotFound, "not_found")
	c.send("POST", "/authenticators", values{"kind": "webauthn"}).problem(c, http.StatusUnprocessableEntity, "invalid")
	c.send("POST", "/session/challenge", values{"authenticator": "webauthn"}).problem(c, http.StatusNotFound, "not_found")
}

// TestFirstPasskey binds one as the first authenticator of an account that has to have one.
func TestFirstPasskey(t *testing.T) {
	w := newWorld(t, setup{passkeys: true, policy: core.PolicyRequired})
	c := w.browser()
	c.register()
	b := c.send("POST", "/login/authenticators", values{"kind": "webauthn", "label": "Key"}).want(c, http.StatusCreated)
	key := w.phone()
	made, err := key.Create(b.options(t))
	must(t, err)
	a := c.send("POST", "/login/authenticators/"+b.text("id")+"/confirm", values{"response": made}).want(c, http.StatusCreated) // as text
	if codes := a.get("recovery_codes").([]any); len(codes) != 10 || a.get("session", "aal") != 2.0 {
		t.Errorf("%s", a.body)
	}
	w.clock.Advance(time.Minute)
	late := c.send("POST", "/session/challenge", values{"authenticator": "webauthn"}).options(t)
	w.clock.Advance(5*time.Minute + time.Second)
	c.send("POST", "/session/elevate", values{"kind": "webauthn", "response": answers(t, key, late)}).problem(c, http.StatusUnauthorized, "wrong")
}

// TestPasskeyPolicy: where the service wants passkeys, nothing else is set up, and no recovery codes come.
func TestPasskeyPolicy(t *testing.T) {
	w := newWorld(t, setup{passkeys: true, codes: true, policy: core.PolicyPasskey})
	c := w.browser()
	c.register()
	if a := c.send("GET", "/login", nil); strings.Join(list(a.get("kinds")), " ") != "webauthn" {
		t.Errorf("%s", a.body)
	}
	for _, other := range []values{{"kind": "totp"}, {"kind": "sms", "number": "+4930123456"}} {
		c.send("POST", "/login/authenticators", other).problem(c, http.StatusUnprocessableEntity, "invalid")
	}
	b := c.send("POST", "/login/authenticators", values{"kind": "webauthn"}).want(c, http.StatusCreated)
	made, err := w.phone().Create(b.options(t))
	must(t, err)
	a := c.send("POST", "/login/authenticators/"+b.text("id")+"/confirm", values{"response": object(t, made)}).want(c, http.StatusCreated)
	if a.get("recovery_codes") != nil {
		t.Errorf("recovery codes that nobody can use: %s", a.body)
	}
}

// TestStrangersDisableNoPasskey: whoever knows its id and has no password.
func TestStrangersDisableNoPasskey(t *testing.T) {
	w := newWorld(t, setup{passkeys: true})
	phone := w.phone()
	w.passkeyOwner(phone)
	c := w.browser()
	phone.Origin = "https://evil.example"
	for range 120 {
		options, _ := c.alone()
		c.answerAlone("", answers(t, phone, options)).problem(c, http.StatusUnauthorized, "wrong")
	}
	phone.Origin = w.phone().Origin
	options, _ := c.alone()
	c.answerAlone("", answers(t, phone, options)).want(c, http.StatusCreated)
}

// TestForeignKeysInJSON: what browsers write is let through where it belongs, and nowhere else.
func TestForeignKeysInJSON(t *testing.T) {
	w := newWorld(t, setup{passkeys: true})
	c := w.browser()
	for body, field := range map[string]string{
		`{"response":{"rawId":"AA","rawId":"AB"}}`: "rawId",
		`{"Response":"x"}`:                         "Response",
		`{"response":null}`:                        "response",
		`{"response":["x"]}`:                       "response",
		`{"response":{},"remember":null}`:          "remember",
	} {
		r := w.request("POST", "/api/v1/login/passkey/response", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		if a := c.sendRaw(r, "/login/passkey/response"); a.status != http.StatusUnprocessableEntity || a.text("field") != field {
			t.Errorf("%s: %s", body, a.body)
		}
	}
}
