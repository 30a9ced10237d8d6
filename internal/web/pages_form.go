package web

import (
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/sallyport/sallyport/internal/core"
)

// maxParameters bounds what a form may hold; none of ours has ten.
const maxParameters = 64

// form is what a page's form sent: one value for each name.
type form map[string]string

// has says whether the form had such a field, empty or not.
func (f form) has(name string) bool { _, ok := f[name]; return ok }

// readForm reads the body of a form. Other content types are refused, and fields that come twice: which of
// the two was meant is not ours to guess. What stands in the URL is no form.
func readForm(r *http.Request) (form, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	if len(body) == 0 {
		return form{}, nil // a form of nothing but its button
	}
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "application/x-www-form-urlencoded" {
		return nil, &core.Error{Code: core.CodeInvalid, Field: "Content-Type", Text: "form.content_type"}
	}
	if strings.Count(string(body), "&") >= maxParameters {
		return nil, &core.Error{Code: core.CodeInvalid, Text: "form.too_many"}
	}
	values, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, &core.Error{Code: core.CodeInvalid, Text: "form.syntax"}
	}
	f := form{}
	for name, sent := range values {
		if len(sent) != 1 {
			return nil, &core.Error{Code: core.CodeInvalid, Field: cut(name, 64), Text: "form.twice"}
		}
		f[name] = sent[0]
	}
	return f, nil
}
