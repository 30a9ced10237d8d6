package web

import (
	"net/http"
	"strings"

	"github.com/sallyport/sallyport/internal/core"
)

// browsersData is what the page about trusted browsers shows.
type browsersData struct {
	Browsers []browserRow
	TrustFor string // "" where none is trusted any more
}

type browserRow struct {
	core.BrowserInfo
	Browser string // "Firefox on Linux"
	Current bool   // the request came from it, or says so
}

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
	data := browsersData{TrustFor: s.trustFor(r)}
	for _, b := range browsers {
		data.Browsers = append(data.Browsers, browserRow{BrowserInfo: b, Browser: s.in(r).browserName(b.UserAgent), Current: b.ID == own})
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
