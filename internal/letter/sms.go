package letter

import (
	"errors"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/deliver/text"
)

const (
	// leastName is how many characters of a shortened name still say something.
	leastName   = 8
	leastDigits = 4
	mostDigits  = 10
	// mostWide is how many segments a code with the line that binds it may have in 16 bits, where one has no room for both.
	mostWide = 2
)

// Text puts m into words, as the text message of that id to the number in m.To: a code ([core.TextCode]), that a reset was
// asked for, is half over, or was done, or that the telephone was removed; all but the first without a link, since one in a
// text message is what people are told not to follow. It has no more segments than its words alone: whatever the service is
// called, that adds none, and English is one. The same arguments give the same message. Errors are as [Writer.Write] has them.
func (w *Writer) Text(id string, m core.Message) (text.Message, error) {
	body, err := w.in(m.Language).textBody(m)
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
	alone, bound := w.words("mail.sms.code_alone", code), w.boundLine(code)
	if n := segments(alone + bound); n > mostWide || n > 1 && isGSM(alone) {
		bound = "" // a host of more than 86 characters, in English
	}
	name := w.nameFor(alone)
	if name == "" && bound == "" {
		name = gsmName(w.host)
	}
	name = fitted(name, roomIn(w.words("mail.sms.code", code, "")+bound, segments(alone+bound)))
	if name == "" {
		return alone + bound
	}
	return w.words("mail.sms.code", code, name) + bound
}

// words is a text of the catalogue as a text message has it.
func (w *Writer) words(key string, args ...any) string { return gsmText(w.bare(key, args...)) }

// nameFor is the service's name beside a text: in its own letters where the text is not of the GSM alphabet anyway.
func (w *Writer) nameFor(text string) string {
	if isGSM(text) {
		return gsmName(w.issuer)
	}
	return wideName(w.issuer)
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
	text := w.words(key, "")
	name := w.nameFor(text)
	if name == "" {
		name = gsmName(w.host)
	}
	return w.words(key, fitted(inert(name, len(name)), roomIn(text, segments(text))))
}
