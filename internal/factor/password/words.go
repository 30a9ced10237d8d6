package password

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sallyport/sallyport/internal/factor/password/blocklist"
)

const (
	minWord  = 3 // code points; shorter words are in everything
	minOther = 8 // code points that have to be left without the own words
)

// MadeOf reports whether a password is made of an account's own words: its username, its address, the service's name
// (ASVS 6.2.11, NIST SP 800-63B-4, 3.1.1.2). Case and Unicode form don't count. An address counts with the part before
// the @, the domain and its labels but the last; anything with its parts between punctuation.
//
// All of them are taken out, and what is left has to be 8 code points, a letter or an emoji among them, since years and
// exclamation marks are what people add. A password that holds none of the words is not made of them, whatever else it
// is.
func MadeOf(password []byte, words []string) bool {
	folded := blocklist.Fold(password)
	if !utf8.Valid(folded) {
		return false
	}
	taken := make([]bool, len(folded)) // by byte
	found, spelt := false, false
	for _, word := range ownWords(words) {
		for at := 0; ; at++ { // occurrences may overlap
			next := bytes.Index(folded[at:], []byte(word))
			if next < 0 {
				break
			}
			at += next
			found, spelt = true, spelt || strings.ContainsFunc(word, unicode.IsLetter)
			for i := range len(word) {
				taken[at+i] = true
			}
		}
	}
	if !found {
		return false
	}
	left, substance := rest(folded, taken)
	// A word without letters, such as a name of digits, is found in random digits too.
	return left < minOther || spelt && !substance
}

// rest counts the code points that were not taken, and says whether one of them is more than digits and punctuation.
func rest(folded []byte, taken []bool) (left int, substance bool) {
	for i, r := range string(folded) {
		if !taken[i] {
			left++
			substance = substance || unicode.IsLetter(r) || unicode.IsMark(r) || unicode.Is(unicode.So, r) // So: emoji
		}
	}
	return left, substance
}

// ownWords are the words as they are looked for.
func ownWords(words []string) []string {
	var all []string
	add := func(word string) {
		if utf8.RuneCountInString(word) >= minWord {
			all = append(all, word)
		}
	}
	for _, word := range words {
		folded := string(blocklist.Fold([]byte(word)))
		add(folded)
		local, domain := folded, ""
		if at := strings.LastIndexByte(folded, '@'); at >= 0 {
			local, domain = folded[:at], folded[at+1:]
		}
		labels := strings.Split(domain, ".")
		for _, part := range slices.Concat([]string{local, domain}, split(local), labels[:len(labels)-1]) {
			add(part)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func split(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) })
}
