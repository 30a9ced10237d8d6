package web

import (
	"net/http"
	"strings"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/pages"
)

func (s *site) pageBrowsers(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	sc, err := s.screenFor(r, sess)
	if err != nil {
		return err
	}
	browsers, err := s.Machine.Browsers(r.Context(), sess)
	if err != nil {
		return err
	}
	own, _, _ := strings.Cut(s.cookie(r, cookieBrowser), ".")
	data := pages.Browsers{TrustFor: s.trustFor(r)}
	for _, b := range browsers {
		data.Browsers = append(data.Browsers, pages.BrowserRow{
			ID: b.ID, Browser: s.in(r).browserName(b.UserAgent), Address: b.Address, CreatedAt: b.CreatedAt, LastUsedAt: b.LastUsedAt,
			ExpiresAt: b.ExpiresAt, Current: b.ID == own,
		})
	}
	sc.Wide, sc.Notice, sc.Data = true, s.notice(w, r), data
	return s.render(w, r, http.StatusOK, "browsers", sc)
}

func (s *site) postEndBrowser(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	if err := s.Machine.EndBrowser(r.Context(), s.caller(r, core.TransportCookie), sess, r.PathValue("id")); err != nil {
		return err
	}
	s.redirectSaying(w, s.path("/account/browsers"), noticeBrowserEnded)
	return nil
}
