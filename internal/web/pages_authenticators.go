package web

import (
	"net/http"
	"slices"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/pages"
)

func (s *site) authenticatorScreen(r *http.Request, sess core.Session) (pages.Page, error) {
	sc, err := s.screenFor(r, sess)
	if err != nil {
		return pages.Page{}, err
	}
	info, err := s.Machine.Authenticator(r.Context(), sess, r.PathValue("id"))
	if err != nil {
		return pages.Page{}, err
	}
	all, err := s.Machine.Authenticators(r.Context(), sess)
	if err != nil {
		return pages.Page{}, err
	}
	sc.Data = pages.Authenticator{AuthenticatorRow: rowOf(info), Only: len(all) == 1, Twin: s.in(r).hasTwin(info, all)}
	return sc, nil
}

func (s *site) pageAuthenticator(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	sc, err := s.authenticatorScreen(r, sess)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "authenticator", sc)
}

func (s *site) postRename(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	c := s.caller(r, core.TransportCookie)
	if err := s.Machine.Rename(r.Context(), c, sess, r.PathValue("id"), f["label"]); err != nil {
		sc, lost := s.authenticatorScreen(r, sess)
		if lost != nil {
			return lost
		}
		return &formFailure{err: err, view: "authenticator", screen: sc, field: "label"}
	}
	s.redirectSaying(w, s.path("/account"), noticeRenamed)
	return nil
}

// postFavourite has an authenticator offered first, or no more.
func (s *site) postFavourite(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	first := f["favourite"] != "no"
	if err := s.Machine.SetFavourite(r.Context(), s.caller(r, core.TransportCookie), sess, r.PathValue("id"), first); err != nil {
		return err
	}
	notice := noticeFavourite
	if !first {
		notice = noticeFavouriteEnded
	}
	s.redirectSaying(w, s.path("/account"), notice)
	return nil
}

// removeScreen says what will happen, or why nothing can.
func (s *site) removeScreen(r *http.Request, sess core.Session) (pages.Page, error) {
	sc, err := s.authenticatorScreen(r, sess)
	if err != nil {
		return pages.Page{}, err
	}
	err = s.Machine.MayUnbind(r.Context(), sess, r.PathValue("id"))
	if core.IsCode(err, core.CodeWrongState) {
		data := sc.Data.(pages.Authenticator)
		data.Stays = s.in(r).ofError(s.asError(r, err))
		sc.Data, err = data, nil
	}
	return sc, err
}

func (s *site) pageRemove(w http.ResponseWriter, r *http.Request, e core.Elevated) error {
	sc, err := s.removeScreen(r, e.Session())
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "remove", sc)
}

func (s *site) postRemove(w http.ResponseWriter, r *http.Request, e core.Elevated) error {
	c := s.caller(r, core.TransportCookie)
	if err := s.Machine.Unbind(r.Context(), c, e, r.PathValue("id")); err != nil {
		sc, lost := s.removeScreen(r, e.Session())
		if lost != nil {
			return err
		}
		return &formFailure{err: err, view: "remove", screen: sc}
	}
	s.redirectSaying(w, s.path("/account"), noticeRemoved)
	return nil
}

// newKinds is what may be set up beside what is bound.
func (s *site) newKinds(r *http.Request, sess core.Session, kind core.Kind, f form) (pages.NewAuthenticator, error) {
	back, _ := safeReturn(f["return_to"])
	data := pages.NewAuthenticator{
		Kind: string(kind), Typed: f["to"], Label: f["label"], ReturnTo: back, Steps: s.setupSteps(r, sess, kind),
		Kinds: kindNames(s.otherKinds(kind)),
	}
	if kind == core.KindWebAuthn && data.ReturnTo != "" {
		data.Create = s.createPasskey(r, data.ReturnTo)
	}
	if err := s.forPush(r, &data, "/account/authenticators/new?kind=push"); err != nil || kind != core.KindEmail {
		return data, err
	}
	a, err := s.Machine.Account(r.Context(), sess)
	if a.EmailConfirmed {
		data.Own = a.Email
	}
	return data, err
}

func (s *site) pageNewAuthenticator(w http.ResponseWriter, r *http.Request, e core.Elevated) error {
	kind := kindOr(r.URL.Query().Get("kind"))
	if !slices.Contains(s.Machine.Kinds(), kind) {
		kind = s.Machine.Kinds()[0]
	}
	sc, err := s.newScreen(r, e, kind, form{"return_to": r.URL.Query().Get("return_to")})
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "authenticator_new", sc)
}

func (s *site) newScreen(r *http.Request, e core.Elevated, kind core.Kind, f form) (pages.Page, error) {
	sc, err := s.screenFor(r, e.Session())
	if err != nil {
		return pages.Page{}, err
	}
	sc.Data, err = s.newKinds(r, e.Session(), kind, f)
	return sc, err
}

func (s *site) postNewAuthenticator(w http.ResponseWriter, r *http.Request, e core.Elevated) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	in := newAuthenticator(f)
	in.Label = f["label"]
	s.nameBrowser(r, &in)
	b, err := s.Machine.Bind(r.Context(), s.caller(r, core.TransportCookie), e, in)
	if err != nil {
		sc, lost := s.newScreen(r, e, in.Kind, f)
		if lost != nil {
			return lost
		}
		return &formFailure{err: atField(err, "to"), view: "authenticator_new", screen: sc, field: "label"}
	}
	redirect(w, s.pathBack(pendingPath(b.ID), f["return_to"]))
	return nil
}

// setupSteps counts the pages of a set-up: three with the first app or token, since recovery codes come with it.
func (s *site) setupSteps(r *http.Request, sess core.Session, kind core.Kind) int {
	if kind.IsSent() {
		return 2
	}
	all, err := s.Machine.Authenticators(r.Context(), sess)
	if err != nil || slices.ContainsFunc(all, func(a core.AuthenticatorInfo) bool { return !a.Kind.IsSent() }) {
		return 2
	}
	return 3
}

func pendingPath(id string) string { return "/account/authenticators/" + id + "/confirm" }

// pendingScreen shows a set-up that this session began: the same key on every reload. back is where it leads on to.
func (s *site) pendingScreen(r *http.Request, e core.Elevated, back string) (pages.Page, error) {
	sc, err := s.screenFor(r, e.Session())
	if err != nil {
		return pages.Page{}, err
	}
	b, err := s.Machine.Pending(r.Context(), e, r.PathValue("id"))
	if err != nil {
		return pages.Page{}, err
	}
	data, err := s.setupData(r, b, pendingPath(b.ID))
	data.Steps = s.setupSteps(r, e.Session(), b.Kind)
	if back, ok := safeReturn(back); ok {
		data.ReturnTo = back
		if data.Passkey != nil {
			data.Passkey.Hidden = map[string]string{"return_to": back}
		}
	}
	sc.Data = data
	return sc, err
}

func (s *site) pagePending(w http.ResponseWriter, r *http.Request, e core.Elevated) error {
	sc, err := s.pendingScreen(r, e, r.URL.Query().Get("return_to"))
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, setupView(sc.Data.(pages.Setup)), sc)
}

func (s *site) postPending(w http.ResponseWriter, r *http.Request, e core.Elevated) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	recovering, err := s.Machine.Recovering(r.Context(), e.Session())
	if err != nil {
		return err
	}
	c := s.bindingCaller(r, core.TransportCookie)
	bound, err := s.Machine.Confirm(r.Context(), c, e, r.PathValue("id"), f["code"])
	if err != nil {
		sc, lost := s.pendingScreen(r, e, f["return_to"])
		if lost != nil {
			return err
		}
		data := sc.Data.(pages.Setup)
		return &formFailure{err: err, view: setupView(data), screen: sc, field: setupField(data)}
	}
	s.keepMade(w, r, core.TransportCookie, bound)
	back, ok := safeReturn(f["return_to"])
	if len(bound.RecoveryCodes) > 0 {
		return s.showCodes(w, r, e.Session(), added(bound.Authenticator.Kind), pages.Codes{
			Codes: bound.RecoveryCodes, ReturnTo: back, Steps: 3, Browser: boundBrowser(bound),
		})
	}
	if id := boundBrowser(bound); id != "" {
		s.redirectSaying(w, s.path("/push")+"?new="+id, added(core.KindPush)) // its script keeps the key now
		return nil
	}
	if ok && back != s.path("/account") {
		redirect(w, back)
		return nil
	}
	to := "/account"
	if recovering { // the lost one still opens the account
		to = "/account/replace"
	}
	s.redirectSaying(w, s.path(to), added(bound.Authenticator.Kind))
	return nil
}
