// Package otpauth builds and parses the key URIs that code apps read from QR
// codes: otpauth://totp/Issuer:account?secret=...&issuer=Issuer.
//
// # What to use
//
// A [Key] holds what a URI says. RevealURI builds the URI, [Parse] reads one,
// and OTP gives the otp.Key that generates and verifies codes. What RevealURI
// builds, Parse reads back.
//
// There is no standard for these URIs, only the description of Google
// Authenticator's "Key Uri Format" and what apps do. Where they differ, this
// package writes what all of them read: the issuer both in the label and as a
// parameter, %20 and never +, nothing that is a default.
//
// # What it is not for
//
// It draws no QR codes and reads no migration payloads
// (otpauth-migration://). A URI holds the secret itself: it belongs in no log,
// no title and no mail.
//
// # What it trusts
//
// Nothing in a URI: every part is bounded, and errors name the part and never
// its content. Nothing in an issuer or an account name either. They come from
// people, so whatever could end the label early, reorder it on the screen or
// hide in it is encoded or dropped.
package otpauth
