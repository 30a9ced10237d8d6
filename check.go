package sallyport

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/web"
)

// FieldError is one mistake in a [Config].
type FieldError struct {
	Field  string // the field's name, such as "PublicURL"
	Value  string // what it holds, without credentials
	Reason string // what is wrong with it
	Cure   string // what to do about it
}

// Error says all of it.
func (e *FieldError) Error() string {
	return fmt.Sprintf("sallyport: Config.%s %q: %s. %s", e.Field, e.Value, e.Reason, e.Cure)
}

const (
	maxIssuer   = 200 // bytes
	maxLifetime = 10 * 365 * 24 * time.Hour
)

// check reports every mistake of a Config whose defaults are filled in.
func (c Config) check() (*url.URL, error) {
	var errs []error
	note := func(e *FieldError) {
		if e != nil {
			errs = append(errs, e)
		}
	}
	public, wrong := parsePublicURL(c.PublicURL)
	note(wrong)
	note(checkDatabase("Database", c.Database))
	if c.SecretsDatabase != "" {
		note(checkDatabase("SecretsDatabase", c.SecretsDatabase))
	}
	note(checkIssuer(c.Issuer))
	note(oneOf("SecondFactor", c.SecondFactor,
		string(core.PolicyOptional), string(core.PolicyRequired), string(core.PolicyAAL2)))
	note(oneOf("LoginForm", c.LoginForm, web.FormTwoStep, web.FormCombined))
	note(oneOf("Registration", c.Registration, registrationOpen, registrationInvite, registrationClosed))
	note(oneOf("EmailVerification", c.EmailVerification, verificationOff, verificationRequired))
	c.checkTimes(note)
	c.checkMessages(note)
	note(checkGroups(c.SecondFactorGroups))
	for _, p := range c.TrustedProxies {
		note(checkProxy(p))
	}
	return public, errors.Join(errs...)
}

func (c Config) checkTimes(note func(*FieldError)) {
	note(checkLifetime("SessionLifetime", c.SessionLifetime))
	note(checkLifetime("SessionIdle", c.SessionIdle))
	note(checkLifetime("SessionLifetimeAAL1", c.SessionLifetimeAAL1))
	note(checkLifetime("EventsKept", c.EventsKept))
	note(checkElevation(c.Elevation))
	if c.TrustBrowserFor > 0 {
		note(checkLifetime("TrustBrowserFor", c.TrustBrowserFor))
	}
	if c.ResetWait > 0 {
		note(checkLifetime("ResetWait", c.ResetWait))
	}
}

func oneOf(field, value string, allowed ...string) *FieldError {
	for _, a := range allowed {
		if value == a {
			return nil
		}
	}
	last := len(allowed) - 1
	return &FieldError{
		Field: field, Value: value, Reason: "is not one of the values that exist",
		Cure: "Use " + strings.Join(allowed[:last], ", ") + " or " + allowed[last],
	}
}

func checkIssuer(value string) *FieldError {
	e := &FieldError{Field: "Issuer", Value: value, Cure: "Give the name that people know the service by, such as Example"}
	switch {
	case !utf8.ValidString(value):
		e.Reason = "is not UTF-8"
	case strings.TrimSpace(value) == "":
		e.Reason = "is blank"
	case len(value) > maxIssuer:
		e.Reason = fmt.Sprintf("is longer than %d bytes", maxIssuer)
	default:
		return nil
	}
	return e
}

func checkLifetime(field string, d time.Duration) *FieldError {
	e := &FieldError{Field: field, Value: d.String(), Cure: "Give a time from 1s to 3650d, or leave it out for the default"}
	switch {
	case d < time.Second:
		e.Reason = "is too short to be used"
	case d > maxLifetime:
		e.Reason = "is too long to be meant"
	default:
		return nil
	}
	return e
}

// maxElevation keeps a reauthentication what it is: just now.
const maxElevation = 24 * time.Hour

func checkElevation(d time.Duration) *FieldError {
	if d > maxElevation {
		return &FieldError{
			Field: "Elevation", Value: d.String(), Reason: "is so long that a proof is not fresh any more",
			Cure: "Give a time from 1s to 24h, or leave it out for the default of 10 minutes",
		}
	}
	return checkLifetime("Elevation", d)
}

func checkProxy(p netip.Prefix) *FieldError {
	e := &FieldError{Field: "TrustedProxies", Value: p.String(), Cure: "Name the addresses of your proxies, such as 10.0.0.5/32"}
	switch {
	case !p.IsValid():
		e.Reason = "is not a range of addresses"
	case p.Bits() == 0:
		e.Reason = "trusts everybody, so that anyone could claim any address"
	case p.Addr().Is4In6():
		e.Reason = "is an IPv4 range written as IPv6, which matches nothing"
	default:
		return nil
	}
	return e
}
