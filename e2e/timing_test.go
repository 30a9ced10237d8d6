package e2e

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// warmUp is how many answers of each side are thrown away at the beginning.
const warmUp = 10

// samples is how many answers of each side are timed. Without SALLYPORT_TEST_SAMPLES they are few: enough to see that
// work is left out, and not more.
func (c contest) samples(t testing.TB) int {
	t.Helper()
	text := os.Getenv("SALLYPORT_TEST_SAMPLES")
	switch {
	case text == "" && c.hashes:
		return 60
	case text == "":
		return 300
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 30 {
		t.Fatalf("SALLYPORT_TEST_SAMPLES=%q: want a number from 30", text)
	}
	return n
}

// F09 and M9: no answer tells in its bytes, nor in its time, whether a name has an account and of what kind.
func TestTimingOnSQLite(t *testing.T) {
	for _, tt := range doors() {
		t.Run(tt.name, func(t *testing.T) { tt.measure(t, targetOnSQLite(t, tt.args...)) })
	}
}

func TestTimingOnPostgres(t *testing.T) {
	if os.Getenv("SALLYPORT_TEST_SAMPLES") == "" {
		t.Skip("SALLYPORT_TEST_SAMPLES is not set, as `make timing` sets it: SQLite shows what work is left out")
	}
	for _, tt := range doors() {
		t.Run(tt.name, func(t *testing.T) { tt.measure(t, targetOnPostgres(t, tt.args...)) })
	}
}

// door is a server's settings, and what a stranger asks it.
type door struct {
	name     string
	args     []string
	contests func(*target) []contest
}

func doors() []door {
	return []door{
		{"default", nil, (*target).strangers},
		{"verification", []string{"--email-verification", "required"}, (*target).newcomers},
	}
}

// measure holds every contest, and logs the sizes of the effects.
func (d door) measure(t *testing.T, h *target) {
	t.Helper()
	for _, c := range d.contests(h) {
		t.Run(strings.ReplaceAll(c.name, ", ", " "), func(t *testing.T) { h.judge(t, c) })
	}
}

// judge holds a contest, and a second time with other people when the first showed a gross difference: a machine that
// does something else meanwhile is no proof.
func (h *target) judge(t *testing.T, c contest) {
	t.Helper()
	for again := range 2 {
		times := h.hold(t, c)
		table, gross := heading, false
		for i := range times {
			for j := range i {
				e := compare(times[j], times[i])
				table += c.row(j, i, times[j], e)
				if gross = gross || e.gross(); e.gross() && again == 1 {
					d, area := e.bounds()
					t.Errorf("%s: %q and %q differ by %.2f standard deviations and the AUC is %.3f, want at most %.2f and 0.5 +- %.3f",
						c.name, c.sides[j].name, c.sides[i].name, e.trimD, e.auc, d, area)
				}
			}
		}
		t.Logf("%s:\n%s", c.name, table)
		if !gross {
			return
		}
	}
}

// heading names what row prints: the time is the median, the difference that of the means without the slowest 1 %.
const heading = "                                        n   median us   difference        t   sigma    t 99%  sigma 99%    AUC\n"

func (c contest) row(a, b int, times []float64, e effect) string {
	verdict := ""
	if math.Abs(e.trimT) >= flagged || math.Abs(e.t) >= flagged {
		verdict = fmt.Sprintf("  |t| >= %v", flagged)
	}
	return fmt.Sprintf("%34s %6d %11.0f %+12.1f %+8.2f %+7.3f %+8.2f %+10.3f %6.3f%s\n", c.sides[a].name+" / "+c.sides[b].name,
		e.samples, percentile(times, 0.5), e.mean, e.t, e.d, e.trimT, e.trimD, e.auc, verdict)
}

// hold asks about every side in turn, in an order that chance gives, on one connection. It returns the times of each
// side in microseconds, and fails the test when two answers differ.
func (h *target) hold(t *testing.T, c contest) [][]float64 {
	t.Helper()
	n := c.samples(t)
	cast := make([][]*person, len(c.sides))
	for i, s := range c.sides {
		cast[i] = people(t, (n+warmUp+c.tries-1)/c.tries, s.one)
	}
	w, times, first := dial(t, h.address), make([][]float64, len(c.sides)), ""
	for round := range n + warmUp {
		for _, i := range rand.Perm(len(c.sides)) {
			answer, took := w.ask(t, c.sides[i].ask(cast[i][round%len(cast[i])]))
			if c.then != nil {
				answer, took = w.ask(t, c.then())
			}
			if round >= warmUp {
				times[i] = append(times[i], float64(took)/float64(time.Microsecond))
			}
			if answer = masked(answer); first == "" {
				first = answer
			}
			if answer != first {
				t.Fatalf("%s: %q is answered with\n%s\nand before was\n%s", c.name, c.sides[i].name, answer, first)
			}
		}
	}
	return times
}
