package pages

import (
	"slices"
	"time"
)

// Verify is the page "verify", the second step of signing in. It asks for one thing; Others are links to the rest.
type Verify struct {
	Order    []Offer // what may be answered, in the order to offer it; recovery codes are not in it
	Apps     []Offer // of these, code apps and hardware tokens
	Sent     []Offer // of these, what codes are sent to
	Passkeys []Offer
	Browsers []Offer // that approve

	// What the page asks for: at most one of these, or else what [Verify.ByApp] says.
	ByPush     bool   // approval in a bound browser, with Prompt
	ByPasskey  bool   // a passkey, with Passkey
	ByRecovery bool   // a recovery code
	ByMail     bool   // the rescue code, which was mailed
	ByPair     bool   // two codes of a hardware token in a row
	BySent     *Offer // the code that was sent to this one
	SendFirst  *Offer // nothing yet: a button sends a code to this one

	Prompt       *Prompt     // with ByPush
	Passkey      PasskeyForm // with ByPasskey
	RecoveryCode bool        // there are recovery codes left
	Wait         int         // seconds until another code may be asked for
	Chosen       string      // the id of the app that was chosen among several
	TrustFor     string      // how long this browser may be trusted, in words; "" if it may not
	Trust        bool        // that box was ticked
	ResetDue     time.Time   // when a reset that somebody asked for is carried out; zero for none
}

// Any says whether there is anything to answer with.
func (v Verify) Any() bool {
	return len(v.Apps)+len(v.Sent)+len(v.Passkeys)+len(v.Browsers) > 0 || v.RecoveryCode || v.ByMail
}

// ByApp says whether the page asks for what an app or a token shows.
func (v Verify) ByApp() bool {
	return len(v.Apps) > 0 && !v.ByRecovery && !v.ByMail && !v.ByPasskey && !v.ByPush && !v.ByPair && v.BySent == nil && v.SendFirst == nil
}

// Choice says whether there is an app to choose.
func (v Verify) Choice() bool { return len(v.Apps) > 1 && v.ByApp() }

// Field says whether the page has a field for a code.
func (v Verify) Field() bool {
	return v.ByApp() || v.ByRecovery || v.ByMail || v.ByPair || v.BySent != nil
}

// Default is the Choice.With of what the page shows that was asked for nothing else; "" where there is nothing.
func (v Verify) Default() string {
	if len(v.Order) == 0 {
		return ""
	}
	return withFor(v.Order[0])
}

// HasToken says whether one of the apps is a hardware token.
func (v Verify) HasToken() bool { return slices.ContainsFunc(v.Apps, isToken) }

func isToken(o Offer) bool { return o.Kind == "hotp" }

// Named are those that the page asks for, where their owner named them.
func (v Verify) Named() []Offer {
	if v.ByPasskey {
		return named(v.Passkeys)
	}
	if v.ByApp() && len(v.Apps) == 1 {
		return named(v.Apps)
	}
	return nil
}

// ByKind is the one of three that fits what shows codes: apps, tokens, or both.
func (v Verify) ByKind(app, token, mixed string) string {
	switch {
	case !v.HasToken():
		return app
	case slices.ContainsFunc(v.Apps, func(o Offer) bool { return !isToken(o) }):
		return mixed
	}
	return token
}

// Title is the text of the heading over the field for what shows codes: a key of the catalogue, as are the next four.
func (v Verify) Title() string {
	return v.ByKind("verify.title", "verify.title_token", "verify.title_mixed")
}

// Lead is the text below it. It has the issuer as its argument.
func (v Verify) Lead() string {
	return v.ByKind("verify.lead", "verify.lead_token", "verify.lead_mixed")
}

// Which is the label of the choice among several.
func (v Verify) Which() string {
	return v.ByKind("verify.which", "verify.which_token", "verify.which_mixed")
}

// WithApp is the text of the link back to them.
func (v Verify) WithApp() string {
	if v.ByPair {
		return "token_pair.back"
	}
	return v.ByKind("verify.with_app", "verify.with_token", "verify.with_mixed")
}

// CodeLabel is the label of the field.
func (v Verify) CodeLabel() string {
	return v.ByKind("code.label", "token_code.label", "sent_code.label")
}

// Choice is a form that a page could show: one for all that show codes, one for all passkeys, one for all bound browsers, and one for
// each that codes are sent to.
type Choice struct {
	With   string  // the value of the parameter "with" that asks for it, or the authenticator that a code is sent to
	Kind   string  // as in [AuthenticatorRow], of the first
	Offers []Offer // what answers it; never empty
}

// Sent says whether a code has to be sent first.
func (c Choice) Sent() bool { return isSent(c.Kind) }

// First is the first of them.
func (c Choice) First() Offer { return c.Offers[0] }

// Named are those that their owner named.
func (c Choice) Named() []Offer { return named(c.Offers) }

// withApp is the form for what shows codes.
const withApp = "app"

func withFor(o Offer) string {
	switch {
	case o.Kind == "webauthn", o.Kind == "push":
		return o.Kind
	case isSent(o.Kind):
		return o.ID
	}
	return withApp
}

func isSent(kind string) bool { return kind == "sms" || kind == "email" }

// All are the forms that there are, in the order of the offer; recovery codes are none of them.
func (v Verify) All() (all []Choice) {
	for _, offer := range v.Order {
		with := withFor(offer)
		i := slices.IndexFunc(all, func(c Choice) bool { return c.With == with })
		if i < 0 {
			i, all = len(all), append(all, Choice{With: with, Kind: offer.Kind})
		}
		all[i].Offers = append(all[i].Offers, offer)
	}
	return all
}

// Others are those that the page does not show. Where it takes two codes of a token, the way back to one comes first.
func (v Verify) Others() []Choice {
	all := slices.DeleteFunc(v.All(), func(c Choice) bool { return c.With == v.shown() })
	if i := slices.IndexFunc(all, func(c Choice) bool { return c.With == withApp }); v.ByPair && i > 0 {
		app := all[i]
		all = slices.Insert(slices.Delete(all, i, i+1), 0, app)
	}
	return all
}

// shown is the form that the page shows.
func (v Verify) shown() string {
	switch {
	case v.ByPasskey:
		return "webauthn"
	case v.ByPush:
		return "push"
	case v.BySent != nil:
		return v.BySent.ID
	case v.SendFirst != nil:
		return v.SendFirst.ID
	case v.ByApp():
		return withApp
	}
	return ""
}

func named(offers []Offer) []Offer {
	return slices.DeleteFunc(slices.Clone(offers), func(o Offer) bool { return o.Label == "" })
}
