package web

import (
	"net/http"
	"strings"
)

// Notices: what a page may be asked, in its address, to say about the step before. Whoever makes a link
// can choose among these and no other words.
const (
	noticeTimedOut         = "timed_out"
	noticeNoCookie         = "no_cookie"
	noticePasswordChanged  = "password_changed"
	noticePasswordReset    = "password_reset"
	noticeResetMailed      = "reset_mailed"
	noticeSignInMailed     = "sign_in_mailed"
	noticeAdded            = "app_added"
	noticeRenamed          = "app_renamed"
	noticeRemoved          = "app_removed"
	noticePasskeysOnly     = "passkeys_only"
	noticeCodesSaved       = "codes_saved"
	noticeCodesShown       = "codes_shown"
	noticeConfirmMailed    = "confirm_mailed"
	noticeAddressMailed    = "address_mailed"
	noticeAddressConfirmed = "address_confirmed"
	noticeAddressUndone    = "address_undone"
	noticeAddressKept      = "address_kept"
	noticeResetCancelled   = "reset_cancelled"
	noticeHelpAsked        = "help_asked"
	noticeBrowserEnded     = "browser_ended"
	noticeAccountDeleted   = "account_deleted"
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
	if key := noticeKey(r.URL.Query().Get("notice")); key != "" {
		return s.texts.text(key)
	}
	return ""
}

func noticeKey(name string) string {
	switch name {
	case noticeTimedOut:
		return "notice.timed_out"
	case noticeNoCookie:
		return "notice.no_cookie"
	case noticePasswordChanged:
		return "notice.password_changed"
	case noticePasswordReset:
		return "notice.password_reset"
	case noticeResetMailed:
		return "notice.reset_mailed"
	case noticeSignInMailed:
		return "notice.sign_in_mailed"
	case noticeAdded:
		return "notice.app_added"
	case noticeRenamed:
		return "notice.app_renamed"
	case noticeRemoved:
		return "notice.app_removed"
	case noticePasskeysOnly:
		return "notice.passkeys_only"
	case noticeCodesSaved:
		return "notice.codes_saved"
	case noticeCodesShown:
		return "notice.codes_shown"
	case noticeConfirmMailed:
		return "notice.confirm_mailed"
	case noticeAddressMailed:
		return "notice.address_mailed"
	case noticeAddressConfirmed:
		return "notice.address_confirmed"
	case noticeAddressUndone:
		return "notice.address_undone"
	case noticeAddressKept:
		return "notice.address_kept"
	case noticeResetCancelled:
		return "notice.reset_cancelled"
	case noticeHelpAsked:
		return "notice.help_asked"
	case noticeBrowserEnded:
		return "notice.browser_ended"
	case noticeAccountDeleted:
		return "notice.account_deleted"
	}
	return ""
}
