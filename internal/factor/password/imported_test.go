package password_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/factor/password"
	"github.com/sallyport/sallyport/internal/factor/password/foreign"
)

// One of each family; package foreign has the vectors.
func imported() map[string]string {
	return map[string]string{
		"werkzeug":       "pbkdf2:sha256:600000$saltsaltsaltsalt$3257cf76e56a9cc4e3afa561c3fd4daa6952b61e91c4e365955121042cfb94a2",
		"Django":         "scrypt$16384$saltsaltsalt$8$5$s6jVFhBLaZdcpZOq9pX7JWfMC5NAhdfJ+T8T06h845xk9L5DBkVCqg0exeYS6i6GgBkxNTuS5K15Ef9du/3M9w==",
		"ASP.NET":        "AQAAAAIAAYagAAAAEAABAgMEBQYHCAkKCwwNDg/73hTTOMxvghBX8/SnisILxwGxHjepOzeQw1EOAZRz8w==",
		"Keycloak":       "$argon2id$v=19$m=7168,t=5,p=1$AAECAwQFBgcICQoLDA0ODw$kANRj3W5M/rs6SMRJTOyVfEe37rWnRLDRk5QwL4tETk",
		"unsalted SHA-1": "sha1$$5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8",
	}
}

func TestImportedHashesAreReplaced(t *testing.T) {
	h := cheap(t)
	for system, stored := range imported() {
		if err := password.Readable(stored); err != nil {
			t.Errorf("%s: %v", system, err)
		}
		if ok, outdated := verify(t, h, stored, "password"); !ok || !outdated {
			t.Errorf("%s: ok %v, outdated %v; want both", system, ok, outdated)
		}
		if ok, outdated := verify(t, h, stored, "Password"); ok || outdated {
			t.Errorf("%s: a wrong password: ok %v, outdated %v", system, ok, outdated)
		}
	}
}

// hmacSHA256 is a hash as Werkzeug made them before 3.0.
func hmacSHA256(salt, pw string) string {
	mac := hmac.New(sha256.New, []byte(salt))
	mac.Write([]byte(pw))
	return "sha256$" + salt + "$" + hex.EncodeToString(mac.Sum(nil))
}

// Other systems hashed what was typed, in whatever form.
func TestImportedHashOfAnyForm(t *testing.T) {
	h := cheap(t)
	const composed, decomposed = "caf\u00e9", "cafe\u0301"
	for _, set := range []string{composed, decomposed} {
		stored := hmacSHA256("salt", set)
		if ok, outdated := verify(t, h, stored, set); !ok || !outdated {
			t.Errorf("set and typed as %+q: ok %v, outdated %v", set, ok, outdated)
		}
	}
	for _, typed := range []string{composed, decomposed} {
		if ok, _ := verify(t, h, foreign.NFKD+hmacSHA256("salt", decomposed), typed); !ok {
			t.Errorf("of the decomposed form and typed as %+q: refused", typed)
		}
	}
}

func TestReadable(t *testing.T) {
	h := cheap(t)
	for _, stored := range []string{hash(t, h, "something"), "{flask-security:1}" + hash(t, h, "something"), "{nfkd}" + hash(t, h, "something")} {
		if err := password.Readable(stored); err != nil {
			t.Errorf("%s: %v", stored, err)
		}
	}
	for _, stored := range []string{"", "hunter2", "$argon2id$v=19$m=4194304,t=2,p=1$" + salt + "$" + tag, "{nfkd}", "plain$$hunter2"} {
		if err := password.Readable(stored); !errors.Is(err, password.ErrUnreadable) {
			t.Errorf("%q: %v, want refused", stored, err)
		} else if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the error shows what was stored: %v", err)
		}
	}
	if err := password.Readable("!gone"); !errors.Is(err, password.ErrUnusable) {
		t.Errorf("an unusable password: %v", err)
	}
}

func TestDoubleHashNeedsItsSalt(t *testing.T) {
	stored := "{flask-security:1}" + hash(t, cheap(t), "a0R0") // whatever it is of
	ok, _, err := cheap(t).Verify(t.Context(), stored, []byte("password"))
	if ok || !errors.Is(err, password.ErrUnreadable) {
		t.Errorf("%v, %v; want refused", ok, err)
	}
}
