// Package browser says in words what sent a User-Agent, for lists of sessions and for messages.
//
// Use [Describe]. It is not for deciding anything: it trusts nothing of a User-Agent, which is what a client claims, and
// what it returns holds parts of it, to be escaped wherever it is shown.
package browser

import (
	"github.com/mileusna/useragent"

	"github.com/sallyport/sallyport/internal/catalogue"
)

// Describe returns "Firefox on Linux", the browser alone where the system isn't known, or the text for an unknown one.
// It is safe for concurrent use.
func Describe(texts catalogue.Catalogue, userAgent string) string {
	ua := useragent.Parse(userAgent)
	switch {
	case ua.Name == "" || userAgent == "":
		return texts.Text("sessions.unknown")
	case ua.OS == "":
		return ua.Name
	}
	return texts.Text("sessions.browser_on", ua.Name, ua.OS)
}
