package main

import (
	"context"
	"crypto/sha1"
	"errors"
	"time"

	peerotp "github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"github.com/sallyport/sallyport/otp"
)

const (
	peerOTP    = "pquerna/otp"
	bareBlocks = "bare SHA-1 blocks"
	blocksGoal = 1.1
)

// codes compares making a code, and looking for one in three time steps.
func codes(_ context.Context, _ *bench) ([]result, error) {
	at := time.Unix(1_111_111_109, 0)
	secret := otp.NewSecret()
	key, err := otp.NewKey(secret, otp.Options{})
	if err != nil {
		return nil, err
	}
	typed := secret.RevealBase32()
	wrong, err := wrongCode(key, typed, at)
	if err != nil {
		return nil, err
	}
	return append(
		compareCodes("make a code", 1, makeOurs(key, at), makePeers(typed, at)),
		compareCodes("verify a code (3 candidates)", 3, verifyOurs(key, wrong, at), verifyPeers(typed, wrong, at))...,
	), nil
}

func compareCodes(name string, codes int, ours, peers func(int)) []result {
	oursTime, peerTime, ratio := duel(ours, peers)
	first := result{Name: name, Ours: oursTime, Unit: "ns"}.against(peerOTP, peerTime, ratio)
	oursTime, peerTime, ratio = duel(ours, blocks(codes))
	second := result{Name: name, Ours: oursTime, Unit: "ns"}.against(bareBlocks, peerTime, ratio).
		goal("at most 1.1", ratio <= blocksGoal)
	return []result{first, second}
}

// wrongCode is one that both libraries refuse, so that both look at all three steps: the peer stops at the first that
// matches, ours never does. It makes sure that they agree on the right ones.
func wrongCode(key otp.Key, secret string, at time.Time) (string, error) {
	right, err := key.TOTP(at)
	if err != nil {
		return "", err
	}
	theirs, err := totp.GenerateCode(secret, at)
	if err != nil || theirs != right.String() {
		return "", errors.Join(err, errors.New("the peer makes another code"))
	}
	for _, code := range []string{"000000", "111111", "222222", "333333"} {
		if _, ok := key.VerifyTOTP(code, at); !ok {
			return code, nil
		}
	}
	return "", errors.New("four codes are right at once")
}

func makeOurs(key otp.Key, at time.Time) func(int) {
	text := make([]byte, 0, 8)
	return func(n int) {
		for range n {
			code, _ := key.TOTP(at)
			text, _ = code.AppendText(text[:0])
		}
	}
}

func makePeers(secret string, at time.Time) func(int) {
	return func(n int) {
		for range n {
			_, _ = totp.GenerateCode(secret, at)
		}
	}
}

func verifyOurs(key otp.Key, code string, at time.Time) func(int) {
	return func(n int) {
		for range n {
			key.VerifyTOTP(code, at)
		}
	}
}

func verifyPeers(secret, code string, at time.Time) func(int) {
	return func(n int) {
		for range n {
			_, _ = totp.ValidateCustom(code, secret, at, totp.ValidateOpts{
				Skew: 1, Digits: peerotp.DigitsSix, Algorithm: peerotp.AlgorithmSHA1,
			})
		}
	}
}

// blocks hashes what HMAC-SHA-1 of a counter cannot do without: two sums of two blocks each (RFC 2104, 2).
func blocks(codes int) func(int) {
	var inner [sha1.BlockSize + 8]byte
	var outer [sha1.BlockSize + sha1.Size]byte
	return func(n int) {
		for range n * codes {
			sum := sha1.Sum(inner[:])
			copy(outer[sha1.BlockSize:], sum[:])
			sum = sha1.Sum(outer[:])
			inner[sha1.BlockSize] = sum[0] // each depends on the one before, so none can be left out
		}
	}
}
