package deliver_test

import (
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/deliver"
)

var asked = time.Date(2026, 3, 1, 12, 30, 0, 5, time.FixedZone("", 3600))

func TestParseRetryAfter(t *testing.T) {
	for s, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, "-7": 0, "x": 0, "999999": time.Hour, "999999999999999999999": 0,
		"Sun, 01 Mar 2026 11:31:00 GMT": time.Minute - 5, "Sun, 01 Mar 2026 11:00:00 GMT": 0, "Fri, 31 Dec 9999 23:59:59 GMT": time.Hour,
	} {
		if got := deliver.ParseRetryAfter(s, asked); got != want {
			t.Errorf("%q: %v, want %v", s, got, want)
		}
	}
}

// FuzzParseRetryAfter: nobody is waited for longer than an hour, nor less than not at all.
func FuzzParseRetryAfter(f *testing.F) {
	for _, s := range []string{"", "7", "-7", "999999999999999999999", "Sun, 01 Mar 2026 12:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if after := deliver.ParseRetryAfter(s, asked); after < 0 || after > time.Hour {
			t.Errorf("%q: %v", s, after)
		}
	})
}
