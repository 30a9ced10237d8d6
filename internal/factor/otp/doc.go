// Package otp verifies and binds authenticators of kind totp and hotp: code apps, and hardware tokens that follow
// RFC 6238 or RFC 4226.
//
// Use [TOTP] and [HOTP], as two of the machine's binders. The arithmetic is that of the public package otp; here are the
// shape that a secret has at rest, and the diagnosis of a code that did not match. It is not for deciding: which steps
// are dead and who may sign in is up to core, which also counts attempts before it asks.
//
// It trusts the state that it is given to have been sealed, and still reads it strictly: what it cannot read verifies
// nothing and is an error. It trusts nothing in a key URI that somebody brings.
package otp
