package password_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/factor/password"
)

// cheap hashes in well under a millisecond.
func cheap(t testing.TB, change ...func(*password.Params)) *password.Hasher {
	t.Helper()
	p := password.Params{MemoryKiB: 64, Time: 1, InsecureCheap: true}
	for _, f := range change {
		f(&p)
	}
	h, err := password.New(p)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func hash(t testing.TB, h *password.Hasher, pw string) string {
	t.Helper()
	stored, err := h.Hash(t.Context(), []byte(pw))
	if err != nil {
		t.Fatalf("Hash(%d bytes): %v", len(pw), err)
	}
	return stored
}

func verify(t testing.TB, h *password.Hasher, stored, pw string) (ok, outdated bool) {
	t.Helper()
	ok, outdated, err := h.Verify(t.Context(), stored, []byte(pw))
	if err != nil {
		t.Fatalf("Verify(%d bytes): %v", len(pw), err)
	}
	return ok, outdated
}

// The reference implementation's own vectors (phc-winner-argon2, src/test.c).
func TestReferenceVectors(t *testing.T) {
	h := cheap(t)
	for _, stored := range []string{
		"$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
	} {
		if ok, outdated := verify(t, h, stored, "password"); !ok || !outdated {
			t.Errorf("%s: ok %v, outdated %v; want both", stored, ok, outdated)
		}
		if ok, outdated := verify(t, h, stored, "Password"); ok || outdated {
			t.Errorf("%s: a wrong password: ok %v, outdated %v", stored, ok, outdated)
		}
	}
}

func TestDefaults(t *testing.T) {
	h, err := password.New(password.Params{})
	if err != nil {
		t.Fatal(err)
	}
	stored := hash(t, h, "correct horse battery staple")
	if !strings.HasPrefix(stored, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("cost is not the default: %s", stored)
	}
	parts := strings.Split(stored, "$")
	if len(parts[4]) != 22 || len(parts[5]) != 43 { // 16 and 32 bytes in unpadded base64
		t.Errorf("salt has %d and tag %d characters, want 22 and 43", len(parts[4]), len(parts[5]))
	}
	if ok, outdated := verify(t, h, stored, "correct horse battery staple"); !ok || outdated {
		t.Errorf("ok %v, outdated %v; want true and false", ok, outdated)
	}
}

func TestSaltsDiffer(t *testing.T) {
	h := cheap(t)
	if a, b := hash(t, h, "the same password"), hash(t, h, "the same password"); a == b {
		t.Error("two hashes of one password are equal")
	}
}

func TestEveryByteCounts(t *testing.T) {
	h := cheap(t)
	for name, pw := range map[string]string{
		"1 byte": "x", "200 bytes": strings.Repeat("abcdefghij", 20), "1024 bytes": strings.Repeat("k", password.MaxBytes),
		"NUL": "abc\x00def", "CR LF": "abc\r\ndef", "spaces": " abc ", "only a space": " ", "not UTF-8": "\xff\xfe",
		"composed": "caf\u00e9",
	} {
		stored := hash(t, h, pw)
		if ok, _ := verify(t, h, stored, pw); !ok {
			t.Errorf("%s: the password itself is refused", name)
		}
		for _, other := range alterations(pw) {
			if ok, _ := verify(t, h, stored, other); ok {
				t.Errorf("%s: %q accepted for %q", name, other, pw)
			}
		}
	}
}

// alterations are what a verifier takes for the same if it trims, cuts, folds or stops early.
func alterations(pw string) []string {
	var others []string
	for _, other := range []string{
		strings.TrimSpace(pw), strings.ToUpper(pw), pw[:min(len(pw), 64)], pw[:min(len(pw), 72)], pw[:len(pw)-1], pw + "x",
		pw + "\x00", pw + " ", strings.SplitN(pw, "\x00", 2)[0], strings.SplitN(pw, "\r", 2)[0],
		strings.ReplaceAll(pw, "\r\n", "\n"), strings.ReplaceAll(pw, "\u00e9", "e"),
	} {
		if other != pw && other != "" && len(other) <= password.MaxBytes {
			others = append(others, other)
		}
	}
	return others
}

func TestLengthLimits(t *testing.T) {
	h := cheap(t)
	stored := hash(t, h, "something")
	for _, c := range []struct {
		pw   []byte
		want error
	}{{nil, password.ErrEmpty}, {[]byte{}, password.ErrEmpty}, {bytes.Repeat([]byte("a"), 1025), password.ErrTooLong}} {
		if _, err := h.Hash(t.Context(), c.pw); !errors.Is(err, c.want) {
			t.Errorf("Hash of %d bytes: %v, want %v", len(c.pw), err, c.want)
		}
		for _, stored := range []string{stored, "garbage"} {
			if ok, _, err := h.Verify(t.Context(), stored, c.pw); ok || !errors.Is(err, c.want) {
				t.Errorf("Verify of %d bytes: %v, %v, want %v", len(c.pw), ok, err, c.want)
			}
		}
		if err := h.VerifyDummy(t.Context(), c.pw); !errors.Is(err, c.want) {
			t.Errorf("VerifyDummy of %d bytes: %v, want %v", len(c.pw), err, c.want)
		}
	}
	if err := h.VerifyDummy(t.Context(), []byte("something")); err != nil {
		t.Errorf("VerifyDummy: %v", err)
	}
}

func TestNeedsRehash(t *testing.T) {
	old := cheap(t)
	stored := hash(t, old, "a password")
	for name, change := range map[string]func(*password.Params){
		"memory": func(p *password.Params) { p.MemoryKiB = 128 },
		"passes": func(p *password.Params) { p.Time = 2 },
		"lanes":  func(p *password.Params) { p.Threads = 2 },
	} {
		raised := cheap(t, change)
		if ok, outdated := verify(t, raised, stored, "a password"); !ok || !outdated {
			t.Errorf("%s raised: ok %v, outdated %v; want both", name, ok, outdated)
		}
		renewed := hash(t, raised, "a password")
		if ok, outdated := verify(t, raised, renewed, "a password"); !ok || outdated {
			t.Errorf("%s raised and hashed anew: ok %v, outdated %v", name, ok, outdated)
		}
	}
}

func TestUnreadableHashIsRefused(t *testing.T) {
	h := cheap(t)
	ok, outdated, err := h.Verify(t.Context(), "$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", []byte("password"))
	if ok || outdated || !errors.Is(err, password.ErrUnreadable) {
		t.Errorf("a hash that asks for 4 GiB: %v, %v, %v", ok, outdated, err)
	}
}

func TestNewRefuses(t *testing.T) {
	for name, p := range map[string]password.Params{
		"too cheap":         {MemoryKiB: 1024, Time: 1},
		"too little memory": {MemoryKiB: 4 << 10, Time: 64},
		"too much memory":   {MemoryKiB: 1 << 20},
		"too many passes":   {Time: 1000},
		"too many lanes":    {Threads: 200},
		"concurrency":       {Concurrency: -1},
		"queue":             {QueueLength: -1},
		"wait":              {MaxWait: -1},
	} {
		if h, err := password.New(p); err == nil || h != nil {
			t.Errorf("%s: accepted", name)
		}
	}
	for _, p := range []password.Params{{MemoryKiB: 46 << 10, Time: 1}, {MemoryKiB: 12 << 10, Time: 3}, {MemoryKiB: 7 << 10, Time: 5}, {MemoryKiB: 64 << 10, Time: 3, Threads: 4}} {
		if _, err := password.New(p); err != nil {
			t.Errorf("%+v: %v", p, err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	h, err := password.New(password.Params{})
	if err != nil {
		b.Fatal(err)
	}
	stored := hash(b, h, "correct horse battery staple")
	b.ReportAllocs()
	for b.Loop() {
		if ok, _, err := h.Verify(context.Background(), stored, []byte("correct horse battery staple")); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}
