package pskc

import (
	"crypto/pbkdf2"
	"crypto/sha1"
	"hash"
)

const (
	nsPKCS5 = "http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#"

	// maxIterations takes about a second: a file may not ask for an hour.
	maxIterations = 2_000_000
	maxSalt       = 1024 // bytes
)

// derive makes the key of a file out of a passphrase, with PBKDF2 (RFC 6030, 6.2; RFC 8018, 5.2).
func derive(n *node, passphrase string) ([]byte, error) {
	how, err := n.need(nsXenc11, "KeyDerivationMethod")
	if err != nil {
		return nil, err
	}
	if uri := how.attr("Algorithm"); uri != nsPKCS5+"pbkdf2" && uri != nsXenc11+"pbkdf2" {
		return nil, wrong("ask the vendor for a file with PBKDF2 or a pre-shared key",
			"its key is derived with %s, which is not supported", quote(uri))
	}
	// From here on namespaces differ: figure 7 of the RFC has none for most of these, its text and others have three.
	params, err := how.need("", "PBKDF2-params")
	if err != nil {
		return nil, err
	}
	salt, err := readSalt(params)
	if err != nil {
		return nil, err
	}
	iterations, err := numberIn(params, "IterationCount", 1, maxIterations)
	if err != nil {
		return nil, err
	}
	length, err := numberIn(params, "KeyLength", 16, 32)
	if err != nil {
		return nil, err
	}
	prf, err := readPRF(params)
	if err != nil {
		return nil, err
	}
	if passphrase == "" {
		return nil, wrong("give the passphrase", "its seeds are encrypted under a passphrase%s", named(n))
	}
	return pbkdf2.Key(prf, passphrase, salt, int(iterations), int(length))
}

// named is which passphrase the file means, if it says.
func named(derived *node) string {
	for _, c := range derived.children {
		if text, err := c.leaf(); err == nil && c.name.Local == "MasterKeyName" && text != "" {
			return ", " + quote(text)
		}
	}
	return ""
}

func readSalt(params *node) ([]byte, error) {
	salt, err := params.need("", "Salt")
	if err != nil {
		return nil, err
	}
	specified, err := salt.need("", "Specified")
	if err != nil {
		return nil, err
	}
	raw, err := specified.bytes()
	if err == nil && len(raw) > maxSalt {
		return nil, wrong(askVendor, "its salt is longer than %d bytes", maxSalt)
	}
	return raw, err
}

func numberIn(params *node, local string, least, most int64) (int64, error) {
	n, err := params.need("", local)
	if err != nil {
		return 0, err
	}
	return n.number(least, most)
}

// readPRF is HMAC-SHA1 where the file names none, as RFC 8018 has it. Names stand in an attribute, and with some in the
// element.
func readPRF(params *node) (func() hash.Hash, error) {
	n, err := params.child("", "PRF")
	if err != nil || n == nil {
		return sha1.New, err
	}
	uri, err := n.leaf()
	if err != nil {
		return nil, err
	}
	if attribute := n.attr("Algorithm"); attribute != "" {
		uri = attribute
	}
	if uri == "" {
		return sha1.New, nil
	}
	prf := hmacHash(uri)
	if prf == nil {
		return nil, wrong(askVendor, "its key is derived with %s, which is not supported", quote(uri))
	}
	return prf, nil
}
