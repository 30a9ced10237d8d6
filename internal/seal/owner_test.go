//go:build unix

package seal_test

import (
	"os"
	"syscall"
	"testing"
)

// TestRootKeepsTheOwner: a server that is not root must still be able to read its file.
func TestRootKeepsTheOwner(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can give files away")
	}
	path, _ := madeFile(t)
	if err := os.Chown(path, 12345, 12346); err != nil {
		t.Skip(err)
	}
	addKey(t, path)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if s := info.Sys().(*syscall.Stat_t); s.Uid != 12345 || s.Gid != 12346 {
		t.Errorf("it belongs to %d:%d", s.Uid, s.Gid)
	}
}
