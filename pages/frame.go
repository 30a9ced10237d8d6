package pages

import (
	"encoding/json"
	"fmt"
	"html/template"
	"log/slog"
)

// Frame is a page in pieces, for the function [sallyport.Config.Layout]: an application writes the document around them with whatever it
// writes its own pages with. Every piece of HTML was escaped; what is a string was not, and some of it people typed. Some pieces hold secrets that a page shows once; a Frame prints and logs without its pieces.
type Frame struct {
	Name      string // of the page, as in the list at the top: "login"
	Issuer    string // as in [Page], like the next two
	Who       string
	Wide      bool
	Language  string // for the attribute lang: "de"
	Direction string // for the attribute dir: "ltr" or "rtl"
	Title     string // plain text, without the issuer; after a mistake it begins with the word for an error

	// Style is links to the built-in style sheet and to theme.css. The built-in one is about elements (h1, a, button) wherever on the
	// page they are: an application leaves Style out if its own styles what the pages consist of, or loads its own after it.
	Style template.HTML
	// Head is the icon and the scripts. It belongs into the head.
	Head template.HTML
	// Content is the page: what happened before, what went wrong, and the page itself, which begins with its h1. It belongs into main.
	Content template.HTML
	// Footer says who is signed in, and has the buttons to sign out and for other languages: an element footer, or "".
	Footer template.HTML
}

// Format writes what is no secret, whatever the verb.
func (f Frame) Format(w fmt.State, _ rune) { fmt.Fprintf(w, "pages.Frame(%s)", f.Name) }

// LogValue is what log/slog writes: the same as [Frame.Format].
func (f Frame) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(f)) }

// MarshalJSON is what log/slog writes of one inside something else: the same.
func (f Frame) MarshalJSON() ([]byte, error) { return json.Marshal(fmt.Sprint(f)) }
