//go:build unix

package server

import "syscall"

// What access(2) is asked for.
const (
	mayEnter = 1
	mayWrite = 2
	mayRead  = 4
)

// access asks the system what this user may do with a file, and leaves nothing behind. Read-only file systems count.
func access(path string, mode uint32) error { return syscall.Access(path, mode) }
