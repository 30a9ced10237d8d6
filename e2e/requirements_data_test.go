package e2e

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// K01: a ciphertext opens for the row and account that it was made for. Two that were swapped are refused, both, and the
// log says so; what has nothing to do with them goes on.
func TestSwappedSecretsFailClosed(t *testing.T) {
	const a, b = "(select secret_id from sallyport_authenticators where id = 'A')", "(select secret_id from sallyport_authenticators where id = 'B')"
	for what, swap := range map[string][]string{
		"the ciphertexts": {
			"create table kept as select id, sealed from sallyport_secrets where id in (" + a + ", " + b + ")",
			"update sallyport_secrets set sealed = (select sealed from kept where kept.id <> sallyport_secrets.id) where id in (select id from kept)",
		},
		"the references": {
			"create table kept as select id, secret_id from sallyport_authenticators where id in ('A', 'B')",
			"update sallyport_authenticators set secret_id = (select secret_id from kept where kept.id <> sallyport_authenticators.id) where id in (select id from kept)",
		},
		"the accounts": {
			"create table kept as select id, account_id from sallyport_secrets where id in (" + a + ", " + b + ")",
			"update sallyport_secrets set account_id = (select account_id from kept where kept.id <> sallyport_secrets.id) where id in (select id from kept)",
			"update sallyport_secrets set sealed = (select sealed from sallyport_secrets s where s.id = " + b + ") where id = " + a,
		},
		"one of them twice": {"update sallyport_secrets set sealed = (select sealed from sallyport_secrets s where s.id = " + b + ") where id in (" + a + ", " + b + ")"},
	} {
		t.Run(what, func(t *testing.T) {
			e := estateOnSQLite(t, "--log", "json")
			thief, victim, other := e.newGuarded(t), e.newGuarded(t), e.newGuarded(t)
			for _, statement := range swap {
				e.execute(t, strings.NewReplacer("'A'", "'"+thief.appID+"'", "'B'", "'"+victim.appID+"'").Replace(statement))
			}
			victims := []*owner{thief, victim}
			if what == "one of them twice" {
				victims = victims[:1] // the other row was left as it is
			}
			for _, o := range victims {
				for _, app := range []*codeApp{thief.app, victim.app} { // neither one's own app, nor the other's
					login := o.logins(t, e.cs, 1)[0]
					got, err := e.cs[0].try("POST", "/login/response", login, respond("totp", app.at(t, present())))
					if ok(t, err); got.status != http.StatusServiceUnavailable {
						t.Errorf("a code against a secret that was swapped: %v, want it not compared", got)
					}
				}
				login := o.logins(t, e.cs, 1)[0] // it still counts as bound, and another way is there
				e.cs[0].call(t, http.StatusCreated, "POST", "/login/response", login, respond("recovery_code", o.takeRecovery(t)))
			}
			if !strings.Contains(e.servers[0].log.String(), `"level":"ERROR"`) {
				t.Error("the log raises no alarm")
			}
			e.cs[0].call(t, http.StatusCreated, "POST", "/login/response", other.logins(t, e.cs, 1)[0], respond("totp", other.app.next(t)))
		})
	}
}

// K04: one event is one line, whatever people type, and says who, what, when, from where and with which factor.
func TestTypedTextStaysInItsLine(t *testing.T) {
	for _, format := range []string{"text", "json"} {
		e := estateOnSQLite(t, "--log", format)
		c, s := e.cs[0], e.servers[0]
		o := e.newGuarded(t)
		const forged = "time=2026-01-01T00:00:00Z level=INFO msg=forged account=root"
		for _, end := range []string{"\r\n", "\n", "\r", "\u2028", "\u0085", "\x1b[2K", "\x00\n", "\\n"} {
			typed := "x" + end + forged
			for _, body := range []object{{"login": typed, "password": typed}, {"login": o.name, "password": "p" + typed}} {
				got, err := c.try("POST", "/login", "", body)
				if ok(t, err); got.status < 400 {
					t.Errorf("%q: %v", typed, got)
				}
			}
			_, err := c.try("POST", "/accounts", "", object{"username": typed, "email": typed, "password": typed + typed})
			ok(t, err)
			_, err = c.try("POST", "/recovery", "", object{"login": typed})
			ok(t, err)
			_, err = c.try("PATCH", "/authenticators/"+o.appID, o.session, object{"label": typed})
			ok(t, err)
			c.form(t, "/login", nil, "login="+typed, "password="+typed)
		}
		e.execute(t, "delete from sallyport_counters")
		c.call(t, http.StatusCreated, "POST", "/login/response", o.logins(t, e.cs, 1)[0], respond("recovery_code", o.takeRecovery(t)))
		lines := strings.Split(strings.TrimSpace(s.logWith("event=login.second_factor", `"event":"login.second_factor"`)), "\n")
		for _, line := range lines {
			for _, r := range line {
				if r < ' ' || r == '\u0085' || r == '\u2028' || r == 0x7f {
					t.Fatalf("%s: a line with %U in it: %q", format, r, line)
				}
			}
			switch first := strings.TrimSpace(line); {
			case strings.HasPrefix(first, "time=2026-01-01"), strings.HasPrefix(first, "msg=forged"), strings.Contains(first, `"msg":"forged"`):
				t.Fatalf("%s: a line that somebody typed: %s", format, line)
			case format == "json" && strings.HasPrefix(first, "{"):
				whole(t, first)
			}
		}
		if n := strings.Count(s.log.String(), "authentication"); n < 20 {
			t.Errorf("%s: only %d events were logged", format, n)
		}
		signedIn := 0
		for _, line := range lines {
			if format == "json" && strings.Contains(line, `"event":"login.second_factor"`) && strings.Contains(line, `"outcome":"ok"`) {
				signedIn++
			}
		}
		if format == "json" && signedIn == 0 {
			t.Error("a second step that was right is not in the log")
		}
	}
}

// logWith is the log once it has one of the words, or when patience ends: what a server writes arrives a moment after its
// answer does.
func (s *server) logWith(words ...string) string {
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		log := s.log.String()
		has := func(word string) bool { return strings.Contains(log, word) }
		if slices.ContainsFunc(words, has) || time.Now().After(deadline) {
			return log
		}
	}
}

// whole holds a line about an authentication to what it has to say.
func whole(t testing.TB, line string) {
	t.Helper()
	var e map[string]any
	if err := json.Unmarshal([]byte(line), &e); err != nil {
		t.Fatalf("a line that is no JSON: %v: %s", err, line)
	}
	if e["msg"] != "authentication" {
		return
	}
	if _, err := time.Parse(time.RFC3339Nano, e["time"].(string)); err != nil {
		t.Errorf("when: %s", line)
	}
	for _, key := range []string{"event", "outcome", "address", "request"} {
		if text, _ := e[key].(string); text == "" {
			t.Errorf("no %s: %s", key, line)
		}
	}
	if _, there := e["account"]; !there {
		t.Errorf("nobody: %s", line)
	}
}
