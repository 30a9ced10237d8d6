// Package pskc reads the seeds of hardware tokens from files in the Portable Symmetric Key Container format (RFC 6030),
// as vendors of tokens deliver them: plain, encrypted under a key that was agreed on, or under a passphrase.
//
// Use [Read], which returns every token of a file or none of them, with all that is wrong. It is not for storing seeds
// or for binding tokens to accounts; [Token.Key] gives what both need. It reads no files of the drafts before the RFC,
// no seeds encrypted for a certificate, and does not verify signatures: who delivers a plain file could leave them out,
// and encrypted seeds are authenticated on their own.
//
// It trusts the key or passphrase that it is given, and nothing of the file: size, depth and costs are bounded, document
// types and entities are refused, and what could change how codes are made or whether a key may be used is refused where
// it is not understood. Errors never hold a secret.
package pskc
