// Package virtual is a browser that can be bound, for tests: it makes what a page makes with WebCrypto. It is written from the
// statement's description and not from the code that checks it.
package virtual

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// Browser is one browser. Origin has to be set; the key is made when it is first needed. It is not safe for concurrent use.
type Browser struct {
	Origin       string
	Subscription string // the JSON of a PushSubscription, or ""
	ID           string // of the authenticator, once it is bound
	key          *ecdsa.PrivateKey
}

// Enrol makes the response that binds the browser.
func (b *Browser) Enrol(binding, challenge string) string {
	public := b.Public()
	text := `{"public_key":"` + public + `","signature":"` + b.Sign("bind", binding, challenge, public, hash(b.Subscription)) + `"`
	if b.Subscription != "" { // the signed text itself: encoding/json would write it anew
		text += `,"subscription":` + b.Subscription
	}
	return text + "}"
}

// Open signs to see the prompts.
func (b *Browser) Open(challenge string) string { return b.Sign("open", b.ID, challenge) }

// Subscribe signs where messages reach the browser from now on; with "", none do.
func (b *Browser) Subscribe(challenge, subscription string) string {
	return b.Sign("subscribe", b.ID, challenge, hash(subscription))
}

// Answer signs an answer to a prompt.
func (b *Browser) Answer(prompt, decision, number string) string {
	return b.Sign("answer", b.ID, prompt, decision, number)
}

// Public is the public key, as it is sent.
func (b *Browser) Public() string {
	raw, err := b.private().PublicKey.Bytes()
	must(err)
	return base64.RawURLEncoding.EncodeToString(raw)
}

// Sign signs a statement: the version, a purpose, the origin, and what else it says.
func (b *Browser) Sign(purpose string, fields ...string) string {
	text := strings.Join(append([]string{"sallyport push v1", purpose, b.Origin}, fields...), "\n")
	digest := sha256.Sum256([]byte(text))
	r, s, err := ecdsa.Sign(rand.Reader, b.private(), digest[:])
	must(err)
	out := make([]byte, 64)
	r.FillBytes(out[:32])
	s.FillBytes(out[32:])
	return base64.RawURLEncoding.EncodeToString(out)
}

func (b *Browser) private() *ecdsa.PrivateKey {
	if b.key == nil {
		var err error
		b.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		must(err)
	}
	return b.key
}

func hash(subscription string) string {
	if subscription == "" {
		return ""
	}
	h := sha256.Sum256([]byte(subscription))
	return base64.RawURLEncoding.EncodeToString(h[:])
}

func must(err error) {
	if err != nil {
		panic("virtual: " + err.Error())
	}
}
