package e2e

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/sallyport/sallyport/internal/factor/webauthn/virtual"
)

// TestRacePasskeys lets 256 requests at a time bring one answer of a passkey, or two that a copied key gave with one
// count: exactly one session comes of them, on three replicas too (E01, E06).
func TestRacePasskeys(t *testing.T) {
	inEstates(t, func(t *testing.T, e *estate) {
		for name, race := range map[string]func(*testing.T, *estate, *keyed) trial{
			"alone": raceAlone, "second factor": raceBeside, "one count": raceCopies,
		} {
			t.Run(name, func(t *testing.T) {
				for round := range max(1, rounds(t)/10) {
					one := race(t, e, e.newKeyed(t))
					replies, n := volley(t, one.shots)
					t.Logf("round %d: %v", round, n)
					theOne(t, replies, n, one.won)
				}
			})
		}
	})
}

// keyed is an owner whose one authenticator is a key that counts.
type keyed struct {
	*owner
	key *virtual.Authenticator
}

func (e *estate) newKeyed(t *testing.T) *keyed {
	t.Helper()
	o := &keyed{e.newOwner(t), &virtual.Authenticator{Origin: "http://localhost:8080", Counts: true}}
	b := e.cs[0].call(t, http.StatusCreated, "POST", "/authenticators", o.session, object{"kind": "webauthn"})
	made, err := o.key.Create(optionsOf(t, b))
	ok(t, err)
	e.cs[0].call(t, http.StatusOK, "POST", "/authenticators/"+b.text("id")+"/confirm", o.session, object{"response": made})
	return o
}

func optionsOf(t *testing.T, asked object) string {
	t.Helper()
	text, err := json.Marshal(asked["options"])
	ok(t, err)
	return string(text)
}

// alone is the body that signs in with the key alone.
func (o *keyed) alone(t *testing.T, c *client) object {
	t.Helper()
	asked := c.call(t, http.StatusOK, "POST", "/login/passkey", "", object{"transport": "bearer"})
	response, err := o.key.Get(optionsOf(t, asked))
	ok(t, err)
	return object{"transport": "bearer", "token": asked.text("token"), "response": response}
}

// beside is a login's token, and the body that completes it.
func (o *keyed) beside(t *testing.T, c *client) (login string, body object) {
	t.Helper()
	begun := c.call(t, http.StatusAccepted, "POST", "/login", "", object{"login": o.name, "password": o.password, "transport": "bearer"})
	asked := c.call(t, http.StatusOK, "POST", "/login/challenge", begun.text("token"), object{"authenticator": "webauthn"})
	response, err := o.key.Get(optionsOf(t, asked))
	ok(t, err)
	return begun.text("token"), object{"kind": "webauthn", "response": response}
}

func raceAlone(t *testing.T, e *estate, o *keyed) trial {
	body := o.alone(t, e.cs[0])
	return trial{shots: crowdOf(e.cs, crowd, func(int) shot {
		return shot{method: "POST", path: "/login/passkey/response", body: body}
	}), won: http.StatusCreated}
}

func raceBeside(t *testing.T, e *estate, o *keyed) trial {
	login, body := o.beside(t, e.cs[0])
	return trial{shots: crowdOf(e.cs, crowd, func(int) shot {
		return shot{method: "POST", path: "/login/response", token: login, body: body}
	}), won: http.StatusCreated}
}

// raceCopies: the key and its copy answer different questions, alone and in a login, with one count.
func raceCopies(t *testing.T, e *estate, o *keyed) trial {
	alone := o.alone(t, e.cs[0])
	o.key.Count--
	login, beside := o.beside(t, e.cs[0])
	return trial{shots: crowdOf(e.cs, crowd, func(i int) shot {
		if i%2 == 0 {
			return shot{method: "POST", path: "/login/passkey/response", body: alone}
		}
		return shot{method: "POST", path: "/login/response", token: login, body: beside}
	}), won: http.StatusCreated}
}
