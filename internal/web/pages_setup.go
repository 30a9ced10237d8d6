package web

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/qr"
)

// setupData is what the page shows on which a code app is set up.
type setupData struct {
	First     bool   // of the account, on the way in
	Step      int    // which page of the set-up this is
	Steps     int    // how many there are
	Action    string // the path that the code goes to
	QR        template.HTML
	URI       template.URL
	Secret    string
	Digits    int
	Period    int
	Algorithm string // as code apps write it: SHA-1
	Label     string

	Kind  core.Kind
	To    string      // where the code went, for the kinds that codes are sent to
	Wait  int         // seconds until another may be asked for
	Kinds []core.Kind // what else could be set up first
}

// Sent says whether the code that is asked for was sent.
func (d setupData) Sent() bool { return d.To != "" }

// Resend is the path that sends it again.
func (d setupData) Resend() string {
	if d.First {
		return d.Action + "/challenge"
	}
	return strings.TrimSuffix(d.Action, "/confirm") + "/challenge"
}

// Begin is the page that begins to set another kind up.
func (d setupData) Begin() string { return "/login/setup" }

// Begin is likewise.
func (d kindsData) Begin() string {
	if d.First {
		return "/login/setup"
	}
	return "/account/authenticators/new"
}

// kindsData is what the page shows that begins to set up one of several kinds.
type kindsData struct {
	Kind  core.Kind   // the one that was chosen
	Kinds []core.Kind // the others
	First bool        // of the account, on the way in
	Typed string      // address, number or URI
	Own   string      // the account's confirmed address
	Label string
	Steps int // of the set-up; the first app brings recovery codes
}

// setupData draws a pending binding. It holds the secret: it goes to the page that shows it.
func (s *site) setupData(b core.Binding, action string) (setupData, error) {
	data := setupData{Step: 2, Steps: 3, Action: s.path(action), Kind: b.Kind, To: b.To, Label: b.Label, Wait: s.until(b.AgainAt)}
	if b.Enrolment.URI == "" {
		return data, nil
	}
	code, err := qr.Encode(b.Enrolment.URI, qr.M)
	if err != nil {
		return setupData{}, err
	}
	// Both come from packages of ours and hold nothing that was not escaped there.
	data.QR, data.URI = template.HTML(code.SVG(s.texts.text("setup.qr"))), keyURI(b.Enrolment.URI)
	data.Secret, data.Digits, data.Period = b.Enrolment.Secret, b.Enrolment.Digits, b.Enrolment.Period
	data.Algorithm = strings.Replace(b.Enrolment.Algorithm, "SHA", "SHA-", 1)
	return data, nil
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
	pending, err := s.Machine.PendingFirst(r.Context(), b)
	if core.IsCode(err, core.CodeNotFound) || err == nil && pending.Kind != in.Kind {
		_, err = s.Machine.BindFirst(r.Context(), s.caller(r, core.TransportCookie), b, in)
	}
	return err
}

func (s *site) pageSetup(w http.ResponseWriter, r *http.Request, b core.MustBind) error {
	if kind := core.Kind(r.URL.Query().Get("kind")); s.hasForm(kind) {
		return s.render(w, http.StatusOK, "authenticator_new", screen{Data: s.firstKinds(kind, nil)})
	}
	pending, err := s.Machine.PendingFirst(r.Context(), b)
	if core.IsCode(err, core.CodeNotFound) {
		return s.render(w, http.StatusOK, "setup_begin", screen{Data: s.firstKinds("", nil)})
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

// hasForm says whether a kind may be bound and needs more than a press of a button.
func (s *site) hasForm(kind core.Kind) bool {
	return kind != core.KindTOTP && slices.Contains(s.Machine.Kinds(), kind)
}

// firstKinds is what may be set up first. Of those, the first is a code app wherever that is allowed.
func (s *site) firstKinds(kind core.Kind, f form) kindsData {
	return kindsData{Kind: kind, Kinds: s.otherKinds(kind), First: true, Typed: f["to"], Label: f["label"], Steps: firstSteps(kind)}
}

// firstSteps counts the pages on which a first authenticator is set up. A code app begins with its key; what codes are sent
// to brings no recovery codes; a token has both, a page to begin with and recovery codes.
func firstSteps(kind core.Kind) int {
	if kind == core.KindHOTP {
		return 3
	}
	return 2
}

func (s *site) otherKinds(kind core.Kind) []core.Kind {
	return slices.DeleteFunc(s.Machine.Kinds(), func(k core.Kind) bool { return k == kind })
}

func (s *site) firstData(pending core.Binding) (setupData, error) {
	data, err := s.setupData(pending, "/login/setup")
	data.First, data.Kinds = true, s.otherKinds(pending.Kind)
	data.Steps = firstSteps(pending.Kind)
	if !s.hasForm(pending.Kind) {
		data.Step = 1
	}
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
	in := newAuthenticator(f)
	if s.hasForm(in.Kind) {
		if _, err := s.Machine.BindFirst(r.Context(), s.caller(r, core.TransportCookie), b, in); err != nil {
			return &formFailure{err: atField(err, "to"), view: "authenticator_new", screen: screen{Data: s.firstKinds(in.Kind, f)}, field: "to"}
		}
	} else if err := s.beginFirst(r, b, in); err != nil {
		return err
	}
	redirect(w, s.path("/login/setup"))
	return nil
}

// newAuthenticator reads what somebody wants to set up. One field takes the address, number or URI of any kind.
func newAuthenticator(f form) core.NewAuthenticator {
	in := core.NewAuthenticator{Kind: kindOr(f["kind"]), Label: tidyLabel(f["label"])}
	switch in.Kind {
	case core.KindEmail:
		in.Address = f["to"]
	case core.KindSMS:
		in.Number = f["to"]
	case core.KindHOTP:
		in.URI = f["to"]
	}
	return in
}

// atField puts an error about a part of what was asked for at the field that it was typed into.
func atField(err error, field string) error {
	var e *core.Error
	if errors.As(err, &e) && e.Field != "" && e.Field != "label" {
		moved := *e
		moved.Field = field
		return &moved
	}
	return err
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
	sess, bound, err := s.Machine.ConfirmFirst(r.Context(), c, b, pending.ID, f["code"], tidyLabel(f["label"]))
	if err != nil {
		data, drawn := s.firstData(pending)
		if drawn != nil {
			return drawn
		}
		data.Label = tidyLabel(f["label"])
		return &formFailure{err: err, view: "setup", screen: screen{Data: data}, field: "code"}
	}
	s.handOverSession(w, r, sess)
	s.dropSent(w, r, cookieTicket)     // the link of a reset, that led here
	if len(bound.RecoveryCodes) == 0 { // none come with what codes are sent to
		redirect(w, s.afterSignIn(sess))
		return nil
	}
	return s.showCodes(w, r, sess, codesData{Codes: bound.RecoveryCodes, ReturnTo: sess.ReturnTo(), Steps: firstSteps(pending.Kind)})
}
