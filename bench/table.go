package main

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// result is one line of the table.
type result struct {
	Name      string  `json:"name"`
	Ours      float64 `json:"ours"`
	Unit      string  `json:"unit"`
	Peer      string  `json:"peer,omitempty"` // what it is compared with; "" when a goal stands alone
	PeerValue float64 `json:"peer_value,omitempty"`
	Ratio     float64 `json:"ratio,omitempty"` // ours to the peer's
	Goal      string  `json:"goal,omitempty"`
	Met       *bool   `json:"met,omitempty"` // nil where there is no goal
	Note      string  `json:"note,omitempty"`
}

// against adds a peer whose ratio was taken round by round: it need not be the quotient of the two medians.
func (r result) against(peer string, value, ratio float64) result {
	r.Peer, r.PeerValue, r.Ratio = peer, value, ratio
	return r
}

// goal adds what was wanted, and whether it is so.
func (r result) goal(text string, met bool) result {
	r.Goal, r.Met = text, &met
	return r
}

func (r result) note(format string, args ...any) result {
	r.Note = fmt.Sprintf(format, args...)
	return r
}

func (r result) verdict() string {
	switch {
	case r.Met == nil:
		return "-"
	case *r.Met:
		return "met"
	}
	return "MISSED"
}

func printTable(w io.Writer, results []result) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "name\tours\tpeer or limit\tratio\tgoal\tmet\tnote")
	for _, r := range results {
		peer, ratio := "-", "-"
		if r.Peer != "" {
			peer = fmt.Sprintf("%s %s", quantity(r.PeerValue, r.Unit), r.Peer)
			ratio = fmt.Sprintf("%.2f", r.Ratio)
		}
		goal := r.Goal
		if goal == "" {
			goal = "-"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.Name, quantity(r.Ours, r.Unit), peer, ratio, goal, r.verdict(), r.Note)
	}
	return t.Flush()
}

// quantity writes three digits that count.
func quantity(v float64, unit string) string {
	switch {
	case v >= 100 || v == float64(int64(v)):
		return fmt.Sprintf("%.0f %s", v, unit)
	case v >= 10:
		return fmt.Sprintf("%.1f %s", v, unit)
	}
	return fmt.Sprintf("%.2f %s", v, unit)
}
