package deliver

import (
	"net/http"
	"strconv"
	"time"
)

// maxAfter is as long as anybody is waited for: an answer that says more is not believed.
const maxAfter = time.Hour

// ParseRetryAfter reads the header Retry-After, seconds or a date (RFC 9110, 10.2.3): an hour at most, and 0 for what is neither.
func ParseRetryAfter(s string, now time.Time) time.Duration {
	if s == "" {
		return 0
	}
	if seconds, err := strconv.ParseUint(s, 10, 31); err == nil {
		return min(time.Duration(seconds)*time.Second, maxAfter)
	}
	at, err := http.ParseTime(s)
	if err != nil {
		return 0
	}
	return min(max(at.Sub(now), 0), maxAfter)
}
