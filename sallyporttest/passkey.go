package sallyporttest

import (
	"sync"
	"testing"

	"github.com/sallyport/sallyport/internal/factor/webauthn/virtual"
)

// Passkey is a telephone or a security key that keeps passkeys: one for each person it is bound to. Its zero value verifies
// its user and is synced between devices, as telephones do. Its fields are set before it is used.
type Passkey struct {
	Unverified  bool // it does not verify its user, as a security key without a PIN: it is a second step, and never enough alone
	DeviceBound bool // what it keeps can't be copied to another device

	mu   sync.Mutex
	keys virtual.Authenticator
}

// Kind is "webauthn".
func (*Passkey) Kind() string { return "webauthn" }

func (k *Passkey) offer(testing.TB, *Person) values {
	return values{"kind": "webauthn", "label": "key"}
}

// at is the authenticator in a browser that shows the service's pages.
func (k *Passkey) at(s *Service) *virtual.Authenticator {
	k.keys.Origin, k.keys.NoUser, k.keys.Bound = s.URL, k.Unverified, k.DeviceBound
	return &k.keys
}

func (k *Passkey) confirm(t testing.TB, q question, begun answer) string {
	t.Helper()
	k.mu.Lock()
	defer k.mu.Unlock()
	made, err := k.at(q.program.service).Create(string(begun.Options))
	if err != nil {
		t.Fatal("sallyporttest: ", err)
	}
	return made
}

func (*Passkey) bound(string) {}

func (k *Passkey) respond(t testing.TB, q question) (string, answer) {
	t.Helper()
	asked := q.ask(t, k.Kind())
	if asked.Code != "" {
		return "", asked
	}
	return k.get(t, q.program.service, asked), answer{}
}

func (k *Passkey) get(t testing.TB, s *Service, asked answer) string {
	t.Helper()
	k.mu.Lock()
	defer k.mu.Unlock()
	signed, err := k.at(s).Get(string(asked.Options))
	if err != nil {
		t.Fatal("sallyporttest: ", err)
	}
	return signed
}
