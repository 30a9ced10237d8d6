package names_test

import (
	"errors"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/sallyport/sallyport/internal/names"
	"pgregory.net/rapid"
)

func TestUsername(t *testing.T) {
	for _, c := range []struct{ in, display, key string }{
		{"alice", "alice", "alice"},
		{"  Alice\t", "Alice", "alice"},
		{"Ａｌｉｃｅ", "Alice", "alice"},
		{"Zoe\u0308", "Zo\u00eb", "zo\u00eb"},
		{"ΣΊΣΥΦΟΣ", "ΣΊΣΥΦΟΣ", "σίσυφοσ"},
		{"\u212Aelvin", "Kelvin", "kelvin"},
		{"a+b.c-d_e", "a+b.c-d_e", "a+b.c-d_e"},
		{strings.Repeat("é", 64), strings.Repeat("é", 64), strings.Repeat("é", 64)},
	} {
		display, key, err := names.Username(c.in)
		if err != nil || display != c.display || key != c.key {
			t.Errorf("Username(%+q) = %+q, %+q, %v; want %+q, %+q", c.in, display, key, err, c.display, c.key)
		}
	}
}

func TestUsernameRefused(t *testing.T) {
	for in, want := range map[string]names.Reason{
		"": names.Empty, " \t ": names.Empty,
		"alice@example.com": names.HasAt, "alice＠example.com": names.HasAt, "@": names.HasAt,
		"two words": names.BadCharacter, "a\x00b": names.BadCharacter, "a\nb": names.BadCharacter,
		"a\u202eb": names.BadCharacter, "a\u200bb": names.BadCharacter, "\xff": names.BadCharacter, "Ⅷ": names.BadCharacter,
		strings.Repeat("a", 65): names.TooLong, strings.Repeat("a", 1<<20): names.TooLong,
	} {
		display, key, err := names.Username(in)
		refused(t, "Username", in, display, key, err, want)
	}
}

func TestEmail(t *testing.T) {
	for _, c := range []struct{ in, display, key string }{
		{"alice@example.com", "alice@example.com", "alice@example.com"},
		{" Alice@Example.COM ", "Alice@Example.COM", "alice@example.com"},
		{"alice＠example．com", "alice@example.com", "alice@example.com"},
		{"a+tag@localhost", "a+tag@localhost", "a+tag@localhost"},
		{"mi\u212Ae@example.org", "miKe@example.org", "mike@example.org"},
		{"josé@example.com", "josé@example.com", "josé@example.com"},
	} {
		display, key, err := names.Email(c.in)
		if err != nil || display != c.display || key != c.key {
			t.Errorf("Email(%+q) = %+q, %+q, %v; want %+q, %+q", c.in, display, key, err, c.display, c.key)
		}
	}
}

func TestEmailRefused(t *testing.T) {
	for in, want := range map[string]names.Reason{
		"": names.Empty, "alice": names.NotAddress, "@example.com": names.NotAddress, "alice@": names.NotAddress,
		"Alice<alice@example.com>": names.NotAddress, "<alice@example.com>": names.NotAddress,
		"alice@example.com(work)": names.NotAddress, `"a"@example.com`: names.NotAddress, `"a@b"@example.com`: names.NotAddress,
		"a@b,c@d": names.NotAddress, "a@b@c": names.NotAddress, "a@[127.0.0.1]": names.NotAddress, "a@b..c": names.NotAddress,
		"Alice <alice@example.com>": names.BadCharacter, "a@b\r\nBcc:c@d": names.BadCharacter, "a\x00@b": names.BadCharacter,
		"a\u202e@b": names.BadCharacter, "a\u200d@b": names.BadCharacter, "\xff@b": names.BadCharacter,
		strings.Repeat("a", 65) + "@example.com":  names.NotAddress,
		"a@" + strings.Repeat("b", 253):           names.TooLong,
		strings.Repeat("a@example.com,", 100_000): names.TooLong,
	} {
		display, key, err := names.Email(in)
		refused(t, "Email", in, display, key, err, want)
	}
}

func refused(t *testing.T, function, in, display, key string, err error, want names.Reason) {
	t.Helper()
	var reason *names.Error
	if !errors.As(err, &reason) || reason.Reason != want || display != "" || key != "" {
		t.Errorf("%s(%.40q) = %q, %q, %v; want refused: %v", function, in, display, key, err, want)
	}
}

func TestLoginAgreesOnSpellings(t *testing.T) {
	for _, c := range []struct {
		key     string
		isEmail bool
		in      []string
	}{
		{"alice", false, []string{"alice", " ALICE", "ａｌｉｃｅ", "Alice\n"}},
		{"alice@example.com", true, []string{"alice@example.com", "ALICE@EXAMPLE.COM ", "alice＠example.com"}},
		{"? :two words", false, []string{"two words", "Two  Words", " two\twords\x00", "two\u3000wo\u200brds", "TWO WORDS\xff"}},
		{"? :no address@", true, []string{"no address@", "No Address＠"}},
		{"? :", false, []string{"", "  ", "\x00"}},
	} {
		for _, in := range c.in {
			if key, isEmail := names.Login(in); key != c.key || isEmail != c.isEmail {
				t.Errorf("Login(%+q) = %+q, %v; want %+q, %v", in, key, isEmail, c.key, c.isEmail)
			}
		}
	}
}

func TestLoginIsTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkLogin(t, rapid.OneOf(rapid.String(), anyBytes()).Draw(t, "input")) })
}

func anyBytes() *rapid.Generator[string] {
	return rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })
}

func FuzzLogin(f *testing.F) {
	for _, seed := range []string{"alice", "Alice@Example.com", "two words", "", "\xff", "İ@İ", strings.Repeat("ﷺ", 500)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) { checkLogin(t, in) })
}

func checkLogin(t interface{ Fatalf(string, ...any) }, in string) {
	key, isEmail := names.Login(in)
	if len(key) == 0 || len(key) > 600 || !utf8.ValidString(key) || strings.ContainsFunc(key, unicode.IsControl) {
		t.Fatalf("Login(%q) = %q: unfit as a key", in, key)
	}
	if isEmail != strings.Contains(key, "@") {
		t.Fatalf("Login(%q) = %q, isEmail %v", in, key, isEmail)
	}
	if strings.HasPrefix(key, "? :") {
		if _, _, err := names.Username(key); err == nil {
			t.Fatalf("Login(%q) = %q: the key of a valid name", in, key)
		}
		return
	}
	if again, _ := names.Login(key); again != key {
		t.Fatalf("Login(%q) = %q, and of that %q: not one form", in, key, again)
	}
	display, same, err := names.Username(in)
	if isEmail {
		display, same, err = names.Email(in)
	}
	var reason *names.Error
	if errors.As(err, &reason) && reason.Reason == names.MixedScript { // no name for a new account, but one to log in by
		return
	}
	if err != nil || same != key {
		t.Fatalf("Login(%q) = %q, but the name's own key is %q (%v)", in, key, same, err)
	}
	if !isEmail {
		checkSkeleton(t, key)
	}
	if shown, _ := names.Login(display); shown != key {
		t.Fatalf("what is shown for %q, %q, has the key %q, not %q", in, display, shown, key)
	}
}
