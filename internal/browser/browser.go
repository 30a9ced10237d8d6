// Package browser says in words what sent a User-Agent, for lists of sessions and for messages.
//
// Use [Describe], or [Read] for programs. It is not for deciding anything: it trusts nothing of a User-Agent, which is what a client claims, and
// what it returns holds parts of it, to be escaped wherever it is shown.
package browser

import (
	"github.com/mileusna/useragent"

	"github.com/sallyport/sallyport/internal/catalogue"
)

// Describe returns "Firefox on Linux", the browser alone where the system isn't known, or the text for an unknown one.
// It is safe for concurrent use.
func Describe(texts catalogue.Catalogue, userAgent string) string {
	name, system := Read(userAgent)
	switch {
	case name == "":
		return texts.Text("sessions.unknown")
	case system == "":
		return name
	}
	return texts.Text("sessions.browser_on", name, system)
}

// Read returns the names of browser and system, each "" where it isn't known. It is safe for concurrent use.
func Read(userAgent string) (name, system string) {
	if userAgent == "" {
		return "", ""
	}
	ua := useragent.Parse(userAgent)
	return ua.Name, ua.OS
}
