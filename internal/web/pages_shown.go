package web

import (
	"errors"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/pages"
)

// What shows codes is a code app for most people and a hardware token for some: pages say which.

// rewordShown is what was wrong with a code of these.
func rewordShown(err error, v pages.Verify) error {
	var e *core.Error
	if errors.As(err, &e) && e.Text == "code.shape" {
		said := *e
		said.Text = v.ByKind("code.shape", "token_code.shape", "code.shape_mixed")
		return &said
	}
	return core.Reword(err, core.CodeWrong, v.ByKind("code.wrong", "token_code.wrong", "code.wrong_mixed"))
}
