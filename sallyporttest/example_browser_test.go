package sallyporttest_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/sallyporttest"
)

// tab is a browser that a test drives: chromedp, Playwright, Selenium. With chromedp, its methods are
// network.SetCookie, chromedp.Navigate, chromedp.SendKeys and chromedp.Click.
type tab interface {
	setCookie(name, value, page string)
	open(page string)
	fill(field, text string)
	press(button string)
}

// signedIn gives a browser the cookies of somebody who is signed in already. Set them for the page's URL and as HttpOnly.
func signedIn(browser tab, client *http.Client, page string) {
	at, _ := url.Parse(page)
	for _, c := range client.Jar.Cookies(at) {
		browser.setCookie(c.Name, c.Value, page)
	}
}

// typed signs somebody in by hand, on the Gate's own pages.
func typed(t *testing.T, browser tab, service *sallyporttest.Service, p *sallyporttest.Person, app *sallyporttest.CodeApp) {
	browser.open(service.URL + "/auth/login")
	browser.fill("login", p.Username)
	browser.fill("password", p.Password)
	browser.press("form[action='/auth/login'] button")
	browser.fill("code", app.Code(t))
	browser.press("form[action='/auth/login/verify'] button")
}

// A browser is at the place of somebody who signed in, or signs in on the pages.
func Example_browser() {
	var (
		t       *testing.T // of the test
		browser tab        // a new one
	)
	service := sallyporttest.Open(t, sallyport.Config{})
	service.Serve(newNotes(service.Gate))
	app := &sallyporttest.CodeApp{}
	ana := service.NewPerson(t, "ana", app)

	signedIn(browser, service.SignIn(t, ana), service.URL) // quick: most tests begin so
	browser.open(service.URL + "/notes")

	typed(t, browser, service, ana, app) // for tests of how it looks to sign in
}
