package message_test

import (
	"errors"
	"math"
	"testing"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/factor/message"
)

func codes() message.Codes {
	return message.Codes{
		Of:    core.KindEmail,
		Read:  func(typed string) (string, error) { return typed, errors.New("never read") },
		Shown: message.MailboxHint,
	}
}

// Chi-squared over the digits at each place: a modulo's bias, or a place that is always the same, is seen.
func TestCodesAreUniform(t *testing.T) {
	const n = 60000
	var seen [6][10]float64
	for range n {
		code := codes().NewCode()
		if len(code) != 6 {
			t.Fatalf("%q has not six digits", code)
		}
		for place, digit := range code {
			seen[place][digit-'0']++
		}
	}
	for place := range seen {
		sum := 0.0
		for _, got := range seen[place] {
			sum += math.Pow(got-n/10, 2) / (n / 10)
		}
		if sum > 45 { // nine degrees of freedom: one run in a million
			t.Errorf("place %d: chi-squared is %.1f", place, sum)
		}
	}
}

func TestCanonical(t *testing.T) {
	for typed, want := range map[string]string{
		"012345": "012345", " 012 345\n": "012345", "012-345": "012345", "０１２３４５": "012345", "٠١٢٣٤٥": "012345",
		"12345": "", "1234567": "", "": "", "12345x": "", "1.2345": "",
	} {
		got, err := codes().Canonical(typed)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("Canonical(%q) = %q, %v; want %q", typed, got, err, want)
		}
	}
}

func TestMailboxHint(t *testing.T) {
	for address, want := range map[string]string{
		"ana@example.org": "a…@example.org", "a@b.example": "a…@b.example", "ñandú@example.org": "ñ…@example.org", "none": "",
	} {
		if got := message.MailboxHint(address); got != want {
			t.Errorf("MailboxHint(%q) = %q, want %q", address, got, want)
		}
	}
}

func FuzzCanonical(f *testing.F) {
	f.Add("012 345")
	f.Fuzz(func(t *testing.T, typed string) {
		got, err := codes().Canonical(typed)
		if err != nil {
			return
		}
		if again, err := codes().Canonical(got); len(got) != 6 || again != got || err != nil {
			t.Errorf("Canonical(%q) = %q, and of that %q, %v", typed, got, again, err)
		}
	})
}
