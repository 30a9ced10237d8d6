package webauthn_test

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/factor/webauthn"
	"github.com/sallyport/sallyport/internal/factor/webauthn/virtual"
)

const origin = "https://good.example:8443"

func ceremonies(t *testing.T, deviceBound bool) *webauthn.Ceremonies {
	t.Helper()
	public, err := url.Parse(origin + "/auth")
	if err != nil {
		t.Fatal(err)
	}
	c, err := webauthn.New(webauthn.Config{Public: public, Issuer: "Bank", DeviceBound: deviceBound})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}

// made is a passkey, and who has it.
type made struct {
	*virtual.Authenticator
	passkey core.Passkey
	handle  []byte
}

func make1(t *testing.T, c *webauthn.Ceremonies, a *virtual.Authenticator) (made, error) {
	t.Helper()
	in := core.NewPasskey{Challenge: random(32), Handle: random(32), Account: "ann"}
	options, err := c.Creation(in)
	if err != nil {
		t.Fatal(err)
	}
	response, err := a.Create(options)
	if err != nil {
		t.Fatal(err)
	}
	p, err := c.Created(in, response)
	return made{a, p, in.Handle}, err
}

// ask makes a question for m and signs the answer.
func (m made) ask(t *testing.T, c *webauthn.Ceremonies, alone bool) core.PasskeyQuestion {
	t.Helper()
	q := core.PasskeyQuestion{State: m.passkey.State, Challenge: random(60), Handle: m.handle, Alone: alone}
	in := core.PasskeyRequest{Challenge: q.Challenge, Alone: alone}
	if !alone {
		in.Allowed = [][]byte{m.passkey.State}
	}
	options, err := c.Request(in)
	if err != nil {
		t.Fatal(err)
	}
	if q.Response, err = m.Get(options); err != nil {
		t.Fatal(err)
	}
	return q
}

func TestPasskeyIsMadeAndAnswers(t *testing.T) {
	c := ceremonies(t, false)
	for _, alone := range []bool{false, true} {
		a := &virtual.Authenticator{Origin: origin, Counts: true, AAGUID: [16]byte{0xba, 0xda, 0x55, 0x66, 0xa7, 0xaa, 0x40, 0x1f, 0xbd, 0x96, 0x45, 0x61, 0x9a, 0x55, 0x12, 0x0d}}
		m, err := make1(t, c, a)
		if err != nil {
			t.Fatal(err)
		}
		if m.passkey.Name != "1Password" || !m.passkey.BackedUp || !bytes.Equal(m.passkey.Credential, a.IDs()[0]) {
			t.Errorf("%+v", m.passkey)
		}
		if id, err := c.CredentialID(m.passkey.State); err != nil || !bytes.Equal(id, m.passkey.Credential) {
			t.Errorf("id %x, %v", id, err)
		}
		q := m.ask(t, c, alone)
		claims, err := c.Claims(q.Response)
		if err != nil || !bytes.Equal(claims.Challenge, q.Challenge) || !bytes.Equal(claims.Credential, m.passkey.Credential) || !bytes.Equal(claims.Handle, m.handle) {
			t.Errorf("%+v, %v", claims, err)
		}
		f, err := c.Asserted(q)
		if err != nil || !f.UserVerified || !f.BackedUp || f.SignCount != 1 {
			t.Errorf("alone %v: %+v, %v", alone, f, err)
		}
	}
}

// TestWhatIsAsked holds the options to what browsers read (WebAuthn L3, 5.1.8 and 5.1.9).
func TestWhatIsAsked(t *testing.T) {
	c := ceremonies(t, false)
	m, err := make1(t, c, &virtual.Authenticator{Origin: origin})
	if err != nil {
		t.Fatal(err)
	}
	in := core.NewPasskey{Challenge: random(32), Handle: random(32), Account: "ann", Present: [][]byte{m.passkey.State}}
	text, err := c.Creation(in)
	if err != nil {
		t.Fatal(err)
	}
	var creation struct {
		RP                     struct{ ID, Name string }
		User                   struct{ ID, Name, DisplayName string }
		Challenge, Attestation string
		Timeout                int
		PubKeyCredParams       []struct{ Alg int }
		ExcludeCredentials     []struct{ ID, Type string }
		AuthenticatorSelection struct{ ResidentKey, UserVerification string }
	}
	if err := json.Unmarshal([]byte(text), &creation); err != nil {
		t.Fatal(err)
	}
	b64 := base64.RawURLEncoding.EncodeToString
	if creation.RP.ID != "good.example" || creation.RP.Name != "Bank" || creation.User.ID != b64(in.Handle) || creation.User.Name != "ann" ||
		creation.Challenge != b64(in.Challenge) || creation.Timeout != 300000 || len(creation.PubKeyCredParams) != 3 ||
		len(creation.ExcludeCredentials) != 1 || creation.ExcludeCredentials[0].ID != b64(m.passkey.Credential) ||
		creation.AuthenticatorSelection.ResidentKey != "preferred" || creation.Attestation != "none" {
		t.Errorf("%s", text)
	}
	if _, err := m.Create(text); !errors.Is(err, virtual.ErrPresent) {
		t.Errorf("a second one on the same authenticator: %v", err)
	}
	for alone, want := range map[bool]string{true: "required", false: "preferred"} {
		text, err := c.Request(core.PasskeyRequest{Challenge: in.Challenge, Alone: alone})
		var request struct{ RpID, Challenge, UserVerification string }
		if err == nil {
			err = json.Unmarshal([]byte(text), &request)
		}
		if err != nil || request.RpID != "good.example" || request.Challenge != b64(in.Challenge) || request.UserVerification != want {
			t.Errorf("%s, %v", text, err)
		}
	}
}

// TestWrongAnswers: security.md E02 to E05. Each is an answer that is right but for one thing.
func TestWrongAnswers(t *testing.T) {
	c := ceremonies(t, false)
	from := func(origin string) func(*made) { return func(m *made) { m.Origin = origin } }
	for name, tt := range map[string]struct {
		spoil func(*made)
		after func(*core.PasskeyQuestion)
		alone bool
	}{
		"another site":          {spoil: from("https://evil.example")},
		"a longer host":         {spoil: from("https://good.example.evil:8443")},
		"a subdomain":           {spoil: from("https://www.good.example:8443")},
		"another port":          {spoil: from("https://good.example")},
		"http":                  {spoil: from("http://good.example:8443")},
		"an app":                {spoil: from("android:apk-key-hash:x")},
		"inside another's page": {spoil: func(m *made) { m.CrossOrigin = true }},
		"type":                  {spoil: func(m *made) { m.Tamper = func(d *virtual.Clientdata) { d.Type = "webauthn.create" } }},
		"another challenge":     {after: func(q *core.PasskeyQuestion) { q.Challenge = random(60) }},
		"no challenge":          {spoil: func(m *made) { m.Tamper = func(d *virtual.Clientdata) { d.Challenge = "" } }},
		"RP ID":                 {spoil: func(m *made) { m.Spoil = func(data []byte) { data[0] ^= 1 } }},
		"nobody there":          {spoil: func(m *made) { m.NoPresence = true }},
		"user not verified":     {spoil: func(m *made) { m.NoUser = true }, alone: true},
		"another's handle":      {spoil: func(m *made) { m.Handle = func([]byte) []byte { return random(32) } }},
		"no handle":             {spoil: func(m *made) { m.Handle = func([]byte) []byte { return nil } }, alone: true},
		"backed up and not eligible": {spoil: func(m *made) {
			m.Spoil = func(data []byte) { data[32] &^= 1 << 3 }
		}},
		"another's key": {after: func(q *core.PasskeyQuestion) {
			other, err := make1(t, c, &virtual.Authenticator{Origin: origin})
			if err != nil {
				t.Fatal(err)
			}
			q.State = other.passkey.State
		}},
		"too long": {after: func(q *core.PasskeyQuestion) { q.Response += strings.Repeat(" ", 16<<10) }},
	} {
		m, err := make1(t, c, &virtual.Authenticator{Origin: origin})
		if err != nil {
			t.Fatal(err)
		}
		if tt.spoil != nil {
			tt.spoil(&m)
		}
		q := m.ask(t, c, tt.alone)
		if tt.after != nil {
			tt.after(&q)
		}
		if f, err := c.Asserted(q); err == nil {
			t.Errorf("%s: accepted, %+v", name, f)
		}
	}
}

// TestHavingItIsEnoughBesideAPassword: what is refused alone is a second factor (E05).
func TestHavingItIsEnoughBesideAPassword(t *testing.T) {
	c := ceremonies(t, false)
	m, err := make1(t, c, &virtual.Authenticator{Origin: origin, NoUser: true, Bound: true})
	if err != nil {
		t.Fatal(err)
	}
	m.Handle = func([]byte) []byte { return nil } // as U2F keys
	if f, err := c.Asserted(m.ask(t, c, false)); err != nil || f.UserVerified || f.BackedUp {
		t.Errorf("%+v, %v", f, err)
	}
}

// TestFlippedBits: none of an assertion's bits may be another (E04).
func TestFlippedBits(t *testing.T) {
	c := ceremonies(t, false)
	m, err := make1(t, c, &virtual.Authenticator{Origin: origin})
	if err != nil {
		t.Fatal(err)
	}
	q := m.ask(t, c, false)
	var answer map[string]any
	if err := json.Unmarshal([]byte(q.Response), &answer); err != nil {
		t.Fatal(err)
	}
	response := answer["response"].(map[string]any)
	tried := 0
	for _, part := range []string{"authenticatorData", "clientDataJSON", "signature"} {
		right := response[part].(string)
		raw, err := base64.RawURLEncoding.DecodeString(right)
		if err != nil {
			t.Fatal(err)
		}
		for bit := range len(raw) * 8 {
			flipped := bytes.Clone(raw)
			flipped[bit/8] ^= 1 << (bit % 8)
			response[part] = base64.RawURLEncoding.EncodeToString(flipped)
			text, err := json.Marshal(answer)
			if err != nil {
				t.Fatal(err)
			}
			wrong := q
			wrong.Response = string(text)
			if _, err := c.Asserted(wrong); err == nil {
				t.Errorf("%s, bit %d: accepted", part, bit)
			}
			tried++
		}
		response[part] = right
	}
	if _, err := c.Asserted(q); err != nil || tried < 2000 {
		t.Errorf("%d tried; unflipped: %v", tried, err)
	}
}

func TestDeviceBound(t *testing.T) {
	free, bound := ceremonies(t, false), ceremonies(t, true)
	_, err := make1(t, bound, &virtual.Authenticator{Origin: origin})
	if !core.IsCode(err, core.CodeInvalid) {
		t.Errorf("made: %v", err)
	}
	synced, err := make1(t, free, &virtual.Authenticator{Origin: origin})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bound.Asserted(synced.ask(t, bound, false)); err == nil {
		t.Error("one from before the setting was accepted")
	}
	key, err := make1(t, bound, &virtual.Authenticator{Origin: origin, Bound: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bound.Asserted(key.ask(t, bound, false)); err != nil {
		t.Error(err)
	}
}

// TestAlone: where a passkey is asked for by itself and no other way, one that can't answer then is not made.
func TestAlone(t *testing.T) {
	public, err := url.Parse(origin)
	if err != nil {
		t.Fatal(err)
	}
	c, err := webauthn.New(webauthn.Config{Public: public, Issuer: "Bank", Alone: true})
	if err != nil {
		t.Fatal(err)
	}
	var e *core.Error
	if _, err := make1(t, c, &virtual.Authenticator{Origin: origin, NoUser: true}); !errors.As(err, &e) || e.Text != "passkey.not_alone" {
		t.Errorf("made: %v", err)
	}
	m, err := make1(t, c, &virtual.Authenticator{Origin: origin})
	if err != nil {
		t.Fatal(err)
	}
	if f, err := c.Asserted(m.ask(t, c, true)); err != nil || !f.UserVerified {
		t.Errorf("%+v, %v", f, err)
	}
	for _, alone := range []bool{true, false} {
		c, err := webauthn.New(webauthn.Config{Public: public, Issuer: "Bank", Alone: alone})
		if err != nil {
			t.Fatal(err)
		}
		options, err := c.Creation(core.NewPasskey{Challenge: make([]byte, 32), Handle: make([]byte, 32), Account: "ana"})
		if demands := strings.Contains(options, `"residentKey":"required"`) && strings.Contains(options, `"userVerification":"required"`); err != nil || demands != alone {
			t.Errorf("alone %v: %s, %v", alone, options, err)
		}
	}
}

// TestBackupEligibleMayChange: some providers change their mind about it.
func TestBackupEligibleMayChange(t *testing.T) {
	c := ceremonies(t, false)
	m, err := make1(t, c, &virtual.Authenticator{Origin: origin, Bound: true})
	if err != nil {
		t.Fatal(err)
	}
	m.Bound = false
	if f, err := c.Asserted(m.ask(t, c, false)); err != nil || !f.BackedUp {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestWrongCreations(t *testing.T) {
	c := ceremonies(t, false)
	for name, a := range map[string]*virtual.Authenticator{
		"another site": {Origin: "https://evil.example"},
		"cross-origin": {Origin: origin, CrossOrigin: true},
		"nobody there": {Origin: origin, NoPresence: true},
		"RP ID":        {Origin: origin, Spoil: func(data []byte) { data[5] ^= 1 }},
		"type":         {Origin: origin, Tamper: func(d *virtual.Clientdata) { d.Type = "webauthn.get" }},
		"challenge":    {Origin: origin, Tamper: func(d *virtual.Clientdata) { d.Challenge = "AAAAAAAAAAAAAAAAAAAAAA" }},
		"algorithm":    {Origin: origin, Spoil: func(data []byte) { data[37+16+2+32+4] = 0x25 }}, // -6: none that was offered
		"cut off":      {Origin: origin, Spoil: func(data []byte) { data[37+16] = 0x03 }},        // the id would be longer than all
	} {
		if m, err := make1(t, c, a); err == nil {
			t.Errorf("%s: accepted, %+v", name, m.passkey)
		}
	}
	for _, junk := range []string{"", "{}", "null", "[]", strings.Repeat("[", 20000), `{"id":"AA","rawId":"AA","type":"public-key","response":{}}`} {
		if _, err := c.Created(core.NewPasskey{Challenge: random(32), Handle: random(32)}, junk); err == nil {
			t.Errorf("%.20q: made", junk)
		}
		if _, err := c.Claims(junk); err == nil {
			t.Errorf("%.20q: claims", junk)
		}
	}
}

func TestHostsWithoutPasskeys(t *testing.T) {
	for host, want := range map[string]error{
		"http://localhost:8080": nil, "https://example.org": nil,
		"http://127.0.0.1:8080": webauthn.ErrNoDomain, "http://[::1]:8080": webauthn.ErrNoDomain,
	} {
		u, err := url.Parse(host)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := webauthn.New(webauthn.Config{Public: u, Issuer: "x"}); !errors.Is(err, want) {
			t.Errorf("%s: %v", host, err)
		}
	}
}

func TestStatesThatDontParse(t *testing.T) {
	c := ceremonies(t, false)
	for _, state := range []string{"", "{}", `{"v":2,"id":"AA==","public_key":"AA=="}`, `{"v":1}`} {
		_, opened := c.CredentialID([]byte(state))
		_, asked := c.Request(core.PasskeyRequest{Challenge: random(32), Allowed: [][]byte{[]byte(state)}})
		_, checked := c.Asserted(core.PasskeyQuestion{State: []byte(state)})
		if opened == nil || asked == nil || checked == nil {
			t.Errorf("%q: %v, %v, %v", state, opened, asked, checked)
		}
	}
}
