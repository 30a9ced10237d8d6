package e2e

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// effect is how far two samples of times lie apart. 0 of each, and an auc of 0.5, is not at all.
type effect struct {
	t       float64 // Welch's
	d       float64 // the difference of the means in standard deviations
	trimT   float64 // the same two without the slowest hundredth of all times, which is noise
	trimD   float64
	auc     float64 // how often somebody guesses right which of two answers is the second sample's, by their times
	mean    float64 // the difference of the trimmed means, in microseconds
	median  float64 // that of the medians
	samples int     // of the smaller sample
}

// compare compares times in microseconds.
func compare(a, b []float64) effect {
	e := effect{samples: min(len(a), len(b)), auc: auc(a, b), median: percentile(b, 0.5) - percentile(a, 0.5)}
	e.t, e.d, _ = welch(a, b)
	most := percentile(slices.Concat(a, b), 0.99)
	e.trimT, e.trimD, e.mean = welch(atMost(a, most), atMost(b, most))
	return e
}

// welch is Welch's t, the difference of the means in pooled standard deviations, and that difference.
func welch(a, b []float64) (t, d, difference float64) {
	meanA, varA := moments(a)
	meanB, varB := moments(b)
	difference = meanB - meanA
	if difference == 0 {
		return 0, 0, 0
	}
	t = difference / math.Sqrt(varA/float64(len(a))+varB/float64(len(b)))
	return t, difference / math.Sqrt((varA+varB)/2), difference
}

func moments(x []float64) (mean, variance float64) {
	for _, v := range x {
		mean += v / float64(len(x))
	}
	for _, v := range x {
		variance += (v - mean) * (v - mean) / float64(len(x)-1)
	}
	return mean, variance
}

func percentile(x []float64, p float64) float64 {
	sorted := slices.Sorted(slices.Values(x))
	return sorted[int(p*float64(len(sorted)-1))]
}

func atMost(x []float64, most float64) []float64 {
	return slices.DeleteFunc(slices.Clone(x), func(v float64) bool { return v > most })
}

// auc is the area under the curve of the classifier "slower than", which is Mann and Whitney's U over all pairs.
func auc(a, b []float64) float64 {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	below, upTo, sum := 0, 0, 0.0
	for _, v := range b {
		for below < len(a) && a[below] < v {
			below++
		}
		for upTo < len(a) && a[upTo] <= v {
			upTo++
		}
		sum += float64(below+upTo) / 2 // equal times are half a guess
	}
	return sum / float64(len(a)) / float64(len(b))
}

// flagged is |t| from which a difference counts as found (ISO/IEC 17825). With n samples a side that is an effect of
// flagged times the root of 2/n.
const flagged = 4.5

// bounds are the effects up to which a comparison passes: what chance alone hardly ever shows with so many samples,
// and at least what a noisy machine may show with any number.
func (e effect) bounds() (d, auc float64) {
	n := float64(e.samples)
	return max(0.2, flagged*math.Sqrt(2/n)), max(0.06, flagged*math.Sqrt(1/(6*n)))
}

func (e effect) gross() bool {
	d, area := e.bounds()
	return !(math.Abs(e.trimD) <= d && math.Abs(e.auc-0.5) <= area) // what is no number is gross
}

func TestEffectSizes(t *testing.T) {
	draw := func(shift float64) []float64 {
		random := rand.New(rand.NewPCG(7, uint64(100*shift)))
		x := make([]float64, 10_000)
		for i := range x {
			x[i] = 1000 + 50*(random.NormFloat64()+shift)
		}
		return x
	}
	still := draw(0)
	for _, tt := range []struct {
		shift, d, auc float64
		gross         bool
	}{{0.01, 0.01, 0.503, false}, {0.1, 0.1, 0.528, false}, {0.5, 0.5, 0.638, true}, {3, 3, 0.983, true}} {
		e := compare(still, draw(tt.shift))
		// Trimming takes a little off what is far apart.
		if math.Abs(e.d-tt.d) > 0.05 || math.Abs(e.auc-tt.auc) > 0.02 || e.trimD > e.d+0.05 || e.gross() != tt.gross {
			t.Errorf("a shift of %v standard deviations: %+v, gross %v", tt.shift, e, e.gross())
		}
		if n := math.Sqrt(10_000. / 2); math.Abs(e.t-e.d*n) > 0.1 || math.Abs(e.trimT) < math.Abs(e.trimD)*n*0.9 {
			t.Errorf("a shift of %v standard deviations: t %v and %v do not go with %v and %v", tt.shift, e.t, e.trimT, e.d, e.trimD)
		}
	}
	if e := compare(still, still); e.t != 0 || e.d != 0 || e.auc != 0.5 || e.gross() {
		t.Errorf("a sample and itself: %+v", e)
	}
	if area := auc([]float64{1, 2, 2}, []float64{2, 3}); math.Abs(area-5./6) > 1e-9 {
		t.Errorf("the area of a small sample is %v, want 5/6", area)
	}
}
