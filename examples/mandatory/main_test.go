package main

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/sallyporttest"
)

func serve(t *testing.T) *sallyporttest.Service {
	t.Helper()
	s := sallyporttest.Open(t, config())
	s.Serve(application(s.Gate))
	return s
}

// post fills in the one form, and returns the page that it leads to.
func post(t *testing.T, s *sallyporttest.Service, p *sallyporttest.Person, password, code string) (path, page string) {
	t.Helper()
	res, err := s.Client().PostForm(s.URL+"/auth/login", url.Values{"login": {p.Username}, "password": {password}, "code": {code}})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.Request.URL.Path, string(body)
}

func TestNamePasswordAndCodeAtOnce(t *testing.T) {
	s := serve(t)
	app := &sallyporttest.CodeApp{}
	ana := s.NewPerson(t, "ana", app)
	if path, page := post(t, s, ana, ana.Password, app.Code(t)); path != "/" || !strings.Contains(page, "Welcome, ana") {
		t.Errorf("at %s: %s", path, page)
	}
}

// Whatever was wrong, the answer is the same: nobody learns which.
func TestOneAnswerToWhateverWasWrong(t *testing.T) {
	s := serve(t)
	app := &sallyporttest.CodeApp{}
	ana := s.NewPerson(t, "ana", app)
	used := app.Code(t)
	if path, _ := post(t, s, ana, ana.Password, used); path != "/" {
		t.Fatal("the right code is refused")
	}
	summary := func(page string) string {
		_, from, _ := strings.Cut(page, `id="summary"`)
		said, _, _ := strings.Cut(from, "</div>")
		return said
	}
	first := ""
	for what, give := range map[string][2]string{
		"a wrong password": {"not the password", app.Code(t)}, "a used code": {ana.Password, used}, "no code": {ana.Password, ""},
	} {
		path, page := post(t, s, ana, give[0], give[1])
		if path != "/auth/login" || summary(page) == "" {
			t.Errorf("%s: at %s: %s", what, path, page)
		}
		if first == "" {
			first = summary(page)
		}
		if summary(page) != first {
			t.Errorf("%s is answered with %s, and another with %s", what, summary(page), first)
		}
	}
}

// Who registers has no session before they have a code app.
func TestNobodyWithoutCodeApp(t *testing.T) {
	s := serve(t)
	c := s.Client()
	res, err := c.PostForm(s.URL+"/auth/register", url.Values{"username": {"bob"}, "password": {"correct horse battery staple"}})
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.Request.URL.Path != "/auth/login/setup" {
		t.Errorf("led to %s", res.Request.URL.Path)
	}
	r, err := http.NewRequestWithContext(t.Context(), "GET", s.URL+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html") // as browsers do: they are led to the sign-in page
	if res, err = c.Do(r); err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.Request.URL.Path != "/auth/login" || res.StatusCode != http.StatusOK {
		t.Errorf("the application's page leads to %s", res.Request.URL.Path)
	}
}
