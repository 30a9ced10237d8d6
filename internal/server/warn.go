package server

import (
	"net/url"
	"slices"
	"strings"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/endpoint"
)

// Warnings are what is no mistake and still worth a word: settings that weaken accounts, that keep what people are told
// from reaching them, or that make everybody look like one.
func (s *Settings) Warnings() []string {
	var out []string
	if s.Gate.RescueCode {
		out = append(out, "rescue_code = email: whoever reads an account's mail can set a new password and stand in for the second step, too")
	}
	if s.Gate.Passwordless {
		out = append(out, "passwordless = email: whoever reads an account's mail signs in to it, unless a second factor is bound")
	}
	if s.Gate.Mail == mailToStderr && !s.isLocal() {
		out = append(out, "mail = stderr: messages, with links that open accounts, go to standard error and reach nobody else")
	}
	if from := s.values["mail_from"]; from.origin == originDefault && strings.HasPrefix(s.Gate.Mail, "smtp://") {
		out = append(out, "mail_from = "+from.text+": mail servers refuse or hide what comes from there; "+
			"set mail_from to an address of yours, such as no-reply@example.org")
	}
	if slices.Contains(s.Gate.Authenticators, string(core.KindSMS)) && len(s.Gate.SMSCountries) == 0 {
		out = append(out, "sms_countries = none: sms is among authenticators, and no text message is sent to any country; "+
			"set sms_countries to yours, such as DE, AT")
	}
	if s.isBehindProxy() && s.values["trusted_proxies"].origin == originDefault {
		out = append(out, "trusted_proxies = none: public_url is https, so that a proxy ends TLS, and everybody has the proxy's address in limits and records; "+
			"set trusted_proxies to it, such as 127.0.0.1, or to none if that is meant")
	}
	return out
}

// TemplateNotes are what [Check] found worth a word about the templates; a start logs them.
func (s *Settings) TemplateNotes() []string { return s.templateNotes }

// isBehindProxy says whether something in front speaks TLS, which Sallyport does not.
func (s *Settings) isBehindProxy() bool {
	u, err := url.Parse(s.Gate.PublicURL)
	return err == nil && u.Scheme == "https"
}

const mailToStderr = "stderr"

// isLocal says whether people reach the service from this machine alone.
func (s *Settings) isLocal() bool {
	u, err := url.Parse(s.Gate.PublicURL)
	return err == nil && endpoint.IsLoopback(u.Hostname())
}
