package sallyport_test

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/sallyport/sallyport"
)

// customer is a row of an application's own table. Real ones hold a hash.
type customer struct{ id, name, email, password string }

// customers are an application's accounts.
type customers []customer

func (all customers) AccountByLogin(_ context.Context, login string) (sallyport.Account, error) {
	return all.find(func(c customer) bool { return strings.EqualFold(c.name, login) })
}

func (all customers) AccountByID(_ context.Context, id string) (sallyport.Account, error) {
	return all.find(func(c customer) bool { return c.id == id })
}

// CheckPassword compares whoever is meant, nobody too.
func (all customers) CheckPassword(_ context.Context, id, password string) (bool, error) {
	stored := "the password of nobody"
	for _, c := range all {
		if c.id == id {
			stored = c.password
		}
	}
	return subtle.ConstantTimeCompare([]byte(stored), []byte(password)) == 1 && id != "", nil
}

func (all customers) find(is func(customer) bool) (sallyport.Account, error) {
	for _, c := range all {
		if is(c) {
			return sallyport.Account{ID: c.id, Username: c.name, Email: c.email, EmailConfirmed: true}, nil
		}
	}
	return sallyport.Account{}, sallyport.ErrNoAccount
}

// An application has users, passwords and a sign-in form already. It goes on to have them, and gets the second factor.
func ExampleAccounts() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)

	gate, err := sallyport.Open(context.Background(), sallyport.Config{
		PublicURL: "http://localhost:8080/auth",
		Database:  filepath.Join(dir, "sallyport.db"),
		KeyFile:   filepath.Join(dir, "sallyport.key"),
		Log:       slog.New(slog.DiscardHandler),
		Accounts:  customers{{"17", "ann", "ann@example.org", "a long quiet river"}},
		LoginPage: "/login",
	})
	if err != nil {
		log.Fatal(err)
	}
	defer gate.Close()

	mux := http.NewServeMux()
	mux.Handle("/auth/", gate)
	mux.HandleFunc("POST /login", func(w http.ResponseWriter, r *http.Request) {
		err := gate.SignIn(w, r, r.FormValue("username"), r.FormValue("password"))
		var refused *sallyport.Error
		if errors.As(err, &refused) { // the form again
			w.WriteHeader(refused.Status)
			fmt.Fprint(w, refused.Text)
		}
	})

	for _, password := range []string{"a guess", "a long quiet river"} {
		form := url.Values{"username": {"ann"}, "password": {password}, "return_to": {"/inbox"}}
		r := httptest.NewRequest("POST", "http://localhost:8080/login", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer := httptest.NewRecorder()
		mux.ServeHTTP(answer, r)
		fmt.Println(answer.Code, answer.Header().Get("Location"), answer.Body)
	}
	// Output:
	// 422  Check your username or email address and your password, and try again.
	// 303 /inbox
}
