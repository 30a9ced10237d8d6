//go:build unix

package seal

import (
	"os"
	"syscall"
)

// keepOwner gives the new file to the owner of the old one: root may change the key file of a server that is not root.
func keepOwner(old, new string) error {
	was, err := os.Stat(old)
	if err != nil {
		return err
	}
	is, err := os.Stat(new)
	if err != nil {
		return err
	}
	from, ok1 := was.Sys().(*syscall.Stat_t)
	to, ok2 := is.Sys().(*syscall.Stat_t)
	if !ok1 || !ok2 || from.Uid == to.Uid && from.Gid == to.Gid {
		return nil
	}
	if err := os.Chown(new, int(from.Uid), int(from.Gid)); err != nil && from.Uid != to.Uid {
		return err
	}
	return nil
}
