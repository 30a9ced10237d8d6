package sallyport

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sallyport/sallyport/internal/catalogue"
	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/endpoint"
	"github.com/sallyport/sallyport/internal/web"
)

// FieldError is one mistake in a [Config].
type FieldError struct {
	Field  string // the field's name, such as "PublicURL"
	Value  string // what it holds, without credentials
	Reason string // what is wrong with it
	Cure   string // what to do about it

	cause error // of one that was found when opening
}

// Unwrap gives the error that one was made of that was found when opening; nil for others.
func (e *FieldError) Unwrap() error { return e.cause }

// Error says all of it.
func (e *FieldError) Error() string {
	value := ""
	if e.Value != "" {
		value = fmt.Sprintf(" %q", e.Value)
	}
	return fmt.Sprintf("sallyport: Config.%s%s: %s. %s", e.Field, value, e.Reason, e.Cure)
}

const maxIssuer = 200 // bytes

// The longest that times may be: beyond it one is mistyped, or does not mean what it says.
const (
	day          = 24 * time.Hour
	maxSession   = 400 * day  // browsers keep no cookie for longer
	maxElevation = day        // a reauthentication is just now
	maxResetWait = 90 * day   // nobody waits for longer
	minKept      = day        // checkpoints of events need some of it
	maxKept      = 3650 * day //
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
	c.checkDatabases(note)
	note(checkIssuer(c.Issuer))
	note(checkHome(c.Home, public))
	note(checkLanguage(c.Language))
	note(oneOf("SecondFactor", c.SecondFactor,
		string(core.PolicyOptional), string(core.PolicyRequired), string(core.PolicyAAL2), string(core.PolicyPasskey)))
	note(oneOf("LoginForm", c.LoginForm, web.FormTwoStep, web.FormCombined))
	note(oneOf("Registration", c.Registration, registrationOpen, registrationInvite, registrationClosed))
	note(oneOf("EmailVerification", c.EmailVerification, verificationOff, verificationRequired))
	c.checkTimes(note)
	c.checkMessages(note)
	c.checkKinds(note)
	note(checkGroups(c.SecondFactorGroups))
	c.checkAccounts(public, note)
	for _, p := range c.TrustedProxies {
		note(checkProxy(p))
	}
	return public, errors.Join(errs...)
}

func (c Config) checkTimes(note func(*FieldError)) {
	note(checkTime("SessionLifetime", c.SessionLifetime, time.Second, maxSession))
	note(checkTime("SessionIdle", c.SessionIdle, time.Second, maxSession))
	note(checkTime("SessionLifetimeAAL1", c.SessionLifetimeAAL1, time.Second, maxSession))
	note(checkTime("EventsKept", c.EventsKept, minKept, maxKept))
	note(checkTime("Elevation", c.Elevation, time.Second, maxElevation))
	if c.TrustBrowserFor > 0 {
		note(checkTime("TrustBrowserFor", c.TrustBrowserFor, time.Second, maxSession))
	}
	if c.ResetWait > 0 {
		note(checkTime("ResetWait", c.ResetWait, time.Second, maxResetWait))
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

func checkLanguage(value string) *FieldError {
	tags := catalogue.Tags()
	if slices.Contains(tags, value) {
		return nil
	}
	return &FieldError{
		Field: "Language", Value: value, Reason: "is no language that there is", Cure: "Use one of " + strings.Join(tags, ", "),
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

func checkTime(field string, d, least, most time.Duration) *FieldError {
	e := &FieldError{
		Field: field, Value: d.String(),
		Cure: fmt.Sprintf("Give a time from %s to %s, or leave it out for the default", inWords(least), inWords(most)),
	}
	switch {
	case d < least:
		e.Reason = "is too short to be used"
	case field == "Elevation" && d > most:
		e.Reason = "is so long that a proof is not fresh any more"
	case d > most:
		e.Reason = "is too long to be meant"
	default:
		return nil
	}
	return e
}

// inWords writes a bound as settings are written.
func inWords(d time.Duration) string {
	if d > day {
		return fmt.Sprintf("%dd", d/day)
	}
	return strings.TrimSuffix(strings.TrimSuffix(d.String(), "0s"), "0m")
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

func checkHome(value string, public *url.URL) *FieldError {
	e := &FieldError{Field: "Home", Value: endpoint.HideCredentials(value), Cure: "Give a path such as / or /dashboard, without a scheme or a host"}
	switch {
	case value == "":
		return nil
	case !web.IsLocalPath(value):
		e.Reason = "is no path of this host"
	case public != nil && strings.TrimRight(value, "/") == strings.TrimRight(public.Path, "/"):
		e.Reason, e.Cure = "is the first page of the gate itself, which leads on to Home", "Give a page of the application, or leave it out"
	default:
		return nil
	}
	return e
}
