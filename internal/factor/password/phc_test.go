package password_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/factor/password"
)

const (
	salt = "c29tZXNhbHQ"
	tag  = "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
)

func TestCheckPHC(t *testing.T) {
	for _, s := range []string{
		"$argon2id$v=19$m=19456,t=2,p=1$" + salt + "$" + tag,
		"$argon2id$v=19$m=65536,t=3,p=4$" + salt + "$" + tag, // RFC 9106, second recommended option
		"$argon2id$v=19$m=262144,t=4,p=16$" + salt + "$" + tag,
		"$argon2id$v=19$m=8,t=1,p=1$" + salt + "$" + tag,
	} {
		if err := password.CheckPHC(s); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
	for name, s := range map[string]string{
		"empty": "", "plain text": "hunter2", "bcrypt": "$2b$12$abcdefghijklmnopqrstuuJ1",
		"argon2i":         "$argon2i$v=19$m=19456,t=2,p=1$" + salt + "$" + tag,
		"old version":     "$argon2id$v=16$m=19456,t=2,p=1$" + salt + "$" + tag,
		"4 GiB":           "$argon2id$v=19$m=4194304,t=2,p=1$" + salt + "$" + tag,
		"overflow":        "$argon2id$v=19$m=4294967296,t=2,p=1$" + salt + "$" + tag,
		"many passes":     "$argon2id$v=19$m=64,t=65,p=1$" + salt + "$" + tag,
		"much work":       "$argon2id$v=19$m=262144,t=5,p=1$" + salt + "$" + tag,
		"many lanes":      "$argon2id$v=19$m=19456,t=2,p=17$" + salt + "$" + tag,
		"257 lanes":       "$argon2id$v=19$m=19456,t=2,p=257$" + salt + "$" + tag,
		"no lanes":        "$argon2id$v=19$m=19456,t=2,p=0$" + salt + "$" + tag,
		"no passes":       "$argon2id$v=19$m=19456,t=0,p=1$" + salt + "$" + tag,
		"too few blocks":  "$argon2id$v=19$m=15,t=1,p=2$" + salt + "$" + tag,
		"other order":     "$argon2id$v=19$t=2,m=19456,p=1$" + salt + "$" + tag,
		"leading zero":    "$argon2id$v=19$m=019456,t=2,p=1$" + salt + "$" + tag,
		"sign":            "$argon2id$v=19$m=+19456,t=2,p=1$" + salt + "$" + tag,
		"missing lanes":   "$argon2id$v=19$m=19456,t=2$" + salt + "$" + tag,
		"more parameters": "$argon2id$v=19$m=19456,t=2,p=1,keyid=AA$" + salt + "$" + tag,
		"no salt":         "$argon2id$v=19$m=19456,t=2,p=1$$" + tag,
		"short salt":      "$argon2id$v=19$m=19456,t=2,p=1$c29tZXM$" + tag,
		"no tag":          "$argon2id$v=19$m=19456,t=2,p=1$" + salt + "$",
		"short tag":       "$argon2id$v=19$m=19456,t=2,p=1$" + salt + "$CTFhFdXPJO1aFaMa",
		"long tag":        "$argon2id$v=19$m=19456,t=2,p=1$" + salt + "$" + strings.Repeat("A", 88),
		"cut":             "$argon2id$v=19$m=19456,t=2,p=1$" + salt,
		"padding":         "$argon2id$v=19$m=19456,t=2,p=1$" + salt + "=$" + tag,
		"stray bits":      "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHR$" + tag,
		"newline inside":  "$argon2id$v=19$m=19456,t=2,p=1$c29tZX\nNhbHQ$" + tag,
		"something after": "$argon2id$v=19$m=19456,t=2,p=1$" + salt + "$" + tag + "$",
		"huge":            "$argon2id$v=19$" + strings.Repeat("m", 1<<20),
	} {
		err := password.CheckPHC(s)
		if !errors.Is(err, password.ErrUnreadable) {
			t.Errorf("%s: %v, want refused", name, err)
		} else if strings.Contains(err.Error(), tag) {
			t.Errorf("%s: the error shows the stored hash: %v", name, err)
		}
	}
}

// What is accepted has one spelling, and a hash made here is accepted.
func FuzzCheckPHC(f *testing.F) {
	f.Add("$argon2id$v=19$m=19456,t=2,p=1$" + salt + "$" + tag)
	f.Add("$argon2id$v=19$m=64,t=1,p=1$" + salt + "$" + tag)
	f.Add("$argon2id$v=19$m=4194304,t=99,p=300$$")
	f.Fuzz(func(t *testing.T, s string) {
		err := password.CheckPHC(s)
		if err != nil && !errors.Is(err, password.ErrUnreadable) {
			t.Fatalf("CheckPHC(%q): %v does not wrap ErrUnreadable", s, err)
		}
		if respelt, changed := password.Respell(s); err == nil && changed {
			t.Fatalf("%q is accepted, and is spelt %q", s, respelt)
		}
	})
}
