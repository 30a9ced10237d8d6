package sallyporttest

import (
	"sync"
	"testing"

	"github.com/sallyport/sallyport/otp"
	"github.com/sallyport/sallyport/otpauth"
)

// HardwareToken is a token with a button that shows one code after the other (HOTP, RFC 4226).
type HardwareToken struct {
	mu   sync.Mutex
	key  otp.Key
	set  bool
	next int64 // counter
}

// Press returns the next code. Whoever presses in vain is found again, up to ten times.
func (h *HardwareToken) Press(t testing.TB) string {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.set {
		t.Fatal("sallyporttest: a hardware token that nobody owns: Bind it")
	}
	code, err := h.key.HOTP(h.next)
	if err != nil {
		t.Fatal(err)
	}
	h.next++
	return code.String()
}

// Kind is "hotp".
func (*HardwareToken) Kind() string { return "hotp" }

// offer gives the token a secret, as its maker does.
func (h *HardwareToken) offer(t testing.TB, _ *Person) values {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	secret := otp.NewSecret()
	uri, err := otpauth.Key{Type: otpauth.HOTP, Account: "token", Secret: secret}.RevealURI()
	if err != nil {
		t.Fatal(err)
	}
	if h.key, err = otp.NewKey(secret, otp.Options{}); err != nil {
		t.Fatal(err)
	}
	h.set, h.next = true, 0
	return values{"kind": "hotp", "uri": uri}
}

func (h *HardwareToken) confirm(t testing.TB, _ question, _ answer) string {
	t.Helper()
	return h.Press(t)
}

func (*HardwareToken) bound(string) {}

func (h *HardwareToken) respond(t testing.TB, _ question) (string, answer) {
	t.Helper()
	return h.Press(t), answer{}
}
