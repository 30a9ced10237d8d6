package sallyport

import "time"

// Error is what a person may be told: why a sign-in was refused.
type Error struct {
	Code       string        // as the JSON API has it, such as "wrong" or "throttled"
	Text       string        // one or two sentences for the person
	Status     int           // of HTTP, for the page that shows them
	RetryAfter time.Duration // when trying again makes sense; 0: not known
}

// Error gives code and text.
func (e *Error) Error() string { return "sallyport: " + e.Code + ": " + e.Text }
