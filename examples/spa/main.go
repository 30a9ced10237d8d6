// Command spa is a bank whose page is a script: it signs people in, and has every payment confirmed, through the JSON API alone.
package main

import (
	"log"
	"net/http"

	"github.com/sallyport/sallyport"
)

func main() {
	gate := sallyport.Must(sallyport.New(config()))
	log.Fatal(http.ListenAndServe("localhost:8080", application(gate)))
}

// config allows every kind of second step, so that the page can show each.
func config() sallyport.Config {
	return sallyport.Config{
		PublicURL:      "http://localhost:8080/auth",
		Issuer:         "Little Bank",
		Home:           "/",
		Authenticators: []string{"totp", "hotp", "webauthn", "push", "email", "sms"},
		SMSCountries:   []string{"DE"}, // text messages are written to standard error, as mails are
	}
}

// application is the page, what it asks the bank, and the gate beside it: one origin, so that the session's cookie does for all.
func application(gate *sallyport.Gate) http.Handler {
	b := &bank{payments: map[string]*payment{}}
	mux := http.NewServeMux()
	mux.Handle("/auth/", gate)
	mux.Handle("GET /api/payments", gate.Require(http.HandlerFunc(b.list)))
	mux.Handle("POST /api/payments", gate.Require(http.HandlerFunc(b.enter)))
	mux.Handle("POST /api/payments/{id}/send", gate.RequireAAL2(gate.RequireConfirmed(b.words)(http.HandlerFunc(b.send))))
	mux.Handle("/", page())
	return mux
}
