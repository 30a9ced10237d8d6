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
