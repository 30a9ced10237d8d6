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
	"github.com/sallyport/sallyport/pages"
	"github.com/sallyport/sallyport/qr"
)

// setupField is where what was wrong belongs.
func setupField(d pages.Setup) string {
	if d.Passkey != nil || d.Push != nil {
		return ""
	}
	return "code"
}

// setupData draws a pending binding. It holds the secret: it goes to the page that shows it.
func (s *site) setupData(r *http.Request, b core.Binding, action string) (pages.Setup, error) {
	data := pages.Setup{Step: 2, Steps: 3, Action: s.path(action), Kind: string(b.Kind), To: b.To, Label: b.Label, Wait: s.until(b.AgainAt), ID: b.ID, Push: (*pages.PushBinding)(b.Push)}
	if b.Options != "" {
		data.Alone = s.LoginForm == FormCombined
		data.Passkey = &pages.PasskeyForm{
			Action: data.Action, Options: b.Options, Name: "code", Button: s.in(r).text("passkey.create"),
		}
	}
	if b.Enrolment.URI == "" {
		return data, nil
	}
	code, err := qr.Encode(b.Enrolment.URI, qr.M)
	if err != nil {
		return pages.Setup{}, err
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
	return s.render(w, r, http.StatusOK, setupView(data), pages.Page{Data: data})
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
	if kind == "" && slices.Contains(data.Kinds, string(core.KindTOTP)) {
		return s.render(w, r, http.StatusOK, "setup_begin", pages.Page{Data: data})
	}
	if kind == "" && len(data.Kinds) > 0 {
		data.Kind, data.Kinds = data.Kinds[0], data.Kinds[1:]
	}
	return s.render(w, r, http.StatusOK, "authenticator_new", pages.Page{Data: data})
}

// firstKinds is what may be set up first.
func (s *site) firstKinds(r *http.Request, b core.MustBind, kind core.Kind, f form) (pages.NewAuthenticator, error) {
	kinds, err := s.Machine.FirstKinds(r.Context(), b)
	if err != nil {
		return pages.NewAuthenticator{}, err
	}
	data := pages.NewAuthenticator{
		Kind: string(kind), Kinds: kindNames(slices.DeleteFunc(kinds, func(k core.Kind) bool { return k == kind })), First: true,
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

func (s *site) firstData(r *http.Request, b core.MustBind, pending core.Binding) (pages.Setup, error) {
	data, err := s.setupData(r, pending, "/login/setup")
	if err != nil {
		return pages.Setup{}, err
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
			return &formFailure{err: atField(err, "to"), view: "authenticator_new", screen: pages.Page{Data: data}, field: "to"}
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
		return &formFailure{err: err, view: setupView(data), screen: pages.Page{Data: data}, field: setupField(data)}
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
	return s.showCodes(w, r, sess, added(pending.Kind), pages.Codes{
		Codes: bound.RecoveryCodes, ReturnTo: sess.ReturnTo(), Steps: firstSteps(pending.Kind), Browser: boundBrowser(bound),
	})
}
