package webauthn_test

import (
	"crypto/elliptic"
	"encoding/json"
	"errors"
	"math"
	"net/url"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/factor/webauthn"
	"github.com/sallyport/sallyport/internal/factor/webauthn/virtual"
)

func adopting(t *testing.T, change func(*webauthn.Config)) *webauthn.Ceremonies {
	t.Helper()
	public, err := url.Parse("https://id.example")
	if err != nil {
		t.Fatal(err)
	}
	cfg := webauthn.Config{Public: public, Issuer: "Test"}
	change(&cfg)
	c, err := webauthn.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// es384 is a good key of an algorithm that is not asked for: COSE's -35, on P-384.
func es384() []byte {
	g := elliptic.P384().Params()
	key := append([]byte{0xa5, 1, 2, 3, 0x38, 34, 0x20, 2, 0x21, 0x58, 48}, g.Gx.FillBytes(make([]byte, 48))...)
	return append(append(key, 0x22, 0x58, 48), g.Gy.FillBytes(make([]byte, 48))...)
}

// TestAdopt: what another system of this host kept of a passkey is enough to check its assertions, and those of no other.
func TestAdopt(t *testing.T) {
	c := adopting(t, func(*webauthn.Config) {})
	device := &virtual.Authenticator{Origin: "https://id.example", Counts: true}
	in := core.NewPasskey{Challenge: []byte("0123456789abcdef"), Handle: []byte("handle"), Account: "ann"}
	options, err := c.Creation(in)
	if err != nil {
		t.Fatal(err)
	}
	response, err := device.Create(options)
	if err != nil {
		t.Fatal(err)
	}
	made, err := c.Created(in, response)
	if err != nil {
		t.Fatal(err)
	}
	var kept struct {
		ID        []byte `json:"id"`
		PublicKey []byte `json:"public_key"`
	}
	if err := json.Unmarshal(made.State, &kept); err != nil {
		t.Fatal(err)
	}
	brought := core.BroughtPasskey{Credential: kept.ID, PublicKey: kept.PublicKey, SignCount: 4, Transports: []string{"usb", strings.Repeat("x", 33), ""}}
	adopted, err := c.Adopt(brought)
	if err != nil || adopted.SignCount != 4 || strings.Contains(string(adopted.State), "xxx") || !strings.Contains(string(adopted.State), "usb") {
		t.Fatalf("%+v, %v", adopted, err)
	}
	ask := func(state []byte) error {
		challenge := []byte("fedcba9876543210")
		options, err := c.Request(core.PasskeyRequest{Challenge: challenge, Allowed: [][]byte{state}})
		if err != nil {
			t.Fatal(err)
		}
		response, err := device.Get(options)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Asserted(core.PasskeyQuestion{State: state, Challenge: challenge, Handle: []byte("handle"), Response: response})
		return err
	}
	if err := ask(adopted.State); err != nil {
		t.Errorf("its own assertion: %v", err)
	}
	other := brought
	other.PublicKey = append([]byte(nil), brought.PublicKey...)
	other.PublicKey[len(other.PublicKey)-1] ^= 1
	if wrong, err := c.Adopt(other); err == nil && ask(wrong.State) == nil {
		t.Error("another key's assertion")
	}

	for what, refused := range map[string]struct {
		by     func(*webauthn.Config)
		change func(*core.BroughtPasskey)
		text   string
	}{
		"no id":          {func(*webauthn.Config) {}, func(p *core.BroughtPasskey) { p.Credential = nil }, "import.no_passkey"},
		"too long an id": {func(*webauthn.Config) {}, func(p *core.BroughtPasskey) { p.Credential = make([]byte, 1024) }, "import.no_passkey"},
		"no key":         {func(*webauthn.Config) {}, func(p *core.BroughtPasskey) { p.PublicKey = []byte("key") }, "import.no_passkey"},
		"too long a key": {func(*webauthn.Config) {}, func(p *core.BroughtPasskey) { p.PublicKey = make([]byte, 1<<20) }, "import.no_passkey"},
		"another algorithm": {func(*webauthn.Config) {}, func(p *core.BroughtPasskey) {
			p.PublicKey = es384()
		}, "import.no_passkey"},
		"a count below 0":  {func(*webauthn.Config) {}, func(p *core.BroughtPasskey) { p.SignCount = -1 }, "import.no_passkey"},
		"too large a one":  {func(*webauthn.Config) {}, func(p *core.BroughtPasskey) { p.SignCount = math.MaxUint32 + 1 }, "import.no_passkey"},
		"one that copies":  {func(c *webauthn.Config) { c.DeviceBound = true }, func(p *core.BroughtPasskey) { p.Copyable = true }, "passkey.synced"},
		"one of two steps": {func(c *webauthn.Config) { c.Alone = true }, func(*core.BroughtPasskey) {}, "passkey.not_alone"},
	} {
		p := brought
		refused.change(&p)
		_, err := adopting(t, refused.by).Adopt(p)
		var e *core.Error
		if !errors.As(err, &e) || e.Text != refused.text {
			t.Errorf("%s: %v, want %s", what, err, refused.text)
		}
	}
}
