package text

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/sallyport/sallyport/internal/deliver"
)

// webhookSender posts messages to a program of the operator's, signed so that it knows whose they are (Standard Webhooks
// 1.0.0, https://www.standardwebhooks.com). docs/text-messages.md has the receiver's side.
type webhookSender struct {
	shown
	gateway
	url  string
	from string
	key  []byte
}

func newWebhook(set setting, o Options) *webhookSender {
	return &webhookSender{
		shown: shown(set.shown()), gateway: newGateway("webhook", set.url, o),
		url: set.url.String(), from: set.from, key: set.secret,
	}
}

// webhookBody is what is posted: the same bytes for each attempt.
type webhookBody struct {
	ID        string    `json:"id"`
	To        string    `json:"to"`
	Body      string    `json:"body"`
	From      string    `json:"from,omitempty"`
	ExpiresAt time.Time `json:"expires_at"`
}

// Send returns nil once the receiver answered with a status of 200 to 299.
func (s *webhookSender) Send(ctx context.Context, m Message) error {
	if err := m.checked(); err != nil {
		return err
	}
	body, err := json.Marshal(webhookBody{m.ID, m.To, m.Body, s.from, m.ExpiresAt.UTC().Truncate(time.Second)})
	if err != nil {
		return s.fail(deliver.Permanent, "the message cannot be written as JSON")
	}
	stamp := strconv.FormatInt(s.clock().Unix(), 10)
	header := http.Header{"Content-Type": {"application/json"}}
	header.Set("webhook-id", m.ID)
	header.Set("webhook-timestamp", stamp)
	header.Set("webhook-signature", sign(s.key, m.ID, stamp, body))
	a, err := s.post(ctx, s.url, header, body)
	if err != nil || a.taken() {
		return err
	}
	return s.refused(a, a.fault(), m.To, "")
}

// sign is the symmetric scheme, v1. Neither id nor timestamp can hold the dot that separates them.
func sign(key []byte, id, stamp string, body []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + stamp + "."))
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
