package sallyport_test

import (
	"fmt"
	"html/template"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing/fstest"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/pages"
)

// shown is a page of a Gate.
func shown(gate *sallyport.Gate, path string) string {
	answer := httptest.NewRecorder()
	gate.ServeHTTP(answer, httptest.NewRequest("GET", "http://localhost:8080/auth"+path, nil))
	return answer.Body.String()
}

// One page in other words, and all of them in another colour. In a program the files are in a folder, with an embed.FS and fs.Sub, or
// os.DirFS.
func ExampleConfig_templates() {
	cfg, cleanUp := example()
	defer cleanUp()
	cfg.Issuer = "Bank"
	cfg.Templates = fstest.MapFS{
		"closed.html": {Data: []byte(`{{define "title"}}Ask your branch{{end}}
{{define "main"}}<h1>{{template "title" .}}</h1>
<p>Accounts at {{.Issuer}} are opened there. <a href="{{path "/login"}}">{{text "login.link"}}</a></p>{{end}}`)},
		"static/theme.css": {Data: []byte(`:root { --sallyport-accent: light-dark(#0a6b31, #7fe0a3); }`)},
	}
	cfg.Registration = "closed"
	gate := sallyport.Must(sallyport.New(cfg))
	defer gate.Close()

	page := shown(gate, "/register")
	fmt.Println(strings.Contains(page, "<title>Ask your branch · Bank</title>"))
	fmt.Println(strings.Contains(page, `<link rel="stylesheet" href="/auth/static/theme.`))

	cfg.Templates = fstest.MapFS{"closed.html": {Data: []byte(`{{define "title"}}{{.Isuer}}{{end}}{{define "main"}}{{end}}`)}}
	_, err := sallyport.New(cfg)
	fmt.Println(err)
	// Output:
	// true
	// true
	// sallyport: Config.Templates "fstest.MapFS": closed.html:1: at <.Isuer>: can't evaluate field Isuer in type pages.Page. Mend the files; package pages says what templates get, and `sallyport templates export` has the built-in ones
}

// Every page in the application's own layout, with the menu that its other pages have.
func ExampleConfig_layout() {
	layout := template.Must(template.New("layout").Parse(`<!doctype html>
<html lang="{{.Language}}" dir="{{.Direction}}">
<head><title>{{.Title}} - Bank</title><link rel="stylesheet" href="/bank.css">{{.Head}}</head>
<body><nav>{{with .Who}}{{.}} | {{end}}<a href="/">Bank</a></nav><main>{{.Content}}</main>{{.Footer}}</body>
</html>`))
	cfg, cleanUp := example()
	defer cleanUp()
	cfg.Layout = func(w io.Writer, _ *http.Request, f pages.Frame) error { return layout.Execute(w, f) }
	gate := sallyport.Must(sallyport.New(cfg))
	defer gate.Close()

	page := shown(gate, "/login")
	fmt.Println(strings.Contains(page, `<title>Sign in - Bank</title><link rel="stylesheet" href="/bank.css"><link rel="icon"`))
	fmt.Println(strings.Contains(page, `<nav><a href="/">Bank</a></nav><main>`), strings.Contains(page, `name="password"`))
	// Output:
	// true
	// true true
}
