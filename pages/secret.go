package pages

import (
	"encoding/json"
	"fmt"
	"log/slog"
)

// What holds a secret, or a token that opens something, prints and logs without it, whatever the verb.

// hidden is shown instead.
const hidden = "***"

// Format writes the page without its data.
func (p Page) Format(w fmt.State, _ rune) {
	type shown Page // has no methods
	if p.Data != nil {
		p.Data = fmt.Sprintf("%T(%s)", p.Data, hidden)
	}
	fmt.Fprintf(w, "%+v", shown(p))
}

// LogValue is what log/slog writes: the same as [Page.Format].
func (p Page) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(p)) }

// MarshalJSON is what log/slog writes of one inside something else: the same.
func (p Page) MarshalJSON() ([]byte, error) { return json.Marshal(fmt.Sprint(p)) }

// Format writes that there is a set-up, and not its key.
func (s Setup) Format(w fmt.State, _ rune) { fmt.Fprintf(w, "pages.Setup(%s)", hidden) }

// LogValue is what log/slog writes: the same as [Setup.Format].
func (s Setup) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(s)) }

// MarshalJSON is what log/slog writes of one inside something else: the same.
func (s Setup) MarshalJSON() ([]byte, error) { return json.Marshal(fmt.Sprint(s)) }

// Format writes that there are codes, and none of them.
func (c Codes) Format(w fmt.State, _ rune) { fmt.Fprintf(w, "pages.Codes(%s)", hidden) }

// LogValue is what log/slog writes: the same as [Codes.Format].
func (c Codes) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(c)) }

// MarshalJSON is what log/slog writes of one inside something else: the same.
func (c Codes) MarshalJSON() ([]byte, error) { return json.Marshal(fmt.Sprint(c)) }

// Format writes that there is a link, and not its token.
func (m MailedLink) Format(w fmt.State, _ rune) { fmt.Fprintf(w, "pages.MailedLink(%s)", hidden) }

// LogValue is what log/slog writes: the same as [MailedLink.Format].
func (m MailedLink) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(m)) }

// MarshalJSON is what log/slog writes of one inside something else: the same.
func (m MailedLink) MarshalJSON() ([]byte, error) { return json.Marshal(fmt.Sprint(m)) }

// Format writes that there is a link, and not its token.
func (m MailedLogin) Format(w fmt.State, _ rune) { fmt.Fprintf(w, "pages.MailedLogin(%s)", hidden) }

// LogValue is what log/slog writes: the same as [MailedLogin.Format].
func (m MailedLogin) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(m)) }

// MarshalJSON is what log/slog writes of one inside something else: the same.
func (m MailedLogin) MarshalJSON() ([]byte, error) { return json.Marshal(fmt.Sprint(m)) }

// Format writes that somebody registers, and not the token of their invitation.
func (r Register) Format(w fmt.State, _ rune) { fmt.Fprintf(w, "pages.Register(%s)", hidden) }

// LogValue is what log/slog writes: the same as [Register.Format].
func (r Register) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(r)) }

// MarshalJSON is what log/slog writes of one inside something else: the same.
func (r Register) MarshalJSON() ([]byte, error) { return json.Marshal(fmt.Sprint(r)) }
