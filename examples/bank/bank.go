package main

import (
	"database/sql"
	"embed"
	"errors"
	"html/template"
	"log"
	"net/http"
	"strconv"

	"github.com/sallyport/sallyport"
)

//go:embed templates style.css
var files embed.FS

// bank is the application: its pages, and who may do what on them.
type bank struct {
	ledger *ledger
	pages  *template.Template
}

// newBank returns the handler of everything, the Gate's pages included.
func newBank(gate *sallyport.Gate, l *ledger) http.Handler {
	b := &bank{ledger: l, pages: template.Must(template.ParseFS(files, "templates/*.html"))}
	mux := http.NewServeMux()
	mux.Handle("/auth/", gate)
	mux.Handle("GET /style.css", http.FileServerFS(files))
	for pattern, handler := range map[string]http.HandlerFunc{
		"GET /{$}":            b.overview,
		"POST /payments":      b.fillIn,
		"GET /payments/{id}":  b.review,
		"POST /payments/{id}": b.change,
	} {
		mux.Handle(pattern, inPage(gate.RequireAAL2(handler)))
	}
	// The order matters: who is there, whether it was done already, and whether this very payment was confirmed.
	send := gate.RequireConfirmed(b.words)(http.HandlerFunc(b.send))
	mux.Handle("GET /payments/{id}/send", inPage(gate.RequireAAL2(b.unlessSent(send))))
	return mux
}

// inPage lets the browser load nothing from elsewhere, and nobody put a page into theirs.
func inPage(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(w, r)
	})
}

// words says what a request to send does. The Gate shows them to the person, and they come from the database both times: when
// they are confirmed, and when that is used up.
func (b *bank) words(r *http.Request) (string, error) {
	p, err := b.asked(r)
	if err != nil {
		return "", err // sql.ErrNoRows is answered with 404
	}
	return p.words(), nil
}

// asked is the payment that a request is about, if it is one of whoever asks.
func (b *bank) asked(r *http.Request) (payment, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return payment{}, sql.ErrNoRows
	}
	return b.ledger.payment(r.Context(), sallyport.SessionFrom(r.Context()).AccountID(), id)
}

// unlessSent leads on who comes back to the address of a payment that was sent: nothing is left to confirm.
func (b *bank) unlessSent(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p, err := b.asked(r); err == nil && p.Sent() {
			http.Redirect(w, r, p.Path(), http.StatusSeeOther)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// send sends what was confirmed, once.
func (b *bank) send(w http.ResponseWriter, r *http.Request) {
	s := sallyport.SessionFrom(r.Context())
	p, err := b.asked(r)
	if err != nil {
		b.fail(w, err)
		return
	}
	switch err := b.ledger.send(r.Context(), s.AccountID(), p.ID, s.Confirmed()); {
	case errors.Is(err, errTooLittle), errors.Is(err, errChanged):
		b.show(w, http.StatusConflict, "payment.html", reviewPage{Payment: p, Problem: err.Error()})
	case err != nil:
		b.fail(w, err)
	default:
		http.Redirect(w, r, p.Path(), http.StatusSeeOther)
	}
}

func (b *bank) show(w http.ResponseWriter, status int, page string, data any) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if err := b.pages.ExecuteTemplate(w, page, data); err != nil {
		log.Print(err)
	}
}

// fail answers what went wrong. A payment of somebody else's is none.
func (b *bank) fail(w http.ResponseWriter, err error) {
	if errors.Is(err, sql.ErrNoRows) {
		http.Error(w, "There is no such payment.", http.StatusNotFound)
		return
	}
	log.Print(err)
	http.Error(w, "Something went wrong. Try again later.", http.StatusInternalServerError)
}
