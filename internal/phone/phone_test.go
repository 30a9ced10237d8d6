package phone_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/sallyport/sallyport/internal/phone"
)

func TestParse(t *testing.T) {
	for _, tt := range []struct{ typed, region, e164, country string }{
		{"+4915112345678", "", "+4915112345678", "DE"},
		{"0151 / 123 456 78", "DE", "+4915112345678", "DE"},
		{"0049 151 12345678", "DE", "+4915112345678", "DE"},
		{"(0)151-12345678", "DE", "+4915112345678", "DE"},
		{"+49 (0) 151 12345678", "US", "+4915112345678", "DE"},
		{"+44 7400 123456", "", "+447400123456", "GB"},
		{"07400 123456", "GB", "+447400123456", "GB"},
		{"+44 7781 123456", "", "+447781123456", "GG"},
		{"+44 7700 300000", "", "+447700300000", "JE"},
		{"+44 7924 123456", "GG", "+447924123456", "GB"},
		{"+1 (202) 555-0123", "", "+12025550123", "US"},
		{"1-202-555-0123", "US", "+12025550123", "US"},
		{"416.234.5678", "US", "+14162345678", "CA"},
		{"+1 876 555 1234", "", "+18765551234", "JM"},
		{"+1 787 641 2345", "", "+17876412345", "PR"},
		{"+7 701 234 56 78", "", "+77012345678", "KZ"},
		{"8 (916) 123-45-67", "RU", "+79161234567", "RU"},
		{"06 12 34 56 78", "FR", "+33612345678", "FR"},
		{"312 345 6789", "IT", "+393123456789", "IT"},
		{"+48 601 234 567", "", "+48601234567", "PL"},
		{"090-1234-5678", "JP", "+819012345678", "JP"},
		{"０９０−１２３４−５６７８", "JP", "+819012345678", "JP"},
		{"＋８１　９０　１２３４　５６７８", "", "+819012345678", "JP"},
		{"138 0013 8000", "CN", "+8613800138000", "CN"},
		{"(11) 96123-4567", "BR", "+5511961234567", "BR"},
		{"0 11 15-2345-6789", "AR", "+5491123456789", "AR"},
		{"55 1234 5678", "MX", "+525512345678", "MX"},
		{"٠١٠٠١٢٣٤٥٦٧", "EG", "+201001234567", "EG"},
		{"०८१२३ ४५६७८९", "IN", "+918123456789", "IN"},
		{"+225 01 23 45 67 89", "", "+2250123456789", "CI"},
		{"+383 43 201 234", "", "+38343201234", "XK"},
		{"\u202A+1\u00A0202\u2011555\u20110123\u202C", "", "+12025550123", "US"},
		{"(+49) 151\t12345678", "", "+4915112345678", "DE"},
	} {
		got, err := phone.Parse(tt.typed, tt.region)
		if want := (phone.Number{E164: tt.e164, Country: tt.country}); err != nil || got != want {
			t.Errorf("%q in %q: %+v, %v, want %+v", tt.typed, tt.region, got, err, want)
		}
	}
}

func TestRefused(t *testing.T) {
	for _, tt := range []struct {
		typed, region string
		want          error
	}{
		{"", "DE", phone.ErrNotNumber},
		{"+", "DE", phone.ErrNotNumber},
		{"( ) -", "DE", phone.ErrNotNumber},
		{"ann@example.com", "DE", phone.ErrNotNumber},
		{"1-202-CALL-ANN", "US", phone.ErrNotNumber},
		{"+1 202 555 0123 x7", "", phone.ErrNotNumber},
		{"+1 202 555 0123 ext. 7", "", phone.ErrNotNumber},
		{"+1 202 555 0123;ext=7", "", phone.ErrNotNumber},
		{"+1 202 555 0123,,7#", "", phone.ErrNotNumber},
		{"tel:+1-202-555-0123", "", phone.ErrNotNumber},
		{"202-555-0123;phone-context=+1", "US", phone.ErrNotNumber},
		{"+12025550123\n+12025550124", "", phone.ErrNotNumber},
		{"+12025550123\x00", "", phone.ErrNotNumber},
		{"+1202\xff5550123", "", phone.ErrNotNumber},
		{"+1+2025550123", "", phone.ErrNotNumber},
		{"++12025550123", "", phone.ErrNotNumber},
		{"1+2025550123", "US", phone.ErrNotNumber},
		{"²⁰²⁵⁵⁵⁰¹²³", "US", phone.ErrNotNumber},
		{"Ⅻ2025550123", "US", phone.ErrNotNumber},
		{"*31#+4915112345678", "DE", phone.ErrNotNumber},
		{"+1202555" + strings.Repeat(" ", 60) + "0123", "", phone.ErrNotNumber},
		{"+1202555" + strings.Repeat("\u202A", 18) + "0123", "", phone.ErrNotNumber},

		{"015112345678", "", phone.ErrNoCountry},
		{"00491512345678", "", phone.ErrNoCountry},
		{"015112345678", "de", phone.ErrNoCountry},
		{"015112345678", "XX", phone.ErrNoCountry},
		{"015112345678", "001", phone.ErrNoCountry},
		{"+99912345678", "", phone.ErrNoCountry},

		{"110", "DE", phone.ErrNoSuchNumber},
		{"911", "US", phone.ErrNoSuchNumber},
		{"1", "DE", phone.ErrNoSuchNumber},
		{"+49", "", phone.ErrNoSuchNumber},
		{"+49151", "", phone.ErrNoSuchNumber},
		{"+1 202 555 01234", "", phone.ErrNoSuchNumber},
		{"+1 002 555 0123", "", phone.ErrNoSuchNumber},
		{"+491511234567890123456789", "", phone.ErrNoSuchNumber},
		{"+44 7700 900123", "", phone.ErrNoSuchNumber}, // for films

		{"+1 900 555 1234", "", phone.ErrToll},
		{"+1 800 555 1234", "", phone.ErrToll},
		{"+44 9098 790879", "", phone.ErrToll},
		{"+44 871 234 5678", "", phone.ErrToll},
		{"+44 70 1234 5678", "", phone.ErrToll},
		{"+44 808 157 0000", "", phone.ErrToll},
		{"+33 899 12 34 56", "", phone.ErrToll},
		{"0900 1 234567", "DE", phone.ErrToll},
		{"0180 5 123456", "DE", phone.ErrToll},
		{"+800 1234 5678", "", phone.ErrToll},

		{"030 123456", "DE", phone.ErrNoTexts},
		{"+44 20 7031 3000", "", phone.ErrNoTexts},
		{"06 1234 5678", "IT", phone.ErrNoTexts},
		{"+54 11 2345-6789", "", phone.ErrNoTexts},
		{"+81 50 1234 5678", "", phone.ErrNoTexts},
		{"+881 612 345 678", "", phone.ErrNoTexts}, // a satellite's
		{"+883 5100 12345", "", phone.ErrNoTexts},
	} {
		got, err := phone.Parse(tt.typed, tt.region)
		if !errors.Is(err, tt.want) || got != (phone.Number{}) {
			t.Errorf("%q in %q: %+v, %v, want %v", tt.typed, tt.region, got, err, tt.want)
		}
	}
}

func TestShownAndShared(t *testing.T) {
	for _, tt := range []struct{ number, hint, prefix string }{
		{"+4915112345678", "…678", "+4915112345"}, {"+12345", "…345", "+12"}, {"+12", "…", ""}, {"", "…", ""},
	} {
		if got := phone.Hint(tt.number); got != tt.hint {
			t.Errorf("Hint(%q) = %q", tt.number, got)
		}
		if got := phone.Prefix(tt.number); got != tt.prefix {
			t.Errorf("Prefix(%q) = %q", tt.number, got)
		}
	}
}

func TestKnown(t *testing.T) {
	for iso, want := range map[string]bool{
		"DE": true, "US": true, "CA": true, "XK": true, "GG": true,
		"": false, "de": false, "XX": false, "ZZ": false, "001": false, "UK": false, "EU": false, "DEU": false, " DE": false, "AQ": false,
	} {
		if phone.KnownCountry(iso) != want || phone.KnownRegion(iso) != want {
			t.Errorf("%q: %v, %v", iso, phone.KnownCountry(iso), phone.KnownRegion(iso))
		}
	}
}

// TestDigitsComeInTens: what digitOf takes for granted about Unicode's table, which grows with Go.
func TestDigitsComeInTens(t *testing.T) {
	tens := func(lo, hi, stride uint32) {
		if stride != 1 || (hi-lo+1)%10 != 0 {
			t.Errorf("digits from %X to %X in steps of %d", lo, hi, stride)
		}
	}
	for _, r := range unicode.Nd.R16 {
		tens(uint32(r.Lo), uint32(r.Hi), uint32(r.Stride))
	}
	for _, r := range unicode.Nd.R32 {
		tens(r.Lo, r.Hi, r.Stride)
	}
}

var e164 = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

// FuzzParse: whatever is typed, what comes out is a number that is read as itself everywhere, and what is shown of it is
// no more than three digits.
func FuzzParse(f *testing.F) {
	for _, typed := range []string{"+1 (202) 555-0123", "0151 / 12345678", "０９０−１２３４−５６７８", "tel:+1;ext=7", "0 11 15-2345-6789", "8 (916) 123-45-67", "\u202A+44\u202C"} {
		for _, region := range []string{"", "DE", "AR", "IT"} {
			f.Add(typed, region)
		}
	}
	f.Fuzz(func(t *testing.T, typed, region string) {
		n, err := phone.Parse(typed, region)
		if err != nil {
			if n != (phone.Number{}) {
				t.Fatalf("%q, %q: %+v with %v", typed, region, n, err)
			}
			return
		}
		if !e164.MatchString(n.E164) || !phone.KnownCountry(n.Country) || len(typed) > 64 {
			t.Fatalf("%q, %q: %+v", typed, region, n)
		}
		for _, elsewhere := range []string{"", "US", "AR", "DE", n.Country, region} {
			if again, err := phone.Parse(n.E164, elsewhere); err != nil || again != n {
				t.Fatalf("%q, %q: %+v, and in %q %+v, %v", typed, region, n, elsewhere, again, err)
			}
		}
		if hint := phone.Hint(n.E164); phone.Prefix(n.E164)+strings.TrimPrefix(hint, "…") != n.E164 || len(hint) != len("…")+3 {
			t.Fatalf("%+v: hint %q", n, hint)
		}
	})
}
