package letter

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/deliver/text"
)

const (
	// segment is how many characters of the GSM 7-bit default alphabet one text message has (3GPP TS 23.038, 4): with one
	// more there are two, each of which costs, and telephones get them in any order.
	segment = 160
	// leastName is how many characters of a shortened name still say something.
	leastName   = 8
	leastDigits = 4
	mostDigits  = 10
)

// Text puts m into words, as the text message of that id to the number in m.To: a code ([core.TextCode]), that a reset was
// asked for, is half over, or was done, or that the telephone was removed; all but the first without a link, since one in a
// text message is what people are told not to follow. It is one segment, whatever the service is called. The same arguments
// give the same message. Errors are as [Writer.Write] has them.
func (w *Writer) Text(id string, m core.Message) (text.Message, error) {
	body, err := w.textBody(m)
	if err != nil {
		return text.Message{}, refused(m.Kind, err)
	}
	return text.Message{ID: id, To: m.To, Body: body, Date: m.At, ExpiresAt: m.ExpiresAt}, nil
}

func (w *Writer) textBody(m core.Message) (string, error) {
	switch {
	case m.At.IsZero() || m.ExpiresAt.IsZero():
		return "", errors.New("it doesn't say when, or until when")
	case m.Kind == core.TextCode && (len(m.Code) < leastDigits || len(m.Code) > mostDigits || !only(m.Code, digits)):
		return "", errors.New("its code is missing or not a code")
	case m.Kind == core.TextCode:
		return w.textCode(m.Code), nil
	case m.Code != "":
		return "", errors.New("its code would be lost")
	}
	switch m.Kind {
	case core.MailResetAsked, core.MailResetHalfway, core.MailResetDone, core.MailUnbound:
		return w.textNotice("mail.sms." + string(m.Kind)), nil
	}
	return "", errors.New("there are no words for it in a text message")
}

// textCode begins with the code, which lists of messages show, and ends in the line that binds it to this site.
func (w *Writer) textCode(code string) string {
	alone, bound := w.text("mail.sms.code_alone", code), w.boundLine(code)
	if septets(alone+bound) > segment {
		bound = "" // a host of more than 86 characters
	}
	name := gsmName(w.issuer)
	if name == "" && bound == "" {
		name = gsmName(w.host)
	}
	name = fitted(name, segment-septets(w.text("mail.sms.code", code, "")+bound))
	if name == "" {
		return alone + bound
	}
	return w.text("mail.sms.code", code, name) + bound
}

// boundLine is the last line of an origin-bound code (WICG, "Origin-bound one-time codes delivered via SMS", 3): browsers
// offer the code on that host's pages only. The host has no port there. Of hosts that browsers don't read in it, such as
// IPv6 addresses, there is no such line.
func (w *Writer) boundLine(code string) string {
	if w.host == "" || !only(w.host, letters+digits+".-") {
		return ""
	}
	return "\n\n@" + w.host + " #" + code
}

// textNotice says what happened and has nothing that telephones make a link of: where the service's name cannot be
// written, its host stands there taken apart.
func (w *Writer) textNotice(key string) string {
	name := gsmName(w.issuer)
	if name == "" {
		name = gsmName(w.host)
	}
	return w.text(key, fitted(inert(name, len(name)), segment-septets(w.text(key, ""))))
}

// fitted shortens a name to so many characters, at the end of one, or leaves it out.
func fitted(name string, room int) string {
	const more = "..."
	runes := []rune(name)
	switch {
	case septets(name) <= room:
		return name
	case room < leastName:
		return ""
	}
	return strings.TrimRight(string(runes[:room-len(more)]), " .") + more
}

// septets is how long a text of the default alphabet is: one for each character, and none is of the extension table,
// which would be two.
func septets(s string) int { return utf8.RuneCountInString(s) }
