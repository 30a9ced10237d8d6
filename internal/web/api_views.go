package web

import (
	"encoding/base64"
	"encoding/json"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/qr"
)

// The answers of the JSON API. openapi.json describes them, and a test holds every one to it. Times are
// UTC in whole seconds (RFC 3339), rounded down: nothing lasts longer than it is said to.

type accountView struct {
	ID       string `json:"id"`
	Username string `json:"username"` // "" when the account has none
	Email    string `json:"email"`    // likewise

	EmailConfirmed bool `json:"email_confirmed"`
}

type sessionView struct {
	ID            string      `json:"id"`
	Account       accountView `json:"account"`
	AAL           core.Level  `json:"aal"`
	AMR           []string    `json:"amr"`
	SignedInAt    string      `json:"signed_in_at"`
	ExpiresAt     string      `json:"expires_at"`
	ElevatedUntil string      `json:"elevated_until,omitempty"`
	ProvedAt      string      `json:"proved_at,omitempty"` // the last reauthentication
	Groups        []string    `json:"groups,omitempty"`

	SecondFactorDue string `json:"second_factor_due,omitempty"`
	ResetDue        string `json:"reset_due,omitempty"` // of a reset that somebody asked for
}

type signedInAnswer struct {
	Status        string      `json:"status"` // "signed_in"
	Session       sessionView `json:"session"`
	RecoveryCodes []string    `json:"recovery_codes,omitempty"`
	Token         string      `json:"token,omitempty"` // bearer clients only

	Authenticator *authenticatorView `json:"authenticator,omitempty"` // the first one, that was bound just now
}

type offerView struct {
	ID    string    `json:"id"`
	Kind  core.Kind `json:"kind"`
	Label string    `json:"label"`
	Hint  string    `json:"hint,omitempty"` // where codes go
}

type moreNeededAnswer struct {
	Status    string      `json:"status"` // "more_needed"
	Offer     []offerView `json:"offer"`
	ExpiresAt string      `json:"expires_at"`
	ResetDue  string      `json:"reset_due,omitempty"` // of a reset that somebody asked for
	Token     string      `json:"token,omitempty"`
}

type mustBindAnswer struct {
	Status    string      `json:"status"` // "must_bind"
	Kinds     []core.Kind `json:"kinds"`
	ExpiresAt string      `json:"expires_at"`
	Token     string      `json:"token,omitempty"`
}

type confirmNeededAnswer struct {
	Status string `json:"status"` // "confirm_address"
}

type bindingView struct {
	ID        string          `json:"id"`
	Kind      core.Kind       `json:"kind"`
	Secret    string          `json:"secret,omitempty"`
	URI       string          `json:"uri,omitempty"`
	Algorithm string          `json:"algorithm,omitempty"`
	Digits    int             `json:"digits,omitempty"`
	Period    int             `json:"period,omitempty"`  // seconds
	Counter   *uint64         `json:"counter,omitempty"` // of the next code, where codes count
	QRSVG     string          `json:"qr_svg,omitempty"`
	To        string          `json:"to,omitempty"`       // where a code went
	Options   json.RawMessage `json:"options,omitempty"`  // for PublicKeyCredential.parseCreationOptionsFromJSON
	Push      *pushView       `json:"push,omitempty"`     // with push
	AgainAt   string          `json:"again_at,omitempty"` // when another may be asked for
	ExpiresAt string          `json:"expires_at"`
}

// pushView is what a browser signs to be bound, and subscribes with.
type pushView struct {
	Challenge string `json:"challenge"`
	ServerKey string `json:"server_key"` // "" where no messages go to browsers
}

type authenticatorView struct {
	ID         string    `json:"id"`
	Kind       core.Kind `json:"kind"`
	Label      string    `json:"label"`
	Hint       string    `json:"hint,omitempty"` // where codes go
	CreatedAt  string    `json:"created_at"`
	LastUsedAt string    `json:"last_used_at,omitempty"`
	Usable     bool      `json:"usable"`
	Synced     bool      `json:"synced,omitempty"` // a passkey that other devices of its owner have, too

	Favourite    bool `json:"favourite,omitempty"`     // offered first
	DriftSeconds int  `json:"drift_seconds,omitempty"` // its clock minus ours, about
}

type authenticatorsAnswer struct {
	Authenticators []authenticatorView `json:"authenticators"`
	Passkeys       *passkeysView       `json:"passkeys,omitempty"`
	PasskeysOnly   bool                `json:"passkeys_only"`
}

// passkeysView is what the signals of WebAuthn are about: a browser learns which passkeys are no longer known.
type passkeysView struct {
	RPID          string   `json:"rp_id"`
	UserID        string   `json:"user_id"`
	CredentialIDs []string `json:"credential_ids"`
}

type boundAnswer struct {
	Authenticator authenticatorView `json:"authenticator"`
	RecoveryCodes []string          `json:"recovery_codes,omitempty"`
}

type sessionLine struct {
	ID         string     `json:"id"`
	AAL        core.Level `json:"aal"`
	SignedInAt string     `json:"signed_in_at"`
	LastSeenAt string     `json:"last_seen_at"`
	Address    string     `json:"address"`
	Current    bool       `json:"current"`
	agentView
}

type sessionsAnswer struct {
	Sessions []sessionLine `json:"sessions"`
}

type recoveryCodesView struct {
	Remaining int    `json:"remaining"`
	CreatedAt string `json:"created_at,omitempty"` // absent when there are none
}

type newRecoveryCodesAnswer struct {
	RecoveryCodes []string `json:"recovery_codes"`
}

// stamp is a time as the API writes it; "" for the zero time.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func viewAccount(a core.Account) accountView {
	return accountView{ID: a.ID, Username: a.Username, Email: a.Email, EmailConfirmed: a.EmailConfirmed}
}

func viewSession(s core.Session, a core.Account) sessionView {
	return sessionView{
		ID: s.ID(), Account: viewAccount(a), AAL: s.Level(), AMR: append([]string{}, s.AMR()...), Groups: s.Groups(),
		SignedInAt: stamp(s.SignedInAt()), ExpiresAt: stamp(s.ExpiresAt()), ElevatedUntil: stamp(s.ElevatedUntil()),
		ProvedAt: stamp(s.ProvedAt()), SecondFactorDue: stamp(s.SecondFactorDue()),
	}
}

func viewOffer(offer []core.Offer) []offerView {
	out := []offerView{}
	for _, o := range offer {
		out = append(out, offerView(o))
	}
	return out
}

// viewBinding shows the secret: the answer that carries it is the only one that does.
func viewBinding(b core.Binding) (bindingView, error) {
	v := bindingView{ID: b.ID, Kind: b.Kind, To: b.To, Options: json.RawMessage(b.Options), AgainAt: stamp(b.AgainAt), ExpiresAt: stamp(b.ExpiresAt)}
	if b.Push != nil {
		v.Push = &pushView{Challenge: b.Push.Challenge, ServerKey: b.Push.ServerKey}
	}
	if b.To != "" || b.Options != "" || b.Push != nil {
		return v, nil
	}
	e := b.Enrolment
	v.Secret, v.URI, v.Algorithm, v.Digits, v.Period = e.Secret, e.URI, e.Algorithm, e.Digits, e.Period
	if e.Period == 0 {
		v.Counter = &e.Counter
	}
	if e.URI == "" {
		return v, nil // whoever brought the secret has it
	}
	code, err := qr.Encode(e.URI, qr.M)
	if err == nil {
		v.QRSVG = code.SVG("QR code")
	}
	return v, err
}

func viewAuthenticator(a core.AuthenticatorInfo) authenticatorView {
	return authenticatorView{
		ID: a.ID, Kind: a.Kind, Label: a.Label, Hint: a.Hint, CreatedAt: stamp(a.CreatedAt),
		LastUsedAt: stamp(a.LastUsedAt), Usable: a.Usable, Synced: a.Synced, Favourite: a.Favourite,
		DriftSeconds: int(a.Drift / time.Second),
	}
}

func viewPasskeys(known *core.KnownPasskeys) *passkeysView {
	if known == nil {
		return nil
	}
	v := &passkeysView{RPID: known.Host, UserID: base64.RawURLEncoding.EncodeToString(known.Handle), CredentialIDs: []string{}}
	for _, id := range known.Credentials {
		v.CredentialIDs = append(v.CredentialIDs, base64.RawURLEncoding.EncodeToString(id))
	}
	return v
}

// viewBound is an authenticator that was bound just now: nothing can have disabled it yet.
func viewBound(b core.Bound) boundAnswer {
	a := b.Authenticator
	return boundAnswer{
		Authenticator: authenticatorView{ID: a.ID, Kind: a.Kind, Label: a.Label, CreatedAt: stamp(a.CreatedAt), Usable: true},
		RecoveryCodes: b.RecoveryCodes,
	}
}

func viewSessionLine(s core.SessionInfo) sessionLine {
	return sessionLine{
		ID: s.ID, AAL: s.Level, SignedInAt: stamp(s.SignedInAt), LastSeenAt: stamp(s.LastSeenAt),
		Address: s.Address, Current: s.Current, agentView: viewAgent(s.UserAgent),
	}
}
