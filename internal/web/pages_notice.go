package web

import (
	"net/http"
	"strings"
)

// Notices: what a page may be asked, in its address, to say about the step before. Whoever makes a link
// can choose among these and no other words.
const (
	noticeTimedOut        = "timed_out"
	noticeNoCookie        = "no_cookie"
	noticePasswordChanged = "password_changed"
)

// withNotice is a page's address with a notice.
func withNotice(to, notice string) string {
	if strings.Contains(to, "?") {
		return to + "&notice=" + notice
	}
	return to + "?notice=" + notice
}

// notice is the sentence that a request asks for; "" when there is none of that name.
func (s *site) notice(r *http.Request) string {
	switch r.URL.Query().Get("notice") {
	case noticeTimedOut:
		return s.texts.text("notice.timed_out")
	case noticeNoCookie:
		return s.texts.text("notice.no_cookie")
	case noticePasswordChanged:
		return s.texts.text("notice.password_changed")
	}
	return ""
}
