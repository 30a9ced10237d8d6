package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// noticeFor is how long a browser keeps a notice that no page has shown.
const noticeFor = time.Minute

// Notices: what a page says about the step before. The step itself leaves one with the browser, and the next page takes
// it: a link of somebody else's says nothing. A cookie that somebody made can choose among these and no other words.
const (
	noticeTimedOut         = "timed_out"
	noticeNoCookie         = "no_cookie"
	noticePasswordChanged  = "password_changed"
	noticePasswordReset    = "password_reset"
	noticeResetMailed      = "reset_mailed"
	noticeSignInMailed     = "sign_in_mailed"
	noticeAdded            = "added" // with a kind: see [added]
	noticeRenamed          = "app_renamed"
	noticeFavourite        = "app_favourite"
	noticeFavouriteEnded   = "app_favourite_ended"
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
	noticeSignedOut        = "signed_out"
)

// added names the notice that one of a kind was set up.
func added(kind core.Kind) string { return noticeAdded + "_" + string(kind) }

// redirectSaying leads on to a page that says what was done.
func (s *site) redirectSaying(w http.ResponseWriter, to, notice string) {
	s.leaveNotice(w, notice)
	redirect(w, to)
}

// leaveNotice has the next page say something.
func (s *site) leaveNotice(w http.ResponseWriter, notice string) {
	s.setCookie(w, cookieNotice, notice, noticeFor)
}

// notice takes the sentence that the step before left; "" when it left none. It is said once.
func (s *site) notice(w http.ResponseWriter, r *http.Request) string {
	name := s.cookie(r, cookieNotice)
	s.dropSent(w, r, cookieNotice)
	if name == "" && r.URL.Query().Has(noCookieMark) && s.refusesCookies(r) {
		name = noticeNoCookie
	}
	if name == "" && r.URL.Query().Has(codesShownMark) && slices.Contains([]string{"same-origin", "none"}, r.Header.Get("Sec-Fetch-Site")) {
		name = noticeCodesShown
	}
	if key := noticeKey(name); key != "" {
		return s.in(r).text(key)
	}
	return ""
}

// noCookieMark stands in the address of the sign-in page, for who keeps no notice. It says nothing to who keeps cookies, or
// comes from another site.
const noCookieMark = "no_cookie"

// codesShownMark stands in the address that script puts in place of the page of recovery codes: Back and Reload lead to
// it. It says nothing to who comes from another site.
const codesShownMark = "codes_shown"

// withoutCookie is the address of the sign-in page for a browser that refuses cookies.
func withoutCookie(to string) string {
	if strings.Contains(to, "?") {
		return to + "&" + noCookieMark
	}
	return to + "?" + noCookieMark
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
	case added(core.KindTOTP):
		return "notice.added_totp"
	case added(core.KindHOTP):
		return "notice.added_hotp"
	case added(core.KindWebAuthn):
		return "notice.added_webauthn"
	case added(core.KindSMS):
		return "notice.added_sms"
	case added(core.KindEmail):
		return "notice.added_email"
	case added(core.KindPush):
		return "notice.added_push"
	case noticeRenamed:
		return "notice.app_renamed"
	case noticeFavourite:
		return "notice.app_favourite"
	case noticeFavouriteEnded:
		return "notice.app_favourite_ended"
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
	case noticeSignedOut:
		return "notice.signed_out"
	}
	return ""
}
