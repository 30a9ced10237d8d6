package foreign

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
)

// parseIdentity reads ASP.NET Identity's PasswordHash, which is base64 of
//
//	version 2: 0x00, 16 bytes of salt, 32 bytes of PBKDF2-HMAC-SHA1 with 1000 iterations
//	version 3: 0x01, PRF, iterations, length of the salt (4 bytes each, big endian), salt, tag
func parseIdentity(stored string) (Hash, error) {
	b, err := base64.StdEncoding.DecodeString(stored)
	switch {
	case err != nil:
	case len(b) == 1+16+32 && b[0] == 0:
		return newPBKDF2(sha1.New, b[1:17], b[17:], 1000)
	case len(b) > 13 && b[0] == 1:
		return identity3(b[1:5], b[5:9], b[9:13], b[13:])
	}
	return Hash{}, refuse("it is of no known format")
}

func identity3(prf, iterations, saltSize, rest []byte) (Hash, error) {
	names := [...]string{"sha1", "sha256", "sha512"}
	which, size := binary.BigEndian.Uint32(prf), binary.BigEndian.Uint32(saltSize)
	if which >= uint32(len(names)) || uint64(size) > uint64(len(rest)) {
		return Hash{}, refuse("its digest or salt has the wrong form")
	}
	return newPBKDF2(digestNamed(names[which]), rest[:size], rest[size:], uint64(binary.BigEndian.Uint32(iterations)))
}
