package core

import (
	"context"
	"strings"
	"time"
)

// maxFailures is how many attempts in a row are compared for one second factor before it is disabled
// (NIST SP 800-63B-4, 3.2.2).
const maxFailures = 100

// perAddress limits failures and registrations of one client address. It is generous: many people share an
// address.
func perAddress() Limit { return Limit{Events: 300, Per: time.Minute} }

// CounterAccount is an account's id as a part of the keys of its counters: one that an application made may hold what keeps
// the parts asunder.
func CounterAccount(id string) string {
	return strings.ReplaceAll(strings.ReplaceAll(id, "%", "%25"), ":", "%3A")
}

// AuthenticatorCounter counts failures of one authenticator of one account.
func AuthenticatorCounter(account, id string) Counter {
	return Counter{Key: "authenticator:" + CounterAccount(account) + ":" + id, Cap: maxFailures}
}

// RecoveryCounter counts failures against one set of recovery codes of one account.
func RecoveryCounter(account, set string) Counter {
	return Counter{Key: "recovery:" + CounterAccount(account) + ":" + set, Cap: maxFailures}
}

func bindingCounter(account, binding string) Counter {
	return Counter{Key: "binding:" + CounterAccount(account) + ":" + binding, Cap: maxFailures}
}

// passwordCounter has no cap: a stranger must not be able to lock an owner out. The lane is "" for
// strangers, or names a browser or session that proved itself before.
func passwordCounter(account, lane string) Counter {
	return Counter{Key: "password:" + CounterAccount(account) + ":" + lane}
}

func nameCounter(hash string) Counter { return Counter{Key: "name:" + hash} }

// refusal turns reservations of which none was granted into the error for the client.
func refusal(rs []Reservation) *Error {
	var wait time.Duration
	for _, r := range rs {
		if !r.Locked && (wait == 0 || r.Wait < wait) {
			wait = r.Wait
		}
	}
	if wait == 0 {
		return &Error{Code: CodeLocked, Reason: "too many failures in a row"}
	}
	return &Error{Code: CodeThrottled, RetryAfter: wait, Reason: "delayed after failures"}
}

// checkAddress refuses a client address that failed or registered too often. Browsers that signed in to
// this account before are spared: their owner may share the address with whoever attacks.
func (m *Machine) checkAddress(ctx context.Context, c Caller, now time.Time) error {
	if c.Address == "" {
		return nil
	}
	wait, err := m.store.LimitReached(ctx, "address:"+c.Address, perAddress(), now)
	if err != nil {
		return err
	}
	if wait > 0 {
		return &Error{Code: CodeThrottled, RetryAfter: wait, Reason: "client address"}
	}
	return nil
}

func (m *Machine) countAddress(ctx context.Context, c Caller, now time.Time) error {
	if c.Address == "" {
		return nil
	}
	return m.store.CountLimited(ctx, "address:"+c.Address, perAddress(), now)
}
