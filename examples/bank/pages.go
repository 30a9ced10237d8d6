package main

import (
	"errors"
	"net/http"

	"github.com/sallyport/sallyport"
)

// form is what somebody filled in, as they typed it.
type form struct{ To, Amount, Reference string }

type overviewPage struct {
	Account  account
	Payments []payment
	Form     form
	Problem  string
}

type reviewPage struct {
	Payment payment
	Problem string
}

// overview shows somebody's account. It is opened when they come for the first time.
func (b *bank) overview(w http.ResponseWriter, r *http.Request) {
	b.showOverview(w, r, http.StatusOK, form{}, "")
}

func (b *bank) showOverview(w http.ResponseWriter, r *http.Request, status int, f form, problem string) {
	s := sallyport.SessionFrom(r.Context())
	a, err := b.ledger.open(r.Context(), s.AccountID(), s.Name())
	if err != nil {
		b.fail(w, err)
		return
	}
	all, err := b.ledger.payments(r.Context(), a.Holder)
	if err != nil {
		b.fail(w, err)
		return
	}
	b.show(w, status, "overview.html", overviewPage{Account: a, Payments: all, Form: f, Problem: problem})
}

// fillIn keeps a payment. Nothing is sent yet.
func (b *bank) fillIn(w http.ResponseWriter, r *http.Request) {
	s := sallyport.SessionFrom(r.Context())
	f := form{To: r.PostFormValue("to"), Amount: r.PostFormValue("amount"), Reference: r.PostFormValue("reference")}
	a, err := b.ledger.open(r.Context(), s.AccountID(), s.Name())
	if err != nil {
		b.fail(w, err)
		return
	}
	id, err := b.ledger.fillIn(r.Context(), a.Holder, f)
	var wrong formError
	switch {
	case errors.As(err, &wrong):
		b.showOverview(w, r, http.StatusUnprocessableEntity, f, err.Error())
	case err != nil:
		b.fail(w, err)
	default:
		http.Redirect(w, r, payment{ID: id}.Path(), http.StatusSeeOther)
	}
}

// review shows a payment before it is sent, and after.
func (b *bank) review(w http.ResponseWriter, r *http.Request) {
	p, err := b.asked(r)
	if err != nil {
		b.fail(w, err)
		return
	}
	b.show(w, http.StatusOK, "payment.html", reviewPage{Payment: p})
}

// change gives a payment that was not sent another amount. What was confirmed before is of no use then.
func (b *bank) change(w http.ResponseWriter, r *http.Request) {
	p, err := b.asked(r)
	if err != nil {
		b.fail(w, err)
		return
	}
	amount := r.PostFormValue("amount")
	err = b.ledger.change(r.Context(), p.From, p.ID, amount)
	var wrong formError
	switch {
	case errors.As(err, &wrong):
		b.show(w, http.StatusUnprocessableEntity, "payment.html", reviewPage{Payment: p, Problem: err.Error()})
	case err != nil:
		b.fail(w, err)
	default:
		http.Redirect(w, r, p.Path(), http.StatusSeeOther)
	}
}
