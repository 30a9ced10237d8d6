package otp

import (
	"errors"
	"math"
)

const (
	// DefaultLookAhead is how many counters VerifyHOTP tries (RFC 4226, 7.4: s).
	DefaultLookAhead = 10
	// MaxLookAhead bounds VerifyHOTPWithin. Each counter tried is one more
	// guess for an attacker.
	MaxLookAhead = 100
	// MaxResyncReach bounds ResyncHOTP, which may reach further since it asks
	// for more than one code.
	MaxResyncReach = 1000
)

// maxResyncCodes bounds the codes of ResyncHOTP. Its comparison keeps one bit
// for each.
const maxResyncCodes = 8

// HOTP returns the code for a counter (RFC 4226, section 5). Counters run from
// 0 to 2^63-1, so that they fit a signed column of a database; a negative one,
// or the zero Key, is an error.
func (k Key) HOTP(counter int64) (Code, error) {
	if k.isZero() {
		return Code{}, errors.New("otp: the key is empty")
	}
	if counter < 0 {
		return Code{}, errors.New("otp: the counter is negative")
	}
	return k.code(counter), nil
}

// VerifyHOTP looks for code at the DefaultLookAhead counters from next on, next
// being the one after the last that was used, and 0 for a new key. It returns
// the counter that matched, and whether one did. Whoever accepts the code
// stores counter+1 as the new next in the statement that checks that next has
// not moved meanwhile (RFC 4226, 7.2).
//
// It takes the same time whichever counter matches. A code that is not in
// canonical form matches nothing, and so does a negative next; past 2^63-1
// there are no counters. Of several that match the first is meant, so that
// chance cannot carry the verifier ahead of the authenticator.
func (k Key) VerifyHOTP(code string, next int64) (counter int64, ok bool) {
	return k.VerifyHOTPWithin(code, next, DefaultLookAhead)
}

// VerifyHOTPWithin is VerifyHOTP with a look-ahead of the caller's: how many
// counters from next on are tried. Values outside 1 to MaxLookAhead are brought
// to the nearer of the two.
func (k Key) VerifyHOTPWithin(code string, next int64, lookAhead int) (counter int64, ok bool) {
	typed, ok := k.read(code)
	if !ok || next < 0 {
		return 0, false
	}
	found := 0
	for i := within(lookAhead, 1, MaxLookAhead) - 1; i >= 0; i-- {
		if int64(i) > math.MaxInt64-next { // depends on next alone
			continue
		}
		candidate := next + int64(i)
		match := typed.equal(k.code(candidate))
		counter = choose(match, candidate, counter)
		found |= match
	}
	return counter, found == 1
}

// ResyncHOTP finds an authenticator whose counter ran far ahead, by two or more
// codes that it made one after another (RFC 4226, 7.4). It tries reach counters
// from next on for the first of them, and returns the counter of the last code:
// store it plus one, as after VerifyHOTP. An attempt counts as a guess.
//
// Fewer than two codes, more than eight, one not in canonical form, or a
// negative next matches nothing. A reach outside 1 to MaxResyncReach is brought
// to the nearer of the two. It takes the same time wherever the codes match.
func (k Key) ResyncHOTP(next int64, reach int, codes ...string) (last int64, ok bool) {
	var typed [maxResyncCodes]Code
	if len(codes) < 2 || len(codes) > maxResyncCodes || next < 0 {
		return 0, false
	}
	for i, code := range codes {
		if typed[i], ok = k.read(code); !ok {
			return 0, false
		}
	}
	// Bit i of run: the codes up to the i-th matched the counters up to this
	// one (the shift-and search for a pattern in a text).
	run, found := 0, 0
	for i := range within(reach, 1, MaxResyncReach) + len(codes) - 1 {
		if int64(i) > math.MaxInt64-next {
			break
		}
		here, equal := k.code(next+int64(i)), 0
		for j := range codes {
			equal |= typed[j].equal(here) << j
		}
		run = (run<<1 | 1) & equal
		whole := run >> (len(codes) - 1) & 1
		last = choose(whole&^found, next+int64(i), last)
		found |= whole
	}
	return last, found == 1
}
