package letter

import (
	"errors"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/sallyport/sallyport/internal/browser"
	"github.com/sallyport/sallyport/internal/core"
)

// letter is a message in words, before it is one of text or one of HTML. Only Details hold what people chose.
type letter struct {
	Language, Direction string
	Issuer, Title, Text string
	Details             []detail
	Link                *link // the button
	Code                *code
	Until               string // how long link and code hold
	Advice              *advice
	Never, SentBy, Home string
	isolate             func(string) string
}

// detail is one line of what is known about what happened.
type detail struct{ Label, Value string }

// link is a button, and the same for who sees none.
type link struct{ Label, Lead, ByHand, URL string }

// code is a code in groups, with where it is typed.
type code struct{ Lead, URL, Groups string }

// advice is what to do about it, and at which address or with which command.
type advice struct{ Heading, Text, URL, Command string }

func (w *Writer) compose(m core.Message) (letter, error) {
	f, err := formOf(m)
	if err != nil {
		return letter{}, err
	}
	texts := "mail." + string(wording(m))
	l := letter{
		Language: w.text("language"), Direction: w.text("language.direction"), Issuer: w.issuer,
		Title: w.text(texts + ".title"), Text: w.text(texts+".text", w.issuer),
		Never: w.text("mail.never", w.issuer), SentBy: w.text("mail.sent_by", w.issuer), Home: w.public, isolate: w.texts.Isolated,
	}
	if l.Details, err = w.details(m, f); err != nil {
		return letter{}, err
	}
	if path := m.Link + f.open; path != "" {
		label := w.text(texts + ".link")
		l.Link = &link{Label: label, Lead: w.label(label), ByHand: w.text("mail.by_hand"), URL: w.urlOf(path)}
	}
	if f.coded {
		l.Code = w.code(m)
	}
	l.Until = w.until(m, f)
	if f.advice != "" {
		l.Advice = &advice{Heading: w.text(f.advice), Text: w.text(texts+".advice", w.issuer)}
	}
	if f.remedy != "" {
		l.Advice.URL = w.urlOf(f.remedy)
	}
	if m.Kind == core.MailHelp {
		l.Advice.Command = "sallyport account reset-authenticators " + shellWord(m.Account) + " --reason " + shellWord(w.text("mail.help.reason"))
	}
	return l, nil
}

// label is a text with what goes between it and what it stands for.
func (w *Writer) label(text string) string { return w.text("mail.labelled", text) }

// code is typed on the page that the link leads to; without a link, where it was asked for.
func (w *Writer) code(m core.Message) *code {
	path, _, _ := strings.Cut(m.Link, "?")
	if path == "" {
		return &code{Lead: w.text("mail.code_alone"), Groups: grouped(m.Code)}
	}
	lead := "mail.code_too"
	if m.Kind == core.MailSignIn { // the page knows who asked, and has no field for it
		lead = "mail.code_there"
	}
	return &code{Lead: w.text(lead), URL: w.public + path, Groups: grouped(m.Code)}
}

// shortCode is what is read and typed in one go, and found by programs that fill it in.
const shortCode = 6

// grouped shows a code in groups of four.
func grouped(code string) string {
	if len(code) <= shortCode {
		return code
	}
	code = strings.ReplaceAll(code, "-", "")
	var groups []string
	for len(code) > 4 {
		groups, code = append(groups, code[:4]), code[4:]
	}
	return strings.Join(append(groups, code), "-")
}

func (w *Writer) until(m core.Message, f form) string {
	switch {
	case f.lasting:
		return ""
	case f.linked && f.coded:
		return w.text("mail.until_both", w.date(m.ExpiresAt))
	case f.linked:
		return w.text("mail.until_link", w.date(m.ExpiresAt))
	case f.coded:
		return w.text("mail.until_code", w.date(m.ExpiresAt))
	}
	return ""
}

// date is a moment as pages show it.
func (w *Writer) date(t time.Time) string { return w.texts.Moment(t) }

// details are what is known about what happened: to which account, when, from where, and what goes with its kind.
func (w *Writer) details(m core.Message, f form) ([]detail, error) {
	var out []detail
	add := func(key, value string) { out = append(out, detail{w.label(w.text(key)), value}) }
	if m.Account != "" || m.Name != "" {
		add("mail.account", w.known(inert(m.Name, maxName)))
	}
	add("mail.when", w.date(m.At))
	if !f.unseen {
		add("mail.where", w.known(clientAddress(m.Address)))
		add("mail.browser", w.browser(m.UserAgent))
	}
	if m.Kind == core.MailAddressChanged && f.linked {
		add("mail.new_address", w.known(inert(m.Args["new"], maxAddress)))
	}
	if left, err := strconv.Atoi(m.Args["left"]); err == nil {
		add("mail.codes_left", strconv.Itoa(left))
	}
	if label := inert(m.Args["label"], maxName); label != "" {
		add("mail.app", label)
	}
	if reason := inert(m.Args["reason"], maxReason); reason != "" {
		add("mail.reason", reason)
	}
	return out, w.moments(m, add)
}

// moments adds when something is going to happen.
func (w *Writer) moments(m core.Message, add func(key, value string)) error {
	for _, moment := range [][2]string{{"due", "mail.due"}, {"from", "mail.needed_from"}} {
		arg, key := moment[0], moment[1]
		if m.Args[arg] == "" {
			continue
		}
		at, err := time.Parse(time.RFC3339, m.Args[arg])
		if err != nil {
			return errors.New("it doesn't say when something happens")
		}
		add(key, w.date(at))
	}
	if days, err := strconv.Atoi(m.Args["days"]); err == nil {
		add("mail.left", w.text("mail.days", days))
	}
	return nil
}

// known is a text, or that it is not known.
func (w *Writer) known(s string) string {
	if s == "" {
		return w.text("mail.unknown")
	}
	return s
}

// clientAddress is an IP address, or the network that an IPv6 address was cut to, in its usual form; "" for anything else.
func clientAddress(s string) string {
	if network, err := netip.ParsePrefix(s); err == nil {
		return network.Masked().String()
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		return ""
	}
	return a.Unmap().WithZone("").String()
}

func (w *Writer) browser(userAgent string) string {
	if userAgent == "" {
		return w.text("mail.unknown")
	}
	return w.known(inert(browser.Describe(w.texts, userAgent), maxBrowser))
}
