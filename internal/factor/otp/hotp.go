package otp

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/otp"
	"github.com/sallyport/sallyport/otpauth"
)

const (
	// lookAhead is how many codes a token may have shown to nobody (RFC 4226, 7.2 and 7.4: s). A guess of one code has
	// a chance of 10 in 10^6.
	lookAhead = otp.DefaultLookAhead

	// resyncReach is how far ahead two codes in a row are looked for (RFC 4226, 7.4). A guess of a pair has a chance of
	// 1,000 in 10^12: 10,000 times less than a guess of one code, so reaching further costs nothing. All 100 guesses
	// that core allows come to 10^-7.
	resyncReach = otp.MaxResyncReach

	// spentReach is how many dead codes are known again, to say that they are.
	spentReach = 10
)

// What a token's display can hold.
const (
	minDigits = 6
	maxDigits = 8
)

// HOTP verifies codes of RFC 4226 and binds what makes them, hardware tokens above all. It has no state; its zero value
// is ready, and safe for concurrent use.
//
// A Question's LastStep is the last counter that was accepted or skipped. It is -1 while there is none: the counter at
// which a token starts is part of its state.
type HOTP struct{}

var _ core.Binder = HOTP{}

// Kind is the kind hotp.
func (HOTP) Kind() core.Kind { return core.KindHOTP }

// Canonical returns the ASCII digits that were typed, without what stood between them: 6, 7 or 8 for one code, and 12,
// 14 or 16 for two, which ask for a resynchronisation. The length alone tells them apart, so the two may be typed with
// any separator or none. How long a token's codes are is known to Verify only. Anything else is an error that does not
// hold what was typed.
func (HOTP) Canonical(response string) (string, error) {
	first, second, isPair := cutPair(response)
	digits, err := otp.Canonical(first)
	if err != nil {
		return "", err
	}
	if isPair {
		more, err := otp.Canonical(second)
		if err != nil {
			return "", err
		}
		if len(more) != len(digits) {
			return "", errors.New("hotp: two codes of one token have the same length")
		}
		digits += more
	}
	if n := codesIn(len(digits)); n == 0 || isPair && n != 2 {
		return "", errors.New("hotp: a code has 6, 7 or 8 digits; two codes have twice as many")
	}
	return digits, nil
}

// cutPair cuts at what people put between two codes and never within one.
func cutPair(typed string) (first, second string, isPair bool) {
	i := strings.IndexAny(typed, ",;/&+|")
	if i < 0 {
		return typed, "", false
	}
	return typed[:i], typed[i+1:], true
}

// codesIn says how many codes n digits are: one, two, or 0 for none that could be.
func codesIn(n int) int {
	switch {
	case minDigits <= n && n <= maxDigits:
		return 1
	case 2*minDigits <= n && n <= 2*maxDigits && n%2 == 0:
		return 2
	}
	return 0
}

// Draft returns the state of the token that in.URI describes, or without one that of a key that a token is going to be
// programmed with: 160 random bits, SHA-1, 6 digits, counter 0. No counter is dead yet.
func (h HOTP) Draft(in core.NewAuthenticator) (state []byte, lastStep int64, err error) {
	if in.URI == "" {
		state, err = encodeHOTP(otpauth.Key{Type: otpauth.HOTP, Secret: otp.NewSecret()}, originMade)
		return state, noStep, err
	}
	if state, err = h.DraftURI(in.URI); err != nil {
		return nil, 0, &core.Error{Code: core.CodeInvalid, Field: "uri", Text: "uri.no_token", Reason: err.Error()}
	}
	return state, noStep, nil
}

// noStep is before the first counter that there can be.
const noStep = -1

// DraftURI returns the state of the key that a URI describes (otpauth://hotp/...), for a token that has its secret
// already. Digits are 6 to 8, the secret has 10 to 128 bytes, the counter is 0 to 2^62-1 and the algorithm one of three;
// what comes twice is refused. Every error is an [otpauth.Error]: it is about the URI, and holds nothing of it.
func (HOTP) DraftURI(uri string) ([]byte, error) {
	key, err := otpauth.Parse(uri)
	if err != nil {
		return nil, err
	}
	if key.Type != otpauth.HOTP {
		return nil, &otpauth.Error{Param: "type", Reason: "must be hotp"}
	}
	return encodeHOTP(key, originGiven)
}

// Show describes a drafted state: what is needed to program a token, or for one that has its secret already only what
// its codes are like. An error means that the state cannot be read.
func (HOTP) Show(state []byte, issuer, account string) (core.Enrolment, error) {
	key, err := decodeHOTP(state)
	if err != nil {
		return core.Enrolment{}, err
	}
	o := key.Options()
	shown := core.Enrolment{Algorithm: o.Algorithm.String(), Digits: o.Digits, Counter: uint64(key.counter)}
	if key.origin != originMade {
		return shown, nil
	}
	shown.Secret = key.Secret().RevealBase32()
	shown.URI, err = otpauth.Key{
		Type: otpauth.HOTP, Issuer: issuer, Account: account, Secret: key.Secret(), Options: o, Counter: key.counter,
	}.RevealURI()
	return shown, err
}

// Verify looks for q.Response at the counters after the last one, for one code or for two in a row (RFC 4226, 7.2 and
// 7.4), and among the dead ones before. The counter that it finds is the one of the last code typed. A response that
// belongs to live and to dead counters counts for the live ones; one whose length is not the token's is wrong. An error
// means that the state cannot be read, or that the counter is none that can be.
func (HOTP) Verify(_ context.Context, q core.Question) (core.Finding, error) {
	key, err := decodeHOTP(q.State)
	if err != nil {
		return core.Finding{}, err
	}
	last := max(q.LastStep, key.counter-1)
	if q.LastStep < -1 || last > math.MaxInt64-2*resyncReach { // RFC 4226, 7.2: counters never come round again
		return core.Finding{}, fmt.Errorf("hotp: %d is no counter to go on from", q.LastStep)
	}
	codes, isReadable := key.split(q.Response)
	reach := lookAhead
	if len(codes) == 2 {
		reach = resyncReach
	}
	// Both searches always run, for codes of a wrong length too: how long an answer takes says nothing about it.
	step, isLive := key.search(codes, last+1, reach)
	oldest := max(last-spentReach+1, 0)
	_, isDead := key.search(codes, oldest, int(last-oldest)+2-len(codes))
	switch {
	case !isReadable:
		return core.Finding{}, nil
	case isLive:
		return core.Finding{Verdict: core.Right, Step: step}, nil
	case isDead:
		return core.Finding{Verdict: core.Spent}, nil // RetryAfter 0: the token shows the next code at once
	}
	return core.Finding{}, nil
}

// split returns the codes of a response, and whether they are as long as this token's. If not, they are codes that
// are, to be compared and not believed.
func (k hotpKey) split(response string) (codes []string, isReadable bool) {
	n := k.Options().Digits
	if count := codesIn(len(response)); count > 0 && len(response) == count*n {
		return []string{response[:n], response[n:]}[:count], true
	}
	nothing := strings.Repeat("0", n)
	return []string{nothing, nothing}[:max(codesIn(len(response)), 1)], false
}

// search looks for codes made one after another, the first of them at one of reach counters from next on. It returns
// the counter of the last.
func (k hotpKey) search(codes []string, next int64, reach int) (step int64, found bool) {
	switch {
	case reach < 1: // depends on where the token stands, and on how many codes were typed
		return 0, false
	case len(codes) == 1:
		return k.VerifyHOTPWithin(codes[0], next, reach)
	}
	return k.ResyncHOTP(next, reach, codes...)
}
