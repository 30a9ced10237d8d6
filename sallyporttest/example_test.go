package sallyporttest_test

import (
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/sallyporttest"
)

// newNotes makes the handler of an application, as its main function does, too.
func newNotes(gate *sallyport.Gate) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/auth/", gate)
	mux.Handle("/notes", gate.RequireAAL2(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "The notes of %s", sallyport.SessionFrom(r.Context()).Name())
	})))
	mux.Handle("/export", gate.RequireRecent(5*time.Minute)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "All of it")
	})))
	return mux
}

// body is what a page says.
func body(t *testing.T, client *http.Client, page string) string {
	t.Helper()
	res, err := client.Get(page)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	read, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(read)
}

// In an application it is called TestNotes.
func testNotes(t *testing.T) {
	t.Parallel()
	service := sallyporttest.Open(t, sallyport.Config{SecondFactor: "required"}) // its settings
	service.Serve(newNotes(service.Gate))

	app := &sallyporttest.CodeApp{}
	ana := service.NewPerson(t, "ana", app)
	client := service.SignIn(t, ana)
	if got := body(t, client, service.URL+"/notes"); got != "The notes of ana" {
		t.Error(got)
	}

	// A password alone opens nothing.
	login := service.BeginSignIn(t, ana)
	if got := body(t, login.Client, service.URL+"/notes"); got == "The notes of ana" {
		t.Error(got)
	}
	if err := login.Try(t, "totp", "000000"); err == nil {
		t.Error("let in with a wrong code")
	}
	login.Answer(t, app)

	// What has to be confirmed is asked for again when the time is over, and nobody waits for that.
	service.Confirm(t, client, ana)
	if got := body(t, client, service.URL+"/export"); got != "All of it" {
		t.Error(got)
	}
	service.Clock.Advance(5 * time.Minute)
	if got := body(t, client, service.URL+"/export"); got == "All of it" {
		t.Error("exported without a confirmation")
	}
}

// An application, and a test file of it.
func Example() {
	var t *testing.T // of func TestNotes(t *testing.T)
	testNotes(t)
}
