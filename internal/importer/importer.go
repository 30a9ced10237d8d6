// Package importer takes the accounts of another system in and reports what became of each. The packages below it read
// one system's files or database each.
//
// Use [Run] with the accounts that a reader gives, and a [core.Intake] that says how. It decides nothing: what can be
// taken in is the reader's to say and core's to check. It trusts neither names nor texts of the other system, and shows
// them with nothing that a terminal would obey.
package importer

import (
	"context"
	"errors"

	"github.com/sallyport/sallyport/internal/core"
)

// Trouble is a part of an account that does not come along, or comes along with a flaw. It holds no secret.
type Trouble struct {
	What   string `json:"what"`           // a kind of authenticator, or recovery_codes, password, group, account
	Name   string `json:"name,omitempty"` // which, where there are several
	Reason string `json:"reason"`
	Cure   string `json:"cure"`
	Moved  bool   `json:"moved"` // it comes along all the same
}

// Read is an account as a reader gives it.
type Read struct {
	Source   string // its id there
	Name     string // what people know it by
	Newcomer core.Newcomer
	Troubles []Trouble
}

// What became of an account.
const (
	Imported = "imported"
	Present  = "present" // it came with an earlier import, and stays as it is
	Refused  = "refused"
)

// Line is what became of one account.
type Line struct {
	Source   string    `json:"source_id"`
	Name     string    `json:"name"`
	Account  string    `json:"account,omitempty"` // its id here; "" where it was refused
	Outcome  string    `json:"outcome"`
	Reason   string    `json:"reason,omitempty"` // of a refusal
	Cure     string    `json:"cure,omitempty"`
	BindAnew bool      `json:"bind_anew,omitempty"` // its owner binds a second step anew, with a mailed link
	Troubles []Trouble `json:"troubles,omitempty"`
}

// Report is what became of all of them.
type Report struct {
	Rehearsal      bool           `json:"rehearsal"`
	Imported       int            `json:"imported"`
	Present        int            `json:"present"`
	Renamed        int            `json:"renamed"` // of those: with other names here, perhaps of another application
	Refused        int            `json:"refused"`
	Authenticators map[string]int `json:"authenticators"` // how many of each kind came along
	RecoveryCodes  int            `json:"recovery_codes"`
	WithPassword   int            `json:"with_password"`
	Confirmed      int            `json:"confirmed"` // addresses
	Disabled       int            `json:"disabled"`
	BindAnew       int            `json:"bind_anew"`
	Groups         map[string]int `json:"groups"` // how many came into each
	Accounts       []Line         `json:"accounts"`
}

// Words are the catalogue's texts, for errors of core's.
type Words func(*core.Error) string

// Run takes in every account that each gives, one transaction for each. An error is a failure of one of the systems; the
// report says how far it came, and another run goes on from there.
func Run(ctx context.Context, in *core.Intake, words Words, each func(context.Context, func(Read) error) error) (Report, error) {
	r := Report{Rehearsal: in.Rehearsal, Authenticators: map[string]int{}, Groups: map[string]int{}, Accounts: []Line{}}
	err := each(ctx, func(read Read) error {
		taken, err := in.Take(ctx, read.Newcomer)
		var refused *core.Error
		if err != nil && !errors.As(err, &refused) {
			return err
		}
		r.add(read, taken, refused, words)
		return nil
	})
	return r, err
}

func (r *Report) add(read Read, taken core.Taken, refused *core.Error, words Words) {
	line := Line{Source: read.Source, Name: read.Name, Account: taken.Account, BindAnew: taken.BindAnew}
	switch {
	case refused != nil:
		r.Refused++
		line.Account, line.Outcome, line.BindAnew = "", Refused, false
		line.Reason, line.Cure = reasonOf(refused, words), cureOf(refused)
	case taken.Present:
		r.Present++
		line.Outcome = Present
		if taken.Renamed {
			r.Renamed++
			line.Troubles = []Trouble{{
				What: "account", Reason: "the account that came with this id has other names here", Moved: true,
				Cure: "none, if its owner changed them; if this is another application, give it a name of its own with --source",
			}}
		}
		r.Accounts = append(r.Accounts, line)
		return
	default:
		line.Outcome = Imported
		r.count(read.Newcomer, taken)
	}
	line.Troubles = read.Troubles
	for _, left := range taken.Left {
		line.Troubles = append(line.Troubles, Trouble{What: left.What, Name: left.Name, Reason: reasonOf(left.Why, words), Cure: cureOf(left.Why)})
	}
	r.Accounts = append(r.Accounts, line)
}

func (r *Report) count(in core.Newcomer, taken core.Taken) {
	r.Imported++
	r.RecoveryCodes += taken.Codes
	for _, kind := range taken.Bound {
		r.Authenticators[string(kind)]++
	}
	for _, g := range taken.Groups {
		r.Groups[g]++
	}
	for counter, is := range map[*int]bool{
		&r.WithPassword: in.PasswordHash != "", &r.Confirmed: in.EmailConfirmed, &r.Disabled: in.Disabled, &r.BindAnew: taken.BindAnew,
	} {
		if is {
			*counter++
		}
	}
}

// reasonOf says an error of core's to an administrator: some texts are for whose name it is.
func reasonOf(e *core.Error, words Words) string {
	switch {
	case e.Code == core.CodeTaken && e.Field == "username":
		return "another account has its username, or one that looks like it"
	case e.Code == core.CodeTaken:
		return "another account has its address"
	case e.Text == "email.invalid":
		return "its address is none that mail could be sent to"
	case e.Text == "recovery.no_authenticator":
		return "there is no second step that they could stand in for"
	}
	return words(e)
}

// cureOf says what an administrator does about an error of core's.
func cureOf(e *core.Error) string {
	switch e.Text {
	case "import.kind_off":
		return "add the kind to the setting authenticators"
	case "kind.not_enough":
		return "loosen second_factor for the time of the import, or have its owner set up what is enough"
	case "import.no_second":
		return "cure what is listed for it, or let its owner bind anew with --bind-anew: a mailed link and the password, as after a reset"
	case "import.deleted":
		return "make a new account if it is wanted again"
	case "number.no_country":
		return "say with sms_region which country's numbers are written without one"
	case "number.country":
		return "add the number's country to sms_countries"
	case "passkey.synced":
		return "turn webauthn_device_bound off for the time of the import"
	case "passkey.present":
		return "find out whose it is: a passkey belongs to one account"
	case "recovery.no_authenticator":
		return "none: codes without a second step open nothing"
	case "group.characters":
		return "name a group for that role with --role"
	}
	switch {
	case e.Code == core.CodeTaken:
		return "find out whose account it is; rename one of them, or delete one"
	case e.Field == "username" || e.Field == "email":
		return "change it in the other system, and run the import again"
	}
	return "have its owner set it up again, there or here"
}
