package password_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sallyport/sallyport/internal/factor/password"
)

func TestMadeOf(t *testing.T) {
	account := []string{"mallory", "mallory.jones@mail.example.com", "Sally Port", "auth.corp.test"}
	for _, p := range []string{
		"mallorysallyport2026!!", "MallorySallyPort2026!!", "mallory", "mallorymallorymallory", "mallory.jones@mail.example.com", "jonesmallory123456", "mail.example.com!!",
		"example12345678", "sally-port-2026-11-22", "M\uff41llory2026!!!!!", "mallory$$$$++++^^^^====", "2026\x00\x00\x00\x00mallory\x00\x00\x00\x00", "corp1234corp1234", "xXmalloryXx",
		"mallory1234567", "Sally Port Sally Port",
	} {
		if !password.MadeOf([]byte(p), account) {
			t.Errorf("%q is accepted", p)
		}
	}
	for _, p := range []string{
		"correct horse battery staple", "mallory has a horse", "malloryQ7#kd9!x", "a long passphrase of unlisted words", "1234567890123456789", "!!!!!!!!!!!!!!!!!", "",
		strings.Repeat("\U0001f40e", 15), "mallory" + strings.Repeat("\U0001f40e", 8), "\xffmallory", "alloryalloryallory", "communal commerce", "\u6b63\u786e\u7684\u9a6c\u7535\u6c60\u8ba2\u4e66\u9489mallory",
	} {
		if password.MadeOf([]byte(p), account) {
			t.Errorf("%q is refused", p)
		}
	}
}

func TestMadeOfNobodysWords(t *testing.T) {
	for _, words := range [][]string{nil, {""}, {"", "@", "a@b.c", "ab", ".", "...@...", "\xff\xfe"}} {
		for _, p := range []string{"a", "ab", "@", "correct horse battery staple", "12345678", "...@..."} {
			if got := password.MadeOf([]byte(p), words); got && p != "...@..." {
				t.Errorf("%q is made of %q", p, words)
			}
		}
	}
	if password.MadeOf([]byte("correct horse battery staple"), []string{"horse"}) {
		t.Error("a passphrase with the username in it is refused")
	}
	if password.MadeOf([]byte("837461523748596"), []string{"374"}) {
		t.Error("random digits that hold a name of digits are refused")
	}
	if password.MadeOf([]byte("comcomcomcomcom"), []string{"m@mail.example.com"}) {
		t.Error("the last label of a domain counts as a word")
	}
	if !password.MadeOf([]byte("20001234-20001234"), []string{"20001234"}) {
		t.Error("a name of digits, twice, is accepted")
	}
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"

func TestMadeOfProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[a-z][a-z0-9.]{3,20}`).Draw(t, "name")
		service := rapid.StringMatching(`[A-Z][a-z]{2,12}`).Draw(t, "service")
		words := []string{name, name + "@example.org", service}
		tail := rapid.StringMatching(`[0-9!?. ]{0,12}`).Draw(t, "tail")
		if p := strings.ToUpper(name) + service + tail; !password.MadeOf([]byte(p), words) {
			t.Fatalf("%q is accepted", p)
		}
		// Eight unrelated letters are enough, wherever the name stands.
		other := strings.Repeat("\u0436", 8)
		if p := other[:8] + name + other[8:]; password.MadeOf([]byte(p), words) {
			t.Fatalf("%q is refused", p)
		}
	})
}

func FuzzMadeOf(f *testing.F) {
	f.Add("mallory2026", "mallory", "m@example.com")
	f.Add("\u0130stanbul", "i\u0307stanbul", "@@")
	f.Fuzz(func(t *testing.T, p, name, address string) {
		if password.MadeOf([]byte(p), nil) {
			t.Fatalf("%q is made of nothing", p)
		}
		if few := password.MadeOf([]byte(p), []string{name}); few && !password.MadeOf([]byte(p), []string{name, address}) {
			t.Fatalf("%q is made of %q, and not with %q beside it", p, name, address)
		}
	})
}
