package e2e

import (
	"net"
	"net/url"
	"sync"
	"testing"
)

// gate stands between the program and a PostgreSQL, and can be shut: to the program, the database is gone.
type gate struct {
	address, target string

	mu       sync.Mutex
	listener net.Listener
	conns    []net.Conn
	stalled  chan struct{} // nothing passes while it is open; or nil
}

// behindGate puts a gate before a database, and returns the URL that leads through it.
func behindGate(t testing.TB, database string) (*gate, string) {
	t.Helper()
	u, err := url.Parse(database)
	ok(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	g := &gate{address: l.Addr().String(), target: u.Host}
	g.accept(l)
	t.Cleanup(g.shut)
	u.Host = g.address
	return g, u.String()
}

func (g *gate) accept(l net.Listener) {
	g.listener = l
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", g.target)
			if err != nil {
				_ = in.Close()
				continue
			}
			g.mu.Lock()
			g.conns = append(g.conns, in, out)
			g.mu.Unlock()
			go g.pass(in, out)
			go g.pass(out, in)
		}
	}()
}

// pass hands on what comes, unless the gate is stalled: then it waits, as a network does that has lost its way.
func (g *gate) pass(from, to net.Conn) {
	defer from.Close() //nolint:errcheck // it is over
	defer to.Close()   //nolint:errcheck // likewise
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		g.mu.Lock()
		stalled := g.stalled
		g.mu.Unlock()
		if stalled != nil {
			<-stalled
		}
		if n > 0 {
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// shut ends every connection and takes no more: the database was stopped.
func (g *gate) shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	_ = g.listener.Close()
	for _, c := range g.conns {
		_ = c.Close()
	}
	g.conns = nil
}

// open lets them in again, at the same address.
func (g *gate) open(t testing.TB) {
	t.Helper()
	l, err := net.Listen("tcp", g.address)
	ok(t, err)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.accept(l)
}

// stall keeps what is under way on its way until the end is called, and tells nobody.
func (g *gate) stall() (end func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.stalled = make(chan struct{})
	return func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		close(g.stalled)
		g.stalled = nil
	}
}
