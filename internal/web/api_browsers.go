package web

import (
	"net/http"
	"strings"

	"github.com/sallyport/sallyport/internal/core"
)

// trustedBrowser names the trusted browser that a request says it comes from. It is for showing which one that is.
func (s *site) trustedBrowser(r *http.Request) string {
	id, _, _ := strings.Cut(s.cookie(r, cookieBrowser), ".")
	return id
}

// apiBrowsers lists the browsers that need no second step.
func (s *site) apiBrowsers(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	all, err := s.Machine.Browsers(r.Context(), sess)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, browsersAnswer{Browsers: s.viewBrowsers(r, all)})
}

// apiEndBrowser makes one of them ask again.
func (s *site) apiEndBrowser(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	if err := readNothing(r); err != nil {
		return err
	}
	id, err := pathID(r)
	if err != nil {
		return err
	}
	if err := s.Machine.EndBrowser(r.Context(), s.caller(r, sess.Transport()), sess, id); err != nil {
		return err
	}
	if id == s.trustedBrowser(r) {
		s.dropCookie(w, cookieBrowser)
	}
	return noContent(w)
}
