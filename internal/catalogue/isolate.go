package catalogue

import "unicode"

// The marks that keep a name, an address or a code in its own direction, whatever the text around it has (UAX 9, 2.6). They
// are characters, so that they work in plain mails and in attributes, too.
const (
	firstStrongIsolate    = "\u2068"
	popDirectionalIsolate = "\u2069"
)

// Isolated keeps something in its own direction beside texts of this language, where that takes marks.
func (c Catalogue) Isolated(s string) string {
	if !c.isolates || s == "" || beginsRightToLeft(s) {
		return s
	}
	return firstStrongIsolate + s + popDirectionalIsolate
}

// beginsRightToLeft says whether the first letter of a text is of a script that runs like the text around it.
func beginsRightToLeft(s string) bool {
	for _, r := range s {
		if unicode.IsLetter(r) {
			return unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana)
		}
	}
	return false
}

// WithoutIsolates is the same catalogue without the marks that keep arguments in their own direction: where each character
// costs, or may be shown as a box.
func (c Catalogue) WithoutIsolates() Catalogue {
	c.isolates = false
	return c
}
