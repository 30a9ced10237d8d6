package web

import (
	"errors"
	"fmt"
	"regexp"
	"runtime/debug"
	"text/template"

	"github.com/sallyport/sallyport/pages"
)

// What html/template says of a value that it can't use is the value, and what an application's layout says may be anything. So of a page
// that shows a secret the log has where it failed, and not what was said.

// showsSecret says whether what a page shows must not be printed: package pages has it print as something else.
func showsSecret(p pages.Page) bool {
	_, hides := p.Data.(fmt.Formatter)
	return hides
}

// tellable is an error of an application's template or layout for the log.
func tellable(p pages.Page, err error) error {
	if !showsSecret(p) {
		return err
	}
	at := fmt.Sprintf("%T", err)
	var failed template.ExecError
	if errors.As(err, &failed) {
		at = regexp.MustCompile(`^\S+:\d+`).FindString(tellFile(failed).Error())
	}
	return fmt.Errorf("%s: what it says is left out, since the page shows a secret", at)
}

// panicked is tellable for a panic.
func panicked(p pages.Page, failed any) error {
	if showsSecret(p) {
		return fmt.Errorf("panic: %T, which is left out, since the page shows a secret\n%s", failed, debug.Stack())
	}
	return fmt.Errorf("panic: %v\n%s", failed, debug.Stack())
}
