package names_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/sallyport/sallyport/internal/names"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestSkeletonOfWhatLooksAlike(t *testing.T) {
	for _, alike := range [][]string{
		{"l", "1", "I", "|", "\u04cf", "\u0627"},
		{"0", "o", "O", "\u043e", "\u03bf", "\u0585"},
		{"m", "rn", "M"},
		{"user10", "userl0", "user1o", "USER10"},
		{"paypal", "paypa1", "раураӏ", "p\u0430ypal"},
		{"apple", "аррӏе"},
		{"coco", "сосо"},
		{"admin", "adm\u0131n", "admi\u0307n", "adml\u0307n", "ADM\u0130N", "adrnin", "a\u200bdmin\ufe0f"},
		{"admi\u0323n", "admi\u0323\u0307n"},
		{"jo", "j\u0307o"},
		{"a\u0301", "\u00e1", "\u0430\u0301"},
		{"\ua77a", "\ua779"}, // a capital that is the prototype of its small letter
	} {
		for _, key := range alike[1:] {
			if want, got := names.Skeleton(alike[0]), names.Skeleton(key); got != want {
				t.Errorf("Skeleton(%+q) = %+q; want that of %+q, %+q", key, got, alike[0], want)
			}
		}
	}
}

func TestSkeletonOfWhatDiffers(t *testing.T) {
	keys := []string{"ian", "lan", "admin", "adm1n", "админ", "иван", "ivan", "σοφία", "vov", "вов", "zoe", "zo\u00eb",
		"a\u0307", "a", "\u00ef", "strasse", "stra\u00dfe", "佐藤", "김", "משה", "محمد"}
	for i := range 1000 {
		keys = append(keys, fmt.Sprint("user", i))
	}
	of := map[string]string{}
	for _, key := range keys {
		skeleton := names.Skeleton(key)
		if other, ok := of[skeleton]; ok {
			t.Errorf("%q and %q have one skeleton, %+q", other, key, skeleton)
		}
		of[skeleton] = key
	}
}

// TestSkeletonOfEachCharacter asks every line of the table, and everything that is in none.
func TestSkeletonOfEachCharacter(t *testing.T) {
	changed := 0
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !utf8.ValidRune(r) {
			continue
		}
		checkSkeleton(t, string(r))
		if s := string(r); names.Skeleton(s) != norm.NFD.String(strings.ToLower(s)) && norm.NFD.IsNormalString(s) {
			changed++
		}
	}
	if changed < 5000 {
		t.Errorf("only %d characters have a prototype", changed)
	}
}

func TestSkeletonIsStable(t *testing.T) {
	marks := rapid.StringOfN(rapid.SampledFrom([]rune("iIjl1\u0131\u0130\u0237abm\u0307\u0307\u0323\u0301\u0338\u0345\u1161\u11a8\u05b9\u200d\u00ad")), 0, 20, -1)
	rapid.Check(t, func(t *rapid.T) { checkSkeleton(t, rapid.OneOf(rapid.String(), marks, anyBytes()).Draw(t, "key")) })
}

// FuzzSkeleton feeds it what is no key as well: a store may hold names from elsewhere.
func FuzzSkeleton(f *testing.F) {
	for _, seed := range []string{"user10", "аррӏе", "\ufdfa", "i\u0307\u0307", "\xff\xfe", "", strings.Repeat("\u0315\u0300", 100)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, key string) { checkSkeleton(t, key) })
}

func checkSkeleton(t interface{ Fatalf(string, ...any) }, key string) {
	skeleton := names.Skeleton(key)
	if len(skeleton) > 12*len(key) || !utf8.ValidString(skeleton) {
		t.Fatalf("Skeleton(%+q) = %+q: too long or not UTF-8", key, skeleton)
	}
	if again := names.Skeleton(skeleton); again != skeleton {
		t.Fatalf("Skeleton(%+q) = %+q, and of that %+q", key, skeleton, again)
	}
	if strings.Contains(skeleton, "@") && !strings.Contains(key, "@") {
		t.Fatalf("Skeleton(%+q) = %+q: looks like an address", key, skeleton)
	}
	if mapped, _, err := names.Username(key); err == nil && names.Skeleton(mapped) == "" {
		t.Fatalf("the valid name %+q looks like nothing", key)
	}
}
