package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	checkRounds   = 7
	checkLead     = 200 * time.Millisecond
	checkSpan     = time.Second
	checkSessions = 200
	checkGoal     = 0.8
)

// pair gathers the rounds of two loads that took turns.
type pair struct {
	ours, peers, ratios  []float64 // of rates
	oursCPU, peerCPU     []float64 // µs each
	oursTimes, peerTimes []time.Duration
}

func (p *pair) add(ours, peer load) {
	p.ours, p.peers = append(p.ours, ours.rate()), append(p.peers, peer.rate())
	p.ratios = append(p.ratios, ours.rate()/peer.rate())
	p.oursCPU = append(p.oursCPU, 1000*inMillis(ours.cpuEach()))
	p.peerCPU = append(p.peerCPU, 1000*inMillis(peer.cpuEach()))
	p.oursTimes = append(p.oursTimes, ours.latencies...)
	p.peerTimes = append(p.peerTimes, peer.latencies...)
}

// sessionChecks compares GET /api/v1/session with a handler that does nothing, served in the same way by a process of
// its own.
func sessionChecks(ctx context.Context, b *bench) (_ []result, err error) {
	dir, err := b.folder("session")
	if err != nil {
		return nil, err
	}
	h, err := seedSQLite(ctx, dir, 1000)
	if err != nil {
		return nil, err
	}
	d, err := b.open(h, "session")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, d.stop()) }()
	empty, err := startChild(dir, childEmpty)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, empty.stop()) }()
	tokens, err := d.sessions(checkSessions)
	if err != nil {
		return nil, err
	}
	var out []result
	for _, clients := range []int{2, 8} {
		var p pair
		for range b.rounds(checkRounds) {
			if err := p.round(ctx, d.process, empty, clients, tokens); err != nil {
				return out, err
			}
		}
		out = append(out, p.results(clients)...)
	}
	return out, nil
}

func (p *pair) round(ctx context.Context, ours, empty *process, clients int, tokens []string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	o, err := push(ours, clients, checkLead, checkSpan, checking(tokens))
	if err != nil {
		return err
	}
	e, err := push(empty, clients, checkLead, checkSpan, checking(tokens))
	if err != nil {
		return err
	}
	p.add(o, e)
	return nil
}

func (p *pair) results(clients int) []result {
	ratio := median(p.ratios)
	oursP99, peerP99 := percentile(p.oursTimes, 0.99), percentile(p.peerTimes, 0.99)
	return []result{
		result{Name: fmt.Sprintf("session checks, %d clients", clients), Ours: median(p.ours), Unit: "/s"}.
			against("empty handler", median(p.peers), ratio).
			goal("at least 0.80", ratio >= checkGoal).
			note("server's CPU for one: %.0f µs, empty %.0f µs", median(p.oursCPU), median(p.peerCPU)),
		result{Name: fmt.Sprintf("session check p99, %d clients", clients), Ours: inMillis(oursP99), Unit: "ms"}.
			against("empty handler", inMillis(peerP99), float64(oursP99)/float64(max(1, peerP99))).
			note("medians %.3f and %.3f ms", inMillis(percentile(p.oursTimes, 0.5)), inMillis(percentile(p.peerTimes, 0.5))),
	}
}
