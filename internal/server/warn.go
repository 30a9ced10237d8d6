package server

import (
	"net/url"

	"github.com/sallyport/sallyport/internal/endpoint"
)

// Warnings are what is no mistake and still worth a word: settings that weaken accounts, or that keep what people are
// told from reaching them.
func (s *Settings) Warnings() []string {
	var out []string
	if s.Gate.RescueCode {
		out = append(out, "rescue_code = email: whoever reads an account's mail can set a new password and stand in for the second step, too")
	}
	if s.Gate.Mail == mailToStderr && !s.isLocal() {
		out = append(out, "mail = stderr: messages, with links that open accounts, go to standard error and reach nobody else")
	}
	return out
}

const mailToStderr = "stderr"

// isLocal says whether people reach the service from this machine alone.
func (s *Settings) isLocal() bool {
	u, err := url.Parse(s.Gate.PublicURL)
	return err == nil && endpoint.IsLoopback(u.Hostname())
}
