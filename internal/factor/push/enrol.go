package push

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/json"
	"errors"

	"github.com/sallyport/sallyport/internal/core"
)

// maxResponse bounds what is parsed, in bytes. A subscription has up to 4,096.
const maxResponse = 8 << 10

// enrolment is what a browser made to be bound.
type enrolment struct {
	PublicKey    string          `json:"public_key"` // the raw point, base64url
	Signature    string          `json:"signature"`
	Subscription json.RawMessage `json:"subscription"` // what PushSubscription.toJSON returned, its very text; or nothing
}

// Enrolled implements [core.Approvals].
func (s *Signatures) Enrolled(binding string, challenge []byte, response string) (core.PushBrowser, error) {
	e, err := readEnrolment(response)
	if err != nil {
		return core.PushBrowser{}, &core.Error{Code: core.CodeInvalid, Field: "response", Text: "push.shape", Reason: err.Error()}
	}
	raw, ok := unbase64(e.PublicKey, keySize)
	if !ok {
		return core.PushBrowser{}, errors.New("push: the public key is not 65 bytes in base64url")
	}
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), raw)
	if err != nil {
		return core.PushBrowser{}, errors.New("push: the public key is not a point of P-256")
	}
	text, err := s.text(core.PushStatement{Purpose: core.PushBind, Fields: []string{
		binding, strict().EncodeToString(challenge), e.PublicKey, hash(e.Subscription),
	}})
	if err != nil {
		return core.PushBrowser{}, err
	}
	if err := verify(key, text, e.Signature); err != nil {
		return core.PushBrowser{}, err
	}
	if len(e.Subscription) > 0 {
		if err := s.Takes(string(e.Subscription)); err != nil {
			return core.PushBrowser{}, err
		}
	}
	return core.PushBrowser{State: raw, Subscription: e.Subscription}, nil
}

func readEnrolment(response string) (e enrolment, err error) {
	if len(response) > maxResponse {
		return e, errors.New("push: the response is too long")
	}
	if err := json.Unmarshal([]byte(response), &e); err != nil {
		return e, errors.New("push: the response is not JSON")
	}
	if string(e.Subscription) == "null" {
		e.Subscription = nil
	}
	return e, nil
}

// hash is how a subscription goes into a statement; "" without one.
func hash(subscription []byte) string {
	if len(subscription) == 0 {
		return ""
	}
	h := sha256.Sum256(subscription)
	return strict().EncodeToString(h[:])
}
