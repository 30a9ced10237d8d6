package e2e

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/sallyport/sallyport/internal/factor/push/virtual"
)

// TestRacePrompts lets 256 requests at a time answer one prompt, and use one approval: one does, on three replicas too. Of as
// many wrong numbers no more than three are compared, and none is right (C09, D10).
func TestRacePrompts(t *testing.T) {
	inEstates(t, func(t *testing.T, e *estate) {
		for round := range max(1, rounds(t)/10) {
			o := e.newBound(t)
			p := o.asks(t, e.cs[0])
			replies, n := volley(t, o.answers(e, p, "approve", func(int) string { return p.number }))
			t.Logf("round %d: approved: %v", round, n)
			theOne(t, replies, n, http.StatusNoContent)
			replies, n = volley(t, crowdOf(e.cs, crowd, func(int) shot {
				return shot{method: "POST", path: "/login/response", token: p.login, body: object{"kind": "push", "response": p.id}}
			}))
			t.Logf("used: %v", n)
			theOne(t, replies, n, http.StatusCreated)

			p = o.asks(t, e.cs[0])
			replies, n = volley(t, o.answers(e, p, "approve", p.wrong))
			t.Logf("guessed: %v", n)
			if n["401 wrong"] != 3 {
				t.Errorf("three numbers are compared: %v", n)
			}
			if late := e.cs[0].call(t, http.StatusConflict, "POST", "/push/answer", "", o.answer(p, "approve", p.number)); late.text("code") != "wrong_state" {
				t.Errorf("the right number after three wrong ones: %v", late)
			}
			for _, r := range replies {
				if r.status < http.StatusBadRequest {
					t.Fatalf("a wrong number was right: %v", r)
				}
			}
		}
	})
}

// phoned is an owner whose one authenticator is a bound browser.
type phoned struct {
	*owner
	phone *virtual.Browser
}

// asked is a prompt, as the login that asked sees it.
type asked struct{ login, id, number string }

func (e *estate) newBound(t *testing.T) *phoned {
	t.Helper()
	o := &phoned{e.newOwner(t), &virtual.Browser{Origin: "http://localhost:8080"}}
	b := e.cs[0].call(t, http.StatusCreated, "POST", "/authenticators", o.session, object{"kind": "push"})
	challenge := b["push"].(map[string]any)["challenge"].(string)
	done := e.cs[0].call(t, http.StatusOK, "POST", "/authenticators/"+b.text("id")+"/confirm", o.session,
		object{"response": o.phone.Enrol(b.text("id"), challenge)})
	o.phone.ID = done["authenticator"].(map[string]any)["id"].(string)
	return o
}

// asks begins a login and asks the bound browser.
func (o *phoned) asks(t *testing.T, c *client) asked {
	t.Helper()
	begun := c.call(t, http.StatusAccepted, "POST", "/login", "", object{"login": o.name, "password": o.password, "transport": "bearer"})
	sent := c.call(t, http.StatusOK, "POST", "/login/challenge", begun.text("token"), object{"authenticator": o.phone.ID})
	return asked{begun.text("token"), sent.text("prompt"), sent.text("number")}
}

// wrong is a number that is not the one that is shown, another each time.
func (p asked) wrong(i int) string {
	if n := fmt.Sprintf("%06d", i); n != p.number {
		return n
	}
	return "999999"
}

func (o *phoned) answer(p asked, decision, number string) object {
	return object{
		"authenticator": o.phone.ID, "prompt": p.id, "decision": decision, "number": number,
		"signature": o.phone.Answer(p.id, decision, number),
	}
}

func (o *phoned) answers(e *estate, p asked, decision string, number func(int) string) []shot {
	return crowdOf(e.cs, crowd, func(i int) shot {
		return shot{method: "POST", path: "/push/answer", body: o.answer(p, decision, number(i))}
	})
}
