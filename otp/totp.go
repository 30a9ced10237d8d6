package otp

import (
	"errors"
	"time"
)

const (
	// MaxWindow bounds each side of a Window, in time steps.
	MaxWindow = 10
	// MaxDriftReach bounds SearchDrift, in time steps to each side: 12 hours of
	// 30 seconds, for a clock set to the wrong half of the day.
	MaxDriftReach = 1440
)

// lastSecond is the end of the year 9999, in seconds since 1970.
const lastSecond = 253402300799

// Step is a time step (RFC 6238, section 4.2): its number, counted from 1970,
// and the time it takes. A code app shows End minus now as the time remaining.
type Step struct {
	Number     int64
	Start, End time.Time
}

// StepAt returns the time step that at lies in. A time before 1970 or after the
// year 9999 has none, nor has the zero Key any: an error.
func (k Key) StepAt(at time.Time) (Step, error) {
	number, err := k.stepNumber(at)
	if err != nil {
		return Step{}, err
	}
	start := time.Unix(number*k.periodSeconds(), 0).In(at.Location())
	return Step{Number: number, Start: start, End: start.Add(k.options.Period)}, nil
}

func (k Key) stepNumber(at time.Time) (int64, error) {
	if k.isZero() {
		return 0, errors.New("otp: the key is empty")
	}
	seconds := at.Unix()
	if seconds < 0 || seconds > lastSecond {
		return 0, errors.New("otp: no time steps before 1970 and after 9999")
	}
	return seconds / k.periodSeconds(), nil
}

func (k Key) periodSeconds() int64 { return int64(k.options.Period / time.Second) }

// TOTP returns the code for a time (RFC 6238, section 4). It fails as StepAt
// does.
func (k Key) TOTP(at time.Time) (Code, error) {
	step, err := k.stepNumber(at)
	if err != nil {
		return Code{}, err
	}
	return k.code(step), nil
}

// Window is how many time steps before (Behind) and after (Ahead) the present
// one are accepted (RFC 6238, section 5.2). The zero Window is the strictest:
// the present step alone. Values outside 0 to MaxWindow are brought to the
// nearer of the two.
type Window struct {
	Behind, Ahead int
}

// VerifyTOTP looks for code in the time steps before, at and after the one that
// at lies in. It returns the number of the step that matched, and whether one
// did. Whoever accepts the code stores the step in the statement that checks
// that the stored one is lower: neither this code nor an older one may pass
// again (RFC 6238, 5.2).
//
// It takes the same time whichever step matches. A code that is not in
// canonical form matches nothing, nor does any code where at has no time step
// (StepAt). Of several that match the last is meant, so that storing it ends
// the code's life.
func (k Key) VerifyTOTP(code string, at time.Time) (step int64, ok bool) {
	return k.VerifyTOTPWithin(code, at, Window{Behind: 1, Ahead: 1})
}

// VerifyTOTPWithin is VerifyTOTP with a window of the caller's.
func (k Key) VerifyTOTPWithin(code string, at time.Time, window Window) (step int64, ok bool) {
	now, err := k.stepNumber(at)
	typed, ok := k.read(code)
	if err != nil || !ok {
		return 0, false
	}
	found := 0
	for i := -within(window.Behind, 0, MaxWindow); i <= within(window.Ahead, 0, MaxWindow); i++ {
		candidate := now + int64(i)
		if !k.hasStep(candidate) { // depends on at alone
			continue
		}
		match := typed.equal(k.code(candidate))
		step = choose(match, candidate, step)
		found |= match
	}
	return step, found == 1
}

// hasStep reports whether a step begins between 1970 and the end of 9999.
func (k Key) hasStep(number int64) bool {
	return number >= 0 && number <= lastSecond/k.periodSeconds()
}

// Drift says how far an authenticator's clock is off. It is a diagnosis to show
// to its owner and never a reason to accept a code.
type Drift struct {
	// Steps is signed: positive if the authenticator's clock is ahead.
	Steps int
	// Off is Steps as a time, exact to one period.
	Off time.Duration
}

// SearchDrift looks for code up to reach time steps before and after the one
// that at lies in, and reports how far away it was found, the nearest first.
// Ask only after everything else about the sign-in was right, and seldom: each
// step searched is one more guess. A reach outside 0 to MaxDriftReach is brought
// to the nearer of the two. It takes the same time wherever the code is found.
func (k Key) SearchDrift(code string, at time.Time, reach int) (drift Drift, found bool) {
	now, err := k.stepNumber(at)
	typed, ok := k.read(code)
	if err != nil || !ok {
		return Drift{}, false
	}
	steps, matched := int64(0), 0
	for far := int64(within(reach, 0, MaxDriftReach)); far >= 0; far-- {
		for _, off := range [...]int64{-far, far} {
			if !k.hasStep(now + off) {
				continue
			}
			match := typed.equal(k.code(now + off))
			steps = choose(match, off, steps)
			matched |= match
		}
	}
	if matched == 0 {
		return Drift{}, false
	}
	return Drift{Steps: int(steps), Off: time.Duration(steps) * k.options.Period}, true
}
