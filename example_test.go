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

	"github.com/sallyport/sallyport"
)

// A program of its own serves the pages for signing in below /auth/.
func ExampleOpen() {
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
	})
	if err != nil {
		log.Fatal(err)
	}
	defer gate.Close()

	mux := http.NewServeMux()
	mux.Handle("/auth/", gate)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "your program") })

	for _, path := range []string{"/", "/auth/login"} { // http.ListenAndServe("localhost:8080", mux)
		answer := httptest.NewRecorder()
		mux.ServeHTTP(answer, httptest.NewRequest("GET", path, nil))
		fmt.Println(path, answer.Code)
	}
	// Output:
	// / 200
	// /auth/login 200
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
