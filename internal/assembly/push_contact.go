package assembly

import (
	"net/mail"
	"net/url"
	"strings"

	"github.com/sallyport/sallyport/internal/deliver/push"
	"github.com/sallyport/sallyport/internal/endpoint"
)

// noPushContact leads nowhere, and doesn't pretend to (RFC 6761, 6.4). A name on this machine would not do: some push
// services refuse what was signed with one.
const noPushContact = "mailto:nobody@sallyport.invalid"

// Contact is whom push services write to: what the Config says, or else the first of what it names where somebody could be
// reached, so that nothing has to be configured to try push out.
func (c Config) Contact() string {
	if c.PushContact != "" {
		return c.PushContact
	}
	for _, contact := range []string{c.mailContact(), c.webContact()} {
		if contact != "" && push.Check(contact, nil) == nil {
			return contact
		}
	}
	return noPushContact
}

func (c Config) mailContact() string {
	from, err := mail.ParseAddress(c.MailFrom)
	if err != nil {
		return ""
	}
	if _, host, _ := strings.Cut(from.Address, "@"); !strings.Contains(host, ".") {
		return "" // a machine's own name, such as localhost
	}
	return "mailto:" + from.Address
}

func (c Config) webContact() string {
	u, err := url.Parse(c.PublicURL)
	if err != nil || endpoint.IsLoopback(u.Hostname()) {
		return ""
	}
	return u.String() // of https, or it is refused
}
