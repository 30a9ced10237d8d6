package sallyport_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/sallyport/sallyport"
)

// What a program that embeds the Gate gets wrong opens no door.

// asErrors answers a wrong password with an error, as the comparisons of many libraries do.
type asErrors struct{ *users }

func (a asErrors) CheckPassword(ctx context.Context, id, password string) (bool, error) {
	matches, err := a.users.CheckPassword(ctx, id, password)
	if !matches && err == nil {
		err = errors.New("hashedPassword is not the hash of the given password")
	}
	return matches, err
}

// TestGuessesThatAreErrorsAreCounted: at the application's form, the Gate's, and over JSON.
func TestGuessesThatAreErrorsAreCounted(t *testing.T) {
	for _, path := range []string{"/enter", "/auth/login", "/auth/api/v1/login"} {
		a := newApplication(t, func(c *sallyport.Config) { c.Accounts = asErrors{c.Accounts.(*users)} })
		try := func(password string) int {
			if path == "/auth/api/v1/login" {
				return a.browser().call("POST", "/login", map[string]string{"login": "ann", "password": password}, nil)
			}
			return a.browser().post(path, "name=ann", "login=ann", "secret="+password, "password="+password).status
		}
		for i := range 3 {
			if got := try(fmt.Sprint("guess ", i)); got != http.StatusServiceUnavailable {
				t.Errorf("%s: %d", path, got)
			}
		}
		if got := try(usersPassword); got != http.StatusTooManyRequests {
			t.Errorf("%s: after three guesses: %d", path, got)
		}
	}
}
