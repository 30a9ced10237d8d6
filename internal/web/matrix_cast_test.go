package web_test

import (
	"net/http"
	"strings"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/factor/webauthn/virtual"
	"github.com/sallyport/sallyport/otp"
)

// The cookies of the world's installation, which is https.
const (
	loginCookie   = "__Host-sallyport_login"
	sessionCookie = "__Host-sallyport_session"
	passkeyCookie = "__Host-sallyport_passkey"
	mailedCookie  = "__Host-sallyport_mailed"
)

// The stages that a client's proof may have reached.
const (
	stageLogin    = "login"
	stageMustBind = "must_bind"
	stageSession  = "session"
	stageElevated = "elevated"
	stageStale    = "stale" // a session whose elevation ran out
)

// cast is an account with a code app and one that has to bind, and clients at every stage of each.
type cast struct {
	w        *world
	owner    *person
	observer *client // a session of the owner that takes part in nothing
	newcomer *person
	mailbox  string                 // the owner's second authenticator, where codes are sent
	phone    *virtual.Authenticator // their third
	asker    *client                // who begins to sign in with it alone
	approver *approver              // their fourth, a browser
	mailer   *client                // who asks for a mailed sign-in
	actors   map[string]*actor
}

type actor struct {
	*client
	made    time.Time
	pending string // a mailbox that it sets up
}

func (w *world) newCast() *cast {
	w.t.Helper()
	k := &cast{w: w, actors: map[string]*actor{}}
	k.observer, k.owner = w.owner()
	k.observer.giveAddress(k.owner)
	return k
}

// bindMailbox gives the owner a mailbox that codes are sent to, for the routes that are about one.
func (k *cast) bindMailbox() {
	k.w.t.Helper()
	if k.mailbox != "" {
		return
	}
	k.observer.elevate(k.owner)
	b := k.observer.send("POST", "/authenticators", values{"kind": "email"}).want(k.observer, http.StatusCreated)
	code := values{"response": k.w.sentCode(core.MailCode, k.owner.email)}
	done := k.observer.send("POST", "/authenticators/"+b.text("id")+"/confirm", code).want(k.observer, http.StatusOK)
	k.mailbox = done.text("authenticator", "id")
	k.actors = map[string]*actor{} // their sessions and logins ended with it
}

// bindPhone gives the owner a passkey, likewise.
func (k *cast) bindPhone() {
	k.w.t.Helper()
	if k.phone != nil {
		return
	}
	k.phone, k.asker = k.w.phone(), k.w.browser()
	k.observer.elevate(k.owner)
	k.observer.bindPasskey(k.phone)
	k.actors = map[string]*actor{}
}

// bindBrowser gives the owner a browser that approves, likewise.
func (k *cast) bindBrowser() {
	k.w.t.Helper()
	if k.approver != nil {
		return
	}
	k.approver = k.w.approver()
	k.observer.elevate(k.owner)
	k.observer.bindBrowser(k.approver)
	k.actors = map[string]*actor{}
}

// asked has the actor of a credential ask that browser, where the route shows what became of it.
func (k *cast) asked(c credential, path string) {
	k.w.t.Helper()
	if _, primary := c.allowed(path[1:strings.LastIndex(path, "/")], "json"); primary {
		actor := k.actor(c.stage, c.bearer)
		if path == "/login/prompt" && c.stage == stageElevated { // it holds both
			actor = k.actor(stageLogin, false)
		}
		actor.asksBrowser(path[:strings.LastIndex(path, "/")]+"/challenge", k.approver.ID)
	}
}

// pendingMailbox begins to set a mailbox up with the client that may, and lets the time pass in which no other code is
// sent.
func (k *cast) pendingMailbox(stage string, bearer bool) (id string) {
	k.w.t.Helper()
	c, path, name := k.actor(stage, bearer), "/authenticators", stage
	if stage == stageMustBind {
		path = "/login/authenticators"
	}
	if bearer {
		name += "/bearer"
	}
	a := k.actors[name]
	if a.pending == "" {
		body := values{"kind": "email", "address": name + "@example.org"}
		a.pending = c.send("POST", path, body).want(c, http.StatusCreated).text("id")
		k.w.clock.Advance(30 * time.Second)
	}
	return a.pending
}

// actor is a client at a stage, made anew before its time runs out.
func (k *cast) actor(stage string, bearer bool) *client {
	k.w.t.Helper()
	name := stage
	if bearer {
		name += "/bearer"
	}
	keep := 5 * time.Minute
	if stage == stageStale {
		keep = 40 * time.Minute
	}
	if a := k.actors[name]; a != nil && k.w.clock.Now().Sub(a.made) < keep {
		return a.client
	}
	c := k.w.browser()
	if bearer {
		c = k.w.program()
	}
	k.bring(c, stage)
	k.actors[name] = &actor{client: c, made: k.w.clock.Now()}
	return c
}

func (k *cast) bring(c *client, stage string) {
	k.w.t.Helper()
	switch stage {
	case stageLogin:
		c.give(k.owner).want(c, http.StatusAccepted)
	case stageMustBind:
		if k.newcomer == nil {
			k.newcomer = k.w.browser().mustBind()
		}
		c.give(k.newcomer).want(c, http.StatusAccepted)
	case stageSession:
		c.signIn(k.owner)
	case stageElevated, stageStale:
		c.signIn(k.owner)
		c.elevate(k.owner)
		if stage == stageStale {
			k.w.clock.Advance(10 * time.Minute)
		}
	}
}

// token is what an actor holds, whichever way it carries it.
func (k *cast) token(stage string, bearer bool) string {
	k.w.t.Helper()
	c := k.actor(stage, bearer)
	isLogin := stage == stageLogin || stage == stageMustBind
	switch {
	case bearer && isLogin:
		return c.tokens.login
	case bearer:
		return c.tokens.session
	case isLogin:
		return c.cookies[loginCookie]
	}
	return c.cookies[sessionCookie]
}

func cookieOf(stage string) string {
	if stage == stageLogin || stage == stageMustBind {
		return loginCookie
	}
	return sessionCookie
}

// bound is how many authenticators the owner has.
func (k *cast) bound() int {
	n := 1
	if k.mailbox != "" {
		n++
	}
	if k.phone != nil {
		n++
	}
	if k.approver != nil {
		n++
	}
	return n
}

// passkeyAnswer is a right answer of the owner's passkey alone, for a program that brings its token along.
func (k *cast) passkeyAnswer(bearer bool) (response map[string]any, token string) {
	k.w.t.Helper()
	if bearer {
		options, token := k.w.program().alone()
		return answers(k.w.t, k.phone, options), token
	}
	options, _ := k.asker.alone()
	return answers(k.w.t, k.phone, options), ""
}

// intact says what of the owner's account and of an actor is not as it was before a refused request.
func (k *cast) intact(stage string, bearer bool) string {
	k.w.t.Helper()
	a := k.observer.send("GET", "/authenticators", nil)
	list, _ := a.get("authenticators").([]any)
	if a.status != http.StatusOK || a.get("authenticators", 0, "label") != "Phone" || len(list) != k.bound() {
		return "the account has changed: " + string(a.body)
	}
	if stage == "" {
		return ""
	}
	c := k.actors[stage]
	if bearer {
		c = k.actors[stage+"/bearer"]
	}
	switch stage {
	case stageLogin, stageMustBind:
		if a := c.send("GET", "/login", nil); a.status != http.StatusOK {
			return "the login has gone: " + string(a.body)
		}
	default:
		a := c.send("GET", "/session", nil)
		if a.status != http.StatusOK || (a.get("session", "elevated_until") != nil) != (stage == stageElevated) {
			return "the session has changed: " + string(a.body)
		}
	}
	return ""
}

// pending begins a binding with the client that may, and gives its id and a code of it.
func (k *cast) pending(stage string, bearer bool) (id, code string) {
	k.w.t.Helper()
	c, path := k.actor(stage, bearer), "/authenticators"
	if stage == stageMustBind {
		path = "/login/authenticators"
	}
	k.w.clock.Advance(time.Second) // so that it is the latest
	b := c.send("POST", path, values{"kind": "totp"}).want(c, http.StatusCreated)
	secret, err := otp.ParseSecret(b.text("secret"))
	must(k.w.t, err)
	key, err := otp.NewKey(secret, otp.Options{})
	must(k.w.t, err)
	shown, err := key.TOTP(k.w.clock.Now())
	must(k.w.t, err)
	return b.text("id"), shown.String()
}
