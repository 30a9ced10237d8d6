package password

import "context"

// Respell parses a stored hash and writes it again.
func Respell(s string) (respelt string, changed bool) {
	h, err := parsePHC(s)
	return h.String(), err == nil && h.String() != s
}

// Do runs work as if it were a hash.
func (h *Hasher) Do(ctx context.Context, work func()) error {
	return h.queue.do(ctx, work)
}

// CheckPHC is whether a stored hash is one that Verify would compute.
func CheckPHC(stored string) error {
	_, err := parsePHC(stored)
	return err
}
