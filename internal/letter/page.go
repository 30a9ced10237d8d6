package letter

import (
	_ "embed"
	"strings"
)

// pageSource is the HTML part. It loads nothing and runs nothing; html/template escapes what is put in.
//
//go:embed letter.html
var pageSource string

func (w *Writer) render(l letter) (string, error) {
	var b strings.Builder
	err := w.page.Execute(&b, struct {
		letter
		Subject string
	}{l, w.subject(l.Issuer, l.Title)})
	return b.String(), err
}
