package push

import (
	"net/mail"
	"net/url"
	"strings"

	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/endpoint"
)

// The settings, by their keys.
const (
	keyContact = "push_contact"
	keyHosts   = "push_hosts"
	keyKey     = "push_key"
)

// Check returns nil if push messages can be sent with these settings, or [deliver.Mistakes]. It looks at nothing else.
func Check(contact string, hosts []string) error {
	if wrong := check(contact, hosts); len(wrong) > 0 {
		return wrong
	}
	return nil
}

func check(contact string, hosts []string) (wrong deliver.Mistakes) {
	if reason := contactFault(contact); reason != "" {
		wrong = append(wrong, &deliver.Mistake{
			Key: keyContact, Value: ShownContact(contact), Reason: reason,
			Cure: "Give mailto:somebody@example.org or https://example.org/contact: push services write there when something goes wrong",
		})
	}
	for _, host := range hosts {
		name := strings.TrimPrefix(host, "*.")
		if name != strings.ToLower(name) || !isName(name) {
			wrong = append(wrong, &deliver.Mistake{
				Key: keyHosts, Value: host, Reason: "is not the name of a host in small letters",
				Cure: "Give names such as fcm.googleapis.com, or *.notify.windows.com for all below one",
			})
		}
	}
	return wrong
}

// ShownContact is a contact without what a URL may hold before its host.
func ShownContact(contact string) string {
	if strings.Contains(contact, "://") {
		return endpoint.HideCredentials(contact)
	}
	return contact
}

const maxContact = 320 // bytes

// contactFault says why push services would not take a contact (RFC 8292, 2.1), or "".
func contactFault(contact string) string {
	if len(contact) > maxContact || strings.ContainsFunc(contact, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "is too long, or has blanks or characters beyond ASCII"
	}
	if address, isMail := strings.CutPrefix(contact, "mailto:"); isMail {
		parsed, err := mail.ParseAddress(address)
		if err != nil || parsed.Address != address || parsed.Name != "" || strings.ContainsAny(address, "?%") {
			return "is not one bare address"
		}
		return ""
	}
	u, err := url.Parse(contact)
	switch {
	case err != nil || u.Scheme != "https" || u.Hostname() == "":
		return "is neither mailto: nor https:"
	case u.User != nil:
		return "has a name or a password in it"
	}
	return ""
}

// allowed reports whether one of the patterns has the host; with none, each host is.
func allowed(patterns []string, host string) bool {
	if len(patterns) == 0 {
		return true
	}
	for _, pattern := range patterns {
		below, any := strings.CutPrefix(pattern, "*")
		if any && strings.HasSuffix(host, below) || pattern == host {
			return true
		}
	}
	return false
}
