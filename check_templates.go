package sallyport

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"reflect"

	"github.com/sallyport/sallyport/internal/web"
)

// checkTemplates tries the application's templates, before anything else is opened.
func (c Config) checkTemplates(public *url.URL, elsewhere *web.Elsewhere) error {
	notes, err := web.CheckTemplates(web.Config{
		PublicURL: public, Issuer: c.Issuer, Home: c.Home, Log: c.Log, Elsewhere: elsewhere, Templates: c.Templates, Layout: c.Layout,
	})
	for _, note := range notes {
		c.Log.Warn("templates: " + note)
	}
	var wrong *web.TemplatesError
	if !errors.As(err, &wrong) {
		return err
	}
	return &FieldError{
		Field: "Templates", Value: folderOf(c.Templates), Reason: wrong.Error(),
		Cure: "Mend the files; package pages says what templates get, and `sallyport templates export` has the built-in ones", cause: err,
	}
}

// folderOf is the folder of an os.DirFS, and of any other file system what it is.
func folderOf(templates fs.FS) string {
	if v := reflect.ValueOf(templates); v.Kind() == reflect.String {
		return v.String()
	}
	return fmt.Sprintf("%T", templates)
}
