// Package events has what a gate tells an application of: people who sign in or fail to, what they change about their accounts,
// and what administrators do. Each [Event] is one that the gate's database keeps, with the id and in the words that it has there;
// docs/events.md has the whole list, as a table.
//
// It is types and names and nothing else. To be told of events, implement sallyport.Observer. It is not the record itself, which
// the database keeps in chains that can be verified: an event that was written just before a process died may have been told
// to nobody.
package events

import "time"

// Event is one thing that happened to one account. It holds no password, code, link or token, but addresses of people and
// machines, and words that people typed. As JSON its fields have the names that `sallyport events export` uses.
type Event struct {
	// ID is the event's own, in every place where it is kept. What was told twice has one id.
	ID string `json:"id"`
	// Account is the id of the account: sallyport.Session.AccountID. There is no event of a name that nobody has.
	Account string `json:"account"`
	// At is when it happened, in UTC and to the millisecond. Events of one account are told in the order in which they were
	// written, which differs from that of time by up to a fifth of a second, since refused attempts are written late.
	At time.Time `json:"at"`
	// Kind is what happened. There will be further kinds: leave alone what is not known.
	Kind Kind `json:"event"`
	// Outcome is [OK], or why it was refused.
	Outcome Outcome `json:"outcome"`
	// Authenticator is the id of the one that was used, set up, asked or removed; "" where there is none.
	Authenticator string `json:"authenticator"`
	// Session is the id of the session that it is about, as sallyport.Session.ID; "" where it is about none.
	Session string `json:"session"`
	// Address is the client's, IPv6 as its /64; "" where there is no client, as for a reset whose wait is over.
	Address string `json:"address"`
	// UserAgent is what the client says of itself, up to 256 bytes of printable text; it proves nothing. For an administrator's
	// command it names the command.
	UserAgent string `json:"user_agent"`
	// Detail is what else there is to say, as the comment of the Kind has it: text that people may have typed. Mostly "".
	Detail string `json:"detail"`
}

// Refused says whether it was an attempt that came to nothing.
func (e Event) Refused() bool { return e.Outcome != OK }

// Outcome is how an attempt ended.
type Outcome string

// The outcomes. As with kinds, there may be further ones.
const (
	// OK is what happened as it was meant to.
	OK Outcome = "ok"
	// Wrong is a password, code, link or number that was not right, or a right one for an account that is shut.
	Wrong Outcome = "wrong"
	// AlreadyUsed is a code that was good once.
	AlreadyUsed Outcome = "already_used"
	// ClockDrift is the code of another time: the clock of a code app is off.
	ClockDrift Outcome = "clock_drift"
	// Locked is an authenticator that answers no more, after 100 wrong responses in a row.
	Locked Outcome = "locked"
	// Throttled is what was asked for more often than is allowed.
	Throttled Outcome = "throttled"
	// WrongState is what is not possible now: a right password that an administrator shut, say.
	WrongState Outcome = "wrong_state"
)
