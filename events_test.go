package sallyport_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/events"
	"github.com/sallyport/sallyport/internal/store/storetest"
	"github.com/sallyport/sallyport/sallyporttest"
)

// diary is an Observer that keeps what it is told.
type diary struct {
	mu  sync.Mutex
	all []events.Event
}

func (d *diary) Observe(_ context.Context, e events.Event) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.all = append(d.all, e)
}

func (d *diary) of(account string) (of []events.Event) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, e := range d.all {
		if e.Account == account {
			of = append(of, e)
		}
	}
	return of
}

// first returns the first event of a kind and outcome.
func (d *diary) first(t *testing.T, account string, kind events.Kind, outcome events.Outcome) events.Event {
	t.Helper()
	all := d.of(account)
	if i := slices.IndexFunc(all, func(e events.Event) bool { return e.Kind == kind && e.Outcome == outcome }); i >= 0 {
		return all[i]
	}
	t.Fatalf("%s %s was not told: %+v", kind, outcome, d.of(account))
	return events.Event{}
}

// sendJSON sends JSON, with a token unless that is "", and decodes the answer into out unless that is nil.
func sendJSON(t *testing.T, c *http.Client, method, to, token string, body, out any) int {
	t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, to, bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "a test")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if out != nil {
		if err := json.NewDecoder(res.Body).Decode(out); err != nil {
			t.Fatal(err)
		}
	}
	return res.StatusCode
}

type object = map[string]any

const goodPassword = "a long quiet river at night"

// TestObserver follows somebody through a gate: who signs up, proves an address, sets up a code app, mistypes, signs in,
// forgets the password. What is told is what their activity shows, and holds nothing that opens anything.
func TestObserver(t *testing.T) {
	d := &diary{}
	s := sallyporttest.Open(t, sallyport.Config{Observer: d})
	api := s.URL + "/auth/api/v1"
	var in struct {
		Token   string
		Session struct {
			ID      string
			Account struct{ ID string }
		}
	}
	if got := sendJSON(t, http.DefaultClient, "POST", api+"/accounts", "", object{"email": "ana@example.org", "password": goodPassword, "transport": "bearer"}, &in); got != 201 {
		t.Fatal(got)
	}
	ana := &sallyporttest.Person{ID: in.Session.Account.ID, Email: "ana@example.org", Password: goodPassword}
	confirming := s.Mail.Next(t, ana.Email, "Confirm")
	if got := sendJSON(t, http.DefaultClient, "POST", api+"/email/confirm", "", object{"token": mailedToken(t, confirming)}, nil); got >= 300 {
		t.Fatal(got)
	}
	s.Bind(t, ana, &sallyporttest.CodeApp{})
	if got := sendJSON(t, http.DefaultClient, "POST", api+"/login", "", object{"login": ana.Email, "password": "not hers, by far"}, nil); got != 401 {
		t.Fatal(got)
	}
	s.CatchUp(t)
	wrong := d.first(t, ana.ID, events.LoginPassword, events.Wrong)
	if !wrong.Refused() || wrong.UserAgent != "a test" || wrong.Address != "127.0.0.1" || !wrong.At.Equal(s.Clock.Now()) || wrong.ID == "" {
		t.Errorf("%+v", wrong)
	}
	s.SignIn(t, ana)
	last := d.of(ana.ID)[len(d.of(ana.ID))-1]
	if last.Kind != events.SignedIn || last.Refused() || last.Session == "" || last.Authenticator == "" {
		t.Errorf("the last is %+v", last)
	}
	if got := sendJSON(t, http.DefaultClient, "POST", api+"/recovery", "", object{"login": ana.Email}, nil); got != 202 {
		t.Fatal(got)
	}
	reset := s.Mail.Next(t, ana.Email, "password")
	if got := sendJSON(t, http.DefaultClient, "POST", api+"/recovery/reset", "", object{"token": mailedToken(t, reset), "password": goodPassword + " again"}, nil); got >= 300 {
		t.Fatal(got)
	}
	var kinds []events.Kind
	for _, e := range d.of(ana.ID) {
		kinds = append(kinds, e.Kind)
	}
	want := []events.Kind{
		events.Registered, events.SignedIn, events.AddressConfirmed, events.SignedIn, events.Elevated, events.AuthenticatorBound,
		events.LoginPassword, events.LoginPassword, events.SignedIn, events.PasswordReset,
	}
	if !slices.Equal(kinds, want) {
		t.Errorf("told\n%v\nwant\n%v", kinds, want)
	}
	said := fmt.Sprint(d.of(ana.ID))
	for _, secret := range slices.Concat([]string{goodPassword, "not hers", mailedToken(t, confirming), mailedToken(t, reset), in.Token}, ana.RecoveryCodes) {
		if strings.Contains(said, secret) {
			t.Errorf("%q is in what is told", secret)
		}
	}
	ana.Password += " again"
	s.Clock.Advance(time.Minute)
	wantShown(t, s, ana, d)
}

// wantShown compares what an Observer was told with what the account's owner is shown.
func wantShown(t *testing.T, s *sallyporttest.Service, p *sallyporttest.Person, d *diary) {
	t.Helper()
	var shown struct {
		Events []struct{ Event, Outcome, Authenticator, Session string }
	}
	if got := sendJSON(t, s.SignIn(t, p), "GET", s.URL+"/auth/api/v1/events", "", nil, &shown); got != 200 {
		t.Fatal(got)
	}
	var told, kept []string
	for _, e := range d.of(p.ID) {
		told = append(told, fmt.Sprint(e.Kind, e.Outcome, e.Authenticator, e.Session))
	}
	for _, e := range shown.Events {
		kept = append(kept, fmt.Sprint(e.Event, e.Outcome, e.Authenticator, e.Session))
	}
	slices.Sort(told)
	slices.Sort(kept)
	if len(kept) == 0 || !slices.Equal(told, kept) {
		t.Errorf("told\n%q\nkept\n%q", told, kept)
	}
}

// mailedToken is what a mailed link carries.
func mailedToken(t *testing.T, m sallyport.Mail) string {
	t.Helper()
	link, err := url.Parse(sallyporttest.Link(t, m))
	if err != nil || link.Query().Get("token") == "" {
		t.Fatalf("%q %v", m.Text, err)
	}
	return link.Query().Get("token")
}

// TestObserversAreApart: two gates in one process, on two databases and then on one, tell each what it wrote itself.
func TestObserversAreApart(t *testing.T) {
	one, two := &diary{}, &diary{}
	a, b := sallyporttest.Open(t, sallyport.Config{Observer: one}), sallyporttest.Open(t, sallyport.Config{Observer: two})
	ana, bob := a.NewPerson(t, "ana"), b.NewPerson(t, "bob")
	if len(one.of(ana.ID)) == 0 || len(one.of(bob.ID)) > 0 || len(two.of(bob.ID)) == 0 || len(two.of(ana.ID)) > 0 {
		t.Errorf("%+v\n%+v", one.all, two.all)
	}
}

// TestObserverAfterRetries: on a PostgreSQL that refuses what can't be put in one order, transactions of many people are
// tried again, and each event is told once, in the order of its chain.
func TestObserverAfterRetries(t *testing.T) {
	d := &diary{}
	pool, err := sql.Open("pgx", storetest.Postgres(t, "default_transaction_isolation=serializable"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pool.Close() })
	s := sallyporttest.Open(t, sallyport.Config{Observer: d, DB: pool})
	people := make([]*sallyporttest.Person, 12)
	var all sync.WaitGroup
	for i := range people {
		all.Go(func() { people[i] = s.NewPerson(t, fmt.Sprint("person", i)) })
	}
	all.Wait()
	for range 3 {
		for i := range 2 * len(people) { // twice each at once
			all.Go(func() { s.SignIn(t, people[i/2]) })
		}
		all.Wait()
	}
	for _, p := range people {
		wantShown(t, s, p, d)
	}
}
