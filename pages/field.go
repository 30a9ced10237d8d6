package pages

// Field is one input of a form, as the templates of part_fields.html draw it: {{template "line" ((field . "login" "login.name").WithHint
// "...")}}. Its methods return a changed copy. The id is the name, too: password managers key on both.
type Field struct {
	ID, Label, Hint, Value string
	Complete               string // the attribute autocomplete
	Least                  int    // characters of a new password; 0 where no length is told
	Letters                bool   // a code field for recovery codes
	Texted                 bool   // a code field for what a text message brings
	Optional               bool   // a code field that may stay empty
	Focus                  bool   // the caret stands there as the page opens
	Error                  string // what was wrong with it; "" for nothing
}

// WithHint puts a sentence below the label.
func (f Field) WithHint(hint string) Field { f.Hint = hint; return f }

// WithValue fills in what was typed before.
func (f Field) WithValue(value string) Field { f.Value = value; return f }

// As says what password managers and keyboards may fill in (HTML, autofill).
func (f Field) As(complete string) Field { f.Complete = complete; return f }

// AtLeast tells how many characters a new password needs.
func (f Field) AtLeast(n int) Field { f.Least = n; return f }

// ForLetters gives a code field the keyboard that recovery codes need.
func (f Field) ForLetters(letters bool) Field { f.Letters = letters; return f }

// FromText lets browsers fill in what a text message brings, if kind is "sms".
func (f Field) FromText(kind string) Field { f.Texted = kind == "sms"; return f }

// MayBeEmpty is for the combined form: not everybody has set up a code app.
func (f Field) MayBeEmpty() Field { f.Optional = true; return f }

// Focused puts the caret into the field as the page opens.
func (f Field) Focused() Field { f.Focus = true; return f }

// DescribedBy lists the ids of what belongs to the field, for aria-describedby.
func (f Field) DescribedBy() string {
	switch {
	case f.Hint != "" && f.Error != "":
		return f.ID + "-hint " + f.ID + "-error"
	case f.Hint != "":
		return f.ID + "-hint"
	case f.Error != "":
		return f.ID + "-error"
	}
	return ""
}
