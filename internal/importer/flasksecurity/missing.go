package flasksecurity

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sallyport/sallyport/internal/importer"
)

// Missing says which settings of the application its accounts need beyond those that are given, one text for each with
// what to give. Without them passwords, code apps or recovery codes would be left behind for good, since an account that
// came is never changed by another import.
func (a Application) Missing(ctx context.Context, s *Source, now time.Time) ([]string, error) {
	n := needs{app: a, now: now, tags: map[string]bool{}}
	if err := s.Each(ctx, func(u User) error { n.see(u); return nil }); err != nil {
		return nil, err
	}
	return n.texts(), nil
}

// needs is what accounts were seen to need.
type needs struct {
	app            Application
	now            time.Time
	salt           bool
	tags           map[string]bool // of encrypted keys, that are not given
	sealed, opened int             // recovery codes
}

func (n *needs) see(u User) {
	n.salt = n.salt || n.app.Salt == 0 && (&reading{app: n.app}).isDoubled(u.Password)
	n.seeKey(u.TwoFactorSecret)
	var unified map[string]string
	if json.Unmarshal([]byte(u.UnifiedSecrets), &unified) == nil {
		n.seeKey(unified["authenticator"])
	}
	for _, text := range list(u.RecoveryCodes) {
		if !n.app.isSealed(text) {
			continue
		}
		n.sealed++
		if _, err := openFernet(n.app.Recovery, text, n.app.RecoveryLifetime, n.now); err == nil || err == errTooOld {
			n.opened++
		}
	}
}

func (n *needs) seeKey(text string) {
	var s stored
	if len(text) > maxStored || json.Unmarshal([]byte(text), &s) != nil || s.Encrypted == nil {
		return
	}
	if _, given := n.app.TOTP[s.Encrypted.Tag]; !given {
		n.tags[s.Encrypted.Tag] = true
	}
}

func (n *needs) texts() (out []string) {
	if n.salt {
		out = append(out, "there are passwords that were hashed with SECURITY_PASSWORD_SALT: give it with --password-salt")
	}
	if tags := slices.Sorted(maps.Keys(n.tags)); len(tags) > 0 {
		for i, tag := range tags {
			tags[i] = importer.Shown(tag)
		}
		out = append(out, "keys of code apps are encrypted with secrets of the tags "+strings.Join(tags, ", ")+
			": give SECURITY_TOTP_SECRETS whole, with --totp-secrets")
	}
	if n.sealed > 0 && n.opened == 0 {
		out = append(out, "none of the recovery codes can be opened: give SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS with --recovery-keys")
	}
	return out
}
