package letter

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/sallyport/sallyport/internal/core"
)

// How long the parts of a prompt may be, in bytes: all together stay below the 1,024 that its length is rounded up to, so
// that to the push service all prompts look alike.
const (
	pushIssuer  = 96
	pushAccount = 128
	pushBrowser = 96
	pushAction  = 240
)

// notification is what a bound browser's service worker gets. It never has the number: who approves has to see the page
// that asks.
type notification struct {
	Version       int    `json:"v"`
	Prompt        string `json:"prompt"`
	Authenticator string `json:"authenticator"`
	Title         string `json:"title"`
	Body          string `json:"body"`
}

// Prompt is a prompt in words.
type Prompt struct {
	Title, Body string
	URL         string // of the page where it is answered
}

// Prompt puts a prompt into words: what is asked, of which account, and from where. Errors are as [Writer.Write] has them.
func (w *Writer) Prompt(m core.Message) (Prompt, error) {
	switch {
	case m.Kind != core.PushPrompt || m.Push == nil:
		return Prompt{}, refused(m.Kind, errors.New("it is no prompt"))
	case m.Browser == "" || m.Push.Prompt.ID == "":
		return Prompt{}, refused(m.Kind, errors.New("it doesn't say which prompt it is, or whose"))
	case m.Code != "" || m.Link != "":
		return Prompt{}, refused(m.Kind, errors.New("its code or link would be lost"))
	}
	title, body, err := w.in(m.Language).prompt(m.Push.Prompt)
	if err != nil {
		return Prompt{}, refused(m.Kind, err)
	}
	return Prompt{Title: title, Body: body, URL: w.public + "/push"}, nil
}

// Push is [Writer.Prompt] as JSON for the service worker of the browser that m goes to.
func (w *Writer) Push(m core.Message) ([]byte, error) {
	p, err := w.Prompt(m)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false) // it is no HTML, and would be longer
	if err := enc.Encode(notification{1, m.Push.Prompt.ID, m.Browser, p.Title, p.Body}); err != nil {
		return nil, refused(m.Kind, err)
	}
	return bytes.TrimSpace(out.Bytes()), nil
}

func (w *Writer) prompt(p core.PromptShown) (title, body string, err error) {
	issuer := fewer(w.issuer, pushIssuer)
	from := w.text("mail.push.from", w.known(fewer(inert(p.Account, maxName), pushAccount)), fewer(w.browser(p.UserAgent), pushBrowser),
		w.known(clientAddress(p.Address)))
	switch {
	case p.Purpose == core.PromptSignIn:
		return w.text("mail.push.sign_in", issuer), from, nil
	case p.Purpose == core.PromptConfirm:
		return w.text("mail.push.confirm", issuer), from, nil
	case p.Purpose == core.PromptAction && p.Action != "":
		return w.text("mail.push.action", issuer), fewer(oneLine(p.Action), pushAction) + "\n" + from, nil
	}
	return "", "", errors.New("it asks for nothing that there are words for")
}

// fewer cuts what is longer than so many bytes, between characters.
func fewer(s string, most int) string {
	const more = "…"
	if len(s) <= most {
		return s
	}
	end := most - len(more)
	for !utf8.RuneStart(s[end]) {
		end--
	}
	return strings.TrimSpace(s[:end]) + more
}
