package main

import (
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/sallyporttest"
)

// world is a bank with two customers.
type world struct {
	*sallyporttest.Service
	t        *testing.T
	ledger   *ledger
	ana, bob *customer
}

type customer struct {
	w      *world
	person *sallyporttest.Person
	client *http.Client
}

func newWorld(t *testing.T) *world {
	t.Helper()
	l, err := openLedger(t.Context(), filepath.Join(t.TempDir(), "bank.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.db.Close() })
	s := sallyporttest.Open(t, sallyport.Config{SecondFactor: "aal2"})
	s.Serve(newBank(s.Gate, l))
	w := &world{Service: s, t: t, ledger: l}
	w.ana, w.bob = w.customer("ana"), w.customer("bob") // accounts 1001 and 1002
	return w
}

func (w *world) customer(name string) *customer {
	w.t.Helper()
	p := w.NewPerson(w.t, name)
	c := &customer{w: w, person: p, client: w.SignIn(w.t, p)}
	c.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c.get("/")
	return c
}

// answer is what a page came to.
type answer struct {
	status int
	leads  *url.URL // nil when nowhere
	body   string
}

func (c *customer) get(page string) answer {
	c.w.t.Helper()
	return c.read(c.client.Get(c.w.URL + page))
}

func (c *customer) post(page string, fields ...string) answer {
	c.w.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return c.read(c.client.PostForm(c.w.URL+page, form))
}

func (c *customer) read(res *http.Response, err error) answer {
	c.w.t.Helper()
	if err != nil {
		c.w.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		c.w.t.Fatal(err)
	}
	leads, _ := res.Location()
	return answer{res.StatusCode, leads, string(body)}
}

// fillIn fills in a payment, and returns its page.
func (c *customer) fillIn(to, amount string) string {
	c.w.t.Helper()
	a := c.post("/payments", "to", to, "amount", amount)
	if a.status != http.StatusSeeOther {
		c.w.t.Fatalf("%d %s", a.status, a.body)
	}
	return a.leads.Path
}

// asked is what somebody is asked to confirm who wants to send a payment.
func (c *customer) asked(payment string) string {
	c.w.t.Helper()
	a := c.get(payment + "/send")
	if a.leads == nil || a.leads.Path != "/auth/account/confirm" {
		c.w.t.Fatalf("%d %s: nothing is asked for", a.status, a.body)
	}
	return a.leads.Query().Get("action")
}

// confirm confirms in these words, and returns what the address to send has then.
func (c *customer) confirm(words string) string {
	c.w.t.Helper()
	return "/send?confirmation=" + url.QueryEscape(c.w.ConfirmAction(c.w.t, c.client, c.person, words))
}

// wantBalances looks into the ledger, which no page can change the look of.
func (w *world) wantBalances(ana, bob cents) {
	w.t.Helper()
	for c, want := range map[*customer]cents{w.ana: ana, w.bob: bob} {
		a, err := w.ledger.open(w.t.Context(), c.person.ID, "")
		if err != nil || a.Balance != want {
			w.t.Errorf("%s has %s, want %s; %v", c.person.Username, a.Balance, want, err)
		}
	}
}

// wantNothing wants that no money was moved.
func (w *world) wantNothing(a answer) {
	w.t.Helper()
	if a.status == http.StatusOK || a.leads != nil && strings.HasPrefix(a.leads.Path, "/payments/") {
		w.t.Errorf("let through: %d %v", a.status, a.leads)
	}
	w.wantBalances(1000_00, 1000_00)
}

func TestSend(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	payment := w.ana.fillIn("1002", "250")
	if a := w.ana.get(payment); !strings.Contains(a.body, "250.00 EUR") || !strings.Contains(a.body, "bob, account 1002") {
		t.Error(a.body)
	}
	words := w.ana.asked(payment)
	if words != "Payment 1: send 250.00 EUR to bob, account 1002" {
		t.Error(words)
	}
	w.wantBalances(1000_00, 1000_00)
	confirmed := payment + w.ana.confirm(words)
	if a := w.ana.get(confirmed); a.leads == nil || a.leads.Path != payment || a.leads.RawQuery != "" {
		t.Errorf("%d %v", a.status, a.leads)
	}
	w.wantBalances(750_00, 1250_00)
	for range 3 { // loaded again, the page leads on, and asks for nothing
		if a := w.ana.get(confirmed); a.leads == nil || a.leads.Path != payment {
			t.Errorf("%d %v", a.status, a.leads)
		}
	}
	w.wantBalances(750_00, 1250_00)
	if a := w.ana.get(payment); !strings.Contains(a.body, "<h1>Sent</h1>") {
		t.Error(a.body)
	}
}

func TestNotWithoutSecondFactor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	payment := w.ana.fillIn("1002", "250")
	half := w.BeginSignIn(t, w.ana.person)
	half.Client.CheckRedirect = w.ana.client.CheckRedirect
	for who, c := range map[string]*http.Client{"nobody": w.Client(), "a password alone": half.Client} {
		c.CheckRedirect = w.ana.client.CheckRedirect
		if a := (&customer{w: w, client: c}).get(payment + "/send"); a.leads == nil || a.leads.Path != "/auth/login" {
			t.Errorf("%s: %d %v", who, a.status, a.leads)
		}
	}
}

func TestConfirmationOfAnotherPayment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	small, same, large := w.ana.fillIn("1002", "1"), w.ana.fillIn("1002", "1"), w.ana.fillIn("1002", "999")
	confirmed := w.ana.confirm(w.ana.asked(small))
	w.wantNothing(w.ana.get(large + confirmed))
	w.wantNothing(w.ana.get(same + confirmed)) // alike, and yet another
	w.wantNothing(w.ana.get(small + "/send?confirmation=x"))
}

func TestConfirmationIsUsedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	payment, other := w.ana.fillIn("1002", "100"), w.ana.fillIn("1002", "100")
	confirmed := w.ana.confirm(w.ana.asked(payment))
	w.ana.get(payment + confirmed)
	w.wantBalances(900_00, 1100_00)
	w.ana.get(other + confirmed)
	w.wantBalances(900_00, 1100_00)
}

// Whoever changes a payment on the way has a confirmation of something else.
func TestChangedMeanwhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	payment := w.ana.fillIn("1002", "1")
	words := w.ana.asked(payment)
	confirmed := w.ana.confirm(words)
	if a := w.ana.post(payment, "amount", "900"); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.body)
	}
	w.wantNothing(w.ana.get(payment + confirmed))
	// Between the guard, which saw the old words, and the ledger.
	if err := w.ledger.send(t.Context(), w.ana.person.ID, 1, words); err != errChanged {
		t.Error(err)
	}
	w.wantBalances(1000_00, 1000_00)
}

func TestAnotherPersonsPayment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	payment := w.ana.fillIn("1002", "250")
	words := w.ana.asked(payment)
	for _, page := range []string{payment, payment + "/send"} {
		if a := w.bob.get(page); a.status != http.StatusNotFound {
			t.Errorf("%s: %d %v %s", page, a.status, a.leads, a.body)
		}
	}
	if a := w.bob.post(payment, "amount", "1"); a.status != http.StatusNotFound {
		t.Errorf("%d %s", a.status, a.body)
	}
	w.wantNothing(w.bob.get(payment + w.bob.confirm(words))) // in his own session
	w.wantNothing(w.bob.get(payment + w.ana.confirm(words))) // with hers
	second := &customer{w: w, person: w.ana.person, client: w.SignIn(t, w.ana.person)}
	second.client.CheckRedirect = w.ana.client.CheckRedirect
	w.wantNothing(second.get(payment + w.ana.confirm(words))) // another session of hers
}

// Of many requests at once, with a confirmation each, one sends.
func TestSentOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	payment := w.ana.fillIn("1002", "300")
	words := w.ana.asked(payment)
	var confirmed []string
	for range 3 {
		confirmed = append(confirmed, payment+w.ana.confirm(words))
	}
	var all sync.WaitGroup
	for _, page := range confirmed {
		all.Go(func() {
			if res, err := w.ana.client.Get(w.URL + page); err == nil {
				res.Body.Close()
			}
		})
	}
	all.Wait()
	w.wantBalances(700_00, 1300_00)
	for range 3 { // and whatever the guards let through
		if err := w.ledger.send(t.Context(), w.ana.person.ID, 1, words); err != nil {
			t.Error(err)
		}
	}
	w.wantBalances(700_00, 1300_00)
}

func TestNotMoreThanThereIs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	payment := w.ana.fillIn("1002", "1000.01")
	a := w.ana.get(payment + w.ana.confirm(w.ana.asked(payment)))
	if a.status != http.StatusConflict || !strings.Contains(a.body, "not enough money") {
		t.Errorf("%d %s", a.status, a.body)
	}
	w.wantBalances(1000_00, 1000_00)
	if a := w.ana.get(payment); strings.Contains(a.body, "<h1>Sent</h1>") {
		t.Error("it counts as sent")
	}
}

func TestOtherSitesFillInNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r, err := http.NewRequestWithContext(t.Context(), "POST", w.URL+"/payments", strings.NewReader("to=1002&amount=1"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "https://evil.example")
	if a := w.ana.read(w.ana.client.Do(r)); a.status != http.StatusForbidden {
		t.Errorf("%d %s", a.status, a.body)
	}
	if all, err := w.ledger.payments(t.Context(), w.ana.person.ID); len(all) > 0 || err != nil {
		t.Error(all, err)
	}
}

func TestWhatIsFilledIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, wrong := range [][2]string{{"1001", "1"}, {"1003", "1"}, {"bob", "1"}, {"1002", "0"}, {"1002", "-1"}, {"1002", "1.001"}, {"1002", "1e3"}, {"1002", ""}, {"1002", "1000001"}} {
		if a := w.ana.post("/payments", "to", wrong[0], "amount", wrong[1]); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `class="problem"`) {
			t.Errorf("%v: %d", wrong, a.status)
		}
	}
	a := w.ana.post("/payments", "to", "1002", "amount", "1", "reference", `<script>alert("x")</script>`)
	for _, page := range []string{"/", a.leads.Path} {
		if a := w.ana.get(page); strings.Contains(a.body, "<script") || !strings.Contains(a.body, "&lt;script&gt;") {
			t.Error(a.body)
		}
	}
	if a := w.ana.post("/payments", "to", "1002", "amount", "1", "reference", "two\nlines"); a.status != http.StatusUnprocessableEntity {
		t.Error(a.status)
	}
}

func TestParseCents(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]cents{
		"250": 250_00, "250.00": 250_00, " 250,5 ": 250_50, "0.01": 1, "250.": 250_00, "1000000": mostMoney,
		"": 0, ".5": 0, "1.2.3": 0, "0x10": 0, "1_000": 0, "99999999999999999999": 0, "٣": 0, "+1": 0, "1000000.01": 0,
	} {
		if got, err := parseCents(typed); got != want || (err == nil) != (want > 0) {
			t.Errorf("%q: %v, %v", typed, got, err)
		}
	}
}
