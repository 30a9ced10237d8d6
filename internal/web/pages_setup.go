package web

import (
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/qr"
)

// setupData is what the page shows on which a code app is set up.
type setupData struct {
	First     bool   // of the account, on the way in
	Steps     int    // of the whole set-up
	Action    string // the path that the code goes to
	QR        template.HTML
	URI       template.URL
	Secret    string
	Digits    int
	Period    int
	Algorithm string // as code apps write it: SHA-1
	Label     string
}

// setupData draws a pending binding. It holds the secret: it goes to the page that shows it.
func (s *site) setupData(b core.Binding, action string) (setupData, error) {
	code, err := qr.Encode(b.Enrolment.URI, qr.M)
	if err != nil {
		return setupData{}, err
	}
	return setupData{
		Steps: 3, Action: s.path(action),
		// Both come from packages of ours and hold nothing that was not escaped there.
		QR:  template.HTML(code.SVG(s.texts.text("setup.qr"))),
		URI: keyURI(b.Enrolment.URI), Secret: b.Enrolment.Secret,
		Digits: b.Enrolment.Digits, Period: b.Enrolment.Period,
		Algorithm: strings.Replace(b.Enrolment.Algorithm, "SHA", "SHA-", 1), Label: b.Label,
	}, nil
}

// keyURI lets a key's address through html/template, which knows no otpauth; "" for any other scheme.
func keyURI(uri string) template.URL {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "otpauth" {
		return ""
	}
	return template.URL(uri)
}

// tidyLabel makes a label of whatever was typed: a name is no reason to lose a set-up.
func tidyLabel(typed string) string {
	label := strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(typed, ""))
	runes := []rune(strings.TrimSpace(label))
	return strings.TrimSpace(string(runes[:min(len(runes), 64)]))
}

// beginFirst begins the binding of an account's first authenticator, unless this login did before: the
// page shows the same key on every reload.
func (s *site) beginFirst(r *http.Request, b core.MustBind, in core.NewAuthenticator) error {
	_, err := s.Machine.PendingFirst(r.Context(), b)
	if core.IsCode(err, core.CodeNotFound) {
		_, err = s.Machine.BindFirst(r.Context(), s.caller(r, core.TransportCookie), b, in)
	}
	return err
}

func (s *site) pageSetup(w http.ResponseWriter, r *http.Request, b core.MustBind) error {
	pending, err := s.Machine.PendingFirst(r.Context(), b)
	if core.IsCode(err, core.CodeNotFound) {
		return s.render(w, http.StatusOK, "setup_begin", screen{})
	}
	if err != nil {
		return err
	}
	data, err := s.firstData(pending)
	if err != nil {
		return err
	}
	return s.render(w, http.StatusOK, "setup", screen{Data: data})
}

func (s *site) firstData(pending core.Binding) (setupData, error) {
	data, err := s.setupData(pending, "/login/setup")
	data.First = true
	return data, err
}

func (s *site) postSetup(w http.ResponseWriter, r *http.Request, b core.MustBind) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	if f.has("code") {
		return s.confirmFirst(w, r, b, f)
	}
	in := core.NewAuthenticator{Kind: kindOr(f["kind"]), Label: tidyLabel(f["label"])}
	if err := s.beginFirst(r, b, in); err != nil {
		return err
	}
	redirect(w, s.path("/login/setup"))
	return nil
}

// kindOr is a code app where a form names no kind.
func kindOr(kind string) core.Kind {
	if kind == "" {
		return core.KindTOTP
	}
	return core.Kind(kind)
}

func (s *site) confirmFirst(w http.ResponseWriter, r *http.Request, b core.MustBind, f form) error {
	pending, err := s.Machine.PendingFirst(r.Context(), b)
	if core.IsCode(err, core.CodeNotFound) {
		redirect(w, s.path("/login/setup")) // it timed out: that page begins anew
		return nil
	}
	if err != nil {
		return err
	}
	c := s.caller(r, core.TransportCookie)
	sess, bound, err := s.Machine.ConfirmFirst(r.Context(), c, b, pending.ID, f["code"])
	if err != nil {
		data, drawn := s.firstData(pending)
		if drawn != nil {
			return drawn
		}
		data.Label = tidyLabel(f["label"])
		return &formFailure{err: err, view: "setup", screen: screen{Data: data}, field: "code"}
	}
	s.handOverSession(w, r, sess)
	s.dropSent(w, r, cookieTicket) // the link of a reset, that led here
	if label := tidyLabel(f["label"]); label != "" && label != pending.Label {
		// The codes below are shown this once: a name that could not be kept is no reason not to.
		s.Machine.Rename(r.Context(), c, sess, bound.Authenticator.ID, label)
	}
	return s.showCodes(w, r, sess, codesData{Codes: bound.RecoveryCodes, ReturnTo: sess.ReturnTo(), First: true})
}
