package web

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/pages"
)

// codeField is where what was wrong belongs.
func codeField(v pages.Verify) string {
	if v.ByPasskey || v.ByPush {
		return ""
	}
	return "code"
}

// The values that ask for another form of a page: the one for recovery codes, the one for mailed codes.
const (
	withRecovery = string(core.KindRecoveryCode)
	withMail     = string(core.KindEmail)
	withPasskey  = string(core.KindWebAuthn)
	withApp      = "app" // what pages show by themselves, but for who signed in with a recovery code
)

func offered(offers []core.Offer, with, chosen string) pages.Verify {
	d := pages.Verify{Chosen: chosen}
	for _, of := range offers {
		if of.Kind == core.KindRecoveryCode {
			d.RecoveryCode = true
			continue
		}
		o := offerOf(of)
		d.Order = append(d.Order, o)
		switch {
		case of.Kind.IsSent():
			d.Sent = append(d.Sent, o)
		case of.Kind == core.KindWebAuthn:
			d.Passkeys = append(d.Passkeys, o)
		case of.Kind == core.KindPush:
			d.Browsers = append(d.Browsers, o)
		default:
			d.Apps = append(d.Apps, o)
		}
	}
	if slices.ContainsFunc(d.Browsers, func(o pages.Offer) bool { return o.ID == with }) {
		with = withPush
	}
	d.ByPair = with == withPair && d.HasToken()
	if !d.ByPair && !takes(d, with) {
		with = ""
		d.SendFirst = sentTo(d, d.Default())
	}
	d.BySent = sentTo(d, with)
	d.ByPasskey = with == withPasskey || with == "" && d.Default() == withPasskey
	d.ByPush = with == withPush || with == "" && d.Default() == withPush
	d.ByRecovery = d.RecoveryCode && (with == withRecovery || len(d.Order) == 0)
	return d
}

// takes says whether there is what a form would ask for.
func takes(v pages.Verify, with string) bool {
	return with == withRecovery && v.RecoveryCode || slices.ContainsFunc(v.All(), func(c pages.Choice) bool { return c.With == with })
}

// sentTo is the one that the form was asked for; nil where it was another.
func sentTo(v pages.Verify, id string) *pages.Offer {
	if i := slices.IndexFunc(v.Sent, func(o pages.Offer) bool { return o.ID == id }); i >= 0 {
		return &v.Sent[i]
	}
	return nil
}

// codeResponse is what a code field answers. Either form of the field takes codes of an app and recovery codes.
func codeResponse(f form) core.Response {
	if f["with"] == withPair {
		return pairResponse(f)
	}
	in := core.Response{Value: f["code"], Authenticator: f["authenticator"], TrustBrowser: f["trust_browser"] != ""}
	if f["with"] == withPasskey {
		in.Kind, in.Value = core.KindWebAuthn, f["response"]
	}
	if f["with"] == withPush {
		in.Kind, in.Value = core.KindPush, f["prompt"]
	}
	if in.Authenticator == withRecovery {
		in.Kind, in.Authenticator = core.KindRecoveryCode, ""
	}
	return in
}

// isShape says whether what was typed can't be a code of an app.
func isShape(e *core.Error) bool { return e.Text == "code.shape" || e.Text == "code.shape_of" }

// rewordCode gives what was wrong with a code the words of the field it was typed into.
func rewordCode(err error, d pages.Verify) error {
	err = core.Reword(err, core.CodeThrottled, "code.throttled")
	switch {
	case d.ByPasskey, d.ByPush:
		return err
	case d.ByPair:
		return rewordPair(err)
	case d.ByMail:
		return core.Reword(err, core.CodeWrong, "mail_code.wrong")
	case d.BySent != nil:
		var e *core.Error
		if errors.As(err, &e) && isShape(e) {
			return &core.Error{Code: e.Code, Field: e.Field, Text: "sent_code.shape"}
		}
		if errors.As(err, &e) && e.Text != "" {
			return err
		}
		return core.Reword(err, core.CodeWrong, "sent_code.wrong")
	case d.ByRecovery:
		var e *core.Error
		if errors.As(err, &e) && isShape(e) {
			return &core.Error{Code: e.Code, Field: e.Field, Text: "recovery.shape"}
		}
		return core.Reword(err, core.CodeWrong, "recovery.wrong")
	}
	return rewordShown(err, d)
}

func (s *site) pageVerify(w http.ResponseWriter, r *http.Request, l core.Login) error {
	data, err := s.verifyData(r, l, form{"with": r.URL.Query().Get("with")})
	var bind *core.BindNeeded
	if errors.As(err, &bind) {
		redirect(w, s.path("/login/setup"))
		return nil
	}
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "verify", pages.Page{Data: data})
}

// verifyData asks what the login may be answered with now.
func (s *site) verifyData(r *http.Request, l core.Login, f form) (pages.Verify, error) {
	err := s.Machine.Next(r.Context(), s.caller(r, core.TransportCookie), l)
	var more *core.MoreNeeded
	if !errors.As(err, &more) {
		return pages.Verify{}, err
	}
	d := offered(more.Offer, f["with"], f["authenticator"])
	d.Passkey = s.verifyPasskey(r)
	if f["with"] == "" && d.SendFirst != nil && len(d.Order) == 1 {
		d.BySent, d.SendFirst = d.SendFirst, nil // a code went there with the password
	}
	if d.BySent != nil {
		again, err := s.Machine.AgainAt(r.Context(), l, d.BySent.ID)
		if err != nil {
			return d, err
		}
		d.Wait = s.until(again)
	}
	d.ResetDue = more.ResetDue
	d.TrustFor, d.Trust = s.in(r).lasting(more.TrustFor), f["trust_browser"] != ""
	if err := s.verifyPrompt(r, l, &d, f["with"]); err != nil {
		return d, err
	}
	if f["with"] != withMail {
		return d, nil
	}
	ways, err := s.Machine.WaysBack(r.Context(), l)
	if ways.Rescue {
		d.ByMail, d.ByRecovery, d.ByPasskey, d.SendFirst = true, false, false, nil
	}
	return d, err
}

// until is how many seconds are left; 0 where the time is over.
func (s *site) until(t time.Time) int { return max(0, seconds(t.Sub(s.Clock()))) }

// trustFor is how long a browser may be trusted, in words; "" where none is.
func (s *site) trustFor(r *http.Request) string { return s.in(r).lasting(s.Machine.TrustBrowserFor()) }

// lasting is a length of time in words; "" for none.
func (c texts) lasting(d time.Duration) string {
	if d > 0 {
		return c.wait(d)
	}
	return ""
}

func (s *site) postVerify(w http.ResponseWriter, r *http.Request, l core.Login) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	in := codeResponse(f)
	if f["with"] == withMail {
		in.Kind = core.KindEmail
	}
	sess, err := s.Machine.Answer(r.Context(), s.caller(r, core.TransportCookie), l, in)
	if err == nil && s.mayOfferPasskey(r, f, sess) {
		return s.offerPasskey(w, r, sess)
	}
	if err = s.proceed(w, r, "", sess, err); err == nil || core.IsCode(err, core.CodeLoginExpired) {
		return err
	}
	// Asked anew: the failure may have been the last that an app had.
	data, lost := s.verifyData(r, l, f)
	if lost != nil {
		return err
	}
	return &formFailure{err: rewordCode(err, data), view: "verify", screen: pages.Page{Data: data}, field: codeField(data)}
}

// postCancel ends a login in progress: whoever it was, somebody else may sign in now.
func (s *site) postCancel(w http.ResponseWriter, r *http.Request, l core.Login) error {
	if err := s.Machine.Cancel(r.Context(), l); err != nil {
		return err
	}
	s.dropCookie(w, cookieLogin)
	s.dropSent(w, r, cookieTyped)
	redirect(w, s.path("/login"))
	return nil
}
