package main

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/sallyport/sallyport"
)

// payment is stored before it is confirmed, and never changes but for being sent: what its owner read is what is done.
type payment struct {
	ID     string     `json:"id"`
	To     string     `json:"to"`
	Cents  int64      `json:"cents"`
	SentAt *time.Time `json:"sent_at,omitempty"`

	owner string
}

// words are what is confirmed: everything that matters about it.
func (p payment) words() string {
	return fmt.Sprintf("Send %d.%02d EUR to %s", p.Cents/100, p.Cents%100, p.To)
}

// bank keeps payments in memory. It is safe for concurrent use.
type bank struct {
	mu       sync.Mutex
	payments map[string]*payment
	order    []string
}

// of returns somebody's payment, and nobody else's.
func (b *bank) of(r *http.Request) (payment, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.payments[r.PathValue("id")]
	if p == nil || p.owner != sallyport.SessionFrom(r.Context()).AccountID() {
		return payment{}, fs.ErrNotExist
	}
	return *p, nil
}

func (b *bank) words(r *http.Request) (string, error) {
	p, err := b.of(r)
	if err != nil {
		return "", err
	}
	return p.words(), nil
}

func (b *bank) list(w http.ResponseWriter, r *http.Request) {
	owner, found := sallyport.SessionFrom(r.Context()).AccountID(), []payment{}
	b.mu.Lock()
	for _, id := range b.order {
		if p := b.payments[id]; p.owner == owner {
			found = append(found, *p)
		}
	}
	b.mu.Unlock()
	answer(w, http.StatusOK, map[string]any{"payments": found})
}

func (b *bank) enter(w http.ResponseWriter, r *http.Request) {
	var in struct{ To, Amount string }
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4<<10)).Decode(&in); err != nil {
		refuse(w, http.StatusUnprocessableEntity, "", "The body has to be JSON: {\"to\": ..., \"amount\": \"250.00\"}.")
		return
	}
	to := strings.TrimSpace(in.To)
	if to == "" || utf8.RuneCountInString(to) > 70 || strings.ContainsFunc(to, func(c rune) bool { return !unicode.IsPrint(c) }) {
		refuse(w, http.StatusUnprocessableEntity, "to", "Enter who gets the money, in up to 70 characters.")
		return
	}
	cents, ok := parseAmount(in.Amount)
	if !ok {
		refuse(w, http.StatusUnprocessableEntity, "amount", "Enter an amount from 0.01 to 10000.00, such as 250.00.")
		return
	}
	p := payment{ID: rand.Text(), To: to, Cents: cents, owner: sallyport.SessionFrom(r.Context()).AccountID()}
	b.mu.Lock()
	b.payments[p.ID], b.order = &p, append(b.order, p.ID)
	b.mu.Unlock()
	answer(w, http.StatusCreated, p)
}

// parseAmount reads euros and cents. Money is no floating point number.
func parseAmount(typed string) (cents int64, ok bool) {
	euros, part, dotted := strings.Cut(strings.TrimSpace(typed), ".")
	if !dotted {
		part = "00"
	}
	if len(euros) == 0 || len(euros) > 5 || len(part) != 2 {
		return 0, false
	}
	n, err := strconv.ParseUint(euros+part, 10, 32)
	return int64(n), err == nil && n > 0 && n <= 1_000_000
}

// send is reached with a confirmation of this very payment. That was used up: a second one finds it sent.
func (b *bank) send(w http.ResponseWriter, r *http.Request) {
	now := time.Now().UTC().Truncate(time.Second)
	b.mu.Lock()
	p := b.payments[r.PathValue("id")]
	again := p.SentAt != nil
	if !again {
		p.SentAt = &now
	}
	sent := *p
	b.mu.Unlock()
	if again {
		refuse(w, http.StatusConflict, "", "This payment was sent already.")
		return
	}
	answer(w, http.StatusOK, sent)
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // an error is a client that went away
}

// refuse answers as the gate does: with a problem document (RFC 9457).
func refuse(w http.ResponseWriter, status int, field, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{
		"type": "about:blank", "title": http.StatusText(status), "status": status, "code": "invalid", "field": field, "detail": detail,
	})
}
