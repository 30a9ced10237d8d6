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
			s := sallyporttest.Open(t, sallyport.Config{})
			s.Serve(app(s.Gate))
			get := func(c *http.Client) (path, page string) {
				res, err := c.Get(s.URL + "/")
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
			if path, page := get(s.Client()); path != "/auth/login" {
				t.Errorf("nobody is led to %s: %s", path, page)
			}
			if path, page := get(s.SignIn(t, s.NewPerson(t, "ana"))); path != "/" || page != "Hello, ana" {
				t.Errorf("signed in, at %s: %s", path, page)
			}
		})
	}
}
