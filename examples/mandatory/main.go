// Command mandatory is an application in which everybody has a second factor, and gives name, password and code in one form: the
// flow of the tutorial "Two Factor Authentication with Flask".
package main

import (
	"fmt"
	"html"
	"log"
	"net/http"

	"github.com/sallyport/sallyport"
)

func main() {
	gate := sallyport.Must(sallyport.New(config()))
	log.Fatal(http.ListenAndServe("localhost:8080", application(gate)))
}

// config asks for everything at once, and of everybody.
func config() sallyport.Config {
	return sallyport.Config{
		PublicURL:    "http://localhost:8080/auth",
		Issuer:       "Mandatory",
		SecondFactor: "aal2",     // who registers sets up a code app before anything else
		LoginForm:    "combined", // one form, and one answer whatever was wrong in it
		Home:         "/",
	}
}

// application has one page, for people with two factors.
func application(gate *sallyport.Gate) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/auth/", gate)
	mux.Handle("/{$}", gate.RequireAAL2(http.HandlerFunc(home)))
	return mux
}

func home(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, `<!doctype html><html lang="en"><title>Mandatory</title><meta name="color-scheme" content="light dark">
<meta name="viewport" content="width=device-width"><h1>Welcome, %s</h1><p><a href="/auth/account">Your account</a></p></html>`,
		html.EscapeString(sallyport.SessionFrom(r.Context()).Name()))
}
