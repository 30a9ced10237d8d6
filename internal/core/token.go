package core

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
)

// purpose separates the tokens of logins from those of sessions.
type purpose string

const (
	purposeLogin   purpose = "login"
	purposeSession purpose = "session"
	purposeAction  purpose = "action"
	purposeMailed  purpose = "mailed" // what a mailed sign-in was asked for with
)

// maxToken bounds what is hashed for a look-up.
const maxToken = 64

// newToken makes 256 random bits and the hash they are stored under.
func newToken(p purpose, t Transport) (token string, hash []byte) {
	raw := make([]byte, 32)
	rand.Read(raw) // never fails: it ends the program instead
	token = base64.RawURLEncoding.EncodeToString(raw)
	return token, hashToken(p, t, token)
}

// hashToken is what a token is stored and looked up by. Purpose and transport go into the hash: a
// cookie's token does not exist for a bearer client, nor a login's where a session's is wanted.
func hashToken(p purpose, t Transport, token string) []byte {
	h := sha256.Sum256([]byte(string(p) + "\x00" + string(t) + "\x00" + token))
	return h[:]
}

// idLength is that of crypto/rand.Text.
const idLength = 26

// newID names a row. It is opaque, spreads evenly, and is no secret.
func newID() string { return rand.Text() }
