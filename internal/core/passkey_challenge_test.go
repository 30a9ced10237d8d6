package core

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/seal"
)

// TestChallengeIsForItsAudience: whoever a challenge is not for in one thing, it is not for. Owners are named apart
// already; that is no reason to let a purpose or an account go.
func TestChallengeIsForItsAudience(t *testing.T) {
	ring, err := seal.LoadOrCreate(filepath.Join(t.TempDir(), "test.key"))
	if err != nil {
		t.Fatal(err)
	}
	m := &Machine{cfg: Config{Keys: ring}}
	now := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	right := audience{purpose: challengeSecond, account: "ann", owner: "login", epoch: 7}
	challenge, err := m.newChallenge(right, now)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.readChallenge(challenge, right, now); err != nil {
		t.Fatal(err)
	}
	for name, wrong := range map[string]audience{
		"purpose": {challengeAlone, "ann", "login", 7}, "account": {challengeSecond, "bob", "login", 7},
		"owner": {challengeSecond, "ann", "session", 7}, "epoch": {challengeSecond, "ann", "login", 8},
		"edge": {challengeSecond, "annl", "ogin", 7}, "none": {},
	} {
		if _, err := m.readChallenge(challenge, wrong, now); !IsCode(err, CodeWrong) {
			t.Errorf("another %s: %v", name, err)
		}
	}
	for _, junk := range [][]byte{nil, challenge[:challengeMAC], append(challenge[:challengeMAC:challengeMAC], "no key"...), make([]byte, maxChallenge+1)} {
		if _, err := m.readChallenge(junk, right, now); !IsCode(err, CodeWrong) {
			t.Errorf("%d bytes: %v", len(junk), err)
		}
	}
}
