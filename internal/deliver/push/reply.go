package push

import (
	"fmt"
	"net/http"
	"time"

	"github.com/sallyport/sallyport/internal/deliver"
)

// Gone is in the error of a message to a subscription that is no more (RFC 8030, 7.3): its browser unsubscribed, was
// reinstalled, or was not seen for long. The subscription has to be removed, and whoever waits for an answer asked another
// way.
type Gone struct {
	Host   string // of the push service
	Status int    // 404 or 410
}

// Error says all of it.
func (g *Gone) Error() string {
	return fmt.Sprintf("push message to %s: there is no such subscription any more (status %d)", g.Host, g.Status)
}

// outcome reads the status of an answer; nil is a message that was taken (RFC 8030, 5 and 5.1).
//
// No status is [deliver.Unavailable]: each account chooses its push service, and one that always answers with 503 would
// make the worker pause. Where one server says that another didn't answer (502, 504), the other may have done its work.
// A key that is refused (401, 403) stays so: the subscription was made for another key, or the clock is wrong.
func outcome(to Subscription, status int, after time.Duration) error {
	if status >= 200 && status <= 299 {
		return nil
	}
	told := func(fault deliver.Fault, why string) error {
		err := fmt.Errorf("push message to %s refused with status %d%s", to.host, status, why)
		return &deliver.Error{Fault: fault, Err: err, RetryAfter: after}
	}
	switch status {
	case http.StatusNotFound, http.StatusGone:
		return &deliver.Error{Fault: deliver.Permanent, Err: &Gone{to.host, status}}
	case http.StatusRequestEntityTooLarge:
		return told(deliver.Permanent, ": it is too large")
	case http.StatusUnauthorized, http.StatusForbidden:
		return told(deliver.Permanent, ": the subscription is for another key, or this machine's clock is wrong")
	case http.StatusTooManyRequests, http.StatusRequestTimeout, http.StatusTooEarly:
		return told(deliver.Temporary, "")
	case http.StatusBadGateway, http.StatusGatewayTimeout:
		return told(deliver.Unsure, "")
	}
	if status >= 500 {
		return told(deliver.Temporary, "")
	}
	return told(deliver.Permanent, "")
}
