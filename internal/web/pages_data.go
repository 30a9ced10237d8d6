package web

import "github.com/sallyport/sallyport/pages"

// dataOf is the zero value of what a page shows; nil for a page without data.
func dataOf(page string) any {
	switch page {
	case "account":
		return pages.Account{}
	case "activity":
		return pages.Activity{}
	case "authenticator", "remove":
		return pages.Authenticator{}
	case "authenticator_new", "setup_begin":
		return pages.NewAuthenticator{}
	case "bind_anew", "cancel_reset", "reset", "undo", "verify_email":
		return pages.MailedLink{}
	case "browsers":
		return pages.Browsers{}
	case "codes":
		return pages.Codes{}
	case "codes_new":
		return pages.NewCodes{}
	case "confirm":
		return pages.Confirm{}
	case "delete":
		return pages.Delete{}
	case "due":
		return pages.Due{}
	case "email":
		return pages.Email{}
	case "error":
		return pages.Error{}
	case "login":
		return pages.Login{}
	case "lost":
		return pages.Lost{}
	case "mailed_login":
		return pages.MailedLogin{}
	}
	return moreDataOf(page)
}

func moreDataOf(page string) any {
	switch page {
	case "not_me":
		return pages.NotMe{}
	case "offer_passkey":
		return pages.OfferPasskey{}
	case "passkeys_only":
		return pages.PasskeysOnly{}
	case "password":
		return pages.Password{}
	case "push":
		return pages.Push{}
	case "recover":
		return pages.Recover{}
	case "register":
		return pages.Register{}
	case "replace":
		return pages.Replace{}
	case "sessions":
		return pages.Sessions{}
	case "setup":
		return pages.Setup{}
	case "setup_passkey":
		return pages.Setup{Passkey: &pages.PasskeyForm{}}
	case "setup_push":
		return pages.Setup{Push: &pages.PushBinding{}}
	case "stuck":
		return pages.Stuck{}
	case "verify":
		return pages.Verify{}
	}
	return nil
}
