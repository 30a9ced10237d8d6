package sallyport

import (
	"net"
	"net/url"
	"slices"
	"strconv"

	"github.com/sallyport/sallyport/internal/assembly"
	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/deliver/push"
	"github.com/sallyport/sallyport/internal/deliver/text"
	"github.com/sallyport/sallyport/internal/phone"
	"github.com/sallyport/sallyport/internal/web"
)

// checkKinds checks what may be bound, and how text messages go out.
func (c Config) checkKinds(note func(*FieldError)) {
	for i, kind := range c.Authenticators {
		note(checkKind(kind, c.Authenticators[:i]))
		if c.LoginForm == web.FormCombined && core.Kind(kind).IsSent() {
			note(&FieldError{
				Field: "Authenticators", Value: kind, Reason: "sends a code after the password, and the combined form asks for both at once",
				Cure: "Set the form to two_step, or leave " + kind + " out",
			})
		}
	}
	note(oneOf("TOTPAlgorithm", c.TOTPAlgorithm, "sha1", "sha256", "sha512"))
	note(oneOf("TOTPDigits", strconv.Itoa(c.TOTPDigits), "6", "8"))
	if c.SecondFactor == string(core.PolicyPasskey) && !slices.Contains(c.Authenticators, string(core.KindWebAuthn)) {
		note(&FieldError{
			Field: "SecondFactor", Value: c.SecondFactor, Reason: "asks for passkeys, and nobody may set one up",
			Cure: "Name webauthn among the authenticators, or set another policy",
		})
	}
	if u, err := url.Parse(c.PublicURL); err == nil && c.SecondFactor == string(core.PolicyPasskey) && net.ParseIP(u.Hostname()) != nil {
		note(&FieldError{
			Field: "SecondFactor", Value: c.SecondFactor, Reason: "asks for passkeys, and browsers make none for an IP address",
			Cure: "Give the public URL a host with a name, such as localhost, or set another policy",
		})
	}
	noteMistakes(note, text.Check(c.Text, c.TextFrom, c.TextSecret))
	noteMistakes(note, push.Check(assembly.ConfigFrom(c).Contact(), c.PushHosts))
	for _, iso := range c.SMSCountries {
		if !phone.KnownCountry(iso) {
			note(badCountry("SMSCountries", iso))
		}
	}
	if c.SMSRegion != "" && !phone.KnownRegion(c.SMSRegion) {
		note(badCountry("SMSRegion", c.SMSRegion))
	}
	note(checkAmount("SMSPerHour", c.SMSPerHour))
	note(checkAmount("SMSPerMonth", c.SMSPerMonth))
}

func checkKind(kind string, before []string) *FieldError {
	if slices.Contains(before, kind) {
		return &FieldError{Field: "Authenticators", Value: kind, Reason: "is named twice", Cure: "Name each kind once"}
	}
	return oneOf("Authenticators", kind, string(core.KindTOTP), string(core.KindHOTP), string(core.KindWebAuthn), string(core.KindPush), string(core.KindEmail), string(core.KindSMS))
}

func badCountry(field, value string) *FieldError {
	return &FieldError{Field: field, Value: value, Reason: "is no country", Cure: "Give two capital letters of ISO 3166, such as DE"}
}

const mostTexts = 1_000_000

func checkAmount(field string, n int) *FieldError {
	if n >= 1 && n <= mostTexts {
		return nil
	}
	return &FieldError{
		Field: field, Value: strconv.Itoa(n), Reason: "is not between 1 and 1000000",
		Cure: "Give how many text messages may be sent, or leave it out for the default",
	}
}
