package web

import "github.com/sallyport/sallyport/internal/core"

// wording is how events of one kind are told: keys of the catalogue.
type wording struct {
	text        string // what happened
	with        string // with the name of an authenticator
	detail      string // with the event's own words
	refused     string // what was tried, with why it failed
	refusedWith string // likewise, with the name of an authenticator before
}

// eventWords is the one place that puts events into words. A kind that is not known here is shown by its name.
func eventWords(kind string) (_ wording, known bool) {
	switch kind {
	case "registered":
		return wording{text: "event.registered"}, true
	case "signed_in":
		return wording{text: "event.signed_in_password", with: "event.signed_in_with"}, true
	case "signed_out":
		return wording{text: "event.signed_out"}, true
	case "login.password":
		return wording{text: "event.password_right", refused: "event.password_refused"}, true
	case "login.mailed":
		return wording{text: "event.mailed_right", refused: "event.link_refused"}, true
	case "login.second_factor":
		return wording{text: "event.signed_in", refused: "event.code_refused", refusedWith: "event.code_refused_with"}, true
	case "login.combined":
		return wording{text: "event.signed_in", refused: "event.combined_refused"}, true
	case "login.passkey":
		return wording{text: "event.signed_in", refused: "event.passkey_refused", refusedWith: "event.code_refused_with"}, true
	case "elevated":
		return wording{
			text: "event.elevated", with: "event.elevated_with",
			refused: "event.elevation_refused", refusedWith: "event.elevation_refused_with",
		}, true
	case "action.confirmed":
		return wording{
			text: "event.action", detail: "event.action_confirmed",
			refused: "event.elevation_refused", refusedWith: "event.elevation_refused_with",
		}, true
	case "action.redeemed":
		return wording{text: "event.action_done", detail: "event.action_redeemed"}, true
	case "session.ended":
		return wording{text: "event.session_ended"}, true
	case "session.others_ended":
		return wording{text: "event.others_ended"}, true
	case "session.all_ended":
		return wording{text: "event.all_ended"}, true
	}
	if words, known := pushWords(kind); known {
		return words, true
	}
	if words, known := changeWords(kind); known {
		return words, true
	}
	return serviceWords(kind)
}

// pushWords are of bound browsers.
func pushWords(kind string) (_ wording, known bool) {
	switch kind {
	case "push.asked":
		return wording{text: "event.push_asked", with: "event.push_asked_with"}, true
	case "push.approved":
		return wording{text: "event.push_approved", with: "event.push_approved_with"}, true
	case "push.declined":
		return wording{text: "event.push_declined", with: "event.push_declined_with"}, true
	case "push.not_me":
		return wording{text: "event.push_not_me", with: "event.push_not_me_with"}, true
	case "push.answered":
		return wording{text: "event.push_approved", refused: "event.push_refused", refusedWith: "event.push_refused_with"}, true
	}
	return wording{}, false
}

// changeWords are of what somebody changed about their account.
func changeWords(kind string) (_ wording, known bool) {
	switch kind {
	case "password.changed":
		return wording{text: "event.password_changed", refused: "event.change_refused"}, true
	case "credential.changed":
		return wording{text: "event.credential_changed"}, true
	case "password.reset":
		return wording{text: "event.password_reset", refused: "event.link_refused"}, true
	case "address.confirmed":
		return wording{text: "event.address_confirmed", refused: "event.link_refused"}, true
	case "address.change_asked":
		return wording{text: "event.address_asked", detail: "event.address_asked_for"}, true
	case "address.change_cancelled":
		return wording{text: "event.address_cancelled", detail: "event.address_cancelled_of"}, true
	case "address.changed":
		return wording{text: "event.address_changed", detail: "event.address_changed_to"}, true
	case "address.undone":
		return wording{text: "event.address_undone", refused: "event.link_refused"}, true
	case "authenticator.bound":
		return wording{text: "event.app_added", with: "event.app_added_with", refused: "event.app_refused"}, true
	case "authenticator.removed":
		return wording{text: "event.app_removed", detail: "event.app_removed_named"}, true
	case "passkey.copied":
		return wording{text: "event.passkey_copied"}, true
	case "passkeys_only.set":
		return wording{text: "event.passkeys_only"}, true
	case "passkeys_only.ended":
		return wording{text: "event.passkeys_only_ended"}, true
	case "recovery_codes.made":
		return wording{text: "event.codes_made"}, true
	case "browser.trusted":
		return wording{text: "event.browser_trusted"}, true
	case "browser.ended":
		return wording{text: "event.browser_ended"}, true
	case "browser.stolen":
		return wording{text: "event.browser_stolen"}, true
	}
	return wording{}, false
}

// serviceWords are of resets, and of what whoever runs the service did.
func serviceWords(kind string) (_ wording, known bool) {
	switch kind {
	case "reset.asked":
		return wording{text: "event.reset_asked"}, true
	case "reset.cancelled":
		return wording{text: "event.reset_cancelled", refused: "event.link_refused"}, true
	case "reset.ordered":
		return wording{text: "event.reset_ordered", detail: "event.reset_ordered_for"}, true
	case "reset.done":
		return wording{text: "event.reset_done"}, true
	case "password.exposed":
		return wording{text: "event.password_exposed", detail: "event.password_exposed_for"}, true
	case "password.link_made":
		return wording{text: "event.password_link"}, true
	case "account.created":
		return wording{text: "event.created"}, true
	case "account.imported":
		return wording{text: "event.imported"}, true
	case "account.disabled":
		return wording{text: "event.disabled", detail: "event.disabled_for"}, true
	case "account.enabled":
		return wording{text: "event.enabled", detail: "event.enabled_for"}, true
	case "account.groups_set":
		return wording{text: "event.groups_set"}, true
	case "account.language_set":
		return wording{text: "event.language_set"}, true
	case "account.policy_set":
		return wording{text: "event.policy_set"}, true
	case "code.sent":
		return wording{text: "event.code_sent", with: "event.code_sent_with"}, true
	case "sms.limit":
		return wording{text: "event.texts_limited", refused: "event.texts_limited_why"}, true
	}
	return wording{}, false
}

// refusal is why an attempt of that kind failed.
func refusal(kind, outcome string) string {
	switch core.Code(outcome) {
	case core.CodeWrong:
		return wrongOf(kind)
	case core.CodeAlreadyUsed:
		return "event.why_used"
	case core.CodeClockDrift:
		return "event.why_drift"
	case core.CodeLocked:
		return "event.why_locked"
	case core.CodeWrongState:
		if kind == "login.password" {
			return "event.why_exposed"
		}
	}
	return "event.why_other"
}

// wrongOf is what was wrong, as far as that is known.
func wrongOf(kind string) string {
	switch kind {
	case "login.password", "password.changed":
		return "event.why_wrong_password"
	case "login.second_factor", "authenticator.bound":
		return "event.why_wrong_code"
	}
	return "event.why_wrong"
}

// signedInBy is how a sign-in is told in which something stood in for a code.
func signedInBy(detail string) string {
	switch detail {
	case "recovery_code":
		return "event.signed_in_recovery"
	case "trusted_browser":
		return "event.signed_in_trusted"
	case "email":
		return "event.signed_in_mail"
	case "mailed":
		return "event.signed_in_mailed"
	}
	return "event.signed_in"
}
