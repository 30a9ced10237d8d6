package web_test

import (
	"strings"
	"testing"
)

// Each field says what is wrong with it, and the summary leads to all of them.
func TestPagesNameEveryFault(t *testing.T) {
	v := newWorld(t, setup{}).visitor()
	v.register().leads("/account")
	v.post("/account/confirm", "password="+pagePassword).leads("/account")
	out := v.w.visitor()
	for name, c := range map[string]struct {
		page   seen
		fields []string
	}{
		"register": {out.post("/register", "username=a b", "email=ana", "password=x"), []string{"username", "email", "password"}},
		"nameless": {out.post("/register", "username=", "email=", "password="), []string{"username", "password"}},
		"one":      {out.post("/register", "username=bo", "email=ana", "password="+pagePassword), []string{"email"}},
		"sign in":  {out.post("/login", "login=", "password="), []string{"login", "password"}},
		"password": {v.post("/account/password", "current=", "new=x"), []string{"current", "new"}},
		"reset":    {out.post("/recover/reset", "token=", "password="), []string{"token", "password"}},
	} {
		t.Run(name, func(t *testing.T) {
			c.page.shows(422)
			if n := strings.Count(c.page.body, `aria-invalid="true"`); n != len(c.fields) {
				t.Errorf("%d fields are at fault, want %d", n, len(c.fields))
			}
			for _, field := range c.fields {
				c.page.shows(422, `<a href="#`+field+`">`, `id="`+field+`-error"`)
			}
		})
	}
}

// JSON names the first fault, as ever.
func TestJSONNamesOneFault(t *testing.T) {
	v := newWorld(t, setup{}).visitor()
	r := v.request("POST", "/api/v1/accounts", `{"username":"a b","email":"ana","password":"x"}`)
	r.Header.Set("Content-Type", "application/json")
	v.do(r).shows(422, `"field":"username"`).lacks("password", "email")
}

// The way to a new password is a link of its own.
func TestPagesWrongPasswordLeadsToANewOne(t *testing.T) {
	v := newWorld(t, setup{}).visitor()
	v.post("/login", "login=ana", "password=x").shows(422, `<a href="#password">`, `<a href="`+v.w.public.Path+`/recover">Or set a new password</a>`).
		lacks("try again, or")
	v.post("/login", "login=", "password=x").shows(422).lacks("Or set a new password")
}
