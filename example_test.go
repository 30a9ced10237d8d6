package sallyport_test

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"time"

	"github.com/sallyport/sallyport"
)

// example returns a Config whose files are nobody else's, and what removes them.
func example() (cfg sallyport.Config, cleanUp func()) {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	return sallyport.Config{
		PublicURL: "http://localhost:8080/auth",
		Database:  filepath.Join(dir, "sallyport.db"),
		KeyFile:   filepath.Join(dir, "sallyport.key"),
		Log:       slog.New(slog.DiscardHandler),
	}, func() { os.RemoveAll(dir) }
}

// ask shows what a browser that asks for a page is answered.
func ask(handler http.Handler, page string) {
	answer, request := httptest.NewRecorder(), httptest.NewRequest("GET", page, nil)
	request.Header.Set("Accept", "text/html")
	handler.ServeHTTP(answer, request)
	fmt.Print(page, " ", answer.Code)
	if to := answer.Header().Get("Location"); to != "" {
		fmt.Print(" ", to)
	}
	fmt.Println()
}

// The pages for signing up and in, for code apps, passkeys and recovery codes stand below /auth/; the application's own page
// is for people who are signed in.
func Example() {
	cfg, cleanUp := example() // or sallyport.Config{PublicURL: "http://localhost:8080/auth"}
	defer cleanUp()
	gate := sallyport.Must(sallyport.New(cfg))
	defer gate.Close()

	mux := http.NewServeMux()
	mux.Handle("/auth/", gate)
	mux.Handle("/", gate.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "Hello, %s.", sallyport.SessionFrom(r.Context()).Name())
	})))

	ask(mux, "/auth/login") // http.ListenAndServe("localhost:8080", mux)
	ask(mux, "/")
	// Output:
	// /auth/login 200
	// / 303 /auth/login?return_to=%2F
}

// A page may ask for more than a session: two factors, or that it was confirmed a moment ago who is there.
func ExampleGate_RequireRecent() {
	cfg, cleanUp := example()
	defer cleanUp()
	gate := sallyport.Must(sallyport.New(cfg))
	defer gate.Close()

	keys := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "API keys") })
	mux := http.NewServeMux()
	mux.Handle("/auth/", gate)
	mux.Handle("/settings/keys", gate.RequireAAL2(gate.RequireRecent(5*time.Minute)(keys)))

	ask(mux, "/settings/keys")
	// Output:
	// /settings/keys 303 /auth/login?return_to=%2Fsettings%2Fkeys
}

// Sending money needs a code for this very payment.
func ExampleGate_RequireConfirmed() {
	cfg, cleanUp := example()
	defer cleanUp()
	gate := sallyport.Must(sallyport.New(cfg))
	defer gate.Close()

	payments := map[string]string{"7": "Send 250.00 EUR to Bob"} // what somebody filled in before
	words := func(r *http.Request) (string, error) {
		if payment, ok := payments[r.PathValue("id")]; ok {
			return payment, nil
		}
		return "", sql.ErrNoRows // answered with 404
	}
	send := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Mark the payment as sent, if it is not yet, in one statement; and send it.
		fmt.Fprintf(w, "Done: %s", sallyport.SessionFrom(r.Context()).Confirmed())
	})
	mux := http.NewServeMux()
	mux.Handle("/auth/", gate)
	mux.Handle("/payments/{id}/send", gate.RequireAAL2(gate.RequireConfirmed(words)(send)))

	ask(mux, "/payments/7/send")
	// Output:
	// /payments/7/send 303 /auth/login?return_to=%2Fpayments%2F7%2Fsend
}

// A page for everybody greets those who are signed in.
func ExampleGate_Session() {
	cfg, cleanUp := example()
	defer cleanUp()
	gate := sallyport.Must(sallyport.New(cfg))
	defer gate.Close()

	answer := httptest.NewRecorder()
	home := func(w http.ResponseWriter, r *http.Request) {
		session, err := gate.Session(r)
		if err != nil { // nobody, or it can't be told now who
			fmt.Fprint(w, "Hello, stranger.")
			return
		}
		fmt.Fprintf(w, "Hello, %s.", session.Name())
	}
	home(answer, httptest.NewRequest("GET", "/", nil))
	fmt.Println(answer.Body)
	// Output: Hello, stranger.
}

// Every mistake in a Config is reported at once, each with what to do about it.
func ExampleConfig_Check() {
	err := sallyport.Config{PublicURL: "http://example.org", SecondFactor: "always"}.Check()
	fmt.Println(err)
	// Output:
	// sallyport: Config.PublicURL "http://example.org": is plain http, on which passwords and sessions can be read by whoever is on the way. Use https:// (a proxy in front may end TLS), or a loopback host such as localhost to try things out
	// sallyport: Config.SecondFactor "always": is not one of the values that exist. Use optional, required, aal2 or passkey
}

// The gate uses the pool that the application has already, with its tables beside the application's own.
func ExampleConfig_pool() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)

	db, err := sql.Open("sqlite", filepath.Join(dir, "app.db")+
		"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=busy_timeout(5000)")
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close() // after the gate

	gate, err := sallyport.Open(context.Background(), sallyport.Config{
		PublicURL: "http://localhost:8080/auth",
		DB:        db,
		KeyFile:   filepath.Join(dir, "sallyport.key"),
		Log:       slog.New(slog.DiscardHandler),
	})
	if err != nil {
		log.Fatal(err) // a pool that can't be used says what to add to its DSN
	}
	defer gate.Close()

	var accounts int
	if err := db.QueryRow("SELECT count(*) FROM sallyport_accounts").Scan(&accounts); err != nil {
		log.Fatal(err)
	}
	fmt.Println("accounts:", accounts)
	// Output:
	// accounts: 0
}
