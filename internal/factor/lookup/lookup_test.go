package lookup_test

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/factor/lookup"
)

var _ core.LookupSecrets = lookup.Codes{}

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

func TestNew(t *testing.T) {
	form := regexp.MustCompile(`^[` + alphabet + `]{4}(-[` + alphabet + `]{4}){3}$`)
	seen := map[string]bool{}
	counts := map[rune]int{}
	for range 1000 {
		codes := lookup.Codes{}.New(10)
		if len(codes) != 10 {
			t.Fatalf("%d codes", len(codes))
		}
		for _, code := range codes {
			if !form.MatchString(code) || seen[code] {
				t.Fatalf("form or repetition: %q", code)
			}
			seen[code] = true
			for _, r := range code {
				counts[r]++
			}
		}
	}
	// 160,000 symbols, 5,000 of each: 6 standard deviations are about 420.
	for _, r := range alphabet {
		if counts[r] < 4580 || counts[r] > 5420 {
			t.Errorf("%c came %d times", r, counts[r])
		}
	}
}

func TestNewOfNone(t *testing.T) {
	for _, n := range []int{0, -1} {
		if codes := (lookup.Codes{}).New(n); len(codes) != 0 {
			t.Errorf("New(%d) = %q", n, codes)
		}
	}
}

func TestCanonical(t *testing.T) {
	const want = "0123ABCDJKMN1XYZ"
	for _, typed := range []string{
		"0123-ABCD-JKMN-1XYZ", "0123abcdjkmn1xyz", "O123 abcd jkmn lxyz", "o123-ABCD–jkmn—iXYZ", " 0I23\tABCD\nJKMN 1XYZ ",
		"0123\u2212ABCD\u00adJKMN\u20101XYZ\ufeff", "-----0L23ABCDJKMNIXYZ",
	} {
		if got, err := (lookup.Codes{}).Canonical(typed); err != nil || got != want {
			t.Errorf("%q: %q, %v", typed, got, err)
		}
	}
}

func TestNotACode(t *testing.T) {
	for _, typed := range []string{
		"", "----", "123456", "0123-ABCD-JKMN-1XY", "0123-ABCD-JKMN-1XYZ0", "0123-ABCD-JKMN-UXYZ", "0123-ABCD-JKMN-1XY!",
		"0123-ABCD-JKMN-1XYß", "0123_ABCD_JKMN_1XYZ", "０123ABCDJKMN1XYZ", "0123ABCDJKMN1XY\xff", "0123ABCDJKMN1XY\x00",
		strings.Repeat("A", 1<<20), strings.Repeat("-", 1<<20) + "0123ABCDJKMN1XYZ",
	} {
		got, err := lookup.Codes{}.Canonical(typed)
		if err == nil {
			t.Errorf("%.40q is %q, want an error", typed, got)
		} else if len(typed) > 8 && strings.Contains(err.Error(), typed[:8]) {
			t.Errorf("the error repeats what was typed: %v", err)
		}
	}
}

func TestWhatIsShownCanBeTypedBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shown := lookup.Codes{}.New(1)[0]
		want := strings.ReplaceAll(shown, "-", "")
		var typed strings.Builder
		for _, r := range want {
			typed.WriteString(rapid.SampledFrom([]string{"", "", " ", "-", "–", "\t"}).Draw(t, "between"))
			forms := []string{string(r), strings.ToLower(string(r))}
			switch r {
			case '0':
				forms = append(forms, "O", "o")
			case '1':
				forms = append(forms, "I", "i", "L", "l")
			}
			typed.WriteString(rapid.SampledFrom(forms).Draw(t, "form"))
		}
		if got, err := (lookup.Codes{}).Canonical(typed.String()); err != nil || got != want {
			t.Fatalf("%q: %q, %v; want %q", typed.String(), got, err, want)
		}
	})
}

func FuzzCanonical(f *testing.F) {
	f.Add("0123-ABCD-JKMN-1XYZ")
	f.Add("o123 abcd jkmn ixyz")
	f.Add("0123ABCDJKMN1XYU")
	f.Add("\xff\u00ad")
	f.Fuzz(func(t *testing.T, typed string) {
		code, err := lookup.Codes{}.Canonical(typed)
		if err != nil {
			return
		}
		if len(code) != 16 || strings.Trim(code, alphabet) != "" {
			t.Fatalf("%q: %q is not canonical", typed, code)
		}
		if again, err := (lookup.Codes{}).Canonical(code); err != nil || again != code {
			t.Fatalf("%q became %q, %v", code, again, err)
		}
	})
}

func TestCanonicalBrought(t *testing.T) {
	for _, typed := range []string{"1a2b-3c4d-5e6f", "1A2B3C4D5E6F", " 1a2b 3c4d 5e6f\n", "1a2b–3c4d—5e6f", "1a2b\u2212\u00ad3c4d5e6f"} {
		if got, err := (lookup.Codes{}).CanonicalBrought(typed); err != nil || got != "1a2b3c4d5e6f" {
			t.Errorf("%q: %q, %v", typed, got, err)
		}
	}
	for _, typed := range []string{
		"", "1a2b-3c4d-5e6", "1a2b-3c4d-5e6f0", "1a2b-3c4d-5e6g", "1a2b_3c4d_5e6f", "1a2b-3c4d-5e6\u0434", "lO2b-3c4d-5e6f", "0123-ABCD-JKMN-1XYZ",
		strings.Repeat("a", 1<<20), strings.Repeat("-", 1<<20) + "1a2b3c4d5e6f",
	} {
		if got, err := (lookup.Codes{}).CanonicalBrought(typed); err == nil {
			t.Errorf("%.40q is %q, want an error", typed, got)
		}
	}
	for _, own := range (lookup.Codes{}).New(1000) { // the two forms are never the same
		if got, err := (lookup.Codes{}).CanonicalBrought(own); err == nil {
			t.Errorf("%q is %q", own, got)
		}
	}
}
