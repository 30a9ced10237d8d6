package foreign

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// parseDjango reads the column auth_user.password. Salts count as the text they are.
func parseDjango(algorithm, rest string) (Hash, error) {
	switch algorithm {
	case "argon2", "bcrypt": // argon2$argon2id$v=19$..., bcrypt$$2b$12$...
		return parseCrypt("$" + strings.TrimPrefix(rest, "$"))
	case "bcrypt_sha256": // so that more than 72 bytes count
		h, err := newBcrypt("$" + strings.TrimPrefix(rest, "$"))
		return h.before(func(password []byte) []byte {
			sum := sha256.Sum256(password)
			return []byte(hex.EncodeToString(sum[:]))
		}), err
	case "pbkdf2_sha256", "pbkdf2_sha1":
		return djangoPBKDF2(strings.TrimPrefix(algorithm, "pbkdf2_"), strings.Split(rest, "$"))
	case "scrypt":
		return djangoScrypt(strings.Split(rest, "$"))
	}
	return Hash{}, refuse("it is of no known format")
}

// 260000 $ salt $ tag
func djangoPBKDF2(digest string, fields []string) (Hash, error) {
	if len(fields) != 3 {
		return Hash{}, refuse("it is not iterations, salt and tag")
	}
	iterations, ok := numbers(fields[0], "")
	tag, err := base64.StdEncoding.DecodeString(fields[2])
	if !ok || err != nil {
		return Hash{}, refuse("its iterations or tag have the wrong form")
	}
	return newPBKDF2(digestNamed(digest), []byte(fields[1]), tag, iterations[0])
}

// 16384 $ salt $ 8 $ 5 $ tag: the salt stands second.
func djangoScrypt(fields []string) (Hash, error) {
	if len(fields) != 5 {
		return Hash{}, refuse("it is not cost, salt and tag")
	}
	n, ok := numbers(fields[0]+","+fields[2]+","+fields[3], "", "", "")
	tag, err := base64.StdEncoding.DecodeString(fields[4])
	if !ok || err != nil {
		return Hash{}, refuse("its cost or tag has the wrong form")
	}
	return newScrypt(n[0], n[1], n[2], []byte(fields[1]), tag)
}
