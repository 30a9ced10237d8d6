package web

import (
	"slices"

	"github.com/sallyport/sallyport/internal/core"
)

// choice is a form that a page could show: what answers it, by the names that people know.
type choice struct {
	With   string // the value that asks for it
	Kind   core.Kind
	Offers []core.Offer
}

// Sent says whether a code has to be sent first.
func (c choice) Sent() bool { return c.Kind.IsSent() }

// First is the one, where a form is about one alone.
func (c choice) First() core.Offer { return c.Offers[0] }

// withFor is the form that takes an authenticator: one for all that show codes, one for all passkeys, one for all bound browsers,
// and one for each that codes are sent to.
func withFor(o core.Offer) string {
	switch {
	case o.Kind == core.KindWebAuthn:
		return withPasskey
	case o.Kind == core.KindPush:
		return withPush
	case o.Kind.IsSent():
		return o.ID
	}
	return withApp
}

// All are the forms that the offer has, in its order; recovery codes are none of them.
func (o offerData) All() (all []choice) {
	for _, offer := range o.Order {
		with := withFor(offer)
		i := slices.IndexFunc(all, func(c choice) bool { return c.With == with })
		if i < 0 {
			i, all = len(all), append(all, choice{With: with, Kind: offer.Kind})
		}
		all[i].Offers = append(all[i].Offers, offer)
	}
	return all
}

// Others are those that the page does not show. Where it takes two codes of a token, the way back to one comes first.
func (o offerData) Others() []choice {
	all := slices.DeleteFunc(o.All(), func(c choice) bool { return c.With == o.shown() })
	if i := slices.IndexFunc(all, func(c choice) bool { return c.With == withApp }); o.ByPair && i > 0 {
		app := all[i]
		all = slices.Insert(slices.Delete(all, i, i+1), 0, app)
	}
	return all
}

// shown is which form the page shows.
func (o offerData) shown() string {
	switch {
	case o.ByPasskey:
		return withPasskey
	case o.ByPush:
		return withPush
	case o.BySent != nil:
		return o.BySent.ID
	case o.SendFirst != nil:
		return o.SendFirst.ID
	case o.ByApp():
		return withApp
	}
	return ""
}

// Default is what the page shows that nobody asked for another form of.
func (o offerData) Default() string {
	if len(o.Order) == 0 {
		return ""
	}
	return withFor(o.Order[0])
}

// takes says whether there is what a form would ask for.
func (o offerData) takes(with string) bool {
	return with == withRecovery && o.RecoveryCode ||
		slices.ContainsFunc(o.Order, func(offer core.Offer) bool { return withFor(offer) == with })
}

// Named are the ones that the form takes, where people gave them names.
func (o offerData) Named() []core.Offer {
	if o.ByPasskey {
		return named(o.Passkeys)
	}
	if o.ByApp() && len(o.Apps) == 1 {
		return named(o.Apps)
	}
	return nil
}

// Named is likewise.
func (c choice) Named() []core.Offer { return named(c.Offers) }

func named(offers []core.Offer) []core.Offer {
	return slices.DeleteFunc(slices.Clone(offers), unnamed)
}

func unnamed(o core.Offer) bool { return o.Label == "" }
