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

// distance is Levenshtein's. What was typed may be long; names are not.
func distance(a, b string) int {
	if len(a) > 64 {
		return len(a)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
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
