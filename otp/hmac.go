package otp

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
)

// pads is an HMAC key made ready (RFC 2104): the secret, filled up to a block
// and masked. crypto/hmac would need two hash states on the heap for each code;
// here each code is two sums over buffers on the stack.
//
// Each pad has room behind its block for what is hashed after it, so that one
// copy makes a message.
type pads struct {
	inner, outer [sha512.BlockSize + sha512.Size]byte
}

func newPads(algorithm Algorithm, secret []byte) *pads {
	var block [sha512.BlockSize]byte
	copy(block[:], shortened(algorithm, secret))
	p := new(pads)
	for i, b := range block {
		p.inner[i], p.outer[i] = b^0x36, b^0x5c
	}
	return p
}

// shortened hashes a secret longer than the hash's block (RFC 2104, 2).
func shortened(algorithm Algorithm, secret []byte) []byte {
	switch {
	case algorithm == SHA1 && len(secret) > sha1.BlockSize:
		sum := sha1.Sum(secret)
		return sum[:]
	case algorithm == SHA256 && len(secret) > sha256.BlockSize:
		sum := sha256.Sum256(secret)
		return sum[:]
	}
	return secret // no secret is longer than a block of SHA-512
}

// truncated is the HMAC of a counter, truncated dynamically to 31 bits
// (RFC 4226, 5.3).
func (p *pads) truncated(algorithm Algorithm, counter uint64) uint32 {
	switch algorithm {
	case SHA256:
		return p.truncatedSHA256(counter)
	case SHA512:
		return p.truncatedSHA512(counter)
	default: // a Key has no fourth algorithm
		return p.truncatedSHA1(counter)
	}
}

func (p *pads) truncatedSHA1(counter uint64) uint32 {
	inner := [sha1.BlockSize + 8]byte(p.inner[:])
	binary.BigEndian.PutUint64(inner[sha1.BlockSize:], counter)
	sum := sha1.Sum(inner[:])
	outer := [sha1.BlockSize + sha1.Size]byte(p.outer[:])
	copy(outer[sha1.BlockSize:], sum[:])
	sum = sha1.Sum(outer[:])
	offset := sum[sha1.Size-1] & 0xf
	return binary.BigEndian.Uint32(sum[offset:]) & 0x7fffffff
}

func (p *pads) truncatedSHA256(counter uint64) uint32 {
	inner := [sha256.BlockSize + 8]byte(p.inner[:])
	binary.BigEndian.PutUint64(inner[sha256.BlockSize:], counter)
	sum := sha256.Sum256(inner[:])
	outer := [sha256.BlockSize + sha256.Size]byte(p.outer[:])
	copy(outer[sha256.BlockSize:], sum[:])
	sum = sha256.Sum256(outer[:])
	offset := sum[sha256.Size-1] & 0xf
	return binary.BigEndian.Uint32(sum[offset:]) & 0x7fffffff
}

func (p *pads) truncatedSHA512(counter uint64) uint32 {
	inner := [sha512.BlockSize + 8]byte(p.inner[:])
	binary.BigEndian.PutUint64(inner[sha512.BlockSize:], counter)
	sum := sha512.Sum512(inner[:])
	outer := [sha512.BlockSize + sha512.Size]byte(p.outer[:])
	copy(outer[sha512.BlockSize:], sum[:])
	sum = sha512.Sum512(outer[:])
	offset := sum[sha512.Size-1] & 0xf
	return binary.BigEndian.Uint32(sum[offset:]) & 0x7fffffff
}
