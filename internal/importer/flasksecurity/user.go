package flasksecurity

import (
	"crypto/hmac"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/factor/password"
	"github.com/sallyport/sallyport/internal/factor/password/foreign"
	"github.com/sallyport/sallyport/internal/importer"
)

// What an [importer.Trouble] of this package is about.
const (
	WhatApp      = "totp"
	WhatPhone    = "sms"
	WhatPasskey  = "webauthn"
	WhatCodes    = "recovery_codes"
	WhatPassword = "password"
	WhatAccount  = "account"
)

// User is an account as the application's database has it. Texts are "" where there is nothing.
type User struct {
	ID, Email, Username, Password string
	Active, Confirmed             bool
	Roles                         []string

	TwoFactorMethod, TwoFactorSecret, TwoFactorPhone string // tf_primary_method, tf_totp_secret, tf_phone_number
	UnifiedSecrets, UnifiedPhone                     string // us_totp_secrets, us_phone_number
	RecoveryCodes                                    string // mf_recovery_codes: joined by commas
	Handle                                           string // fs_webauthn_user_handle
	Keys                                             []WebAuthnKey
}

// WebAuthnKey is a row of the table web_authn.
type WebAuthnKey struct {
	Credential, PublicKey []byte
	SignCount             int64
	BackedUp              bool
	DeviceType            string // single_device or multi_device
	Transports            string // joined by commas
	Name, Usage           string // first or secondary
}

// String keeps an account out of what is printed: it holds secrets.
func (u User) String() string { return "account " + importer.Shown(u.ID) }

// GoString keeps it out of %#v.
func (u User) GoString() string { return u.String() }

// Newcomer is what an account comes to here, and what of it does not come along. Its Origin is the caller's to set.
func (a Application) Newcomer(u User, now time.Time) (core.Newcomer, []importer.Trouble) {
	r := reading{app: a, user: u, now: now}
	r.out = core.Newcomer{
		Username: u.Username, Email: u.Email, EmailConfirmed: u.Confirmed || a.Confirmed,
		Groups: a.groups(u.Roles), Disabled: !u.Active, HasSecond: u.hasSecond(),
	}
	r.password()
	r.twoFactor()
	r.unified()
	r.passkeys()
	r.recoveryCodes()
	return r.out, r.troubles
}

// groups are the names that roles have here.
func (a Application) groups(roles []string) []string {
	out := slices.Clone(roles)
	for i, role := range roles {
		if group, named := a.Groups[role]; named {
			out[i] = group
		}
	}
	return out
}

// hasSecond says whether the application asks for a second step: where both columns are filled, or a key was set up for it.
func (u User) hasSecond() bool {
	if u.TwoFactorMethod != "" && u.TwoFactorSecret != "" {
		return true
	}
	for _, k := range u.Keys {
		if k.Usage != "first" {
			return true
		}
	}
	return false
}

// reading is one account under way.
type reading struct {
	app      Application
	user     User
	now      time.Time
	out      core.Newcomer
	troubles []importer.Trouble
}

func (r *reading) trouble(t importer.Trouble) { r.troubles = append(r.troubles, t) }

// password marks the stored hash with what was done to the password before it was hashed.
func (r *reading) password() {
	stored := r.user.Password
	if stored == "" {
		return // a way to sign in without one
	}
	mark := foreign.NFKD
	if r.isDoubled(stored) {
		if r.app.Salt == 0 {
			r.trouble(importer.Trouble{What: WhatPassword, Reason: "its hash needs SECURITY_PASSWORD_SALT, which is not given", Cure: "give it with --password-salt"})
			return
		}
		mark = foreign.FlaskSecurity(r.app.Salt)
	}
	switch err := password.Readable(mark + stored); {
	case errors.Is(err, password.ErrUnusable):
	case err != nil:
		r.trouble(importer.Trouble{
			What: WhatPassword, Reason: "its hash can't be read or costs too much", Cure: "its owner sets a new one with a mailed link, or `sallyport account reset-password`",
		})
	default:
		r.out.PasswordHash = mark + stored
	}
}

// isDoubled says whether the stored hash is of the keyed hash of the password: for every scheme but those that
// SECURITY_PASSWORD_SINGLE_HASH names by default, which are Django's and plain text.
func (r *reading) isDoubled(stored string) bool {
	return !r.app.SingleHash && strings.HasPrefix(stored, "$")
}

// twoFactor reads the second step. Its secret is a code app's only where that is the method: with the others it makes the
// codes that are sent.
func (r *reading) twoFactor() {
	u := r.user
	if u.TwoFactorMethod == "" || u.TwoFactorSecret == "" {
		return
	}
	switch u.TwoFactorMethod {
	case "authenticator", "google_authenticator":
		r.codeApp(u.TwoFactorSecret)
	case "sms":
		r.phone(u.TwoFactorPhone)
	case "email", "mail":
		r.out.Authenticators = append(r.out.Authenticators, core.Brought{Kind: core.KindEmail, To: u.Email})
	default:
		r.trouble(importer.Trouble{What: WhatAccount, Reason: "its second step is of the kind " + importer.Shown(u.TwoFactorMethod) + ", which is not known", Cure: "have its owner set up another one there"})
	}
}

// unified reads what was set up for unified sign-in. There each was enough alone; here they are second steps.
func (r *reading) unified() {
	if r.user.UnifiedSecrets == "" {
		return
	}
	var secrets map[string]string
	if len(r.user.UnifiedSecrets) > 8*maxStored || json.Unmarshal([]byte(r.user.UnifiedSecrets), &secrets) != nil {
		r.trouble(importer.Trouble{What: WhatAccount, Reason: "us_totp_secrets can't be read", Cure: "have its owner set up their second step again, there or here"})
		return
	}
	if text := secrets["authenticator"]; text != "" {
		r.codeApp(text)
	}
	if secrets["sms"] != "" {
		r.phone(r.user.UnifiedPhone)
	}
}

func (r *reading) codeApp(text string) {
	a, trouble := readTOTP(text, r.app.TOTP)
	if trouble != nil {
		r.trouble(*trouble)
		return
	}
	if a.isWeak() {
		r.trouble(importer.Trouble{What: WhatApp, Reason: "its secret has fewer than 128 bits (RFC 4226, 4)", Cure: "have its owner set up the app again here", Moved: true})
	}
	uri := a.uri()
	for _, other := range r.out.Authenticators {
		if other.Kind == core.KindTOTP && hmac.Equal([]byte(other.URI), []byte(uri)) {
			return // one app for both
		}
	}
	r.out.Authenticators = append(r.out.Authenticators, core.Brought{Kind: core.KindTOTP, URI: uri})
}

func (r *reading) phone(number string) {
	if number == "" {
		r.trouble(importer.Trouble{What: WhatPhone, Reason: "it has no telephone number", Cure: "have its owner set up another second step there"})
		return
	}
	for _, other := range r.out.Authenticators {
		if other.Kind == core.KindSMS && other.To == number {
			return
		}
	}
	r.out.Authenticators = append(r.out.Authenticators, core.Brought{Kind: core.KindSMS, To: number})
}

func (r *reading) passkeys() {
	if r.user.Handle != "" {
		r.out.UserHandle = []byte(r.user.Handle) // as text: Flask-Security encodes it so for browsers
	}
	if len(r.user.Keys) > 0 && !r.app.SameHost {
		r.trouble(importer.Trouble{
			What: WhatPasskey, Reason: "browsers offer a key only to the host that it was made for",
			Cure: "name that host with --rp-id, if it is the host of public_url; else have its owner set up a passkey here",
		})
		return
	}
	for _, k := range r.user.Keys {
		r.out.Authenticators = append(r.out.Authenticators, core.Brought{Kind: core.KindWebAuthn, Label: k.Name, Passkey: &core.BroughtPasskey{
			Credential: k.Credential, PublicKey: k.PublicKey, SignCount: k.SignCount, BackedUp: k.BackedUp,
			Copyable: k.DeviceType != "single_device", First: k.Usage == "first", Transports: list(k.Transports),
		}})
	}
}

// recoveryCodes are those that are left: a used one is taken out of the column.
func (r *reading) recoveryCodes() {
	failed := map[error]int{}
	for _, text := range list(r.user.RecoveryCodes) {
		code := text
		if r.app.isSealed(text) {
			var err error
			if code, err = openFernet(r.app.Recovery, text, r.app.RecoveryLifetime, r.now); err != nil {
				failed[err]++
				continue
			}
		}
		r.out.RecoveryCodes = append(r.out.RecoveryCodes, code)
	}
	for _, err := range []error{errNoToken, errWrongKey, errTooOld} {
		if failed[err] == 0 {
			continue
		}
		t := importer.Trouble{What: WhatCodes, Reason: "recovery codes are " + err.Error(), Cure: "give SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS whole, with --recovery-keys"}
		if err != errWrongKey { // the application refuses them, too
			t.Cure = "their owner makes new ones"
		}
		r.trouble(t)
	}
}

// isSealed says whether a recovery code is a Fernet token: they all are where keys are set.
func (a Application) isSealed(text string) bool {
	return len(a.Recovery) > 0 || strings.HasPrefix(text, "gAAAA") // the version, and the first bytes of the time
}

func list(joined string) (out []string) {
	for part := range strings.SplitSeq(joined, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}
