package server

import (
	"fmt"
	"strings"
)

// Suggest returns the name nearest to what was typed, or "" when none is near enough to have been meant.
func Suggest(typed string, names []string) string {
	typed = plain(typed)
	best, least := "", 1+max(1, len(typed)/3)
	for _, name := range names {
		if d := distance(typed, plain(name)); d < least {
			best, least = name, d
		}
	}
	return best
}

// plain is a name without what all of its kind have in common.
func plain(name string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(name, envPrefix)), "-", "_")
}

// distance counts the letters that were left out, put in, mistaken, or swapped with their neighbour. What was typed may
// be long; names are not.
func distance(a, b string) int {
	if len(a) > 64 {
		return len(a)
	}
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		for j := range d[i] {
			switch {
			case i == 0 || j == 0:
				d[i][j] = i + j
			case a[i-1] == b[j-1]:
				d[i][j] = d[i-1][j-1]
			default:
				d[i][j] = 1 + min(d[i-1][j-1], d[i-1][j], d[i][j-1])
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], 1+d[i-2][j-2])
			}
		}
	}
	return d[len(a)][len(b)]
}

// unknown is the problem of a name that does not exist.
func unknown(what, name, origin string, names []string) *Problem {
	p := &Problem{
		Key: name, Origin: origin, Reason: "there is no such " + what,
		Cure: "Take it out; `sallyport config default` lists what there is",
	}
	if near := Suggest(name, names); near != "" {
		p.Cure = fmt.Sprintf("Did you mean %s?", near)
	}
	return p
}
