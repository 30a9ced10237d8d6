// Package push checks what bound browsers sign: [Signatures] implements core.Approvals.
//
// A bound browser keeps an ECDSA key on P-256 that WebCrypto made and does not give away. What it signs is a statement: lines
// of text that begin with what it is and for which site, so that a signature is of no use for anything else. The package keeps
// nothing and decides nothing: which prompt is answered, and what that is good for, is core's. It trusts the key that it was
// given back from a sealed place, and nothing that a browser says. It sends no messages: what does so is handed in.
package push

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"net/url"
	"strings"

	"github.com/sallyport/sallyport/internal/core"
)

const (
	version       = "sallyport push v1" // the first line of every statement
	keySize       = 65                  // an uncompressed point (SEC 1, 2.3.3)
	signatureSize = 64                  // r and s, as WebCrypto makes it (IEEE P1363)
)

// Messages are what sends to browsers, as far as binding one needs it.
type Messages interface {
	// ServerKey is what browsers subscribe with.
	ServerKey() string
	// Takes says whether messages may be sent to a subscription: nil, or why not.
	Takes(subscription string) error
}

// Signatures implements [core.Approvals]. It is immutable and safe for concurrent use.
type Signatures struct {
	origin   string
	messages Messages
}

var _ core.Approvals = (*Signatures)(nil)

// New returns what checks the signatures of one service's browsers. Messages is nil where none are sent.
func New(public *url.URL, messages Messages) (*Signatures, error) {
	if public == nil || public.Scheme == "" || public.Host == "" {
		return nil, errors.New("push: the public URL has no origin")
	}
	return &Signatures{origin: public.Scheme + "://" + public.Host, messages: messages}, nil
}

// ServerKey implements [core.Approvals].
func (s *Signatures) ServerKey() string {
	if s.messages == nil {
		return ""
	}
	return s.messages.ServerKey()
}

// Takes implements [core.Approvals].
func (s *Signatures) Takes(subscription string) error {
	refused := &core.Error{Code: core.CodeInvalid, Field: "subscription", Text: "push.subscription"}
	if s.messages == nil {
		refused.Reason = "no messages are sent to browsers"
		return refused
	}
	if err := s.messages.Takes(subscription); err != nil {
		refused.Reason = err.Error()
		return refused
	}
	return nil
}

// Signed implements [core.Approvals].
func (s *Signatures) Signed(state []byte, statement core.PushStatement, signature string) error {
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), state)
	if err != nil {
		return fmt.Errorf("push: the stored key can't be read: %w", err)
	}
	text, err := s.text(statement)
	if err != nil {
		return err
	}
	return verify(key, text, signature)
}

var errSignature = errors.New("push: the signature is not of this key over this statement")

func verify(key *ecdsa.PublicKey, text []byte, signature string) error {
	raw, ok := unbase64(signature, signatureSize)
	if !ok {
		return errSignature
	}
	digest := sha256.Sum256(text)
	r, s := new(big.Int).SetBytes(raw[:signatureSize/2]), new(big.Int).SetBytes(raw[signatureSize/2:])
	if !ecdsa.Verify(key, digest[:], r, s) {
		return errSignature
	}
	return nil
}

// text is what is signed. A line break in a field could make it the text of another statement.
func (s *Signatures) text(statement core.PushStatement) ([]byte, error) {
	lines := append([]string{version, string(statement.Purpose), s.origin}, statement.Fields...)
	for _, line := range lines {
		if strings.ContainsAny(line, "\r\n") {
			return nil, errors.New("push: a line break in what is signed")
		}
	}
	return []byte(strings.Join(lines, "\n")), nil
}

// strict is base64url without padding, and with one way to write each value.
func strict() *base64.Encoding { return base64.RawURLEncoding.Strict() }

// unbase64 decodes so many bytes. The length is looked at first, since the decoder skips line breaks.
func unbase64(text string, size int) ([]byte, bool) {
	if len(text) != strict().EncodedLen(size) {
		return nil, false
	}
	raw, err := strict().DecodeString(text)
	return raw, err == nil && len(raw) == size
}
