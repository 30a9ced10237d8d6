// Package throttle is the arithmetic of failure counters: how long to wait after so many failures, and whether one more
// event fits under a rate.
//
// Use [Delay] and [Wait] for attempts on one account or authenticator, [Cap] for the number after which a second factor
// is disabled, and [Limit] for events by client address. Everything here is a pure function of its arguments: nothing
// is counted, stored or measured. The counters live in the database, where one committed write decides.
//
// It trusts its caller to pass one clock reading per request. A clock that went back never shortens a wait.
package throttle

import "time"

// Cap is how many failures in a row disable a second factor (NIST SP 800-63B-4, 3.2.2: at most 100). Passwords are
// delayed and never disabled, so that a stranger can't lock an owner out.
const Cap = 100

const (
	undelayed = 3 // failures in a row before the first delay: people mistype
	longest   = time.Hour
	doublings = 12 // 2^12 s is the first power of two beyond an hour
)

// Delay returns how long the next attempt has to wait after so many failures in a row: nothing for the first two,
// then 1, 2, 4 ... seconds, an hour at most. So three attempts go through without a wait. A negative count, which only
// a corrupted counter can hold, waits longest.
func Delay(failures int) time.Duration {
	switch {
	case failures < 0:
		return longest
	case failures < undelayed:
		return 0
	case failures-undelayed >= doublings:
		return longest
	}
	return time.Second << (failures - undelayed)
}

// Wait returns what is left at now of the delay that began with the latest failure; 0 means that an attempt may be
// made. When now lies before that failure the clock went back, and the whole delay is still to come.
func Wait(failures int, latest, now time.Time) time.Duration {
	delay := Delay(failures)
	passed := now.Sub(latest)
	if passed < 0 {
		return delay
	}
	return max(0, delay-passed)
}
