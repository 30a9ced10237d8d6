package e2e

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// F01, F03: of guesses that arrive together one failure before the cap, exactly one is compared, over all replicas; and
// from then on the right code is none.
func TestTheCapIsExact(t *testing.T) {
	inEstates(t, func(t *testing.T, e *estate) {
		for range 3 {
			o := e.newGuarded(t)
			tokens := o.logins(t, e.cs, 16)
			e.failed(t, o.appID, cap100-1)
			wrong := respond("totp", o.app.at(t, present()+2000)) // neither near enough to be told, nor right but by chance
			replies, n := release(t, answers(e.cs, tokens, wrong))
			compared := 0
			for _, r := range replies {
				if r.status == http.StatusUnauthorized {
					compared++
				}
			}
			if compared != 1 || n["423 locked"] == 0 {
				t.Errorf("one failure before the cap %d guesses were compared: %v", compared, n)
			}
			got, err := e.cs[0].try("POST", "/login/response", tokens[0], respond("totp", o.app.next(t)))
			if ok(t, err); got.status != http.StatusLocked {
				t.Errorf("the right code after the cap: %v", got)
			}
			e.box.await(t, o.email, mailLocked, 1)
		}
	})
}

// failed makes the failures in a row of an authenticator so many, long ago.
func (e *estate) failed(t testing.TB, id string, failures int) {
	t.Helper()
	e.execute(t, fmt.Sprintf("insert into sallyport_counters (counter_key, failures, not_before, updated_at) "+
		"select counter_key, %d, 0, %d from sallyport_authenticators where id = '%s'", failures, time.Now().UnixMilli(), id))
}

// F03: a guesser who doesn't wait for the answer has guessed all the same, whether at the password, which takes a while to
// compare, or at the code.
func TestAbandonedGuessesCount(t *testing.T) {
	e := estateOnSQLite(t)
	o, c := e.newGuarded(t), e.cs[0]
	token := o.logins(t, e.cs, 1)[0]
	e.abandon(t, "/login", "", `{"login":"`+o.name+`","password":"wrong and wrong again"}`)
	if got := o.signIn(t, c, o.password); got.status != http.StatusTooManyRequests {
		t.Errorf("the right password after guesses that nobody waited for: %v, want 429", got)
	}
	e.mustBeCounted(t, "password:%", "login.password")
	e.abandon(t, "/login/response", token, `{"kind":"totp","response":"`+o.app.at(t, present()+2000)+`"}`)
	got, err := c.try("POST", "/login/response", token, respond("totp", o.app.next(t)))
	if ok(t, err); got.status != http.StatusTooManyRequests {
		t.Errorf("the right code after guesses that nobody waited for: %v, want 429", got)
	}
	e.mustBeCounted(t, "authenticator:%", "login.second_factor")
}

// mustBeCounted: three attempts go through without a delay, and those that were compared are counted, whatever became of
// their answers.
func (e *estate) mustBeCounted(t testing.TB, key, event string) {
	t.Helper()
	db := openFile(t, e.database())
	defer db.Close() //nolint:errcheck // it was read
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		compared := strings.Count(e.servers[0].log.String(), "msg=authentication event="+event+" outcome=wrong ")
		var failures int // read after what was compared, since each is counted before
		ok(t, db.QueryRow("select coalesce(sum(failures), 0) from sallyport_counters where counter_key like ?", key).Scan(&failures))
		switch {
		case failures < compared:
			t.Errorf("%s: %d attempts are counted, and %d were compared", key, failures, compared)
		case failures < 3 && time.Now().Before(deadline):
			continue // some may be under way yet
		case failures < 3:
			t.Errorf("%s: %d attempts are counted, want 3 at least", key, failures)
		}
		return
	}
}

// abandon sends a request sixty times, and goes away before the attempt is counted, while it is compared, or after.
func (e *estate) abandon(t testing.TB, path, token, body string) {
	t.Helper()
	request := "POST /api/v1" + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
	if token != "" {
		request += "Authorization: Bearer " + token + "\r\n"
	}
	request += "Content-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body
	for n := range 60 {
		conn, err := net.Dial("tcp", e.servers[0].address)
		ok(t, err)
		_, err = conn.Write([]byte(request))
		ok(t, err)
		time.Sleep(time.Duration(n%12) * time.Millisecond)
		ok(t, conn.(*net.TCPConn).SetLinger(0))
		ok(t, conn.Close())
	}
}

// F05: ten thousand wrong passwords from everywhere, and the owner gets in at a browser that signed in before.
func TestOwnersGetInDuringAFlood(t *testing.T) {
	e := estateOnSQLite(t)
	o := e.newOwner(t)
	c := e.cs[0]
	in, err := c.send("POST", "/login", "", nil, object{"login": o.name, "password": o.password})
	ok(t, err)
	known := map[string]string{knownCookie: in.cookie(knownCookie)}
	if in.status != http.StatusCreated || known[knownCookie] == "" {
		t.Fatalf("signing in: %v", in)
	}
	var flood sync.WaitGroup
	next := make(chan struct{})
	var mu sync.Mutex
	n := tally{}
	for range 64 {
		flood.Go(func() {
			for range next {
				got, err := c.try("POST", "/login", "", object{"login": o.email, "password": "wrong and wrong again"})
				mu.Lock()
				if n[fmt.Sprint(got.status, " ", got.code())]++; err != nil || got.status < 400 {
					t.Errorf("a guess: %v, %v", got, err)
				}
				mu.Unlock()
			}
		})
	}
	var slowest time.Duration
	for i := range 10_000 {
		next <- struct{}{}
		if i%2000 == 1999 {
			begun := time.Now()
			got, err := c.send("POST", "/login", "", known, object{"login": o.name, "password": o.password})
			if ok(t, err); got.status != http.StatusCreated {
				t.Errorf("the owner after %d guesses: %v", i, got)
			}
			slowest = max(slowest, time.Since(begun))
		}
	}
	close(next)
	flood.Wait()
	t.Logf("the owner waited %v at most; guesses: %v", slowest.Round(time.Millisecond), n)
	if slowest > 5*time.Second {
		t.Errorf("the owner waited %v", slowest)
	}
	for o.signIn(t, c, "wrong and wrong again").status != http.StatusUnauthorized { // one more that is compared, so that the delay begins now
		time.Sleep(50 * time.Millisecond)
	}
	if got := o.signIn(t, c, o.password); got.status != http.StatusTooManyRequests {
		t.Errorf("a browser that nobody knows, with the right password: %v, want 429", got)
	}
}

// F07: a client's address is the socket's, or what a proxy says that is configured, in the one header that is read; and
// IPv6 counts by /64.
func TestForwardedHeadersAreNotBelieved(t *testing.T) {
	v4 := func(n int) string { return netip.AddrFrom4([4]byte{203, 0, byte(n >> 8), byte(n)}).String() }
	same := func(n int) string { return fmt.Sprintf("2001:db8:0:7::%x", n+1) }
	others := []string{"X-Real-IP", "True-Client-IP", "CF-Connecting-IP", "X-Client-IP", "X-Cluster-Client-IP", "Fastly-Client-IP", "X-Originating-IP"}
	for name, tt := range map[string]struct {
		args    []string
		headers func(n int, h http.Header)
		limited bool
	}{
		"nobody is trusted": {nil, func(n int, h http.Header) {
			h.Set("X-Forwarded-For", v4(n))
			h.Set("Forwarded", "for="+v4(n))
			for _, other := range others {
				h.Set(other, v4(n))
			}
		}, true},
		"another header": {proxied, func(n int, h http.Header) {
			h.Set("X-Forwarded-For", "203.0.113.9")
			h.Set("Forwarded", "for="+v4(n))
			for _, other := range others {
				h.Set(other, v4(n))
			}
		}, true},
		"what the client wrote before": {proxied, func(n int, h http.Header) { h.Set("X-Forwarded-For", v4(n)+", 203.0.113.9") }, true},
		"another proxy is trusted":     {[]string{"--trusted-proxies", "192.0.2.1"}, func(n int, h http.Header) { h.Set("X-Forwarded-For", v4(n)) }, true},
		"one /64":                      {proxied, func(n int, h http.Header) { h.Set("X-Forwarded-For", same(n)) }, true},
		"clients of a proxy":           {proxied, func(n int, h http.Header) { h.Set("X-Forwarded-For", v4(n)) }, false},
		"many /64":                     {proxied, func(n int, h http.Header) { h.Set("X-Forwarded-For", fmt.Sprintf("2001:db8:%x::1", n+1)) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := onSQLite(t, tt.args...)
			c, limited := api(s), 0
			for n := range 1000 {
				body := strings.NewReader(fmt.Sprintf(`{"login":"nobody%d"}`, rand.Int64()))
				req, err := http.NewRequest(http.MethodPost, c.base+"/recovery", body)
				ok(t, err)
				req.Header.Set("Content-Type", "application/json")
				tt.headers(n, req.Header)
				res, err := c.http.Transport.RoundTrip(req)
				ok(t, err)
				ok(t, res.Body.Close())
				if res.StatusCode == http.StatusTooManyRequests {
					limited++
				}
			}
			if (limited > 0) != tt.limited {
				t.Errorf("%d of 1,000 requests were refused", limited)
			}
		})
	}
}
