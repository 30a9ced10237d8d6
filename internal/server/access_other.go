//go:build !unix

package server

const (
	mayEnter = 1
	mayWrite = 2
	mayRead  = 4
)

// access cannot be asked here without opening something: a start says it.
func access(string, uint32) error { return nil }
