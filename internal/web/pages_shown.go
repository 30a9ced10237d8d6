package web

import (
	"errors"
	"slices"

	"github.com/sallyport/sallyport/internal/core"
)

// What shows codes is a code app for most people and a hardware token for some: pages say which.

// ByKind is the one of three keys of the catalogue that fits what shows codes: apps, tokens, or both.
func (o offerData) ByKind(app, token, mixed string) string {
	switch {
	case !o.HasToken():
		return app
	case slices.ContainsFunc(o.Apps, func(a core.Offer) bool { return !isToken(a) }):
		return mixed
	}
	return token
}

// Title is the key of the heading over the field for what shows codes.
func (o offerData) Title() string {
	return o.ByKind("verify.title", "verify.title_token", "verify.title_mixed")
}

// Lead is likewise what stands below it.
func (o offerData) Lead() string {
	return o.ByKind("verify.lead", "verify.lead_token", "verify.lead_mixed")
}

// Which is likewise the label of the choice among several.
func (o offerData) Which() string {
	return o.ByKind("verify.which", "verify.which_token", "verify.which_mixed")
}

// WithApp is likewise the link that leads back to them.
func (o offerData) WithApp() string {
	if o.ByPair {
		return "token_pair.back"
	}
	return o.ByKind("verify.with_app", "verify.with_token", "verify.with_mixed")
}

// CodeLabel is likewise the label of the field.
func (o offerData) CodeLabel() string {
	return o.ByKind("code.label", "token_code.label", "sent_code.label")
}

// LeadCode is likewise what the page says on which somebody proves themself again.
func (d confirmData) LeadCode() string {
	if d.Action != "" {
		return d.ByKind("action.lead_code", "action.lead_token", "action.lead_mixed")
	}
	if d.Application {
		return d.ByKind("confirm.app_code", "confirm.app_token", "confirm.app_mixed")
	}
	return d.ByKind("confirm.lead_code", "confirm.lead_token", "confirm.lead_mixed")
}

// rewordShown is what was wrong with a code of these.
func (o offerData) rewordShown(err error) error {
	var e *core.Error
	if errors.As(err, &e) && e.Text == "code.shape" {
		said := *e
		said.Text = o.ByKind("code.shape", "token_code.shape", "code.shape_mixed")
		return &said
	}
	return reword(err, core.CodeWrong, o.ByKind("code.wrong", "token_code.wrong", "code.wrong_mixed"))
}
