package sallyport

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/names"
)

// Bounds on what an application says of its accounts, in bytes.
const (
	maxAccountID   = 255 // as that of a subject in OpenID Connect Core, 2
	maxShownName   = 256
	maxTypedLogin  = 1024
	maxOfGroups    = 64
	accountsRetry  = 5 * time.Second
	cureOfAccounts = "Return the id of the application's table, as text"
)

// directory is an application's [Accounts] as the machine wants them: what can't be used is an error that names the method,
// what is nobody's a nil pointer.
type directory struct {
	accounts Accounts
	log      *slog.Logger
}

// ByLogin implements [core.Directory]. What no database takes for a name is nobody's.
func (d directory) ByLogin(ctx context.Context, typed string) (*core.Entry, error) {
	if len(typed) > maxTypedLogin || hasControls(typed) {
		return nil, nil
	}
	const method = "AccountByLogin"
	var a Account
	err := d.survive(ctx, method, func() (err error) { a, err = d.accounts.AccountByLogin(ctx, typed); return err })
	return d.entry(ctx, method, a, err)
}

// ByID implements [core.Directory].
func (d directory) ByID(ctx context.Context, id string) (*core.Entry, error) {
	const method = "AccountByID"
	var a Account
	err := d.survive(ctx, method, func() (err error) { a, err = d.accounts.AccountByID(ctx, id); return err })
	return d.entry(ctx, method, a, err)
}

// CheckPassword implements [core.Directory].
func (d directory) CheckPassword(ctx context.Context, id, password string) (bool, error) {
	const method = "CheckPassword"
	matches := false
	err := d.survive(ctx, method, func() (err error) { matches, err = d.accounts.CheckPassword(ctx, id, password); return err })
	if errors.Is(err, ErrNoAccount) {
		return false, nil // it was deleted since it was found
	}
	return matches && err == nil, d.outage(ctx, method, err)
}

// errPanic is what is known of a method that panicked.
var errPanic = errors.New("it panicked")

// survive makes an outage of a panic: who is asked about may be reminded of something, with no request that would survive it.
// The text of a panic may hold a password, so that only the runtime's own is logged.
func (d directory) survive(ctx context.Context, method string, call func() error) (err error) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		what := fmt.Sprintf("%T", p)
		if own, ok := p.(runtime.Error); ok {
			what = own.Error()
		}
		d.log.ErrorContext(ctx, "a method of the application's accounts panicked", "method", method, "panic", what, "stack", string(debug.Stack()))
		err = errPanic
	}()
	return call()
}

func (d directory) entry(ctx context.Context, method string, a Account, err error) (*core.Entry, error) {
	if errors.Is(err, ErrNoAccount) {
		return nil, nil
	}
	if err != nil {
		return nil, d.outage(ctx, method, err)
	}
	if err := checkID("Accounts."+method+" returned an Account with", a.ID); err != nil {
		return nil, err
	}
	if err := checkGroupsOf(method, a); err != nil {
		return nil, err
	}
	e := &core.Entry{
		Account: core.Account{ID: a.ID, Username: shownName(a.Username), EmailConfirmed: a.EmailConfirmed},
		Groups:  a.Groups, Disabled: a.Disabled,
	}
	var wrong error
	if e.Email, _, wrong = names.Email(a.Email); wrong != nil {
		if a.Email != "" {
			d.log.WarnContext(ctx, "an account's address is none that mail can go to; it is treated as without one", "account", a.ID)
		}
		e.Email, e.EmailConfirmed = "", false
	}
	return e, nil
}

// outage is a failure of the application's, unless it was the client that went away.
func (d directory) outage(ctx context.Context, method string, err error) error {
	if err == nil || ctx.Err() != nil {
		return err
	}
	failed := &accountsError{method: method, err: err}
	d.log.ErrorContext(ctx, "the application's accounts could not be asked", "error", failed)
	return failed
}

// accountsError is an error of the application's own. It is answered as that of a database out of reach is.
type accountsError struct {
	method string
	err    error
}

// Error names the method.
func (e *accountsError) Error() string {
	return "sallyport: Accounts." + e.method + ": " + e.err.Error()
}

// Unwrap gives the application's error.
func (e *accountsError) Unwrap() error { return e.err }

// RetryAfter is when it makes sense to try again.
func (*accountsError) RetryAfter() time.Duration { return accountsRetry }

// shownAccounts are an application's accounts as a Config prints them: not what is in them.
type shownAccounts struct{ Accounts }

// Format writes the type.
func (s shownAccounts) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "%T", s.Accounts) }

// checkID refuses what can't name an account; what says where it came from.
func checkID(what, id string) error {
	switch {
	case id == "":
		return fmt.Errorf("sallyport: %s an empty ID. %s", what, cureOfAccounts)
	case len(id) > maxAccountID:
		return fmt.Errorf("sallyport: %s an ID of %d bytes, and %d is the most. %s", what, len(id), maxAccountID, cureOfAccounts)
	case !utf8.ValidString(id):
		return fmt.Errorf("sallyport: %s an ID that is not UTF-8. %s", what, cureOfAccounts)
	case hasControls(id):
		return fmt.Errorf("sallyport: %s an ID with control characters, %q. %s", what, id, cureOfAccounts)
	}
	return nil
}

// checkGroupsOf refuses what would not match what [Config.SecondFactorGroups] may name: a policy must not pass by unseen.
func checkGroupsOf(method string, a Account) error {
	if len(a.Groups) > maxOfGroups {
		return fmt.Errorf("sallyport: Accounts.%s returned an Account with %d groups, and %d is the most", method, len(a.Groups), maxOfGroups)
	}
	for _, g := range a.Groups {
		if !core.ValidGroup(g) {
			return fmt.Errorf("sallyport: Accounts.%s returned an Account with the group %q. Give names of up to 64 letters, digits and dashes, such as staff", method, g)
		}
	}
	return nil
}

func hasControls(s string) bool {
	return !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl)
}

// shownName is a name without what terminals and readers could take for something else than text.
func shownName(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Cf) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	if len(s) > maxShownName {
		s = strings.ToValidUTF8(s[:maxShownName], "")
	}
	return strings.TrimSpace(s)
}
