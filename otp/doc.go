// Package otp makes and verifies one-time codes: HOTP (RFC 4226), TOTP
// (RFC 6238) and Steam's variant of TOTP.
//
// # What to use
//
// A [Secret] is what the two sides share. NewSecret makes one, ParseSecret
// reads one that was typed or shown. NewKey joins it with [Options] into a
// [Key], which generates and verifies:
//
//	secret := otp.NewSecret()
//	key, err := otp.NewKey(secret, otp.Options{}) // SHA-1, 6 digits, 30 s
//	step, ok := key.VerifyTOTP(code, time.Now())
//
// Verifying says which time step or counter matched, because that is what has
// to be stored: a code is used up only once a database has moved the stored
// step forward in the same statement that checked it (RFC 6238, 5.2). Typed
// input goes through [Canonical] first; verifying takes canonical codes only.
//
// # What it is not for
//
// It keeps no state: refusing a code used before, counting failures and
// delaying guesses belong to the caller, and without them six digits protect
// nothing. It is no key store; it does not draw QR codes or read key URIs
// (package otpauth does).
//
// # What it trusts
//
// The random source of the operating system, the standard library's hashes,
// and the time it is given. Typed codes and secrets are not trusted: every
// input is bounded. Comparing does the same work whichever candidate matches.
//
// Everything here is safe for concurrent use. Making and verifying a code
// allocates no memory.
package otp
