// Package core is the login machine: it decides who is signed in.
//
// Factors verify, core decides, the store remembers, web speaks. Core holds the four proofs
// ([Login], [MustBind], [Session], [Elevated]), the pure function that derives the next step of a
// login, and the [Machine] that runs every attempt as reserve, compare, settle:
//
//   - reserve: the attempt is counted in a committed write of its own;
//   - compare: in constant time, outside any transaction;
//   - settle: one transaction that re-checks the account's epoch, consumes what was used, decides,
//     and writes the session together with its event.
//
// Use a [Machine] through the proofs that it hands out; nothing else can make one. Core imports the
// standard library alone, knows no HTTP, and renders no text: [Error.Text] is a key of the catalogue.
//
// Core trusts its [Store] to be atomic, its [Secrets] to be sealed, its [Verifier]s to be honest about
// what matched, and the [Caller] to have been established by web (client address, transport).
package core
