package pskc

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
)

// method is a way to encrypt with AES (W3C XML Encryption, 5.2 and 5.6).
type method struct {
	keySize       int // bytes
	decrypt       func(block cipher.Block, body []byte) ([]byte, bool)
	authenticates bool // decrypting fails when anything was changed
}

func methodOf(uri string) (method, bool) {
	cbc, wrap := method{decrypt: decryptCBC}, method{decrypt: unwrap, authenticates: true}
	switch uri {
	case nsXenc + "aes128-cbc":
		cbc.keySize = 16
		return cbc, true
	case nsXenc + "aes192-cbc":
		cbc.keySize = 24
		return cbc, true
	case nsXenc + "aes256-cbc":
		cbc.keySize = 32
		return cbc, true
	case nsXenc + "kw-aes128":
		wrap.keySize = 16
		return wrap, true
	case nsXenc + "kw-aes192":
		wrap.keySize = 24
		return wrap, true
	case nsXenc + "kw-aes256":
		wrap.keySize = 32
		return wrap, true
	}
	return method{}, false
}

// ciphertext is an xenc:EncryptedDataType that was read.
type ciphertext struct {
	method
	body []byte
}

// readCiphertext refuses what would send it elsewhere: a key of its own (KeyInfo), or a reference to what is encrypted.
func readCiphertext(n *node) (ciphertext, error) {
	for _, c := range n.children {
		if c.name.Space != nsXenc || c.name.Local != "EncryptionMethod" && c.name.Local != "CipherData" {
			return ciphertext{}, wrong(askVendor, "%s has an element %s, which is not understood", n.name.Local, quote(c.name.Local))
		}
	}
	algorithm, err := n.need(nsXenc, "EncryptionMethod")
	if err != nil {
		return ciphertext{}, err
	}
	m, isKnown := methodOf(algorithm.attr("Algorithm"))
	if !isKnown {
		return ciphertext{}, wrong("ask the vendor for a file encrypted with AES-CBC or AES key wrap",
			"it is encrypted with %s, which is not supported", quote(algorithm.attr("Algorithm")))
	}
	data, err := n.need(nsXenc, "CipherData")
	if err != nil {
		return ciphertext{}, err
	}
	value, err := data.need(nsXenc, "CipherValue")
	if err != nil {
		return ciphertext{}, err
	}
	body, err := value.bytes()
	return ciphertext{m, body}, err
}

func (c ciphertext) open(key []byte) ([]byte, error) {
	if len(key) != c.keySize {
		return nil, wrong("give the key that the file was encrypted with",
			"it is encrypted with a key of %d bits, and the one that was given has %d", c.keySize*8, len(key)*8)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	plain, ok := c.decrypt(block, c.body)
	if !ok {
		return nil, wrong(checkKey, "what is encrypted does not open")
	}
	return plain, nil
}

// decryptCBC expects the initialisation vector in front (XML Encryption, 5.2). Of its padding only the last byte means
// something.
func decryptCBC(block cipher.Block, body []byte) ([]byte, bool) {
	const size = aes.BlockSize
	if len(body) < 2*size || len(body)%size != 0 {
		return nil, false
	}
	plain := make([]byte, len(body)-size)
	cipher.NewCBCDecrypter(block, body[:size]).CryptBlocks(plain, body[size:])
	padding := int(plain[len(plain)-1])
	if padding < 1 || padding > size {
		return nil, false
	}
	return plain[:len(plain)-padding], true
}

// unwrap is RFC 3394, 2.2.2, also for secrets whose length is no multiple of 8, which others pad as RFC 5649 does.
func unwrap(block cipher.Block, body []byte) ([]byte, bool) {
	n := len(body)/8 - 1
	if len(body)%8 != 0 || n < 2 {
		return nil, false
	}
	var b [aes.BlockSize]byte // A and one R
	copy(b[:8], body)
	plain := append([]byte(nil), body[8:]...)
	for j := 5; j >= 0; j-- {
		for i := n; i >= 1; i-- {
			r := plain[(i-1)*8 : i*8]
			binary.BigEndian.PutUint64(b[:8], binary.BigEndian.Uint64(b[:8])^uint64(n*j+i))
			copy(b[8:], r)
			block.Decrypt(b[:], b[:])
			copy(r, b[8:])
		}
	}
	if binary.BigEndian.Uint64(b[:8]) == 0xa6a6a6a6a6a6a6a6 { // RFC 3394, 2.2.3.1
		return plain, true
	}
	return unpad(plain, binary.BigEndian.Uint64(b[:8]))
}

// unpad checks an alternative initial value and the padding (RFC 5649, 3).
func unpad(plain []byte, iv uint64) ([]byte, bool) {
	length, longest := uint64(uint32(iv)), uint64(len(plain))
	if iv>>32 != 0xa65959a6 || length > longest || length <= longest-8 {
		return nil, false
	}
	for _, zero := range plain[length:] {
		if zero != 0 {
			return nil, false
		}
	}
	return plain[:length], true
}
