package sallyporttest_test

import (
	"testing"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/sallyporttest"
)

// BenchmarkWholeTest is what a test of an application costs: a Service of its own, somebody who registers with a code app and signs in,
// and a page behind a guard.
func BenchmarkWholeTest(b *testing.B) {
	var opening, rest time.Duration
	for b.Loop() {
		began := time.Now()
		s := open(b, sallyport.Config{})
		opened := time.Now()
		c := s.SignIn(b, s.NewPerson(b, "ana", &sallyporttest.CodeApp{}))
		want(b, see(b, c, s.URL+"/in"), "ana aal2 pwd,otp,mfa")
		opening, rest = opening+opened.Sub(began), rest+time.Since(opened)
	}
	b.ReportMetric(float64(opening.Microseconds())/1000/float64(b.N), "ms-to-open/op")
	b.ReportMetric(float64(rest.Microseconds())/1000/float64(b.N), "ms-to-sign-up-and-in/op")
}
