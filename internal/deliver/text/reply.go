package text

import (
	"fmt"
	"net/http"

	"github.com/sallyport/sallyport/internal/deliver"
)

// taken reports the answers that take responsibility (RFC 9110, 15.3).
func (a answer) taken() bool { return a.status >= 200 && a.status <= 299 }

// fault reads the status of a refusal (RFC 9110, 15).
//
// A secret that is refused (401) is no message's fault, as with mail; neither is haste (408, 425, 429), nor a server's
// trouble (5xx). But where one server says that another didn't answer (502, 504), the other may have done its work: trying
// that until the end could send the same message, and its price, a dozen times. Whatever else was refused stays so.
func (a answer) fault() deliver.Fault {
	switch a.status {
	case http.StatusUnauthorized, http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return deliver.Unavailable
	case http.StatusBadGateway, http.StatusGatewayTimeout:
		return deliver.Unsure
	}
	if a.status >= 500 {
		return deliver.Unavailable
	}
	return deliver.Permanent
}

// refused is the error for an answer that doesn't take the message. Nothing in it is the other side's words.
func (g gateway) refused(a answer, fault deliver.Fault, to, why string) error {
	told := fmt.Errorf("%s: message to %s refused with status %d%s", g.name, hint(to), a.status, why)
	return &deliver.Error{Fault: fault, Err: told, RetryAfter: a.after}
}
