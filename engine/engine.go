// Package engine is a sign-in without pages: for an application that draws everything itself, or speaks something else than
// HTTP. It counts, compares, decides and remembers, as the pages and the JSON API do, which stand on the same machine; what a
// person sees, and how a token travels, is the application's.
//
// [github.com/sallyport/sallyport.Gate.Engine] gives one; the Gate need not be served. With accounts of the application's own
// ([github.com/sallyport/sallyport.Config.Accounts]), whose password it compared, "does this code hold?" is:
//
//	_, err := gate.Engine().PasswordProved(ctx, client, user.ID)
//	if more, ok := errors.AsType[*engine.MoreNeeded](err); ok {
//		session, err = more.Login.Answer(ctx, engine.Response{Kind: engine.KindTOTP, Value: typed})
//	}
//
// What holds but is not enough is an error that carries the way on: [*MoreNeeded] or [*BindNeeded]. Whoever forgets it shuts the
// door. There are four proofs, each a type with the methods that it allows: [Login] (nobody is inside yet), [MustBind] (has to set
// up a first authenticator), [Session] (signed in) and [Elevated] (proved themself again just now: sets up and removes). Nobody
// but an Engine makes one, none converts into another, and every method of a zero value panics.
//
// A proof is a handle and not a state: each of its methods looks its token up first. It may be kept, but what was ended or
// has changed meanwhile is refused; what it says by itself, such as [Session.AAL], is as it was found. Token gives what the client
// has to carry: one for a sign-in in progress, another for a session, and another still after [Session.Elevate].
//
// It is not for applications that the Gate's pages, or its JSON API, suit: they do more. Registration, passwords, addresses, what
// is mailed as a link, resets and browsers that approve are there alone.
//
// It trusts the [Client] that it is told, and whoever calls [Engine.PasswordProved] and [Engine.CredentialChanged]. Everything
// here is safe for concurrent use.
package engine

import (
	"context"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sallyport/sallyport/internal/core"
)

// Bounds on what is handed in, in bytes, as the JSON API has them.
const (
	maxTyped     = 16 << 10 // a passkey's answer is the longest
	maxAccountID = 255
)

// Engine signs people in. Only a Gate makes one.
type Engine struct {
	machine  *core.Machine
	speaker  speaker
	combined bool
}

// speaker knows languages.
type speaker interface {
	Language(asked string) string                    // the one that there is, of those that are asked for; "" for none of them
	ErrorText(language string, e *core.Error) string // an error in words; the language "" is the service's
}

// New is what [github.com/sallyport/sallyport.Gate.Engine] calls: other modules can't have what it takes. Combined is that a password
// and a second factor are answered for at once.
func New(m *core.Machine, s speaker, combined bool) *Engine {
	if m == nil || s == nil {
		panic("engine: New is for a Gate: call its method Engine")
	}
	return &Engine{machine: m, speaker: s, combined: combined}
}

// visit is one client's business with an Engine: what every proof holds.
type visit struct {
	*Engine
	caller core.Caller
}

func (e *Engine) visit(c Client) visit {
	v := visit{e, c.caller()}
	v.caller.Language = e.speaker.Language(c.Language)
	return v
}

// text says an error in the client's language.
func (v visit) text(e *core.Error) string { return v.speaker.ErrorText(v.caller.Language, e) }

// SignIn signs in with a username or an address, and its password. The attempt is counted before anything is compared, and known
// and unknown names are answered alike: [CodeWrong], or [CodeThrottled] after a few. Where there is a second factor, the error is
// [*MoreNeeded]; where one has to be set up first, [*BindNeeded].
//
// With LoginForm "combined" nothing may be told of the password alone: then it is [Engine.SignInAtOnce] without a code.
func (e *Engine) SignIn(ctx context.Context, c Client, login, password string) (Session, error) {
	if e.combined {
		return e.SignInAtOnce(ctx, c, login, password, Response{})
	}
	v := e.visit(c)
	if err := v.typed("login", login); err != nil {
		return Session{}, err
	}
	begun := e.machine.Begin(v.caller, core.Beginning{Login: login, Remember: c.Remember})
	s, err := e.machine.Answer(ctx, v.caller, begun, core.Response{Kind: core.KindPassword, Value: password})
	return v.session(s, core.Reword(err, core.CodeWrong, "login.wrong"))
}

// SignInAtOnce is SignIn with the second factor in the same form. Whatever was wrong or missing is one [CodeWrong].
func (e *Engine) SignInAtOnce(ctx context.Context, c Client, login, password string, second Response) (Session, error) {
	v := e.visit(c)
	if err := v.typed("login", login); err != nil {
		return Session{}, err
	}
	r, err := v.response(second)
	if err != nil {
		return Session{}, err
	}
	s, err := e.machine.SignIn(ctx, v.caller, core.Beginning{Login: login, Remember: c.Remember}, password, r)
	return v.session(s, err)
}

// PasswordProved goes on with a sign-in whose password the application compared itself, with the account's id: the answers are those
// of SignIn. It needs [github.com/sallyport/sallyport.Config.Accounts].
//
// It is believed: called without a comparison, or with an id that a request brought, it is a hole. Nor does it count
// anything. The second factor can't be skipped with it, and who has none is signed in where none is required.
func (e *Engine) PasswordProved(ctx context.Context, c Client, accountID string) (Session, error) {
	v := e.visit(c)
	if err := v.accountID("PasswordProved", accountID); err != nil {
		return Session{}, err
	}
	s, err := e.machine.PasswordProved(ctx, v.caller, accountID, core.Beginning{Remember: c.Remember})
	return v.session(s, err)
}

// CredentialChanged has to be called when the application changed or reset the password, or the address, of one of its accounts:
// it ends sessions, sign-ins in progress and trusted browsers. The session that c.Session names goes on, if it is the
// account's: goesOn is true then, and its token may be another one. [CodeNotFound] when nobody has the id.
func (e *Engine) CredentialChanged(ctx context.Context, c Client, accountID string) (_ Session, goesOn bool, err error) {
	v := e.visit(c)
	if err := v.accountID("CredentialChanged", accountID); err != nil {
		return Session{}, false, err
	}
	s, goesOn, err := e.machine.CredentialChanged(ctx, v.caller, accountID)
	if err != nil || !goesOn {
		return Session{}, false, v.outward(err, "")
	}
	return v.hold(s, c.Session), true, nil
}

// AskPasskey begins a sign-in with a passkey alone, which names the account and checks its holder. Asked has the Options for the
// browser or the telephone's system, and a Binder that the answer has to come with: keep it where the client alone has it.
// Nothing is stored. [CodeNotFound] where there are no passkeys.
func (e *Engine) AskPasskey(c Client) (Asked, error) {
	v := e.visit(c)
	sent, binder, err := e.machine.AskPasskey(v.caller.Transport, "")
	if err != nil {
		return Asked{}, v.outward(err, "")
	}
	asked := askedFrom(sent)
	asked.Binder = binder
	return asked, nil
}

// AnswerPasskey signs in with what came back: the JSON of a PublicKeyCredential. It is good once.
func (e *Engine) AnswerPasskey(ctx context.Context, c Client, binder, response string) (Session, error) {
	v := e.visit(c)
	if err := v.typed("response", response); err != nil {
		return Session{}, err
	}
	s, err := e.machine.AnswerPasskey(ctx, v.caller, core.Beginning{Remember: c.Remember}, binder, response)
	return v.session(s, err)
}

// Login finds the sign-in in progress that a token names: [CodeLoginExpired] for every one that names none, or none any more, and
// for one of another [Carrier]. [Login.Next] says how it stands.
func (e *Engine) Login(ctx context.Context, c Client, token string) (Login, error) {
	v := e.visit(c)
	l, err := e.machine.LoginFrom(ctx, v.caller.Transport, token)
	if err != nil {
		return Login{}, v.outward(err, "")
	}
	return Login{&loginRecord{v, l, token}}, nil
}

// Session finds who is signed in with a token: [CodeNotSignedIn] for every one that is nobody's, or nobody's any more, and for one
// of another [Carrier]. With any other error it is not known, and has to count as nobody.
func (e *Engine) Session(ctx context.Context, c Client, token string) (Session, error) {
	v := e.visit(c)
	s, err := e.machine.SessionFrom(ctx, v.caller.Transport, token)
	if err != nil {
		return Session{}, v.outward(err, "")
	}
	return v.hold(s, token), nil
}

// typed refuses what nobody types.
func (v visit) typed(field, value string) error {
	if len(value) > maxTyped {
		return v.outward(&core.Error{Code: core.CodeTooLarge, Field: field}, "")
	}
	return nil
}

// accountID refuses what can't name an account. Where it came from is the application's mistake.
func (v visit) accountID(method, id string) error {
	if id == "" || len(id) > maxAccountID || !plain(id) {
		return v.outward(fmt.Errorf("%s was called with the account id %.300q: give the ID that Accounts return, of 1 to %d bytes of text", method, id, maxAccountID), "")
	}
	return nil
}

func plain(s string) bool { return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl) }
