package sallyport_test

import (
	"fmt"
	"go/format"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/sallyporttest"
)

// The quick start is one file of 15 lines, and what the README shows first. Package e2e uses it in a browser.
func TestQuickStartIsShort(t *testing.T) {
	source, err := os.ReadFile("examples/quickstart/main.go")
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for line := range strings.Lines(string(source)) {
		if strings.TrimSpace(line) != "" {
			lines++
		}
	}
	if lines > 15 {
		t.Errorf("%d lines", lines)
	}
	if formatted, err := format.Source(source); err != nil || string(formatted) != string(source) {
		t.Errorf("it is not as gofmt writes it: %v", err)
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	if _, first, _ := strings.Cut(string(readme), "```"); !strings.HasPrefix(first, "go\n"+string(source)+"```") {
		t.Error("the README's first code is another")
	}
}

// Who signs in by themself goes to the application's home, and its pages lead back there.
func TestHome(t *testing.T) {
	s := sallyporttest.Open(t, sallyport.Config{Home: "/desk?x=1"})
	mux := http.NewServeMux()
	mux.Handle("/auth/", s.Gate)
	mux.HandleFunc("/desk", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "the desk ", r.URL.RawQuery) })
	s.Serve(mux)
	ana, c := s.NewPerson(t, "ana"), s.Client()
	res, err := c.PostForm(s.URL+"/auth/login", url.Values{"login": {ana.Username}, "password": {ana.Password}})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if read, err := io.ReadAll(res.Body); err != nil || string(read) != "the desk x=1" {
		t.Errorf("%s: %q, %v", res.Request.URL, read, err)
	}
	if _, _, page := visit(t, c, "GET", s.URL+"/auth/account"); !strings.Contains(page, `<header><a href="/desk?x=1">`) {
		t.Error("the account page has no link to the application")
	}
}
