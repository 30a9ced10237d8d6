package pushtest

import (
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"sync"
	"testing"
)

// Browser is one subscription and who can decrypt what comes through it. It is safe for concurrent use.
type Browser struct {
	service   *Service
	path      string
	serverKey string
	key       *ecdh.PrivateKey
	auth      []byte

	mu                 sync.Mutex
	received, attempts []Message
}

// Message is what was pushed.
type Message struct {
	Body     []byte // decrypted, without its padding
	Length   int    // of the request's body: what a push service sees
	TTL      int    // seconds
	Urgency  string
	Topic    string
	Audience string // aud of the token
	Contact  string // sub of the token
	Expires  int64  // exp of the token
}

// Subscribe is PushManager.subscribe in a new browser: messages have to be signed by the key whose public half is given, as
// applicationServerKey is, in base64url.
func (s *Service) Subscribe(t testing.TB, applicationServerKey string) *Browser {
	t.Helper()
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	auth := make([]byte, 16)
	rand.Read(auth)
	b := &Browser{service: s, path: "/push/" + rand.Text(), serverKey: applicationServerKey, key: key, auth: auth}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.browsers[b.path] = b
	return b
}

// Unsubscribe makes the subscription unknown: messages are answered with 404 from now on.
func (b *Browser) Unsubscribe() {
	b.service.mu.Lock()
	defer b.service.mu.Unlock()
	delete(b.service.browsers, b.path)
}

// JSON is what the browser's PushSubscription.toJSON returns.
func (b *Browser) JSON() []byte { return b.At("https://" + Host + b.path) }

// At is [Browser.JSON] with another endpoint, as somebody with bad intentions sends it.
func (b *Browser) At(endpoint string) []byte {
	raw, err := json.Marshal(map[string]any{
		"endpoint": endpoint, "expirationTime": nil,
		"keys": map[string]string{
			"p256dh": base64.RawURLEncoding.EncodeToString(b.key.PublicKey().Bytes()),
			"auth":   base64.RawURLEncoding.EncodeToString(b.auth),
		},
	})
	if err != nil {
		panic(err)
	}
	return raw
}

// Received are the messages that were taken.
func (b *Browser) Received() []Message { return b.copied(&b.received) }

// Attempts are the messages that were right, and that [Service.Answer] answered.
func (b *Browser) Attempts() []Message { return b.copied(&b.attempts) }

func (b *Browser) copied(list *[]Message) []Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]Message(nil), *list...)
}

func (b *Browser) add(list *[]Message, m Message) {
	b.mu.Lock()
	defer b.mu.Unlock()
	*list = append(*list, m)
}
