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

	Passkey *passkeyForm      // nil but for passkeys
	Alone   bool              // with that: it has to be able to sign in by itself
	ID      string            // of the pending binding
	Push    *core.PushBinding // nil but for bound browsers

	ReturnTo string // where it leads on to; "" for the account page

	Kind  core.Kind
	To    string      // where the code went, for the kinds that codes are sent to
	Wait  int         // seconds until another may be asked for
	Kinds []core.Kind // what else could be set up first
}

// field is where what was wrong belongs.
func (d setupData) field() string {
	if d.Passkey != nil || d.Push != nil {
		return ""
	}
	return "code"
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

	ReturnTo  string        // as in setupData
	Create    *passkeyForm  // in place of a page of its own; nil for most
	Elsewhere string        // with push: where another browser is set up
	QR        template.HTML // the same, to scan
}

// setupData draws a pending binding. It holds the secret: it goes to the page that shows it.
func (s *site) setupData(r *http.Request, b core.Binding, action string) (setupData, error) {
	data := setupData{Step: 2, Steps: 3, Action: s.path(action), Kind: b.Kind, To: b.To, Label: b.Label, Wait: s.until(b.AgainAt), ID: b.ID, Push: b.Push}
	if b.Options != "" {
		data.Alone = s.LoginForm == FormCombined
		data.Passkey = &passkeyForm{
			Action: data.Action, Options: b.Options, Name: "code", Button: s.in(r).text("passkey.create"),
		}
	}
	if b.Enrolment.URI == "" {
		return data, nil
	}
	code, err := qr.Encode(b.Enrolment.URI, qr.M)
	if err != nil {
		return setupData{}, err
	}
	// Both come from packages of ours and hold nothing that was not escaped there.
	data.QR, data.URI = template.HTML(code.SVG(s.in(r).text("setup.qr"))), keyURI(b.Enrolment.URI)
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
		return s.beginPage(w, r, b, kind)
	}
	pending, err := s.Machine.PendingFirst(r.Context(), b)
	if core.IsCode(err, core.CodeNotFound) {
		return s.beginPage(w, r, b, "")
	}
	if err != nil {
		return err
	}
	data, err := s.firstData(r, b, pending)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, setupView(data), screen{Data: data})
}

// hasForm says whether a kind may be bound and needs more than a press of a button.
func (s *site) hasForm(kind core.Kind) bool { return kind != core.KindTOTP && s.allowsKind(kind) }

func (s *site) allowsKind(kind core.Kind) bool { return slices.Contains(s.Machine.Kinds(), kind) }

// beginPage begins to set up one kind, or lets a person choose. Without a choice it is a code app, wherever that is
// enough.
func (s *site) beginPage(w http.ResponseWriter, r *http.Request, b core.MustBind, kind core.Kind) error {
	data, err := s.firstKinds(r, b, kind, nil)
	if err != nil {
		return err
	}
	if kind == "" && slices.Contains(data.Kinds, core.KindTOTP) {
		return s.render(w, r, http.StatusOK, "setup_begin", screen{Data: data})
	}
	if kind == "" && len(data.Kinds) > 0 {
		data.Kind, data.Kinds = data.Kinds[0], data.Kinds[1:]
	}
	return s.render(w, r, http.StatusOK, "authenticator_new", screen{Data: data})
}

// firstKinds is what may be set up first.
func (s *site) firstKinds(r *http.Request, b core.MustBind, kind core.Kind, f form) (kindsData, error) {
	kinds, err := s.Machine.FirstKinds(r.Context(), b)
	if err != nil {
		return kindsData{}, err
	}
	data := kindsData{
		Kind: kind, Kinds: slices.DeleteFunc(kinds, func(k core.Kind) bool { return k == kind }), First: true,
		Typed: f["to"], Label: f["label"], Steps: firstSteps(kind),
	}
	return data, s.forPush(r, &data, "/login")
}

// firstSteps counts the pages on which a first authenticator is set up. A code app begins with its key; what codes are sent
// to brings no recovery codes; all else has both, a page to begin with and recovery codes.
func firstSteps(kind core.Kind) int {
	if kind == core.KindHOTP || kind == core.KindWebAuthn || kind == core.KindPush {
		return 3
	}
	return 2
}

func (s *site) otherKinds(kind core.Kind) []core.Kind {
	return slices.DeleteFunc(s.Machine.Kinds(), func(k core.Kind) bool { return k == kind })
}

func (s *site) firstData(r *http.Request, b core.MustBind, pending core.Binding) (setupData, error) {
	data, err := s.setupData(r, pending, "/login/setup")
	if err != nil {
		return setupData{}, err
	}
	others, err := s.firstKinds(r, b, pending.Kind, nil)
	data.First, data.Kinds = true, others.Kinds
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
		s.nameBrowser(r, &in)
		if _, err := s.Machine.BindFirst(r.Context(), s.caller(r, core.TransportCookie), b, in); err != nil {
			data, lost := s.firstKinds(r, b, in.Kind, f)
			if lost != nil {
				return lost
			}
			return &formFailure{err: atField(err, "to"), view: "authenticator_new", screen: screen{Data: data}, field: "to"}
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
	c := s.bindingCaller(r, core.TransportCookie)
	sess, bound, err := s.Machine.ConfirmFirst(r.Context(), c, b, pending.ID, f["code"], tidyLabel(f["label"]))
	if err != nil {
		var again *core.BindAgain
		if errors.As(err, &again) {
			pending = again.Binding
		}
		data, drawn := s.firstData(r, b, pending)
		if drawn != nil {
			return drawn
		}
		data.Label = tidyLabel(f["label"])
		return &formFailure{err: err, view: setupView(data), screen: screen{Data: data}, field: data.field()}
	}
	s.handOverSession(w, r, sess)
	s.keepBound(w, core.TransportCookie, bound)
	s.dropSent(w, r, cookieTicket)     // the link of a reset, that led here
	if len(bound.RecoveryCodes) == 0 { // none come with what codes are sent to
		if _, back := safeReturn(sess.ReturnTo()); !back {
			s.leaveNotice(w, added(bound.Authenticator.Kind))
		}
		redirect(w, s.afterSignIn(sess))
		return nil
	}
	return s.showCodes(w, r, sess, codesData{
		Codes: bound.RecoveryCodes, ReturnTo: sess.ReturnTo(), Steps: firstSteps(pending.Kind), Added: pending.Kind, Browser: boundBrowser(bound),
	})
}
