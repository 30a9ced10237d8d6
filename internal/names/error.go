package names

// Reason says why something is no name.
type Reason int

// The reasons. The zero Reason is none of them.
const (
	Empty        Reason = iota + 1 // nothing but white space
	TooLong                        // more than MaxUsername code points or MaxEmail bytes
	HasAt                          // a username with an '@'
	BadCharacter                   // a character that may not be in a name, or not UTF-8
	NotAddress                     // not one bare email address
	MixedScript                    // a username in letters of scripts that nobody mixes
)

// String returns the reason as a developer reads it; people get a text from the catalogue of messages.
func (r Reason) String() string {
	switch r {
	case Empty:
		return "empty"
	case TooLong:
		return "too long"
	case HasAt:
		return "contains an @"
	case BadCharacter:
		return "contains a character that is not allowed"
	case NotAddress:
		return "not an email address"
	case MixedScript:
		return "mixes letters of several scripts"
	}
	return "unknown reason"
}

// Error is what [Username] and [Email] return. It doesn't hold the input: people type passwords into the wrong field.
type Error struct {
	Reason Reason
}

// Error returns the reason in words.
func (e *Error) Error() string {
	return "names: " + e.Reason.String()
}
