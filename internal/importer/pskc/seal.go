package pskc

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"hash"
	"strings"

	"github.com/sallyport/sallyport/otp"
)

// sealing is what the secrets of a file are encrypted and authenticated with.
type sealing struct {
	key    []byte
	hash   func() hash.Hash // nil where the file has no MACMethod
	macKey []byte
}

// unlock makes the keys of a file ready. It derives once, however many secrets there are.
func unlock(root *node, opts Options) (*sealing, error) {
	info, err := root.child(nsPSKC, "EncryptionKey")
	if err != nil {
		return nil, err
	}
	if info == nil {
		return nil, wrong(askVendor, "its seeds are encrypted, and it does not say with which key")
	}
	s := &sealing{}
	if s.key, err = masterKey(info, opts); err != nil {
		return nil, err
	}
	method, err := root.child(nsPSKC, "MACMethod")
	if err != nil || method == nil {
		return s, err // what needs it says so
	}
	return s, s.readMAC(method)
}

// masterKey is the pre-shared key (RFC 6030, 6.1) or the derived one (6.2).
func masterKey(info *node, opts Options) ([]byte, error) {
	derived, err := info.child(nsXenc11, "DerivedKey")
	if err != nil {
		return nil, err
	}
	if derived != nil {
		return derive(derived, opts.Passphrase)
	}
	name, err := info.child(nsDS, "KeyName")
	if err != nil {
		return nil, err
	}
	if name == nil || len(info.children) > 1 { // RFC 6030, 6.3: certificates; others that XML Signature knows
		return nil, wrong("ask the vendor for a file with a pre-shared key or a passphrase",
			"its seeds are encrypted for a certificate, or with a key of another kind that is not supported")
	}
	label, err := name.leaf()
	if err != nil {
		return nil, err
	}
	return presharedKey(opts.Key, label)
}

func presharedKey(text, label string) ([]byte, error) {
	if text == "" {
		return nil, wrong("give that key in hex", "its seeds are encrypted with the pre-shared key %s", quote(label))
	}
	key, err := hex.DecodeString(strings.NewReplacer(" ", "", ":", "", "-", "", "\n", "", "\r", "", "\t", "").Replace(text))
	if err != nil || len(key) != 16 && len(key) != 24 && len(key) != 32 {
		return nil, wrong("give the whole key in hex", "the pre-shared key that was given is not 32, 48 or 64 hex digits")
	}
	return key, nil
}

// readMAC reads the MAC key, which is encrypted with the same key (RFC 6030, 6.1.1). The drafts used the encryption key
// itself where there was none.
func (s *sealing) readMAC(method *node) error {
	if err := method.only("MACKey"); err != nil {
		return err
	}
	hash := hmacHash(method.attr("Algorithm"))
	if hash == nil {
		return wrong(askVendor, "its MAC algorithm %s is none of HMAC-SHA1, HMAC-SHA256 and HMAC-SHA512", quote(method.attr("Algorithm")))
	}
	n, err := method.need(nsPSKC, "MACKey")
	if err != nil {
		return err
	}
	sealed, err := readCiphertext(n)
	if err != nil {
		return err
	}
	key, err := sealed.open(s.key)
	if err != nil {
		return err
	}
	if len(key) < minMACKey || len(key) > maxMACKey {
		return wrong(checkKey, "its MAC key has %d bytes and not %d to %d", len(key), minMACKey, maxMACKey)
	}
	s.hash, s.macKey = hash, key
	return nil
}

const (
	minMACKey = 14 // NIST SP 800-131A: 112 bits
	maxMACKey = 128
)

func hmacHash(uri string) func() hash.Hash {
	switch uri {
	case nsDS + "hmac-sha1":
		return sha1.New
	case "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256":
		return sha256.New
	case "http://www.w3.org/2001/04/xmldsig-more#hmac-sha512":
		return sha512.New
	}
	return nil
}

// readSecret reads a seed, plain or encrypted. A MAC is checked before anything is decrypted.
func readSecret(n *node, seal *sealing) (otp.Secret, error) {
	if err := n.only("PlainValue", "EncryptedValue", "ValueMAC"); err != nil {
		return otp.Secret{}, err
	}
	plain, err := n.child(nsPSKC, "PlainValue")
	if err != nil {
		return otp.Secret{}, err
	}
	var raw []byte
	switch {
	case plain == nil:
		raw, err = seal.open(n)
	case len(n.children) > 1:
		return otp.Secret{}, wrong(askVendor, "its Secret is plain, and has an encrypted value or a MAC beside it")
	default:
		raw, err = plain.bytes()
	}
	if err != nil {
		return otp.Secret{}, err
	}
	if len(raw) < minSecret || len(raw) > maxSecret {
		return otp.Secret{}, wrong("ask the vendor for tokens with longer secrets", "its secret has %d bytes and not %d to %d",
			len(raw), minSecret, maxSecret)
	}
	return otp.ImportSecretBytes(raw)
}

func (s *sealing) open(secret *node) ([]byte, error) {
	value, err := secret.need(nsPSKC, "EncryptedValue")
	if err != nil {
		return nil, err
	}
	sealed, err := readCiphertext(value)
	if err != nil {
		return nil, err
	}
	mac, err := secret.child(nsPSKC, "ValueMAC")
	if err != nil {
		return nil, err
	}
	switch {
	case mac != nil:
		err = s.authenticate(sealed, mac)
	case !sealed.authenticates: // RFC 6030, 6: whoever can change a file may not choose seeds
		err = wrong(askVendor, "its encrypted secret has no ValueMAC")
	}
	if err != nil {
		return nil, err
	}
	return sealed.open(s.key)
}

// authenticate compares the MAC of what is encrypted, its initialisation vector included.
func (s *sealing) authenticate(sealed ciphertext, mac *node) error {
	want, err := mac.bytes()
	if err != nil {
		return err
	}
	if s.hash == nil {
		return wrong(askVendor, "its secret has a ValueMAC, and the file does not say how it was made (MACMethod)")
	}
	h := hmac.New(s.hash, s.macKey)
	h.Write(sealed.body)
	if !hmac.Equal(h.Sum(nil), want) {
		return wrong(checkKey, "its secret does not match its ValueMAC")
	}
	return nil
}
