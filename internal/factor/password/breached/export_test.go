package breached

import "io"

// Holds reads an answer.
func Holds(body io.Reader, suffix string) (bool, error) { return holds(body, suffix) }
