package routers

import (
	"io"
	"net/http"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/sallyporttest"
)

func TestRouters(t *testing.T) {
	gin.SetMode(gin.TestMode)
	for name, app := range map[string]func(*sallyport.Gate) http.Handler{"chi": Chi, "echo": Echo, "gin": Gin} {
		t.Run(name, func(t *testing.T) {
			s := sallyporttest.Open(t, sallyport.Config{}, app)
			get := func(c *http.Client) (int, string) {
				res, err := c.Get(s.URL + "/")
				if err != nil {
					t.Fatal(err)
				}
				defer res.Body.Close()
				body, err := io.ReadAll(res.Body)
				if err != nil {
					t.Fatal(err)
				}
				return res.StatusCode, string(body)
			}
			if status, body := get(s.Client(t)); status != http.StatusUnauthorized {
				t.Errorf("nobody: %d %s", status, body)
			}
			if status, body := get(s.SignIn(t, s.NewPerson(t, "ana"))); status != http.StatusOK || body != "Hello, ana" {
				t.Errorf("signed in: %d %s", status, body)
			}
		})
	}
}
