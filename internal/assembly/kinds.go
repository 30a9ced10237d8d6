package assembly

import (
	"errors"
	"net/url"
	"slices"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/factor/message"
	"github.com/sallyport/sallyport/internal/factor/otp"
	"github.com/sallyport/sallyport/internal/factor/push"
	"github.com/sallyport/sallyport/internal/factor/webauthn"
	"github.com/sallyport/sallyport/internal/names"
	"github.com/sallyport/sallyport/internal/phone"
	keys "github.com/sallyport/sallyport/otp"
)

// allows says whether authenticators of a kind may be bound and used.
func (h *House) allows(k core.Kind) bool { return slices.Contains(h.cfg.Authenticators, string(k)) }

// combined says whether name, password and code are one form.
func (h *House) combined() bool { return h.cfg.LoginForm == "combined" }

// codeApps makes new keys as the Config says.
func (h *House) codeApps() (otp.TOTP, error) {
	algorithm, err := keys.ParseAlgorithm(h.cfg.TOTPAlgorithm)
	return otp.TOTP{Algorithm: algorithm, Digits: h.cfg.TOTPDigits}, err
}

func (h *House) binders(apps otp.TOTP) (out []core.Binder) {
	for _, b := range []core.Binder{apps, otp.HOTP{}} {
		if h.allows(b.Kind()) {
			out = append(out, b)
		}
	}
	return out
}

func (h *House) messengers() (out []core.Messenger) {
	for _, m := range []core.Messenger{
		message.Codes{Of: core.KindSMS, Read: h.readNumber, Shown: phone.Hint},
		message.Codes{Of: core.KindEmail, Read: readMailbox, Shown: message.MailboxHint},
	} {
		if h.allows(m.Kind()) {
			out = append(out, m)
		}
	}
	return out
}

// passkeys are nil where they are not allowed, and where no browser would make one.
func (h *House) passkeys() (core.Passkeys, error) {
	if !h.allows(core.KindWebAuthn) {
		return nil, nil
	}
	public, err := url.Parse(h.cfg.PublicURL)
	if err != nil {
		return nil, err
	}
	c, err := webauthn.New(webauthn.Config{
		Public: public, Issuer: h.cfg.Issuer, DeviceBound: h.cfg.PasskeysDeviceBound,
		Alone: h.combined(), // there is no second step that could ask for one
	})
	switch {
	case errors.Is(err, webauthn.ErrNoDomain):
		h.cfg.Log.Warn("there are no passkeys: browsers make them for names, and the public URL has an IP address",
			"public_url", h.cfg.PublicURL)
		return nil, nil
	case err != nil:
		return nil, err
	}
	return c, nil
}

// approvals are nil where no browser may be bound.
func (h *House) approvals() (core.Approvals, error) {
	if !h.approves() {
		return nil, nil
	}
	public, err := url.Parse(h.cfg.PublicURL)
	if err != nil {
		return nil, err
	}
	if h.channel != nil {
		return push.New(public, h.channel)
	}
	return push.New(public, h.pushes)
}

func readMailbox(typed string) (string, error) {
	shown, _, err := names.Email(typed)
	return shown, nameError("address", err)
}

// readNumber reads a number that text messages may go to. It says why one is refused, which is no secret: the countries
// are the operator's choice, and the plans are public.
func (h *House) readNumber(typed string) (string, error) {
	number, err := phone.Parse(typed, h.cfg.SMSRegion)
	if err != nil {
		return "", &core.Error{Code: core.CodeInvalid, Field: "number", Text: numberText(err), Reason: err.Error()}
	}
	if !slices.Contains(h.cfg.SMSCountries, number.Country) {
		return "", &core.Error{Code: core.CodeInvalid, Field: "number", Text: "number.country", Reason: "country " + number.Country}
	}
	return number.E164, nil
}

func numberText(err error) string {
	switch {
	case errors.Is(err, phone.ErrNoCountry):
		return "number.no_country"
	case errors.Is(err, phone.ErrToll), errors.Is(err, phone.ErrNoTexts):
		return "number.no_texts"
	}
	return "number.invalid"
}
