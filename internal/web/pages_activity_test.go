package web_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/web"
)

// What happened stands there as a person would say it (pages.md, row 75).
func TestPagesActivity(t *testing.T) {
	w := newWorld(t, required())
	v := w.visitor()
	key, codes := v.setUp()
	v.get("/account").shows(200, "Recent activity", "Second step set up: “Phone”", "From Firefox on Linux, 192.0.2.8")
	v.post("/logout").leads("/login")
	v.post("/login", "login=ana", "password=not this").shows(422)
	v.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
	v.post("/login/verify", "code=000000").shows(422)
	v.post("/login/verify", "code="+v.code(key)).leads("/account")
	v.post("/account/confirm", "code=000000").shows(422)
	v.post("/account/confirm", "code="+codes[0], "with=recovery_code").leads("/account")
	page := v.get("/account/activity").shows(200,
		"Account created", "Second step set up: “Phone”", "Signed out", "Signed in with “Phone”",
		"Sign-in refused at the password: wrong password", "Sign-in refused at the second step with “Phone”: wrong code",
		"A code of “Phone” to confirm that it is you was refused: not correct", "Confirmed that it is you", "Password entered, second step asked for")
	if n := strings.Count(page.body, `class="fault"`); n != 3 {
		t.Errorf("%d events are shown as refused, want 3", n)
	}
	page.lacks("not this", "Something else", "{0}")
	v.get("/account/activity?before=abc").shows(200, "Account created")
	v.get("/account/activity?before=-1").shows(200, "Account created")
	v.get("/account/activity?before=1").shows(200, "Nothing more.").lacks("Older")
	other := w.visitor()
	other.post("/register", "username=eve", "password="+pagePassword)
	other.post("/login/setup", "code="+other.code(other.get("/login/setup").key())).shows(200)
	other.get("/account/activity").shows(200).lacks("Phone", "refused")
}

func TestPagesActivityHasPages(t *testing.T) {
	v := newWorld(t, setup{}).visitor()
	v.register().leads("/account")
	found, err := v.w.machine.Lookup(t.Context(), "ana")
	must(t, err)
	for i := range 120 {
		must(t, v.w.machine.SetGroups(t.Context(), core.Caller{}, found.Account.ID, []string{fmt.Sprint("g", i)}))
		v.w.clock.Advance(time.Second)
	}
	first := v.get("/account/activity").shows(200, "Older").lacks("Account created")
	older := between(first.body, `href="`+v.w.public.Path, `"`)
	for !strings.HasPrefix(older, "/account/activity?before=") {
		_, first.body, _ = strings.Cut(first.body, `href="`+v.w.public.Path)
		older = between(first.body, `href="`+v.w.public.Path, `"`)
	}
	v.get(older).shows(200, "Account created").lacks("Older")
}

var inCore = regexp.MustCompile(`(?:event\(|ended\(c, |administer\(ctx, c, account, |kind :?= )"([a-z_.]+)"`)

// eventKinds are the kinds that package core writes, and one that it does not know yet.
func eventKinds(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../core/*.go")
	must(t, err)
	kinds := []string{"later"}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		must(t, err)
		for _, found := range inCore.FindAllStringSubmatch(string(raw), -1) {
			if found[1] != "account.deleted" { // nobody is left to read it
				kinds = append(kinds, found[1])
			}
		}
	}
	if len(kinds) < 25 {
		t.Fatalf("only %d kinds found", len(kinds))
	}
	return kinds
}

// Every event is in words, those included that this version does not know; none breaks the page.
func TestEventsInWords(t *testing.T) {
	texts := loadTexts(t)
	for _, kind := range eventKinds(t) {
		for _, outcome := range []string{"ok", "wrong", "already_used", "clock_drift", "locked", "later"} {
			for _, e := range []core.Event{{}, {Authenticator: "A"}, {Authenticator: "gone"}, {Detail: "<b>{0}</b>"}} {
				e.Kind, e.Outcome = kind, outcome
				said := web.Says(texts, e, map[string]string{"A": "Phone"})
				if said == "" || strings.Contains(said, "event.") || (strings.Contains(said, "{") && e.Detail == "") || (outcome == "ok" && kind != "later" && strings.Contains(said, kind)) {
					t.Errorf("%+v: %q", e, said)
				}
			}
		}
	}
	unknown := fmt.Sprint(web.Says(texts, core.Event{Kind: "later", Outcome: "ok"}, nil), web.Says(texts, core.Event{Kind: "later", Outcome: "wrong"}, nil))
	if unknown != "Something else: laterRefused: later, not correct" {
		t.Error(unknown)
	}
}
