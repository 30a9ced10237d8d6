package catalogue

import (
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// form is a plural category of CLDR. The zero value is other, which every language has.
type form int

const (
	other form = iota
	zero
	one
	two
	few
	many
	formCount
)

// String is the category's name in CLDR, and in the files.
func (f form) String() string {
	return [...]string{"other", "zero", "one", "two", "few", "many"}[f]
}

// formFor is the category of an amount of whole things.
func formFor(tag language.Tag, n int) form {
	switch plural.Cardinal.MatchPlural(tag, n, 0, 0, 0, 0) {
	case plural.Zero:
		return zero
	case plural.One:
		return one
	case plural.Two:
		return two
	case plural.Few:
		return few
	case plural.Many:
		return many
	}
	return other
}

// formOf is the wording for the amount that is the first of a text's arguments. What is no amount, as the {0} that a script
// fills in, has the wording of others.
func (c Catalogue) formOf(args []any) form {
	if len(args) == 0 {
		return other
	}
	n, isAmount := args[0].(int)
	if !isAmount || n < 0 {
		return other
	}
	return formFor(c.tag, n)
}

// amounts are enough for every category that whole numbers of ours have: those of millions are of none.
const amounts = 1000

// categories counts, for each category of a language, the amounts that belong to it.
func categories(tag language.Tag) (used [formCount]int) {
	for n := range amounts {
		used[formFor(tag, n)]++
	}
	return used
}
