package main

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// cents are money. Fractions of one don't exist, and floating point is nowhere near.
type cents int64

// mostMoney bounds a payment.
const mostMoney cents = 1_000_000_00

// String writes euros.
func (c cents) String() string { return fmt.Sprintf("%d.%02d EUR", c/100, c%100) }

// formError is what is wrong with what somebody filled in, in a sentence for them.
type formError string

func (e formError) Error() string { return string(e) }

// parseCents reads an amount: 250, 250.5 or 250,50.
func parseCents(typed string) (cents, error) {
	whole, fraction, _ := strings.Cut(strings.Replace(strings.TrimSpace(typed), ",", ".", 1), ".")
	if len(fraction) > 2 || !isDigits(whole) || !isDigits(fraction+"0") {
		return 0, formError("Enter an amount such as 250 or 250.00.")
	}
	n, err := strconv.ParseInt(whole+(fraction + "00")[:2], 10, 64)
	if err != nil || cents(n) > mostMoney {
		return 0, formError("Enter an amount of up to " + mostMoney.String() + ".")
	}
	if n == 0 {
		return 0, formError("Enter an amount of more than nothing.")
	}
	return cents(n), nil
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

const longestReference = 100 // bytes

// parseReference reads a text for who gets the money: one line.
func parseReference(typed string) (string, error) {
	if len(typed) > longestReference || strings.ContainsFunc(typed, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return "", formError("Enter a reference of up to 100 characters on one line.")
	}
	return strings.TrimSpace(typed), nil
}
