package core

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"strconv"
	"time"
)

// A challenge of WebAuthn is made for one purpose and one login, session or browser, and says so itself:
//
//	random (16 bytes), end (8 bytes), MAC over both and over what it is for (32 bytes), id of the MAC's key
//
// Nothing is stored before it was answered rightly; from then on it is remembered as used, until its end. Decision 0020.

const (
	challengeLifetime = 5 * time.Minute
	challengeRandom   = 16
	challengeEnd      = challengeRandom + 8
	challengeMAC      = challengeEnd + sha256.Size
	maxChallenge      = challengeMAC + 64
)

// audience is who may answer a challenge, and what the answer is good for.
type audience struct {
	purpose        string
	account, owner string // the owner is a login, a session, or what the browser was given
	epoch          int64
}

const (
	challengeSecond  = "second"  // a second factor
	challengeElevate = "elevate" // a reauthentication for the session
	challengeAction  = "action:" // for one action, whose hash follows
	challengeAlone   = "alone"   // a sign-in without a name
	challengePush    = "push"    // the bound browser that is its owner
)

// again is the purpose of a reauthentication: for one action, or with "" for the session.
func again(action string) string {
	if action == "" {
		return challengeElevate
	}
	return challengeAction + string(hashAction(action))
}

func (m *Machine) newChallenge(who audience, now time.Time) ([]byte, error) {
	challenge := make([]byte, challengeRandom, maxChallenge)
	rand.Read(challenge)
	challenge = binary.BigEndian.AppendUint64(challenge, uint64(now.Add(challengeLifetime).UnixMilli()))
	key := m.cfg.Keys.ActiveID()
	mac, err := m.challengeMAC(key, who, challenge)
	if err != nil {
		return nil, err
	}
	return append(append(challenge, mac...), key...), nil
}

func (m *Machine) challengeMAC(key string, who audience, head []byte) ([]byte, error) {
	return m.cfg.Keys.MAC(key, "passkey_challenge", []byte(who.purpose), []byte(who.account), []byte(who.owner),
		strconv.AppendInt(nil, who.epoch, 10), head)
}

// asking is a challenge that came back.
type asking struct {
	hash []byte // what it is remembered by
	ends time.Time
}

// readChallenge says whether a challenge was made for who, and is still good.
func (m *Machine) readChallenge(challenge []byte, who audience, now time.Time) (asking, error) {
	foreign := &Error{Code: CodeWrong, Text: "passkey.not_asked", Reason: "the challenge was not made for this"}
	if len(challenge) <= challengeMAC || len(challenge) > maxChallenge {
		return asking{}, foreign
	}
	mac, err := m.challengeMAC(string(challenge[challengeMAC:]), who, challenge[:challengeEnd])
	if err != nil || subtle.ConstantTimeCompare(mac, challenge[challengeEnd:challengeMAC]) != 1 {
		return asking{}, foreign
	}
	ends := time.UnixMilli(int64(binary.BigEndian.Uint64(challenge[challengeRandom:challengeEnd]))).UTC()
	if !now.Before(ends) || fromTheFuture(ends.Add(-challengeLifetime), now) {
		return asking{}, &Error{Code: CodeWrong, Text: "passkey.too_late", Reason: "the challenge expired"}
	}
	h := sha256.Sum256(challenge)
	return asking{hash: h[:], ends: ends}, nil
}
