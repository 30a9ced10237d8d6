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
	noticeAdded           = "app_added"
	noticeRenamed         = "app_renamed"
	noticeRemoved         = "app_removed"
	noticeCodesSaved      = "codes_saved"
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
	case noticeAdded:
		return s.texts.text("notice.app_added")
	case noticeRenamed:
		return s.texts.text("notice.app_renamed")
	case noticeRemoved:
		return s.texts.text("notice.app_removed")
	case noticeCodesSaved:
		return s.texts.text("notice.codes_saved")
	}
	return ""
}
