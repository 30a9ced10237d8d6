package blocklist_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/factor/password/blocklist"
)

// top is the first 3,000 of a public list with at least so many code points.
func top(t testing.TB, least int) []string {
	t.Helper()
	packed, err := os.ReadFile(fmt.Sprintf("testdata/top%d.txt.gz", least))
	if err != nil {
		t.Fatal(err)
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	list := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(list) != 3000 {
		t.Fatalf("the list has %d lines", len(list))
	}
	return list
}

// ASVS 6.2.4: at least the top 3,000 that fit the policy. There are two policies.
func TestTop3000(t *testing.T) {
	for _, least := range []int{8, 15} {
		for _, p := range top(t, least) {
			for _, typed := range []string{p, strings.ToUpper(p), strings.ToLower(p)} {
				if !blocklist.Contains([]byte(typed)) {
					t.Errorf("%q is not found", typed)
				}
			}
		}
	}
}

func TestContains(t *testing.T) {
	for _, p := range []string{
		"password", "PassWord", "12345678", "qwertyuiop", "password123", "passwordpassword", "PASSWORDPASSWORD", "123456789012345", "qwertyuiopasdfgh",
		"abcdefghijklmnop", "zyxwvutsrqponmlk", "aaaaaaaaaaaaaaa", "111111111111111111111", "letmeinletmeinletmein", "monkeymonkeymonkey", "congratulations", "internationally",
		"\uff50\uff41\uff53\uff53\uff57\uff4f\uff52\uff44", // full width
		"\u24df\u24d0\u24e2\u24e2\u24e6\u24de\u24e1\u24d3", // circled
		"pa\u017f\u017fword", // long s folds to s
	} {
		if !blocklist.Contains([]byte(p)) {
			t.Errorf("%q is not found", p)
		}
	}
	for _, p := range []string{
		"", "pass", "1234567", "correct horse battery staple", "password of mine that nobody has", " password", "password ", "password\x00", "passw\xf6rd", "\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8",
		strings.Repeat("\U0001f40e", 15), strings.Repeat("\U0001f600", 15), strings.Repeat("password", 128), "p-a-s-s-w-o-r-d", "pa ssword",
	} {
		if blocklist.Contains([]byte(p)) {
			t.Errorf("%q is found", p)
		}
	}
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"PassWord": "password", "Stra\u00dfe": "strasse", "STRASSE": "strasse", "cafe\u0301": "caf\u00e9", "\u03a3\u03c2": "\u03c3\u03c3", "\ufb01": "fi", "\xffA": "\xffA", " A\x00": " a\x00",
	} {
		if got := blocklist.Fold([]byte(in)); string(got) != want {
			t.Errorf("Fold(%+q) = %+q, want %+q", in, got, want)
		}
	}
}

// Fewer than one stranger in a million is found: of so many none is expected, and three are past belief.
func TestStrangersAreNotFound(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	found := 0
	for range 200_000 {
		if blocklist.Contains(fmt.Appendf(nil, "%016x", random.Uint64())) {
			found++
		}
	}
	if found > 2 {
		t.Errorf("%d of 200,000 random strings are found", found)
	}
}

// A filter made of any passwords holds each of them.
func TestBuild(t *testing.T) {
	for _, n := range []int{0, 1, 2, 127, 128, 129, 5000} {
		list := make([][]byte, n)
		for i := range list {
			list[i] = fmt.Appendf(nil, "password number %d", i)
		}
		list = append(list, list...) // each twice
		holds := blocklist.Holds(blocklist.Build(list))
		for _, p := range list {
			if !holds(p) {
				t.Errorf("of %d: %s is not found", n, p)
			}
		}
		strangers := 0
		for i := range 20_000 {
			if holds(fmt.Appendf(nil, "stranger number %d", i)) {
				strangers++
			}
		}
		if strangers > 1 {
			t.Errorf("of %d: %d strangers are found", n, strangers)
		}
	}
}

func FuzzContains(f *testing.F) {
	f.Add([]byte("password"))
	f.Add([]byte("\xff\x00\u017f"))
	f.Fuzz(func(t *testing.T, p []byte) {
		if folded := blocklist.Fold(p); blocklist.Contains(p) != blocklist.Contains(folded) {
			t.Fatalf("%+q and its folded form %+q differ", p, folded)
		}
		if upper := bytes.ToUpper(p); bytes.Equal(blocklist.Fold(upper), blocklist.Fold(p)) && blocklist.Contains(upper) != blocklist.Contains(p) {
			t.Fatalf("%+q and %+q differ", p, upper)
		}
	})
}

func BenchmarkContains(b *testing.B) {
	for b.Loop() {
		blocklist.Contains([]byte("correct horse battery staple"))
	}
}
