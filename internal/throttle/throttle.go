// Package throttle is the arithmetic of failure counters: how long to wait after so many failures, and whether one more
// event fits under a rate.
//
// Use [Delay] for attempts on one account or authenticator, and [Limit] for events by client address. Everything here is a
// pure function of its arguments: nothing is counted, stored or measured. The counters live in the database, where one
// committed write decides.
//
// It trusts its caller to pass one clock reading per request.
package throttle

import "time"

const (
	undelayed = 3 // failures in a row before the first delay: people mistype
	longest   = time.Hour
	doublings = 12 // 2^12 s is the first power of two beyond an hour
)

// Free returns how many more failures in a row go without a wait after so many.
func Free(failures int) int {
	if failures < 0 {
		return 0
	}
	return max(0, undelayed-failures)
}

// Delay returns how long the next attempt has to wait after so many failures in a row: nothing for the first two,
// then 1, 2, 4 ... seconds, an hour at most. So three attempts go through without a wait; of more at the very same moment
// the fourth waits, even if all are right: until they are compared nobody can tell them from guesses. A negative count, which only
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
