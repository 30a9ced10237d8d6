package web

import "github.com/sallyport/sallyport/internal/core"

// field is one input of a form, as the templates in part_fields.html draw it. Its id is its name too:
// password managers key on both.
type field struct {
	ID, Label, Hint, Value string
	Complete               string // the autocomplete attribute
	Least                  int    // characters of a new password; 0 where no length is told
	Letters                bool   // a code field for recovery codes
	Texted                 bool   // a code field for what a text message brings
	Optional               bool   // a code field that may stay empty
	Focus                  bool
	Error                  string
}

// field begins an input; label is a key of the catalogue.
func (s *site) field(c texts, sc screen, id, label string) field {
	f := field{ID: id, Label: c.text(label)}
	if label == "code.label" && !s.Machine.UsualCodes() {
		f.Label = c.text("code.label_any")
	}
	if sc.Field == id {
		f.Error = sc.Error
	}
	for _, also := range sc.Also {
		if also.Field == id && f.Error == "" {
			f.Error = also.Says
		}
	}
	return f
}

// WithHint puts a sentence below the label.
func (f field) WithHint(hint string) field { f.Hint = hint; return f }

// WithValue fills in what was typed before.
func (f field) WithValue(value string) field { f.Value = value; return f }

// As says what password managers and keyboards may fill in.
func (f field) As(complete string) field { f.Complete = complete; return f }

// AtLeast tells how many characters a new password needs.
func (f field) AtLeast(n int) field { f.Least = n; return f }

// ForLetters gives a code field the keyboard that recovery codes need.
func (f field) ForLetters(letters bool) field { f.Letters = letters; return f }

// FromText lets browsers fill in what a text message brings, where the code was sent by one.
func (f field) FromText(kind core.Kind) field { f.Texted = kind == core.KindSMS; return f }

// MayBeEmpty is for the combined form: not everybody has set up a code app.
func (f field) MayBeEmpty() field { f.Optional = true; return f }

// Focused puts the caret into the field as the page opens.
func (f field) Focused() field { f.Focus = true; return f }

// DescribedBy lists the ids of what belongs to the field.
func (f field) DescribedBy() string {
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
