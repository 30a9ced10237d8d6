package server

import (
	"fmt"
	"strings"
)

// Problem is one mistake in the configuration.
type Problem struct {
	Key    string // the setting, or what stands where one should
	Value  string // as it may be shown; "" when there is none
	Origin string // where it came from
	Reason string // what is wrong
	Cure   string // what to do about it
}

// Error says all of it in one line.
func (p *Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.Key)
	if p.Value != "" {
		fmt.Fprintf(&b, " = %q", p.Value)
	}
	fmt.Fprintf(&b, " (%s): %s. %s", p.Origin, p.Reason, p.Cure)
	if !strings.HasSuffix(p.Cure, "?") {
		b.WriteByte('.')
	}
	return b.String()
}

// Problems are all the mistakes in a configuration. Programs end with status 2 on them.
type Problems []*Problem

// Error has a line for each.
func (ps Problems) Error() string {
	lines := []string{fmt.Sprintf("%d mistakes in the configuration:", len(ps))}
	if len(ps) == 1 {
		lines[0] = "a mistake in the configuration:"
	}
	for _, p := range ps {
		lines = append(lines, "  "+p.Error())
	}
	return strings.Join(lines, "\n")
}

// Failure is a setting that is right as it stands and cannot be used now, such as a port that is taken or a database
// that does not answer: it may be over by itself. Programs end with status 1 on it.
type Failure struct {
	*Problem
	cause error
}

// Unwrap gives the error that it was made of.
func (f *Failure) Unwrap() error { return f.cause }
