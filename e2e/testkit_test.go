package e2e

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/sallyporttest"
)

// An application's own tests drive a browser with the kit: signed in already, or on the pages.
func TestKitInBrowser(t *testing.T) {
	t.Parallel()
	service := sallyporttest.Open(t, sallyport.Config{})
	mux := http.NewServeMux()
	mux.Handle("/auth/", service.Gate)
	mux.Handle("/", service.Gate.RequireAAL2(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Notes</title><main>The notes of %s</main>`,
			sallyport.SessionFrom(r.Context()).Name())
	})))
	service.Serve(mux)
	app := &sallyporttest.CodeApp{}
	ana := service.NewPerson(t, "ana", app)

	t.Run("with cookies", func(t *testing.T) {
		b := browse(t, &server{url: service.URL})
		at, err := url.Parse(service.URL)
		ok(t, err)
		yes := true
		for _, c := range service.SignIn(t, ana).Jar.Cookies(at) {
			_, err := chromedp.Call(b.ctx, network.SetCookie, network.SetCookieParams{
				Name: c.Name, Value: c.Value, URL: service.URL, HTTPOnly: &yes, SameSite: network.CookieSameSiteLax,
			})
			ok(t, err)
		}
		b.open("/")
		if got := b.text("main"); got != "The notes of ana" {
			t.Error(got)
		}
	})
	t.Run("by hand", func(t *testing.T) {
		b := browse(t, &server{url: service.URL})
		b.open("/")
		b.fill("login", ana.Username)
		b.fill("password", ana.Password)
		b.press(`form[action="/auth/login"] button:not([type="button"])`)
		b.fill("code", app.Code(t))
		b.press(`form[action="/auth/login/verify"] button:not([type="button"])`)
		b.mustBeAt("/")
		if got := b.text("main"); got != "The notes of ana" {
			t.Error(got)
		}
	})
}
