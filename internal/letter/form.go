package letter

import (
	"errors"
	"strings"

	"github.com/sallyport/sallyport/internal/core"
)

// form is what a message of one kind has besides its texts.
type form struct {
	linked  bool   // it brings a link of its own
	coded   bool   // it brings a code
	lasting bool   // its link is a page like others: it doesn't expire
	open    string // the page that its button leads to when it brings no link; "" for no button
	advice  string // the heading over what to do about it; "" for no such part
	remedy  string // the page where that is done; "" for none
	unseen  bool   // no browser of whoever reads it, or of who poses as them, did it: there is no "where"
}

// The pages that messages lead to. None of them acts when it is opened.
const (
	pageSignIn = "/login"
	pageForgot = "/recover"
	pageNotMe  = "/account/not-me"
)

// The headings over what to do.
const (
	notYou   = "mail.not_you"
	notAsked = "mail.not_asked"
	toDo     = "mail.to_do"
)

// Some kinds have several wordings.
const (
	helpNoAddress     = core.MailHelp + "_no_address"         // nobody can write to who asks
	helpUnconfirmed   = core.MailHelp + "_unconfirmed"        // or only where it may be somebody else who reads
	resetOrderedLater = core.MailResetOrdered + "_later"      // with a wait, and a link that cancels
	invitationAccount = core.MailInvitation + "_account"      // to an account that was made already
	addressUnproved   = core.MailAddressChanged + "_unproved" // to an address that nobody had confirmed: it gets no link
	notMeOpen         = core.MailNotMe + "_open"              // the password still holds: no mailbox is proved that could get another
)

// wording is which texts a message has.
func wording(m core.Message) core.MessageKind {
	switch {
	case m.Kind == core.MailAddressChanged && m.Link == "":
		return addressUnproved
	case m.Kind == core.MailNotMe && m.Link == "":
		return notMeOpen
	case m.Kind == core.MailResetOrdered && m.Link != "":
		return resetOrderedLater
	case m.Kind == core.MailInvitation && m.Name != "":
		return invitationAccount
	case m.Kind == core.MailHelp && m.Args["address"] == core.AddressNone:
		return helpNoAddress
	case m.Kind == core.MailHelp && m.Args["address"] == core.AddressUnconfirmed:
		return helpUnconfirmed
	}
	return m.Kind
}

// forms are the forms of all wordings.
func forms() map[core.MessageKind]form {
	return map[core.MessageKind]form{
		core.MailConfirmAddress:    {linked: true, coded: true, advice: notYou, remedy: pageForgot},
		core.MailAddressTaken:      {open: pageSignIn, advice: notYou},
		core.MailNoAccount:         {open: pageForgot, advice: notYou},
		core.MailResetPassword:     {linked: true, coded: true, advice: notYou},
		core.MailPasswordReset:     {open: pageSignIn, advice: notYou, remedy: pageForgot},
		core.MailPasswordChanged:   {advice: notYou, remedy: pageForgot},
		core.MailPasswordExposed:   {linked: true, coded: true, advice: toDo, remedy: pageForgot, unseen: true},
		core.MailExposedToOld:      {advice: notYou, remedy: pageForgot, unseen: true},
		core.MailPasswordRefused:   {linked: true, coded: true, advice: notYou, remedy: pageForgot},
		core.MailChangeAddress:     {linked: true, coded: true, advice: notYou},
		core.MailAddressChanged:    {linked: true, advice: notYou, remedy: pageForgot},
		addressUnproved:            {advice: notYou},
		core.MailAddressUndone:     {open: pageForgot, advice: notYou},
		core.MailNewBrowser:        {advice: notYou, remedy: pageNotMe},
		core.MailNewClient:         {advice: notYou, remedy: pageNotMe},
		core.MailBound:             {advice: notYou, remedy: pageNotMe},
		core.MailUnbound:           {advice: notYou, remedy: pageNotMe},
		core.MailRecoveryCodeUsed:  {advice: notYou, remedy: pageNotMe},
		core.MailRecoveryCodesMade: {advice: notYou, remedy: pageNotMe},
		core.MailSessionsEnded:     {advice: notYou, remedy: pageNotMe},
		core.MailFailing:           {advice: notYou, remedy: pageNotMe},
		core.MailLocked:            {advice: notYou, remedy: pageNotMe},
		core.MailPasskeyCopied:     {advice: toDo, remedy: pageNotMe},
		core.MailNotMe:             {linked: true, coded: true, advice: toDo, remedy: pageForgot},
		notMeOpen:                  {open: pageSignIn, advice: toDo},
		core.MailPasskeysOnly:      {advice: notYou, remedy: pageNotMe},
		core.MailPasskeysOnlyEnded: {advice: notYou, remedy: pageNotMe},
		core.MailAfterFailures:     {advice: notYou, remedy: pageNotMe},
		core.MailBrowserStolen:     {advice: toDo, remedy: pageNotMe},
		core.MailResetOrdered:      {advice: notAsked, remedy: pageForgot, unseen: true},
		resetOrderedLater:          {linked: true, advice: notAsked, remedy: pageForgot, unseen: true},
		core.MailResetAsked:        {linked: true, advice: notYou, remedy: pageForgot},
		core.MailResetHalfway:      {linked: true, advice: notAsked, remedy: pageForgot, unseen: true},
		core.MailResetDone:         {linked: true, advice: notAsked, remedy: pageForgot, unseen: true},
		core.MailResetCancelled:    {advice: notYou, remedy: pageForgot},
		core.MailReminder:          {linked: true, lasting: true, unseen: true},
		core.MailInvitation:        {linked: true, advice: notAsked, unseen: true},
		invitationAccount:          {linked: true, advice: notAsked, unseen: true},
		core.MailDeleted:           {advice: notYou},
		core.MailDisabled:          {advice: toDo, unseen: true},
		core.MailEnabled:           {open: pageSignIn, advice: notAsked, unseen: true},
		core.MailRescueCode:        {coded: true, advice: notYou, remedy: pageForgot},
		core.MailSignIn:            {linked: true, coded: true, advice: notYou},
		core.MailSignInOtherwise:   {open: pageSignIn, advice: notYou},
		core.MailHelp:              {advice: toDo},
		helpNoAddress:              {advice: toDo},
		helpUnconfirmed:            {advice: toDo},
		core.MailCode:              {coded: true, advice: notYou, remedy: pageForgot},
	}
}

// formOf returns the form of a message that has what the form needs, and nothing that would be lost.
func formOf(m core.Message) (form, error) {
	f, known := forms()[wording(m)]
	switch {
	case !known:
		return form{}, errors.New("there are no words for it")
	case m.At.IsZero():
		return form{}, errors.New("it doesn't say when")
	case f.linked != (m.Link != ""), f.linked && !goodPath(m.Link):
		return form{}, errors.New("its link is missing, unexpected or not a path")
	case f.coded != (m.Code != ""), f.coded && !goodCode(m.Code):
		return form{}, errors.New("its code is missing, unexpected or not a code")
	case (f.linked || f.coded) && m.ExpiresAt.IsZero():
		return form{}, errors.New("it doesn't say until when it holds")
	}
	return f, nil
}

const (
	digits  = "0123456789"
	letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// goodPath reports a path with or without a query that stays below the public URL and is the same text in a header, in
// HTML and in an address bar.
func goodPath(p string) bool {
	return strings.HasPrefix(p, "/") && len(p) <= maxLink && !strings.Contains(p, "//") && !strings.Contains(p, "..") &&
		only(p, letters+digits+"/-_.~?=%")
}

func goodCode(c string) bool { return len(c) <= maxCode && only(c, letters+digits+"-") }

func only(s, allowed string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !strings.ContainsRune(allowed, r) })
}
