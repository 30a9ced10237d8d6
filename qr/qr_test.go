package qr_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/qr"
	"pgregory.net/rapid"
	"rsc.io/qr/coding"
)

const uri = "otpauth://totp/Example%20Company:alice@example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Example%20Company&image=x"

func encode(t testing.TB, text string, level qr.Level) *qr.Code {
	t.Helper()
	c, err := qr.Encode(text, level)
	if err != nil {
		t.Fatalf("Encode(%d bytes, %d): %v", len(text), level, err)
	}
	return c
}

func TestEncodeRefuses(t *testing.T) {
	for _, c := range []struct {
		text  string
		level qr.Level
		want  error
	}{
		{"", qr.M, qr.ErrEmpty},
		{strings.Repeat("0", 7090), qr.L, qr.ErrTooLong},
		{strings.Repeat("a", 2954), qr.L, qr.ErrTooLong},
		{strings.Repeat("a", 2332), qr.M, qr.ErrTooLong},
		{strings.Repeat("a", 1<<24), qr.L, qr.ErrTooLong},
	} {
		if code, err := qr.Encode(c.text, c.level); !errors.Is(err, c.want) || code != nil {
			t.Errorf("%d characters at %d: %v, want %v", len(c.text), c.level, err, c.want)
		}
	}
	for _, level := range []qr.Level{-1, 4} {
		if _, err := qr.Encode("a", level); err == nil {
			t.Errorf("level %d accepted", level)
		}
	}
}

// ISO/IEC 18004:2015, table 7: what the smallest, a middle and the largest version hold.
func TestSmallestVersionThatFits(t *testing.T) {
	for _, c := range []struct {
		version        int
		level          qr.Level
		digits, alphas int
		bytes          int
	}{
		{1, qr.L, 41, 25, 17}, {1, qr.M, 34, 20, 14}, {1, qr.Q, 27, 16, 11}, {1, qr.H, 17, 10, 7},
		{9, qr.M, 432, 262, 180}, {10, qr.M, 513, 311, 213}, {26, qr.Q, 1804, 1094, 751}, {27, qr.Q, 1933, 1172, 805},
		{40, qr.L, 7089, 4296, 2953}, {40, qr.M, 5596, 3391, 2331}, {40, qr.H, 3057, 1852, 1273},
	} {
		for unit, n := range map[string]int{"7": c.digits, "Z": c.alphas, "z": c.bytes} {
			if got := encode(t, strings.Repeat(unit, n), c.level); got.Version() != c.version || got.Size() != 17+4*c.version {
				t.Errorf("%d of %q at level %d: version %d, want %d", n, unit, c.level, got.Version(), c.version)
			}
			more, err := qr.Encode(strings.Repeat(unit, n+1), c.level)
			if c.version == 40 && !errors.Is(err, qr.ErrTooLong) || c.version < 40 && (err != nil || more.Version() != c.version+1) {
				t.Errorf("%d of %q at level %d: not beyond version %d (%v)", n+1, unit, c.level, c.version, err)
			}
		}
	}
}

// Every version, level and mask is drawn as the encoder itself draws it.
func TestMaskedAsPlanned(t *testing.T) {
	for version := 1; version <= 40; version++ {
		for level := range 4 {
			for mask := range 8 {
				plan, err := coding.NewPlan(coding.Version(version), coding.Level(level), coding.Mask(mask))
				if err != nil {
					t.Fatal(err)
				}
				want, err := plan.Encode(coding.String("masks"))
				if err != nil {
					t.Fatal(err)
				}
				got, _, err := qr.WithMask(version, level, mask, "masks")
				if err != nil {
					t.Fatal(err)
				}
				if at := difference(got, want); at != "" {
					t.Fatalf("version %d, level %d, mask %d: %s", version, level, mask, at)
				}
			}
		}
	}
}

func difference(got *qr.Code, want *coding.Code) string {
	if got.Size() != want.Size {
		return fmt.Sprintf("%d modules, want %d", got.Size(), want.Size)
	}
	for y := range want.Size {
		for x := range want.Size {
			if got.Dark(x, y) != want.Black(x, y) || got.Columns(x, y) != want.Black(x, y) {
				return fmt.Sprintf("differs at %d, %d", x, y)
			}
		}
	}
	return ""
}

func TestMaskHasTheLowestPenalty(t *testing.T) {
	seen := map[int]bool{}
	for i := range 200 {
		text := fmt.Sprintf("text %d", i) // version 1-M, bytes only
		chosen := encode(t, text, qr.M)
		lowest, best := 0, -1
		for mask := range 8 {
			c, penalty, err := qr.WithMask(chosen.Version(), int(coding.M), mask, text)
			if err != nil {
				t.Fatal(err)
			}
			if want := slowPenalty(c); penalty != want {
				t.Fatalf("%q with mask %d: penalty %d, want %d", text, mask, penalty, want)
			}
			if best < 0 || penalty < lowest {
				lowest, best = penalty, mask
			}
		}
		if chosen.Mask() != best {
			t.Errorf("%q: mask %d chosen, %d has the lowest penalty", text, chosen.Mask(), best)
		}
		seen[best] = true
	}
	if len(seen) != 8 {
		t.Errorf("only the masks %v were ever best", seen)
	}
}

func TestPenaltyOfLargeSymbols(t *testing.T) {
	for _, version := range []int{7, 12, 13, 28, 29, 40} { // around the words of a line, and the largest
		for mask := range 8 {
			c, penalty, err := qr.WithMask(version, int(coding.L), mask, uri)
			if err != nil {
				t.Fatal(err)
			}
			if want := slowPenalty(c); penalty != want {
				t.Errorf("version %d, mask %d: penalty %d, want %d", version, mask, penalty, want)
			}
		}
	}
}

// slowPenalty follows the words of ISO/IEC 18004:2015, 7.8.3.1, one module after another.
func slowPenalty(c *qr.Code) int {
	n, sum, dark := c.Size(), 0, 0
	for i := range n {
		row, column := make([]byte, n), make([]byte, n)
		for j := range n {
			row[j], column[j] = '0', '0'
			if c.Dark(j, i) {
				row[j] = '1'
				dark++
			}
			if c.Dark(i, j) {
				column[j] = '1'
			}
		}
		sum += slowLine(string(row)) + slowLine(string(column))
	}
	for y := range n - 1 {
		for x := range n - 1 {
			if c.Dark(x, y) == c.Dark(x+1, y) && c.Dark(x, y) == c.Dark(x, y+1) && c.Dark(x, y) == c.Dark(x+1, y+1) {
				sum += 3
			}
		}
	}
	percent := float64(dark) * 100 / float64(n*n)
	for k := 1; percent <= 50-float64(5*k) || percent >= 50+float64(5*k); k++ {
		sum += 10
	}
	return sum
}

func slowLine(s string) (sum int) {
	for i := 0; i < len(s); {
		j := i
		for j < len(s) && s[j] == s[i] {
			j++
		}
		if j-i >= 5 {
			sum += 3 + j - i - 5
		}
		i = j
	}
	wide := "0000" + s + "0000"
	for i := 4; i+11 <= len(wide); i++ {
		if wide[i:i+7] == "1011101" && (wide[i-4:i] == "0000" || wide[i+7:i+11] == "0000") {
			sum += 40
		}
	}
	return sum
}

// However a text is divided, nothing is lost, and no way to divide it in two or three is shorter.
func TestSegments(t *testing.T) {
	for _, c := range []struct{ text, kinds string }{
		{"12345", "N"}, {"HELLO WORLD", "A"}, {"hello", "B"}, {"Hi hello", "B"}, {"ABCDEFGHIJKLMNOPQRST1234567890123456", "AN"},
		{"otpauth://totp/a?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "BA"}, {"é", "B"}, {uri, "BAB"},
	} {
		if _, joined, kinds := qr.SegmentBits(c.text, 9); kinds != c.kinds || joined != c.text {
			t.Errorf("%q is divided as %s into %q, want %s", c.text, kinds, joined, c.kinds)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-c]{0,6}[A-Z]{0,12}[0-9]{0,14}[a-z%A-Z0-9]{1,6}`).Draw(t, "text")
		version := rapid.SampledFrom([]int{1, 10, 27}).Draw(t, "version")
		bits, joined, _ := qr.SegmentBits(text, version)
		if joined != text {
			t.Fatalf("%q became %q", text, joined)
		}
		for i := range len(text) + 1 {
			for j := i; j <= len(text); j++ {
				if other := one(text[:i], version) + one(text[i:j], version) + one(text[j:], version); other < bits {
					t.Fatalf("%q takes %d bits, %d as %q %q %q", text, bits, other, text[:i], text[i:j], text[j:])
				}
			}
		}
	})
}

// one is what a text takes as one segment.
func one(text string, version int) int {
	if text == "" {
		return 0
	}
	best := coding.String(text).Bits(coding.Version(version))
	if coding.Alpha(text).Check() == nil {
		best = min(best, coding.Alpha(text).Bits(coding.Version(version)))
	}
	if coding.Num(text).Check() == nil {
		best = min(best, coding.Num(text).Bits(coding.Version(version)))
	}
	return best
}

func TestCodeNeverPrintsItself(t *testing.T) {
	c := encode(t, uri, qr.M)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x"} {
		want := fmt.Sprintf("qr.Code(version %d)", c.Version())
		if got := fmt.Sprintf(verb, c) + fmt.Sprintf(verb, *c); got != want+want {
			t.Errorf("%s prints %.100s", verb, got)
		}
	}
}
