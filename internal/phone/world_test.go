package phone_test

import (
	"errors"
	"testing"

	"github.com/nyaruka/phonenumbers"

	"github.com/sallyport/sallyport/internal/phone"
)

// examples calls f with the library's own example of a kind for each country that has one.
func examples(kind phonenumbers.PhoneNumberType, f func(country, e164 string)) (n int) {
	for country := range phonenumbers.GetSupportedRegions() {
		example := phonenumbers.GetExampleNumberForType(country, kind)
		if example != nil && phonenumbers.GetNumberType(example) == kind {
			n++
			f(country, phonenumbers.Format(example, phonenumbers.E164))
		}
	}
	return n
}

// TestTheWorldsMobileNumbers: each country's example is taken, and is that country's, but for those whose numbers no plan
// tells from a neighbour's.
func TestTheWorldsMobileNumbers(t *testing.T) {
	shared := map[string]string{"AX": "FI", "BL": "GP", "CC": "AU", "CX": "AU", "EH": "MA", "IM": "GB", "MF": "GP", "SJ": "NO", "VA": "IT"}
	n := examples(phonenumbers.MOBILE, func(country, e164 string) {
		if of, ok := shared[country]; ok {
			country = of
		}
		got, err := phone.Parse(e164, "")
		if want := (phone.Number{E164: e164, Country: country}); err != nil || got != want {
			t.Errorf("%s: %+v, %v, want %+v", e164, got, err, want)
		}
	})
	if n < 200 {
		t.Errorf("only %d countries", n)
	}
}

// TestTheWorldsOtherNumbers: no country's example of another kind is taken.
func TestTheWorldsOtherNumbers(t *testing.T) {
	for kind, want := range map[phonenumbers.PhoneNumberType]error{
		phonenumbers.PREMIUM_RATE: phone.ErrToll, phonenumbers.SHARED_COST: phone.ErrToll, phonenumbers.TOLL_FREE: phone.ErrToll,
		phonenumbers.PERSONAL_NUMBER: phone.ErrToll, phonenumbers.UAN: phone.ErrToll,
		phonenumbers.FIXED_LINE: phone.ErrNoTexts, phonenumbers.VOIP: phone.ErrNoTexts, phonenumbers.PAGER: phone.ErrNoTexts, phonenumbers.VOICEMAIL: phone.ErrNoTexts,
	} {
		n := examples(kind, func(country, e164 string) {
			if len(e164) < len("+1234567") {
				return // can be dialled at home only
			}
			if got, err := phone.Parse(e164, ""); !errors.Is(err, want) || got != (phone.Number{}) {
				t.Errorf("%s of %s: %+v, %v, want %v", e164, country, got, err, want)
			}
		})
		if n == 0 {
			t.Errorf("no example of kind %d", kind)
		}
	}
}
