package web_test

import (
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// Whoever set the service up otherwise than it is reached reads in the log what to do, and not with each request.
func TestHintsInTheLog(t *testing.T) {
	const origin, proxy = "make the public URL what stands in the browser's address bar", "name it among the trusted proxies"
	w := newWorld(t, setup{})
	said := func(what string) int { return strings.Count(w.log.String(), what) }
	visit := func(header ...string) {
		r := w.request("POST", "/login", nil)
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		w.send(r)
	}
	public := w.public.Scheme + "://" + w.public.Host
	visit("Origin", public, "Sec-Fetch-Site", "same-origin")
	visit("Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site")
	if said(origin)+said(proxy) > 0 {
		t.Fatalf("without a reason: %s", w.log.String())
	}
	for range 3 {
		visit("Origin", "http://127.0.0.1:8080", "Sec-Fetch-Site", "same-origin", "X-Forwarded-For", "192.0.2.1")
	}
	if said(origin) != 1 || said(proxy) != 1 {
		t.Errorf("said %d and %d times, want once each: %s", said(origin), said(proxy), w.log.String())
	}
	const prefix = "serve the gate below that path, and strip nothing"
	for range 2 {
		w.handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/login", nil)) // as behind StripPrefix
	}
	if n := said(prefix); n != 1 {
		t.Errorf("a stripped prefix: said %d times", n)
	}
	w.clock.Advance(time.Hour)
	visit("Origin", "http://127.0.0.1:8080", "Sec-Fetch-Site", "same-origin", "X-Forwarded-For", "192.0.2.1")
	if said(origin) != 2 || said(proxy) != 2 {
		t.Errorf("an hour later: %d and %d times", said(origin), said(proxy))
	}
}

// A trusted proxy that does not say who asks is noticed by what people send through it, not by its own looks at the service.
func TestHintOfASilentProxy(t *testing.T) {
	const what = "proxy_set_header X-Forwarded-For $remote_addr"
	local := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for name, c := range map[string]struct {
		trusted        []netip.Prefix
		method, header string
		want           int
	}{
		"silent":            {local, "POST", "", 1},
		"says who asks":     {local, "POST", "192.0.2.1", 0},
		"a look":            {local, "GET", "", 0},
		"no proxy is named": {nil, "POST", "", 0},
	} {
		w := newWorld(t, setup{trusted: c.trusted})
		visit := func() {
			r := w.request(c.method, "/login", nil)
			r.RemoteAddr = "10.0.0.1:4711"
			if c.header != "" {
				r.Header.Set("X-Forwarded-For", c.header)
			}
			w.send(r)
		}
		for hour := 1; hour <= 2; hour++ {
			for range 3 {
				visit()
			}
			if n := strings.Count(w.log.String(), what); n != c.want*hour {
				t.Errorf("%s, hour %d: said %d times, want %d: %s", name, hour, n, c.want*hour, w.log.String())
			}
			w.clock.Advance(time.Hour)
		}
	}
}
