package web

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/pages"
)

// After a sign-in with a password and a second step, a browser whose script found that it could keep a passkey is offered one,
// once in a while. Without script nobody meets that.

// offeredFor is how long a browser that was offered a passkey is not offered one again.
const offeredFor = 30 * 24 * time.Hour

// mayOfferPasskey says whether a sign-in is followed by the offer. What can't be found out is no reason for one.
func (s *site) mayOfferPasskey(r *http.Request, f form, sess core.Session) bool {
	amr := sess.AMR()
	switch {
	case f["able"] != "yes", !s.allowsPasskeys(), s.cookie(r, cookieOffered) != "":
		return false
	case sess.Used() == "", // nothing was asked for, or a recovery code: then something may be lost
		!slices.Contains(amr, "pwd"), slices.Contains(amr, "pop"):
		return false
	}
	here, err := s.hasPasskeyHere(r, sess)
	return err == nil && !here
}

// hasPasskeyHere says whether a passkey of the account was used in this browser and still can be.
func (s *site) hasPasskeyHere(r *http.Request, sess core.Session) (bool, error) {
	all, err := s.Machine.Authenticators(r.Context(), sess)
	last := s.lastUsed(r)
	return slices.ContainsFunc(all, func(a core.AuthenticatorInfo) bool {
		return a.Kind == core.KindWebAuthn && a.Usable && slices.Contains(last, a.ID)
	}), err
}

// offerPasskey hands the session over, and leads past the offer.
func (s *site) offerPasskey(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	s.handOverSession(w, r, sess)
	s.setCookie(w, cookieOffered, "yes", offeredFor)
	redirect(w, s.pathBack("/account/passkey", s.afterSignIn(sess)))
	return nil
}

func (s *site) pageOfferPasskey(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	to := s.returnOr(r.URL.Query().Get("return_to"), "/account")
	here, err := s.hasPasskeyHere(r, sess)
	if err != nil {
		return err
	}
	if here || !s.allowsPasskeys() {
		redirect(w, to)
		return nil
	}
	sc, err := s.screenFor(r, sess)
	if err != nil {
		return err
	}
	data := pages.OfferPasskey{Next: s.newPasskey(to), Asks: sess.ElevatedUntil().IsZero(), ReturnTo: to}
	if data.Asks {
		data.Next = s.pathBack("/account/confirm", data.Next)
	}
	sc.Data = data
	return s.render(w, r, http.StatusOK, "offer_passkey", sc)
}

// newPasskey is the page that sets one up and goes on to another. A way back that is too long for both is left out.
func (s *site) newPasskey(to string) string {
	page := s.path("/account/authenticators/new") + "?kind=" + string(core.KindWebAuthn)
	if long, ok := safeReturn(page + "&return_to=" + url.QueryEscape(to)); ok {
		return long
	}
	return page
}

// leavesOffer is where the page leads on that an offered passkey is set up on; false for every other address.
func (s *site) leavesOffer(to string) (back string, offered bool) {
	u, err := url.Parse(to)
	if err != nil || u.Path != s.path("/account/authenticators/new") || u.Query().Get("kind") != string(core.KindWebAuthn) {
		return "", false
	}
	return safeReturn(u.Query().Get("return_to"))
}

// createPasskey is the form that does all of an offered set-up at once, with script: it begins it, has the browser make the
// passkey, and sends what that made.
func (s *site) createPasskey(r *http.Request, back string) *pages.PasskeyForm {
	return &pages.PasskeyForm{
		Action: s.path("/account/authenticators/new"), Ask: s.path("/api/v1/authenticators"), Body: `{"kind":"webauthn"}`,
		At: s.path(pendingPath("{id}")), Name: "code", Hidden: map[string]string{"return_to": back}, Button: s.in(r).text("passkey.create"),
	}
}
