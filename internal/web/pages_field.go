package web

import "github.com/sallyport/sallyport/pages"

// field begins an input; label is a key of the catalogue.
func (s *site) field(c texts, p pages.Page, id, label string) pages.Field {
	f := pages.Field{ID: id, Label: c.text(label)}
	if label == "code.label" && !s.usual {
		f.Label = c.text("code.label_any")
	}
	if p.Field == id {
		f.Error = p.Error
	}
	for _, also := range p.Also {
		if also.Field == id && f.Error == "" {
			f.Error = also.Says
		}
	}
	return f
}
