package push_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"net/url"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/factor/push"
	"github.com/sallyport/sallyport/internal/factor/push/virtual"
)

const (
	origin       = "https://id.example:8443"
	binding      = "BINDING"
	subscription = `{"endpoint": "https://push.example/x",  "keys":{}}` // its very text counts, spaces and all
)

type messages struct{ refuses error }

func (messages) ServerKey() string    { return "server key" }
func (m messages) Takes(string) error { return m.refuses }

func signatures(t testing.TB, sends push.Messages) *push.Signatures {
	t.Helper()
	public, err := url.Parse(origin + "/auth")
	if err != nil {
		t.Fatal(err)
	}
	s, err := push.New(public, sends)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var challenge = []byte("0123456789abcdef0123456789abcdef")

func encoded(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

func TestEnrol(t *testing.T) {
	s := signatures(t, messages{})
	for _, sub := range []string{"", subscription} {
		b := &virtual.Browser{Origin: origin, Subscription: sub}
		made, err := s.Enrolled(binding, challenge, b.Enrol(binding, encoded(challenge)))
		if err != nil || encoded(made.State) != b.Public() || string(made.Subscription) != sub {
			t.Errorf("%q: %+v, %v", sub, made, err)
		}
	}
}

// TestEnrolNothingElse: what was made for another binding, challenge, site or key binds nothing (D12).
func TestEnrolNothingElse(t *testing.T) {
	s := signatures(t, messages{})
	b := &virtual.Browser{Origin: origin}
	good := b.Enrol(binding, encoded(challenge))
	changed := func(field, value string) string {
		var all map[string]any
		if err := json.Unmarshal([]byte(good), &all); err != nil {
			t.Fatal(err)
		}
		all[field] = value
		text, err := json.Marshal(all)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	for name, response := range map[string]string{
		"nothing":              "",
		"no JSON":              "{",
		"a list":               "[]",
		"empty":                "{}",
		"another binding":      b.Enrol("OTHER", encoded(challenge)),
		"another challenge":    b.Enrol(binding, encoded([]byte("another challenge, as long as it"))),
		"another site":         (&virtual.Browser{Origin: "https://id.example"}).Enrol(binding, encoded(challenge)),
		"another's key":        changed("public_key", (&virtual.Browser{Origin: origin}).Public()),
		"another purpose":      changed("signature", b.Sign("open", binding, encoded(challenge), b.Public(), "")),
		"no signature":         changed("signature", ""),
		"zeros":                changed("signature", encoded(make([]byte, 64))),
		"a longer signature":   changed("signature", encoded(make([]byte, 65))),
		"a point off":          changed("public_key", encoded(append([]byte{4}, make([]byte, 64)...))),
		"a compressed key":     changed("public_key", encoded(append([]byte{2}, make([]byte, 32)...))),
		"a foreign subscribed": strings.Replace(good, "{", `{"subscription":{"endpoint":"https://elsewhere.example"},`, 1),
		"too long":             good + strings.Repeat(" ", 9000),
	} {
		if made, err := s.Enrolled(binding, challenge, response); err == nil {
			t.Errorf("%s: %+v", name, made)
		}
	}
	if _, err := s.Enrolled(binding, challenge, good); err != nil {
		t.Errorf("and the right one: %v", err)
	}
}

// TestSubscriptions: one that can't be used is told of as such, with nothing of it.
func TestSubscriptions(t *testing.T) {
	b := &virtual.Browser{Origin: origin, Subscription: subscription}
	for name, sends := range map[string]push.Messages{"refused": messages{errors.New("its endpoint is not public")}, "none are sent": nil} {
		s := signatures(t, sends)
		_, err := s.Enrolled(binding, challenge, b.Enrol(binding, encoded(challenge)))
		for _, err := range []error{err, s.Takes(subscription)} {
			var told *core.Error
			if !errors.As(err, &told) || told.Field != "subscription" || told.Code != core.CodeInvalid {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if key := signatures(t, nil).ServerKey(); key != "" {
		t.Error(key)
	}
	if key := signatures(t, messages{}).ServerKey(); key != "server key" {
		t.Error(key)
	}
}

// TestSigned: a signature is good for its statement and its key alone (D12).
func TestSigned(t *testing.T) {
	s := signatures(t, nil)
	b, other := &virtual.Browser{Origin: origin, ID: "A"}, &virtual.Browser{Origin: origin, ID: "A"}
	state, err := base64.RawURLEncoding.DecodeString(b.Public())
	if err != nil {
		t.Fatal(err)
	}
	answer := func(fields ...string) core.PushStatement {
		return core.PushStatement{Purpose: core.PushAnswer, Fields: fields}
	}
	good := b.Answer("P", "approve", "123456")
	if err := s.Signed(state, answer("A", "P", "approve", "123456"), good); err != nil {
		t.Fatal(err)
	}
	for name, wrong := range map[string]core.PushStatement{
		"another number":        answer("A", "P", "approve", "123457"),
		"another prompt":        answer("A", "Q", "approve", "123456"),
		"another decision":      answer("A", "P", "decline", "123456"),
		"another authenticator": answer("B", "P", "approve", "123456"),
		"fewer fields":          answer("A", "P", "approve"),
		"another purpose":       {Purpose: core.PushOpen, Fields: []string{"A", "P", "approve", "123456"}},
		"a line break":          answer("A", "P\napprove", "123456"),
	} {
		if s.Signed(state, wrong, good) == nil {
			t.Errorf("%s: taken", name)
		}
	}
	n, _ := new(big.Int).SetString("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16)
	beyond := n.FillBytes(make([]byte, 32))
	for name, signature := range map[string]string{
		"another key": other.Answer("P", "approve", "123456"), "none": "", "zeros": encoded(make([]byte, 64)),
		"the order": encoded(append(beyond, beyond...)), "padded": good + "=", "a line break": good[:40] + "\n" + good[40:],
	} {
		if s.Signed(state, answer("A", "P", "approve", "123456"), signature) == nil {
			t.Errorf("signature %s: taken", name)
		}
	}
	for _, state := range [][]byte{nil, state[:64], append([]byte{4}, make([]byte, 64)...)} {
		if s.Signed(state, answer("A", "P", "approve", "123456"), good) == nil {
			t.Errorf("with state %x: taken", state)
		}
	}
}

func TestNoOrigin(t *testing.T) {
	for _, public := range []*url.URL{nil, {}, {Host: "x"}, {Scheme: "https"}} {
		if _, err := push.New(public, nil); err == nil {
			t.Errorf("%v: taken", public)
		}
	}
}

// FuzzResponses: whatever a browser sends is answered, and nothing that was not signed for this binding is taken.
func FuzzResponses(f *testing.F) {
	b := &virtual.Browser{Origin: origin, Subscription: subscription}
	s := signatures(f, messages{})
	good := b.Enrol(binding, encoded(challenge))
	f.Add(good, b.Answer("P", "decline", ""))
	f.Add(`{"public_key":"BA","signature":"AA","subscription":null}`, "AA")
	state, err := base64.RawURLEncoding.DecodeString(b.Public())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, response, signature string) {
		if made, err := s.Enrolled("OTHER", challenge, response); err == nil {
			t.Errorf("bound: %+v", made)
		}
		if err := s.Signed(state, core.PushStatement{Purpose: core.PushAnswer, Fields: []string{response}}, signature); err == nil {
			t.Error("a signature over what was never signed")
		}
	})
}
