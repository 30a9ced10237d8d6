package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sallyport/sallyport/internal/assembly"
	"github.com/sallyport/sallyport/internal/server"
	"github.com/sallyport/sallyport/otpauth"
)

// call makes a request with a JSON body, and the session of the variable BEARER where that is set.
func call(ts *testscript.TestScript, method, url, body string) (status, answer string) {
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	ts.Check(err)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if token := ts.Getenv("BEARER"); token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	ts.Check(err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	ts.Check(err)
	return resp.Status[:3], string(text)
}

// calls STATUS METHOD URL [BODY] calls the JSON API; the answer is left in the file answer.
func calls(ts *testscript.TestScript, _ bool, args []string) {
	body := ""
	if len(args) == 4 {
		body = args[3]
	}
	status, answer := call(ts, args[1], args[2], body)
	ts.Check(os.WriteFile(ts.MkAbs("answer"), []byte(answer), 0o600))
	if status != args[0] {
		ts.Fatalf("%s %s: %s, want %s: %s", args[1], args[2], status, args[0], answer)
	}
}

// bind NAME PASSWORD sets up a code app for an account that has none, over the API at $API. $BEARER is then its session.
func bind(ts *testscript.TestScript, _ bool, args []string) {
	api := ts.Getenv("API")
	ts.Setenv("BEARER", "")
	post := func(want, path, body string, into any) {
		status, answer := call(ts, http.MethodPost, api+path, body)
		if status != want {
			ts.Fatalf("%s: %s, want %s: %s", path, status, want, answer)
		}
		ts.Check(json.Unmarshal([]byte(answer), into))
	}
	var got struct{ Token, ID, URI string }
	post("201", "/login", fmt.Sprintf(`{"login": %q, "password": %q, "transport": "bearer"}`, args[0], args[1]), &got)
	ts.Setenv("BEARER", got.Token)
	post("200", "/session/elevate", fmt.Sprintf(`{"kind": "password", "response": %q}`, args[1]), &got)
	ts.Setenv("BEARER", got.Token)
	post("201", "/authenticators", `{"kind": "totp"}`, &got)
	key, err := otpauth.Parse(got.URI)
	ts.Check(err)
	made, err := makeCode(key, time.Now())
	ts.Check(err)
	post("200", "/authenticators/"+got.ID+"/confirm", fmt.Sprintf(`{"response": %q}`, made.Code), &got)
}

// race N URL BODY posts a body N times at once, with % in it replaced by a number: one of them has to make something.
func race(ts *testscript.TestScript, _ bool, args []string) {
	var n int
	_, err := fmt.Sscan(args[0], &n)
	ts.Check(err)
	var all sync.WaitGroup
	var made atomic.Int64
	for i := range n {
		all.Go(func() {
			body := strings.ReplaceAll(args[2], "%", fmt.Sprint(i))
			resp, err := http.Post(args[1], "application/json", strings.NewReader(body))
			if err != nil {
				return
			}
			resp.Body.Close()
			if resp.StatusCode == http.StatusCreated {
				made.Add(1)
			}
		})
	}
	all.Wait()
	if made.Load() != 1 {
		ts.Fatalf("%d of %d requests made something", made.Load(), n)
	}
}

// statement SQL changes the database behind the program's back; something has to be changed.
func statement(ts *testscript.TestScript, _ bool, args []string) {
	name, driver := ts.Getenv("SALLYPORT_TEST_DATABASE"), "pgx"
	if !strings.Contains(name, "://") {
		name, driver = ts.MkAbs(name), "sqlite"
	}
	db, err := sql.Open(driver, name)
	ts.Check(err)
	defer db.Close()
	for _, one := range args {
		result, err := db.Exec(one)
		ts.Check(err)
		if n, err := result.RowsAffected(); err == nil && n == 0 && !strings.HasPrefix(one, "CREATE") {
			ts.Fatalf("%s changes nothing", one)
		}
	}
}

// before FILE SQL makes a SQLite file, another application's database.
func before(ts *testscript.TestScript, _ bool, args []string) {
	db, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	defer db.Close()
	_, err = db.Exec(ts.ReadFile(args[1]))
	ts.Check(err)
}

// checkpoint seals how far the events are, as servers do now and then.
func checkpoint(ts *testscript.TestScript, _ bool, _ []string) {
	name := ts.Getenv("SALLYPORT_TEST_DATABASE")
	if !strings.Contains(name, "://") {
		name = ts.MkAbs(name)
	}
	settings, err := server.Load(server.Sources{Flags: map[string]string{"database": name, "key_file": ts.MkAbs("sallyport.key")}})
	ts.Check(err)
	ts.Check(settings.Inspect(context.Background(), slog.New(slog.DiscardHandler), func(house *assembly.House) error {
		return house.Machine.Checkpoint(context.Background())
	}))
}
