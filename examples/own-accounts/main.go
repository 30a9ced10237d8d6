// Command own-accounts is the application of many a first tutorial: a table of users, a form to register and one to sign in, and a
// page that greets who is signed in. It got its second factor from Sallyport, which it lends its table to (users.go), and
// keeps the rest.
//
//	go run ./examples/own-accounts
//
// and then http://localhost:8080. It is an example, and not for importing.
package main

import (
	"context"
	"database/sql"
	"errors"
	"html/template"
	"log"
	"net/http"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/sallyport/sallyport"
)

func main() {
	handler, gate, err := open(context.Background(), ".", "http://localhost:8080")
	if err != nil {
		log.Fatal(err)
	}
	defer gate.Close()
	log.Print("serving http://localhost:8080")
	log.Print(http.ListenAndServe("localhost:8080", handler))
}

// open makes the application, with its databases in a directory.
func open(ctx context.Context, dir, url string) (http.Handler, *sallyport.Gate, error) {
	db, err := sql.Open("sqlite", filepath.Join(dir, "users.db"))
	if err != nil {
		return nil, nil, err
	}
	table, err := newUsers(db)
	if err != nil {
		return nil, nil, err
	}
	gate, err := sallyport.Open(ctx, sallyport.Config{
		PublicURL: url + "/auth", Issuer: "Flaskr",
		Database: filepath.Join(dir, "sallyport.db"), KeyFile: filepath.Join(dir, "sallyport.key"),
		Accounts: table, LoginPage: "/login", RegistrationPage: "/register", AccountPage: "/password",
	})
	if err != nil {
		return nil, nil, err
	}
	a := &application{table, gate}
	mux := http.NewServeMux()
	mux.Handle("/auth/", gate)
	mux.Handle("GET /{$}", gate.Require(http.HandlerFunc(a.index)))
	mux.HandleFunc("GET /register", show("register"))
	mux.HandleFunc("POST /register", a.register)
	mux.HandleFunc("GET /login", show("login"))
	mux.HandleFunc("POST /login", a.login)
	justNow := gate.RequireRecent(10 * time.Minute) // who did not prove themself just now does that first, and comes back
	mux.Handle("GET /password", justNow(show("password")))
	mux.Handle("POST /password", justNow(http.HandlerFunc(a.setPassword)))
	return http.NewCrossOriginProtection().Handler(short(mux)), gate, nil
}

const longestForm = 16 << 10 // bytes

// short reads no more of a form than one can be, and lets no other site put a page into its own.
func short(next http.Handler) http.Handler {
	return http.MaxBytesHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(w, r)
	}), longestForm)
}

type application struct {
	users *users
	gate  *sallyport.Gate
}

// login was: look the user up, compare the hash, put the id into the session.
func (a *application) login(w http.ResponseWriter, r *http.Request) {
	err := a.gate.SignIn(w, r, r.FormValue("username"), r.FormValue("password"))
	var refused *sallyport.Error
	if errors.As(err, &refused) {
		render(w, "login", refused.Status, data{Error: refused.Text, ReturnTo: r.FormValue("return_to")})
	}
}

func (a *application) register(w http.ResponseWriter, r *http.Request) {
	username, password := r.FormValue("username"), r.FormValue("password")
	if username == "" || len(password) < 15 || len(password) > bcryptLimit {
		render(w, "register", http.StatusUnprocessableEntity, data{Error: "A name, and a password of 15 to 72 characters."})
		return
	}
	if err := a.users.add(r.Context(), username, password); err != nil {
		render(w, "register", http.StatusConflict, data{Error: "That name is taken."})
		return
	}
	http.Redirect(w, r, "/login", http.StatusSeeOther)
}

// setPassword changes it, and says so to the gate: other browsers are signed out.
func (a *application) setPassword(w http.ResponseWriter, r *http.Request) {
	id, next := sallyport.SessionFrom(r.Context()).AccountID(), r.FormValue("new")
	if len(next) < 15 || len(next) > bcryptLimit {
		render(w, "password", http.StatusUnprocessableEntity, data{Error: "A password of 15 to 72 characters."})
		return
	}
	err := a.users.setPassword(r.Context(), id, next)
	if err == nil {
		err = a.gate.CredentialChanged(w, r, id)
	}
	if err != nil {
		log.Print(err)
		http.Error(w, "Something went wrong. Try again.", http.StatusInternalServerError)
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (a *application) index(w http.ResponseWriter, r *http.Request) {
	render(w, "index", http.StatusOK, data{Name: sallyport.SessionFrom(r.Context()).Name()})
}

// show is a page with an empty form.
func show(page string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		render(w, page, http.StatusOK, data{ReturnTo: r.FormValue("return_to")})
	}
}

type data struct{ Name, Error, ReturnTo string }

func render(w http.ResponseWriter, page string, status int, d data) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if err := template.Must(template.New("").Parse(pages)).ExecuteTemplate(w, page, d); err != nil {
		log.Print(err)
	}
}
