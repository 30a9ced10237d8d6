package password_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"pgregory.net/rapid"

	"github.com/sallyport/sallyport/internal/factor/password"
)

func TestNormalize(t *testing.T) {
	for in, want := range map[string]string{
		"caf\u00e9": "caf\u00e9", "cafe\u0301": "caf\u00e9", // composed and decomposed
		"\ufb01le": "file", "\uff11\uff12": "12", "\u2167": "VIII", "\u212b": "\u00c5", // compatibility
		" abc \r\n\x00": " abc \r\n\x00", "\u00a0": " ", "ABC": "ABC", "": "", // nothing is trimmed or folded
		"\xffcafe\u0301": "\xffcafe\u0301", // not UTF-8: bytes as they are
		"\U0001f511":     "\U0001f511",
	} {
		if got := password.Normalize([]byte(in)); string(got) != want {
			t.Errorf("Normalize(%+q) = %+q, want %+q", in, got, want)
		}
	}
}

func TestLength(t *testing.T) {
	for in, want := range map[string]int{
		"": 0, "abc": 3, "caf\u00e9": 4, "cafe\u0301": 4, "\ufb01le": 4, "\U0001f511\U0001f511": 2, "\xff\xfe": 2, " \x00": 2,
		strings.Repeat("\U0001f40e", 15): 15,
	} {
		if got := password.Length([]byte(in)); got != want {
			t.Errorf("Length(%+q) = %d, want %d", in, got, want)
		}
	}
}

// rfc9106 makes the hash that the first release stored: of the bytes as typed.
func rfc9106(pw string) string {
	salt, b64 := []byte("0123456789abcdef"), base64.RawStdEncoding
	tag := argon2.IDKey([]byte(pw), salt, 1, 64, 1, 32)
	return fmt.Sprintf("$argon2id$v=19$m=64,t=1,p=1$%s$%s", b64.EncodeToString(salt), b64.EncodeToString(tag))
}

func TestOnePasswordOnTwoKeyboards(t *testing.T) {
	h := cheap(t)
	const composed, decomposed = "caf\u00e9 noir", "cafe\u0301 noir"
	for _, set := range []string{composed, decomposed} {
		stored := hash(t, h, set)
		for _, typed := range []string{composed, decomposed} {
			if ok, outdated := verify(t, h, stored, typed); !ok || outdated {
				t.Errorf("set as %+q and typed as %+q: ok %v, outdated %v", set, typed, ok, outdated)
			}
		}
		if ok, _ := verify(t, h, stored, "cafe noir"); ok {
			t.Error("without the accent it is accepted")
		}
	}
}

func TestHashesOfTheFirstRelease(t *testing.T) {
	h := cheap(t)
	for _, c := range []struct {
		set, typed   string
		ok, outdated bool
	}{
		{"plain", "plain", true, false},
		{"caf\u00e9", "caf\u00e9", true, false},
		{"cafe\u0301", "cafe\u0301", true, true}, // of the bytes typed: due to be normalised
		{"caf\u00e9", "cafe\u0301", true, false},
		{"cafe\u0301", "caf\u00e9", false, false}, // as it was then
		{"\xff\u0065\u0301", "\xff\u0065\u0301", true, false},
	} {
		if ok, outdated := verify(t, h, rfc9106(c.set), c.typed); ok != c.ok || outdated != c.outdated {
			t.Errorf("set as %+q and typed as %+q: ok %v, outdated %v, want %v, %v", c.set, c.typed, ok, outdated, c.ok, c.outdated)
		}
	}
}

// taken is how many hashes' worth of memory f took, at 4 MiB each.
func taken(f func()) int {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return int((after.TotalAlloc - before.TotalAlloc + 2<<20) / (4 << 20))
}

// How many hashes are computed tells nothing about the account.
func TestWorkDependsOnWhatWasTypedAlone(t *testing.T) {
	h := cheap(t, func(p *password.Params) { p.MemoryKiB = 4 << 10 })
	for typed, want := range map[string]int{"plain enough": 1, "caf\u00e9 noir": 1, "cafe\u0301 noir": 2, "\xffcafe\u0301": 1} {
		for account, stored := range map[string]string{
			"right":      hash(t, h, typed),
			"wrong":      hash(t, h, "another password"),
			"unreadable": "garbage",
			"too much":   "$argon2id$v=19$m=4194304,t=2,p=1$" + salt + "$" + tag,
			"no work":    "sha256$salt$" + strings.Repeat("ab", 32),
		} {
			if got := taken(func() { h.Verify(t.Context(), stored, []byte(typed)) }); got != want {
				t.Errorf("%+q, %s: %d hashes computed, want %d", typed, account, got, want)
			}
		}
		if got := taken(func() { h.VerifyDummy(t.Context(), []byte(typed)) }); got != want {
			t.Errorf("%+q, no account: %d hashes computed, want %d", typed, got, want)
		}
	}
}

func TestNormalizeProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pw := rapid.OneOf(rapid.SliceOf(rapid.Byte()), rapid.Map(rapid.String(), func(s string) []byte { return []byte(s) })).Draw(t, "pw")
		before := bytes.Clone(pw)
		normal := password.Normalize(pw)
		if !bytes.Equal(pw, before) {
			t.Fatal("it changed its argument")
		}
		if again := password.Normalize(normal); !bytes.Equal(again, normal) {
			t.Fatalf("%+q becomes %+q, and that %+q", pw, normal, again)
		}
		if (len(normal) == 0) != (len(pw) == 0) || utf8.Valid(pw) != utf8.Valid(normal) {
			t.Fatalf("%+q becomes %+q", pw, normal)
		}
		if password.Length(pw) != password.Length(normal) {
			t.Fatalf("%+q and its normalised form differ in length", pw)
		}
	})
}

func FuzzNormalize(f *testing.F) {
	f.Add([]byte("cafe\u0301 \ufb01 \uff11"))
	f.Add([]byte("\xff\x00"))
	h := cheap(f, func(p *password.Params) { p.MemoryKiB = 8 })
	f.Fuzz(func(t *testing.T, pw []byte) {
		if len(pw) == 0 || len(pw) > password.MaxBytes {
			return
		}
		stored := hash(t, h, string(pw))
		if ok, outdated := verify(t, h, stored, string(pw)); !ok || outdated {
			t.Fatalf("%+q: ok %v, outdated %v", pw, ok, outdated)
		}
		normal := string(password.Normalize(pw))
		if len(normal) > password.MaxBytes {
			return
		}
		if ok, outdated := verify(t, h, stored, normal); !ok || outdated {
			t.Fatalf("%+q, normalised: ok %v, outdated %v", pw, ok, outdated)
		}
	})
}
