package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// shot is one request of a race.
type shot struct {
	c            *client
	method, path string
	token        string // a bearer token, or ""
	cookies      map[string]string
	body         object
}

// crowdOf makes the requests of a race, in turn over the servers.
func crowdOf(cs []*client, n int, aim func(i int) shot) []shot {
	out := make([]shot, n)
	for i := range out {
		out[i] = aim(i)
		out[i].c = cs[i%len(cs)]
	}
	return out
}

// volley sends all of them at one moment, over connections that stand, and returns what came back in their order.
func volley(t *testing.T, shots []shot) ([]reply, tally) {
	t.Helper()
	replies, errs := make([]reply, len(shots)), make([]error, len(shots))
	connections(t, shots)
	start := make(chan struct{})
	var all sync.WaitGroup
	for i, s := range shots {
		all.Go(func() {
			<-start
			replies[i], errs[i] = s.c.send(s.method, s.path, s.token, s.cookies, s.body)
		})
	}
	close(start)
	all.Wait()
	n := tally{}
	for i, r := range replies {
		ok(t, errs[i])
		n[strings.TrimSpace(fmt.Sprint(r.status, " ", r.code()))]++
		if r.status >= http.StatusInternalServerError && r.code() != "unavailable" {
			t.Errorf("a race was answered with %v", r)
		}
	}
	return replies, n
}

// connections opens as many as the race will use.
func connections(t *testing.T, shots []shot) {
	t.Helper()
	errs := make([]error, len(shots))
	var all sync.WaitGroup
	for i, s := range shots {
		all.Go(func() { _, errs[i] = s.c.try("GET", "/session", "", nil) })
	}
	all.Wait()
	for _, err := range errs {
		ok(t, err)
	}
}

// theOne finds the one request that was answered with the status. A test ends where there is none or a second one.
func theOne(t *testing.T, replies []reply, n tally, status int) int {
	t.Helper()
	won := -1
	for i, r := range replies {
		switch {
		case r.status == status && won >= 0:
			t.Fatalf("it was good twice: %v", n)
		case r.status == status:
			won = i
		case r.status < http.StatusBadRequest:
			t.Fatalf("a request that lost was answered with %v: %v", r, n)
		}
	}
	if won < 0 {
		t.Fatalf("it was good for nobody: %v", n)
	}
	return won
}
