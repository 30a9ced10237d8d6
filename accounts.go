package sallyport

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/sallyport/sallyport/internal/core"
)

// Accounts are the accounts of an application that has a table of users, and passwords, of its own. With [Config.Accounts] set, the
// Gate keeps neither: it asks here who somebody is and whether a password is theirs, keeps under the account's id what the second
// factor needs, and has no pages on which accounts are made, or their passwords and addresses changed. Its tables have no foreign
// key into the application's.
//
// An error that wraps [ErrNoAccount] says that nobody has that name or id. Every other one is a failure: it is logged, answered
// with 503, and lets nobody in; so is a panic, without its text. Methods are called often, AccountByID with every request of somebody signed in, and from many
// goroutines at once.
type Accounts interface {
	// AccountByLogin finds the account that somebody means by what they typed, a username or an address: as it was typed,
	// without control characters and of 1,024 bytes at most. Ask the database whoever may have that name, so that an answer
	// takes as long for nobody.
	AccountByLogin(ctx context.Context, login string) (Account, error)
	// AccountByID finds an account by the ID that another method gave it.
	AccountByID(ctx context.Context, id string) (Account, error)
	// CheckPassword says whether the password, of 1 to 1,024 bytes as typed, is that of the account: false and no error when it is
	// not. After an error the attempt stays counted, since a comparison may answer so, too. For nobody's name it is
	// called with the id "": compare with a hash of the same cost that no password makes, and answer false, or the time that
	// takes tells which names exist. The Gate counts attempts before it asks, delays those that come after failures, and
	// lets few comparisons run at once.
	CheckPassword(ctx context.Context, id, password string) (bool, error)
}

// ErrNoAccount is what [Accounts] answer for a name or an id that nobody has. Test with errors.Is.
var ErrNoAccount = errors.New("sallyport: there is no such account")

// Account is what the Gate has to know of one of an application's [Accounts].
type Account struct {
	// ID names the account for ever: 1 to 255 bytes of UTF-8 without control characters, compared byte by byte. It is never
	// given to somebody else, and hangs on no name or address. Needed.
	ID string
	// Username is what pages and messages call somebody, and code apps show. Default: Email, or else ID.
	Username string
	// Email is where messages to the account's owner go. Default: none are sent.
	Email string
	// EmailConfirmed says that the owner proved to have that mailbox. Only then it can help them back in: with a mailed
	// sign-in, or a reset of a lost second factor.
	EmailConfirmed bool
	// Groups are what [Config.SecondFactorGroups] names: letters, digits and dashes, 64 names at most.
	Groups []string
	// Disabled shuts the account: nobody signs in, as with a wrong password, and no session of it is one. After
	// [Gate.EndSessions] none comes alive again when it is opened.
	Disabled bool
}

// SignIn signs in with what somebody typed into the application's own form: it counts the attempt, compares the password, and answers
// the request with a redirect, to the second step or to where the person wanted to go. That is the form's field or parameter
// return_to, a path on this host, and otherwise [Config.Home]. Of fields alone, remember, if it is not empty, keeps the session for
// [Config.SessionLifetimeAAL1], and with [Config.LoginForm] "combined" code is the second factor.
//
// An error is a [*Error]: nothing was written then, and the application shows its form again with what the error says. Known and
// unknown names are refused alike. A request that is no POST is refused, and what another site's page sent (as
// [http.CrossOriginProtection] knows it).
func (g *Gate) SignIn(w http.ResponseWriter, r *http.Request, login, password string) error {
	return asError(g.site.SignIn(w, r, login, password))
}

// PasswordProved goes on with a sign-in whose password the application compared itself, in a handler of its own: call it instead
// of beginning a session, once the password was right, with the account's id. It answers the request as [Gate.SignIn] does, a
// refusal included; what is no POST, or came from another site's page, is refused here too.
//
// It is believed. Whoever reaches it is past the first door: called without a comparison, or with an id that the request brought,
// it is a hole. Nor does it count anything: the application has to delay who guesses at its form, or to use [Gate.SignIn], which
// does all of that.
func (g *Gate) PasswordProved(w http.ResponseWriter, r *http.Request, id string) {
	if g.accounts == nil {
		g.site.Fail(w, r, errNoAccounts)
		return
	}
	if err := checkID("PasswordProved was called with", id); err != nil {
		g.site.Fail(w, r, err)
		return
	}
	g.site.PasswordProved(w, r, id)
}

// CredentialChanged has to be called when the password of an account, or its address, was changed or reset: it ends its sessions,
// logins in progress, trusted browsers and mailed links. The session that r belongs to goes on, if it is the account's own, with a
// new cookie; after a reset by a link there is none. Call it before anything is written to w. It returns an error that wraps
// [ErrNoAccount] when [Accounts] don't know the id.
func (g *Gate) CredentialChanged(w http.ResponseWriter, r *http.Request, id string) error {
	if err := g.mayBeTold("CredentialChanged", id); err != nil {
		return err
	}
	err := g.site.CredentialChanged(w, r, id)
	if core.IsCode(err, core.CodeNotFound) {
		return fmt.Errorf("sallyport: CredentialChanged: %w", ErrNoAccount)
	}
	return err
}

// EndSessions ends every session, login in progress, trusted browser and mailed link of an account, and the reset that somebody
// asked for: call it when the account is disabled, or for who wants to be signed out everywhere. What is bound stays. The account
// need not exist any more.
func (g *Gate) EndSessions(ctx context.Context, id string) error {
	if err := g.mayBeTold("EndSessions", id); err != nil {
		return err
	}
	return g.house.Machine.EndAll(ctx, core.Caller{}, id)
}

// Forget deletes all that is kept about an account but its events. Call it after the application has deleted its account: one that
// it still has begins anew, without a second factor, as soon as somebody proves its password.
func (g *Gate) Forget(ctx context.Context, id string) error {
	if err := g.mayBeTold("Forget", id); err != nil {
		return err
	}
	return g.house.Machine.Forget(ctx, core.Caller{}, id)
}

// ResetAuthenticators removes every authenticator and the recovery codes of an account whose owner lost them all, and whom the
// application believes: it asks for no proof, so that whoever reaches it gets into the account with its password. Its owner is
// told, with the reason, which is kept with the event. From a link, good once and for 24 hours, they set up a new one, after
// their password: it is mailed to their address, or where there is none returned, to be handed over. It returns an error that
// wraps [ErrNoAccount] when [Accounts] don't know the id, and an [*Error] with [CodeWrongState] when nothing is set up.
func (g *Gate) ResetAuthenticators(ctx context.Context, id, reason string) (link string, err error) {
	if err := g.mayBeTold("ResetAuthenticators", id); err != nil {
		return "", err
	}
	handed, err := g.house.Machine.ResetAuthenticators(ctx, core.Caller{UserAgent: "the application"}, id, core.Order{Reason: reason})
	if core.IsCode(err, core.CodeNotFound) {
		return "", fmt.Errorf("sallyport: ResetAuthenticators: %w", ErrNoAccount)
	}
	if err != nil || handed.Bind == "" {
		return "", asError(err)
	}
	return g.public + handed.Bind, nil
}

var errNoAccounts = errors.New("sallyport: Config.Accounts is not set: the Gate keeps its accounts itself")

func (g *Gate) mayBeTold(method, id string) error {
	if g.accounts == nil {
		return errNoAccounts
	}
	return checkID(method+" was called with", id)
}
