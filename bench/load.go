package main

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// load is what clients got done between two moments, with all of them at work before, between and after.
type load struct {
	wall      time.Duration
	done      int
	latencies []time.Duration // of what ended in that time
	serverCPU time.Duration
	clientCPU time.Duration
	refused   int // answers that the server is busy; that work counts for nothing
}

func (l load) rate() float64 { return float64(l.done) / l.wall.Seconds() }

// cpuEach is the server's CPU time for each piece of work.
func (l load) cpuEach() time.Duration { return l.serverCPU / time.Duration(max(1, l.done)) }

// work is one piece of work of one client.
type work func(c *client) error

// push keeps that many clients at work against p: for lead first, then for span, of which it tells.
func push(p *process, clients int, lead, span time.Duration, do work) (load, error) {
	line := &pushing{process: p, stop: make(chan struct{})}
	workers := make([]worker, clients)
	var all sync.WaitGroup
	for i := range workers {
		all.Go(func() { workers[i].run(line, do) })
	}
	time.Sleep(lead)
	got, err := line.watch(span)
	close(line.stop)
	all.Wait()
	errs := []error{err}
	for _, w := range workers {
		got.latencies = append(got.latencies, w.latencies...)
		got.refused += w.refused
		errs = append(errs, w.err)
	}
	got.done = len(got.latencies)
	return got, errors.Join(errs...)
}

// pushing is what the workers of one push share.
type pushing struct {
	process *process
	counts  atomic.Bool // what ends now is counted
	stop    chan struct{}
}

// watch counts for a while.
func (l *pushing) watch(span time.Duration) (got load, err error) {
	server, err1 := l.process.cpu()
	own, start := ownCPU(), time.Now()
	l.counts.Store(true)
	time.Sleep(span)
	l.counts.Store(false)
	got.wall, got.clientCPU = time.Since(start), ownCPU()-own
	after, err2 := l.process.cpu()
	got.serverCPU = after - server
	return got, errors.Join(err1, err2)
}

type worker struct {
	latencies []time.Duration
	refused   int
	err       error
}

// busyPause keeps clients that were refused from asking for nothing else.
const busyPause = 200 * time.Millisecond

// run works until it is stopped, or something goes wrong: a load with failures in it is no measurement. To be refused
// because the server is busy is none: a machine with other work may come to that.
func (w *worker) run(l *pushing, do work) {
	c, err := dial(l.process.addr)
	if err != nil {
		w.err = err
		return
	}
	defer c.close()
	for {
		select {
		case <-l.stop:
			return
		default:
		}
		start := time.Now()
		switch w.err = do(c); {
		case errors.Is(w.err, errBusy):
			w.err = nil
			w.refused++
			time.Sleep(busyPause)
		case w.err != nil:
			return
		case l.counts.Load():
			w.latencies = append(w.latencies, time.Since(start))
		}
	}
}
