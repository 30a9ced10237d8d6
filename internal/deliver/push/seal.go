package push

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
)

const (
	// maxRequest is what each push service takes (RFC 8030, 7.2; RFC 8291, 4).
	maxRequest = 4096
	recordSize = 4096 // greater than the one record, which is the last (RFC 8291, 4)
	saltSize   = 16
	keyIDSize  = 65 // of a P-256 point that is not compressed
	headerSize = saltSize + 4 + 1 + keyIDSize
	tagSize    = 16

	// MaxBody is the longest message, in bytes.
	MaxBody = maxRequest - headerSize - tagSize - 1

	// bucket is what lengths are rounded up to: the push service sees in which 1,024 bytes a message ends and no more, so
	// that prompts, which are shorter, all look alike.
	bucket    = 1024
	delimiter = 2 // ends the text of a last record (RFC 8188, 2)
)

// seal encrypts a message for one browser, with a key pair and a salt of its own (RFC 8291, 3).
func seal(text []byte, to Subscription) ([]byte, error) {
	ephemeral, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	salt := make([]byte, saltSize)
	rand.Read(salt) // never fails
	return sealWith(ephemeral, salt, padded(text, bucket), to)
}

// padded returns text, delimiter and zeros, as long as the next multiple of step or as what fits.
func padded(text []byte, step int) []byte {
	size := (len(text) + 1 + step - 1) / step * step
	out := make([]byte, min(size, MaxBody+1))
	out[copy(out, text)] = delimiter
	return out
}

// sealWith is RFC 8291, 3.4: who has neither the browser's private key nor the secret that it shares with us reads nothing.
func sealWith(ephemeral *ecdh.PrivateKey, salt, text []byte, to Subscription) ([]byte, error) {
	shared, err := ephemeral.ECDH(to.key)
	if err != nil {
		return nil, err
	}
	ours := ephemeral.PublicKey().Bytes()
	info := "WebPush: info\x00" + string(to.key.Bytes()) + string(ours)
	ikm, err := hkdf.Key(sha256.New, shared, to.auth[:], info, sha256.Size)
	if err != nil {
		return nil, err
	}
	return record(ikm, salt, ours, text)
}

// record writes header and only record of the content coding aes128gcm (RFC 8188, 2.1 to 2.3). The number of the record
// is 0, and so the nonce is what was derived.
func record(ikm, salt, keyID, text []byte) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: aes128gcm\x00", 16)
	if err != nil {
		return nil, err
	}
	nonce, err := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: nonce\x00", 12)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, len(salt)+5+len(keyID)+len(text)+tagSize)
	out = append(out, salt...)
	out = binary.BigEndian.AppendUint32(out, recordSize)
	out = append(out, byte(len(keyID)))
	out = append(out, keyID...)
	return aead.Seal(out, nonce, text, nil), nil
}
