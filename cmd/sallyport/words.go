package main

import (
	"errors"
	"fmt"

	"github.com/sallyport/sallyport/internal/catalogue"
	"github.com/sallyport/sallyport/internal/core"
)

// inWords says an error of the machine's in the catalogue's words, with the flag that it is about. What was typed wrong
// is a mistake in the arguments.
func inWords(err error) error {
	var e *core.Error
	if !errors.As(err, &e) {
		return err
	}
	texts, loading := catalogue.Load()
	if loading != nil {
		return errors.Join(err, loading)
	}
	said := errors.New(textOf(texts.In(catalogue.English), e))
	if e.Code != core.CodeInvalid {
		return said
	}
	if e.Field != "" && e.Field != "password" { // that one is no flag
		said = fmt.Errorf("--%s: %w", e.Field, said)
	}
	return usageError{said}
}

// textOf is the error's own text, or that of its code, or the bare code.
func textOf(texts catalogue.Catalogue, e *core.Error) string {
	for _, key := range []string{e.Text, "error." + string(e.Code)} {
		if texts.Has(key) {
			return texts.Text(key, e.Args...)
		}
	}
	return e.Error()
}

// aboutFlag makes an error about one of the machine's fields one about the flag that was typed for it.
func aboutFlag(err error, field, flag string) error {
	var e *core.Error
	if !errors.As(err, &e) || e.Field != field {
		return err
	}
	about := *e
	about.Field = flag
	return &about
}
