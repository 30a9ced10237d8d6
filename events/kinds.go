package events

// Kind is what happened. A kind never gets another meaning.
type Kind string

// Signing in.
const (
	// Registered is an account that somebody made for themself.
	Registered Kind = "registered"
	// LoginPassword is a password that was right where more is needed, or one that was refused.
	LoginPassword Kind = "login.password"
	// LoginSecondFactor is a code that was refused. One that was right is [SignedIn].
	LoginSecondFactor Kind = "login.second_factor"
	// LoginCombined is name, password and code in one, refused.
	LoginCombined Kind = "login.combined"
	// LoginMailed is a mailed code or link in place of a password: right where more is needed, or refused.
	LoginMailed Kind = "login.mailed"
	// LoginPasskey is a passkey alone, refused.
	LoginPasskey Kind = "login.passkey"
	// SignedIn is a session that began. Detail is what stood in for a code: "recovery_code", "email", "trusted_browser", or
	// "mailed" where a mailed code was all; mostly "".
	SignedIn Kind = "signed_in"
	// SignedOut is a session that ended itself.
	SignedOut Kind = "signed_out"
	// SessionEnded is another session that was ended.
	SessionEnded Kind = "session.ended"
	// SessionOthersEnded is all other sessions that were ended.
	SessionOthersEnded Kind = "session.others_ended"
	// Elevated is a reauthentication, or a try.
	Elevated Kind = "elevated"
	// ActionConfirmed is a proof for one action, or a try. Detail is the action in words.
	ActionConfirmed Kind = "action.confirmed"
	// ActionRedeemed is that proof, used. Detail is the action in words.
	ActionRedeemed Kind = "action.redeemed"
	// CodeAsked is a code that was asked of an authenticator that is locked. What was sent is [CodeSent].
	CodeAsked Kind = "code.asked"
	// CodeSent is a code that goes out by email or text message.
	CodeSent Kind = "code.sent"
	// PushAsked is a bound browser that was asked to approve.
	PushAsked Kind = "push.asked"
	// PushApproved is one that approved, with the right number.
	PushApproved Kind = "push.approved"
	// PushDeclined is one that declined.
	PushDeclined Kind = "push.declined"
	// PushNotMe is one that said that it was somebody else: everything of the account ended.
	PushNotMe Kind = "push.not_me"
	// PushAnswered is an answer of one that was refused, for a wrong number, say.
	PushAnswered Kind = "push.answered"
	// PushSubscribed is where messages reach one, said with a challenge that was used before.
	PushSubscribed Kind = "push.subscribed"
	// SMSLimit is a text message that was not sent, since the limit for everybody is reached.
	SMSLimit Kind = "sms.limit"
	// BrowserTrusted is a browser that is trusted from now on.
	BrowserTrusted Kind = "browser.trusted"
	// BrowserEnded is the trust of one, ended.
	BrowserEnded Kind = "browser.ended"
	// BrowserStolen is what trusts a browser, come from two places: the trust ended.
	BrowserStolen Kind = "browser.stolen"
)

// Password and address.
const (
	// PasswordChanged is another password, set by who is signed in, or a try.
	PasswordChanged Kind = "password.changed"
	// PasswordReset is one that was set with a mailed or handed link, or a try.
	PasswordReset Kind = "password.reset"
	// PasswordExposed is one that an administrator shut, since others may know it. Detail is the reason.
	PasswordExposed Kind = "password.exposed"
	// PasswordLinkMade is another link for an account's first password, by an administrator. Detail is the reason.
	PasswordLinkMade Kind = "password.link_made"
	// AddressConfirmed is an address that was proved, or a try. Detail is the address, where a link of its own proved it.
	AddressConfirmed Kind = "address.confirmed"
	// AddressChangeAsked is another address that was asked for. Detail is the address.
	AddressChangeAsked Kind = "address.change_asked"
	// AddressChangeCancelled is that, cancelled. Detail is the address.
	AddressChangeCancelled Kind = "address.change_cancelled"
	// AddressChanged is another address that was proved. Detail is the address.
	AddressChanged Kind = "address.changed"
	// AddressUndone is an old address that was given back, or a try. Detail is the address.
	AddressUndone Kind = "address.undone"
)

// Second factors.
const (
	// AuthenticatorBound is one that was set up, or that an administrator gave; or a try.
	AuthenticatorBound Kind = "authenticator.bound"
	// AuthenticatorRemoved is one that was removed. Detail is its name.
	AuthenticatorRemoved Kind = "authenticator.removed"
	// PasskeyCopied is a passkey whose count did not grow, as that of a copy: it was refused.
	PasskeyCopied Kind = "passkey.copied"
	// PasskeysOnlySet is an account that nothing but a passkey opens from now on.
	PasskeysOnlySet Kind = "passkeys_only.set"
	// PasskeysOnlyEnded is one that codes open again.
	PasskeysOnlyEnded Kind = "passkeys_only.ended"
	// RecoveryCodesMade is new recovery codes. Those before are dead.
	RecoveryCodesMade Kind = "recovery_codes.made"
	// ResetAsked is a reset that somebody with the password asked for: the wait begins.
	ResetAsked Kind = "reset.asked"
	// ResetOrdered is one that an administrator ordered, at once or after a wait. Detail is the reason.
	ResetOrdered Kind = "reset.ordered"
	// ResetCancelled is one that waited and was cancelled, or a try.
	ResetCancelled Kind = "reset.cancelled"
	// ResetDone is every second factor, removed. Detail is an administrator's reason.
	ResetDone Kind = "reset.done"
)

// By an administrator, in the main.
const (
	// AccountCreated is an account that an administrator made.
	AccountCreated Kind = "account.created"
	// AccountImported is one of another system that was taken in. Detail is which of which source.
	AccountImported Kind = "account.imported"
	// CredentialChanged is a password or address that the embedding application, which keeps the accounts, changed. Session is
	// the one that goes on.
	CredentialChanged Kind = "credential.changed"
	// AllSessionsEnded is the end of all of them, by the embedding application.
	AllSessionsEnded Kind = "session.all_ended"
	// LanguageSet is another language of pages and messages. Detail is its tag.
	LanguageSet Kind = "account.language_set"
	// AccountDisabled is an account that was shut. Detail is the reason, if there is one.
	AccountDisabled Kind = "account.disabled"
	// AccountEnabled is one that was opened again. Detail is the reason, if there is one.
	AccountEnabled Kind = "account.enabled"
	// AccountGroupsSet is other groups. Detail is their names, with commas between.
	AccountGroupsSet Kind = "account.groups_set"
	// AccountPolicySet is a policy of the account's own. Detail is the policy; "" for that of the service.
	AccountPolicySet Kind = "account.policy_set"
	// AccountDeleted is an account that is gone, by its owner or an administrator. No event of it comes after.
	AccountDeleted Kind = "account.deleted"
)
