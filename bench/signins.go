package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"
)

const (
	signInRounds  = 11
	signInLead    = 700 * time.Millisecond // longer than a sign-in takes when 32 wait
	signInSpan    = 2 * time.Second
	hashSpan      = time.Second
	signInGoal    = 0.95
	memoryGoal    = 150 << 20
	beyondGoal    = time.Millisecond
	accountsACore = 8_000
)

// hashing is what argon2id alone comes to.
type hashing struct {
	rate float64 // hashes a second on all cores
	cpu  time.Duration
}

// ceiling lets the hashing child hash for a while.
func ceiling(p *process) (hashing, error) {
	before, err := p.cpu()
	if err != nil {
		return hashing{}, err
	}
	if _, err := fmt.Fprintln(p.stdin, hashSpan); err != nil {
		return hashing{}, err
	}
	var done, took int64
	if _, err := fmt.Fscanln(p.lines, &done, &took); err != nil || done == 0 {
		return hashing{}, fmt.Errorf("the hashing child: %d hashes, %w", done, err)
	}
	after, err := p.cpu()
	return hashing{
		rate: float64(done) / time.Duration(took).Seconds(), cpu: (after - before) / time.Duration(done),
	}, err
}

// crowd gathers the rounds with one number of clients.
type crowd struct {
	clients   int
	rates     []float64 // sign-ins a second
	limits    []float64 // hashes a second that the cores had time for, besides the clients
	ratios    []float64
	rawRatios []float64 // to all hashes a second
	own       []float64 // part of all cores that the clients took
	beyond    []float64 // ms
	latencies []time.Duration
	refused   int
}

// add counts one round: a load, and the ceiling just before and just after it.
func (c *crowd) add(l load, before, after hashing) {
	limit := (before.rate + after.rate) / 2
	cores := float64(runtime.GOMAXPROCS(0))
	clients := l.clientCPU.Seconds() / (l.wall.Seconds() * cores)
	c.rates = append(c.rates, l.rate())
	c.limits = append(c.limits, limit*(1-clients))
	c.ratios = append(c.ratios, l.rate()/(limit*(1-clients)))
	c.rawRatios = append(c.rawRatios, l.rate()/limit)
	c.own = append(c.own, clients)
	c.beyond = append(c.beyond, inMillis(l.cpuEach()-(before.cpu+after.cpu)/2))
	c.latencies = append(c.latencies, l.latencies...)
	c.refused += l.refused
}

// signIns compares whole sign-ins over HTTP with what argon2id alone lets the same cores do.
func signIns(ctx context.Context, b *bench) (_ []result, err error) {
	dir, err := b.folder("signin")
	if err != nil {
		return nil, err
	}
	b.say("  seeding %d accounts", accountsACore*runtime.GOMAXPROCS(0))
	h, err := seedSQLite(ctx, dir, accountsACore*runtime.GOMAXPROCS(0))
	if err != nil {
		return nil, err
	}
	d, err := b.open(h, "signin")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, d.stop()) }()
	hasher, err := startChild(dir, childHash)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, hasher.stop()) }()
	crowds := []*crowd{{clients: 2}, {clients: 8}, {clients: 32}}
	if err := b.signInRounds(ctx, d, hasher, crowds); err != nil {
		return nil, err
	}
	peak, err := d.peakMemory()
	return signInResults(crowds, peak, d.next.Load()), err
}

func (b *bench) signInRounds(ctx context.Context, d *door, hasher *process, crowds []*crowd) error {
	before, err := ceiling(hasher)
	if err != nil {
		return err
	}
	for round := range b.rounds(signInRounds) {
		for _, c := range crowds {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			l, err := push(d.process, c.clients, signInLead, signInSpan, func(c *client) error {
				_, err := d.signIn(c)
				return err
			})
			if err != nil {
				return err
			}
			after, err := ceiling(hasher)
			if err != nil {
				return err
			}
			c.add(l, before, after)
			before = after
			b.say("  round %d, %d clients: %.1f/s, hashes alone %.1f/s", round+1, c.clients, l.rate(), after.rate)
		}
	}
	return nil
}

func signInResults(crowds []*crowd, peak, all int64) []result {
	var out []result
	for _, c := range crowds {
		ratio := median(c.ratios)
		name := fmt.Sprintf("sign-ins, %d clients", c.clients)
		out = append(out, result{Name: name, Ours: median(c.rates), Unit: "/s"}.
			against("argon2id alone", median(c.limits), ratio).
			goal("at least 0.95", ratio >= signInGoal).
			note("limit less the clients' %.1f %% of CPU; without that %.2f", 100*median(c.own), median(c.rawRatios)))
	}
	most := crowds[len(crowds)-1]
	p99 := percentile(most.latencies, 0.99)
	beyond := median(most.beyond)
	return append(out,
		result{Name: fmt.Sprintf("sign-in p99, %d clients", most.clients), Ours: inMillis(p99), Unit: "ms"}.
			goal("under 1,000 ms", p99 < time.Second).
			note("median %.0f ms; %d refused as too busy", inMillis(percentile(most.latencies, 0.5)), most.refused),
		result{Name: "server's peak memory", Ours: float64(peak) / (1 << 20), Unit: "MiB"}.
			goal("under 150 MiB", peak < memoryGoal).
			note("resident, over %d sign-ins", all),
		result{Name: fmt.Sprintf("CPU beyond the hash, %d clients", most.clients), Ours: beyond, Unit: "ms"}.
			goal("under 1 ms", beyond < inMillis(beyondGoal)).
			note("a difference of two: rounds from %.2f to %.2f", percentile(most.beyond, 0), percentile(most.beyond, 1)),
	)
}
