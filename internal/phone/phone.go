// Package phone reads telephone numbers as people type them, and says which of them can get codes by text message.
//
// Use [Parse] for what somebody typed: it returns the number in its one form (E.164) with its country, or one of the
// package's errors. [Hint] is what may be shown of a number, [Prefix] what its neighbours share; [KnownCountry] and
// [KnownRegion] check settings. It is not for formatting numbers for people, nor for finding out whether a number is in use
// or whose it is: only a code that comes back tells.
//
// It trusts libphonenumber's data, as old as the library's version, to tell a country's numbers and tariffs apart. It
// doesn't trust what was typed: of at most 64 bytes the library sees ASCII digits behind at most one plus sign.
package phone

import (
	"errors"

	"github.com/nyaruka/phonenumbers"
)

// Number is a telephone number that may be sent text messages.
type Number struct {
	// E164 is the number as it is stored, compared and dialled: a plus sign and 7 to 15 digits.
	E164 string
	// Country is where it belongs to: two capital letters (ISO 3166-1 alpha-2, or AC, TA and XK, which the standard reserves
	// or lacks). Of countries that share a code, such as +1, +7 and +44, it is the one that has this number; where the plan
	// can't tell it is the larger one: Åland's are FI, Western Sahara's MA, Christmas Island's AU.
	Country string
}

// Why a number is refused.
var (
	// ErrNotNumber is for what is no telephone number: letters, extensions, two numbers, more than 64 bytes.
	ErrNotNumber = errors.New("phone: not a telephone number")
	// ErrNoCountry is for digits that could be anywhere: no plus sign and no region, or no country with such a code.
	ErrNoCountry = errors.New("phone: the country's code is missing, or no country has it")
	// ErrNoSuchNumber is for what its country's numbering plan does not have.
	ErrNoSuchNumber = errors.New("phone: there is no such number")
	// ErrToll is for numbers with a tariff of their own: premium rate, shared cost, freephone, personal and company numbers.
	ErrToll = errors.New("phone: a number with a tariff of its own")
	// ErrNoTexts is for numbers that get no text messages as far as the plan tells: fixed lines, telephones on the internet,
	// pagers, voicemail, and networks that belong to no country, such as satellites'.
	ErrNoTexts = errors.New("phone: a number that gets no text messages")
)

// Parse returns the number that was typed, or one of the errors above. Without a plus sign it is read as it is dialled in
// the region: two capital letters, or "" for none, and then a plus sign is needed. It holds no state and is safe for
// concurrent use.
func Parse(typed, region string) (Number, error) {
	digits, isNumber := plain(typed)
	if !isNumber {
		return Number{}, ErrNotNumber
	}
	parsed, err := phonenumbers.Parse(digits, region)
	switch {
	case errors.Is(err, phonenumbers.ErrInvalidCountryCode):
		return Number{}, ErrNoCountry
	case err != nil:
		return Number{}, ErrNoSuchNumber
	}
	n := Number{E164: phonenumbers.Format(parsed, phonenumbers.E164), Country: phonenumbers.GetRegionCodeForNumber(parsed)}
	if !phonenumbers.IsValidNumber(parsed) || !isE164(n.E164) {
		return Number{}, ErrNoSuchNumber
	}
	if err := refused(phonenumbers.GetNumberType(parsed)); err != nil {
		return Number{}, err
	}
	if !KnownCountry(n.Country) { // "001": a network without a country
		return Number{}, ErrNoTexts
	}
	return n, nil
}

// refused admits what is a mobile number or may be one: where people keep their number from one kind of line to the
// other, as in North America, no plan can tell.
func refused(kind phonenumbers.PhoneNumberType) error {
	switch kind {
	case phonenumbers.MOBILE, phonenumbers.FIXED_LINE_OR_MOBILE:
		return nil
	case phonenumbers.PREMIUM_RATE, phonenumbers.SHARED_COST, phonenumbers.TOLL_FREE, phonenumbers.PERSONAL_NUMBER, phonenumbers.UAN:
		return ErrToll
	}
	return ErrNoTexts
}

// isE164 keeps what can be dialled (ITU-T E.164, 6.2: 15 digits at most): the library knows longer numbers.
func isE164(s string) bool {
	const least, most = len("+") + 7, len("+") + 15
	return len(s) >= least && len(s) <= most
}

// KnownCountry reports whether iso is a country that has telephone numbers: two capital letters, as [Number] has them.
func KnownCountry(iso string) bool { return phonenumbers.GetCountryCodeForRegion(iso) != 0 }

// KnownRegion reports whether iso is a region whose numbers [Parse] can read as they are dialled there.
func KnownRegion(iso string) bool { return KnownCountry(iso) }
