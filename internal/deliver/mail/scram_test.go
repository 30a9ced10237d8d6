package mail_test

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

type tlsConfig = *tls.Config

// scram is a server for SCRAM-SHA-256 (RFC 5802, RFC 7677).
type scram struct {
	*sink
	iterations    int
	bare, first   string
	authenticated bool
}

func newScram(s *sink) sasl.Server        { return &scram{sink: s, iterations: 4096} }
func newEndlessScram(s *sink) sasl.Server { return &scram{sink: s, iterations: 2_000_000_000} }

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

func (s *scram) Next(response []byte) ([]byte, bool, error) {
	text, encode := string(response), base64.StdEncoding.EncodeToString
	salt := []byte("0123456789abcdef")
	switch {
	case response == nil:
		return []byte{}, false, nil
	case s.authenticated:
		return nil, true, s.signIn(user, password)
	case s.bare == "":
		bare, isFirst := strings.CutPrefix(text, "n,,")
		_, nonce, hasNonce := strings.Cut(bare, ",r=")
		if !isFirst || !hasNonce {
			return nil, true, errors.New("not a first message")
		}
		s.bare = bare
		s.first = fmt.Sprintf("r=%sserver,s=%s,i=%d", nonce, encode(salt), s.iterations)
		return []byte(s.first), false, nil
	}
	without, proof, _ := strings.Cut(text, ",p=")
	salted, err := pbkdf2.Key(sha256.New, password, salt, s.iterations, sha256.Size)
	if err != nil {
		return nil, true, err
	}
	key := mac(salted, "Client Key")
	stored := sha256.Sum256(key)
	message := s.bare + "," + s.first + "," + without
	want := make([]byte, len(key))
	subtle.XORBytes(want, key, mac(stored[:], message))
	if proof != encode(want) {
		return nil, true, smtp.ErrAuthFailed
	}
	s.authenticated = true
	return []byte("v=" + encode(mac(mac(salted, "Server Key"), message))), false, nil
}
