// Package letter puts messages into words: a subject, a text part and an HTML part for each kind that core sends, and one
// segment of plain text for those that go to a telephone, a title and a line or two for those that go to a bound browser.
//
// Use [New] once, [Writer.Write] for each mail, [Writer.Text] for each text message and [Writer.Push] for each prompt. Each
// is in the language that the message names, or the default one. It is not for deciding what is sent or to whom (core), nor for headers, encodings and sending (the packages below deliver).
//
// Links are made of the public URL and a path, never of a request. What people chose themselves (an account's name, an
// address, a User-Agent, a reason) stands in the list of details and nowhere else, as one line that mail programs make no
// link of; in a prompt, which has no links, behind its title. Package letter trusts the catalogue, the public URL, and the service's name, which the operator chose.
package letter

import (
	"errors"
	"fmt"
	"html/template"
	"net/url"
	"strings"

	"github.com/sallyport/sallyport/internal/catalogue"
	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/deliver/mail"
)

// Writer writes messages. It is immutable and safe for concurrent use.
type Writer struct {
	all    *catalogue.Set
	texts  catalogue.Catalogue // of the language that is written in
	public string              // without a slash at its end
	host   string              // of public, without a port
	issuer string
	page   *template.Template
	forgot string           // the page where a password is replaced
	asked  func(key string) // told of each text that is used; tests count them
}

// New returns a writer for the service of that name at that public URL, which needs scheme and host and may have a path. What
// names no language is written in the default one of texts.
func New(texts *catalogue.Set, public *url.URL, issuer string) (*Writer, error) {
	if public == nil || public.Host == "" || public.Scheme != "https" && public.Scheme != "http" {
		return nil, errors.New("letter: the public URL has to begin with https:// or http:// and a host")
	}
	base := url.URL{Scheme: public.Scheme, Host: public.Host, Path: strings.TrimRight(public.Path, "/")}
	page, err := template.New("letter.html").Parse(pageSource)
	if err != nil {
		return nil, fmt.Errorf("letter: %w", err)
	}
	name := shortened(oneLine(issuer), maxIssuer)
	if name == "" {
		name = public.Hostname()
	}
	return &Writer{
		all: texts, texts: texts.In(""), public: base.String(), host: base.Hostname(), issuer: name, page: page,
		forgot: base.String() + pageForgot, asked: func(string) {},
	}, nil
}

// WithAccountsAt returns a writer whose messages lead to that page of an application where the other's lead to the page that
// replaces a password.
func (w *Writer) WithAccountsAt(page *url.URL) *Writer {
	other := *w
	other.forgot = page.String()
	return &other
}

// urlOf is the address of one of the pages that messages lead to.
func (w *Writer) urlOf(page string) string {
	if page == pageForgot {
		return w.forgot
	}
	return w.public + page
}

// in is the writer of a language.
func (w *Writer) in(language string) *Writer {
	other := *w
	other.texts = w.all.In(language)
	return &other
}

// Write puts m into words, as the message of that id. The same arguments give the same message. Errors are
// [*deliver.Error] and permanent: the kind is unknown, or the message lacks what its kind needs; they hold nothing of
// what it says.
func (w *Writer) Write(id string, m core.Message) (mail.Message, error) {
	w = w.in(m.Language)
	l, err := w.compose(m)
	if err != nil {
		return mail.Message{}, refused(m.Kind, err)
	}
	page, err := w.render(l)
	if err != nil {
		return mail.Message{}, refused(m.Kind, err)
	}
	return mail.Message{
		ID: id, To: m.To, Date: m.At,
		Subject: w.subject(shortened(w.issuer, maxInSubject), l.Title), Text: l.plain(), HTML: page,
	}, nil
}

func refused(kind core.MessageKind, why error) error {
	return &deliver.Error{Fault: deliver.Permanent, Err: fmt.Errorf("message of kind %q refused: %w", kind, why)}
}

// subject has no invisible marks: filters of mail look for them there.
func (w *Writer) subject(issuer, title string) string { return w.bare("mail.subject", issuer, title) }

// bare is a text whose arguments have no marks of direction around them.
func (w *Writer) bare(key string, args ...any) string {
	w.asked(key)
	return w.texts.WithoutIsolates().Text(key, args...)
}

func (w *Writer) text(key string, args ...any) string {
	w.asked(key)
	return w.texts.Text(key, args...)
}
