package pushtest

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const maxBody = 4096 // bytes: what a push service has to take (RFC 8030, 7.2), and this one takes no more

// read checks a request, and says with which status it is refused and why.
func (s *Service) read(r *http.Request, b *Browser) (m Message, status int, why string) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	switch {
	case err != nil || r.Method != http.MethodPost || r.Host != Host:
		return m, http.StatusBadRequest, "no POST to " + Host
	case len(body) > maxBody:
		return m, http.StatusRequestEntityTooLarge, "too large"
	case r.Header.Get("Content-Encoding") != "aes128gcm":
		return m, http.StatusBadRequest, "another content coding"
	}
	m = Message{Length: len(body), Urgency: r.Header.Get("Urgency"), Topic: r.Header.Get("Topic")}
	if m.TTL, err = strconv.Atoi(r.Header.Get("TTL")); err != nil || m.TTL < 0 {
		return m, http.StatusBadRequest, "no TTL" // RFC 8030, 5.2
	}
	if why := headerFault(m); why != "" {
		return m, http.StatusBadRequest, why
	}
	c, err := Verify(r.Header.Get("Authorization"), b.serverKey, "https://"+Host, s.clock())
	if err != nil {
		return m, http.StatusForbidden, err.Error()
	}
	m.Audience, m.Contact, m.Expires = c.Aud, c.Sub, c.Exp
	if m.Body, err = Open(body, b.key, b.auth); err != nil {
		return m, http.StatusBadRequest, err.Error() // a real one would take it, and the browser drop it
	}
	return m, 0, ""
}

func headerFault(m Message) string {
	switch m.Urgency {
	case "very-low", "low", "normal", "high":
	default:
		return "no urgency" // RFC 8030, 5.3
	}
	if !regexp.MustCompile(`^[A-Za-z0-9_-]{0,32}$`).MatchString(m.Topic) {
		return "no topic" // RFC 8030, 5.4
	}
	return ""
}

// Claims are what a token says.
type Claims struct {
	Aud string
	Exp int64
	Sub string
}

// Verify reads a header of the scheme vapid, signed by the key, for a push service at a time (RFC 8292, 2 to 4).
func Verify(header, key, origin string, now time.Time) (c Claims, err error) {
	found := regexp.MustCompile(`^vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), ?k=([\w-]+)$`).FindStringSubmatch(header)
	if found == nil {
		return c, errors.New("no vapid")
	}
	if found[4] != key {
		return c, errors.New("another key than the subscription's")
	}
	var parts [4][]byte
	for i := range parts {
		if parts[i], err = base64.RawURLEncoding.Strict().DecodeString(found[i+1]); err != nil {
			return c, errors.New("not base64url")
		}
	}
	var head struct{ Typ, Alg string }
	if json.Unmarshal(parts[0], &head) != nil || head.Typ != "JWT" || head.Alg != "ES256" {
		return c, errors.New("another kind of token")
	}
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), parts[3])
	if err != nil || len(parts[2]) != 64 {
		return c, fmt.Errorf("no key, or a signature of %d bytes", len(parts[2]))
	}
	digest := sha256.Sum256([]byte(found[1] + "." + found[2]))
	if !ecdsa.Verify(public, digest[:], new(big.Int).SetBytes(parts[2][:32]), new(big.Int).SetBytes(parts[2][32:])) {
		return c, errors.New("another signature")
	}
	if json.Unmarshal(parts[1], &c) != nil {
		return c, errors.New("no claims")
	}
	left := time.Unix(c.Exp, 0).Sub(now)
	switch {
	case c.Aud != origin:
		return c, errors.New("for another push service: " + c.Aud)
	case left <= 0 || left > 24*time.Hour:
		return c, fmt.Errorf("expires in %v", left)
	case !strings.HasPrefix(c.Sub, "mailto:") && !strings.HasPrefix(c.Sub, "https://"):
		return c, errors.New("no contact")
	}
	return c, nil
}

// Open decrypts a message as a browser does (RFC 8291, 3 and 4).
func Open(body []byte, key *ecdh.PrivateKey, auth []byte) ([]byte, error) {
	if len(body) < 21 {
		return nil, errors.New("no header")
	}
	keyID := body[21:min(21+int(body[20]), len(body))]
	sender, err := ecdh.P256().NewPublicKey(keyID)
	if err != nil {
		return nil, err
	}
	shared, err := key.ECDH(sender)
	if err != nil {
		return nil, err
	}
	info := bytes.Join([][]byte{[]byte("WebPush: info\x00"), key.PublicKey().Bytes(), keyID}, nil)
	return OpenRecord(body, derive(auth, shared, string(info), 32))
}

// OpenRecord decrypts one record of the content coding aes128gcm, which has to be the last (RFC 8188, 2).
func OpenRecord(body, ikm []byte) ([]byte, error) {
	if len(body) < 21 || len(body) < 21+int(body[20]) {
		return nil, errors.New("no header")
	}
	salt, record := body[:16], body[21+int(body[20]):]
	if size := binary.BigEndian.Uint32(body[16:20]); size < 18 || uint64(len(record)) > uint64(size) {
		return nil, errors.New("more than one record")
	}
	block, err := aes.NewCipher(derive(salt, ikm, "Content-Encoding: aes128gcm\x00", 16))
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	text, err := aead.Open(nil, derive(salt, ikm, "Content-Encoding: nonce\x00", 12), record, nil)
	if err != nil {
		return nil, err
	}
	text = bytes.TrimRight(text, "\x00")
	if len(text) == 0 || text[len(text)-1] != 2 {
		return nil, errors.New("no delimiter of a last record")
	}
	return text[:len(text)-1], nil
}

// derive is HKDF with SHA-256, of one block (RFC 5869, 2).
func derive(salt, ikm []byte, info string, length int) []byte {
	extract := hmac.New(sha256.New, salt)
	extract.Write(ikm)
	expand := hmac.New(sha256.New, extract.Sum(nil))
	expand.Write([]byte(info))
	expand.Write([]byte{1})
	return expand.Sum(nil)[:length]
}
