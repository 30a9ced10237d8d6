package main

import (
	"cmp"
	"slices"
	"time"
)

const (
	duelRounds = 101
	chunk      = 2 * time.Millisecond // short, so that a machine that is disturbed disturbs few of them
)

// duel runs two pieces of work by turns. Each is called with how often it has to be done.
func duel(ours, peer func(n int)) (oursNanos, peerNanos, ratio float64) {
	oursN, peerN := fitting(ours), fitting(peer)
	var os, ps, ratios []float64
	for range duelRounds {
		o, p := perOp(ours, oursN), perOp(peer, peerN)
		os, ps, ratios = append(os, o), append(ps, p), append(ratios, o/p)
	}
	return median(os), median(ps), median(ratios)
}

// fitting is how often work has to be done to take as long as a chunk.
func fitting(work func(int)) int {
	for n := 1; ; n *= 2 {
		start := time.Now()
		work(n)
		if time.Since(start) >= chunk {
			return n
		}
	}
}

func perOp(work func(int), n int) float64 {
	start := time.Now()
	work(n)
	return float64(time.Since(start)) / float64(n)
}

// median is 0 of nothing.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

// percentile is the value below which p of all (0 to 1) lie; 0 of nothing.
func percentile[T cmp.Ordered](values []T, p float64) T {
	if len(values) == 0 {
		var nothing T
		return nothing
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(int(p*float64(len(sorted))), len(sorted)-1)]
}

func inMillis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
