package deliver

import (
	"fmt"
	"strings"
)

// Mistake is what is wrong with one setting of a sender. It holds no credentials.
type Mistake struct {
	Key    string // of the setting
	Value  string // the setting, as it may be shown
	Reason string // what is wrong with it
	Cure   string // what to do about it
}

// Error says all of it.
func (m *Mistake) Error() string {
	return fmt.Sprintf("%s %q: %s. %s", m.Key, m.Value, m.Reason, m.Cure)
}

// Mistakes is everything that is wrong with a sender's settings.
type Mistakes []*Mistake

// Error says all of them, each in a line.
func (m Mistakes) Error() string {
	lines := make([]string, 0, len(m))
	for _, one := range m {
		lines = append(lines, one.Error())
	}
	return strings.Join(lines, "\n")
}
