package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

const (
	few, many     = 1_000, 100_000
	scaleRounds   = 7
	scaleSignIns  = 30 // a round and house; with the sessions to check fewer than the few accounts
	scaleSessions = 400
	scaleGoal     = 1.15 // what "near 1" means here
	testPostgres  = "SALLYPORT_TEST_POSTGRES"
)

// scale compares houses of 1,000 and of 100,000 accounts, on SQLite and, where a server is named, on PostgreSQL.
func scale(ctx context.Context, b *bench) ([]result, error) {
	out, err := b.scaleOn(ctx, "SQLite", func(name string, accounts int) (house, error) {
		dir, err := b.folder(name)
		if err != nil {
			return house{}, err
		}
		return seedSQLite(ctx, dir, accounts)
	})
	server := os.Getenv(testPostgres)
	if err != nil || server == "" {
		return out, err
	}
	cluster := &cluster{url: server}
	rows, err := b.scaleOn(ctx, "PostgreSQL", func(name string, accounts int) (house, error) {
		dir, err := b.folder(name)
		if err != nil {
			return house{}, err
		}
		return cluster.seed(ctx, dir, accounts)
	})
	return append(out, rows...), errors.Join(err, cluster.close())
}

func (b *bench) scaleOn(ctx context.Context, kind string, seed func(string, int) (house, error)) (_ []result, err error) {
	var doors []*door
	var tokens [][]string
	for _, accounts := range []int{few, many} {
		name := fmt.Sprintf("scale-%s-%d", kind, accounts)
		b.say("  seeding %d accounts on %s", accounts, kind)
		h, err := seed(name, accounts)
		if err != nil {
			return nil, err
		}
		d, err := b.open(h, name)
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, d.stop()) }()
		held, err := d.sessions(scaleSessions)
		if err != nil {
			return nil, err
		}
		doors, tokens = append(doors, d), append(tokens, held)
	}
	return b.scaleRows(ctx, kind, doors, tokens)
}

func (b *bench) scaleRows(ctx context.Context, kind string, doors []*door, tokens [][]string) ([]result, error) {
	var signIns, checks versus
	for range b.rounds(scaleRounds) {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		var times [2]time.Duration
		var loads [2]load
		for i, d := range doors {
			var err error
			if times[i], err = d.signInTime(scaleSignIns); err != nil {
				return nil, err
			}
			if loads[i], err = push(d.process, 2, checkLead, checkSpan, checking(tokens[i])); err != nil {
				return nil, err
			}
		}
		signIns.add(inMillis(times[1]), inMillis(times[0]))
		checks.add(1000*inMillis(percentile(loads[1].latencies, 0.5)), 1000*inMillis(percentile(loads[0].latencies, 0.5)))
	}
	return []result{
		signIns.result("sign-in, 100,000 accounts, "+kind, "ms").note("median time, one client"),
		checks.result("session check, 100,000 accounts, "+kind, "µs").note("median time, two clients"),
	}, nil
}

// signInTime is the median of n sign-ins one after another.
func (d *door) signInTime(n int) (time.Duration, error) {
	c, err := dial(d.addr)
	if err != nil {
		return 0, err
	}
	defer c.close()
	var times []time.Duration
	for range n {
		start := time.Now()
		if _, err := d.signIn(c); err != nil {
			return 0, err
		}
		times = append(times, time.Since(start))
	}
	return percentile(times, 0.5), nil
}

// versus gathers rounds of two figures that took turns.
type versus struct{ many, few, ratios []float64 }

func (v *versus) add(many, few float64) {
	v.many, v.few, v.ratios = append(v.many, many), append(v.few, few), append(v.ratios, many/few)
}

func (v *versus) result(name, unit string) result {
	ratio := median(v.ratios)
	return result{Name: name, Ours: median(v.many), Unit: unit}.
		against("with 1,000", median(v.few), ratio).
		goal("near 1: at most 1.15", ratio <= scaleGoal)
}
