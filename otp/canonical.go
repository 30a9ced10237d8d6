package otp

import (
	"errors"
	"fmt"
)

// maxTyped bounds what Canonical reads, in bytes.
const maxTyped = 128

// Canonical brings a typed code to the one form that verifying takes: ASCII
// digits and nothing else. It drops spaces and dashes of every kind, with the
// invisible marks that copying brings along, and turns full-width, Arabic-Indic
// and extended Arabic-Indic (Persian, Urdu) digits into ASCII ones. Leading
// zeros stay. It does not know how many digits a key's codes have; verifying
// does.
//
// Anything else in input, no digit at all, or more than 128 bytes is an error,
// which names the position and never the content. Use the result, not the
// input, wherever attempts are counted or compared (CVE-2025-6015). Steam's
// codes have letters and do not pass here.
func Canonical(input string) (string, error) {
	if len(input) > maxTyped {
		return "", fmt.Errorf("otp: the code is longer than %d bytes", maxTyped)
	}
	digits := make([]byte, 0, len(input))
	position := 0
	for _, r := range input {
		position++
		if isSeparator(r) {
			continue
		}
		digit, ok := digitValue(r)
		if !ok {
			return "", fmt.Errorf("otp: character %d of the code is not a digit", position)
		}
		digits = append(digits, '0'+digit)
	}
	if len(digits) == 0 {
		return "", errors.New("otp: the code is empty")
	}
	return string(digits), nil
}

func digitValue(r rune) (byte, bool) {
	for _, zero := range [...]rune{'0', '\uff10', '\u0660', '\u06f0'} {
		if zero <= r && r <= zero+9 {
			return byte(r - zero), true
		}
	}
	return 0, false
}
