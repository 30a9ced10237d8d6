package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// bench is one run: its folder for what is built and written, and where progress goes.
type bench struct {
	dir      string
	profiles string // "" unless the server is profiled
	progress io.Writer
	short    bool   // fewer rounds
	binary   string // of the server, once it was built
}

func newBench(profiles string, short bool, progress io.Writer) (*bench, error) {
	dir, err := os.MkdirTemp("", "sallyport-bench-")
	if err != nil {
		return nil, err
	}
	if profiles != "" {
		if err := os.MkdirAll(profiles, 0o755); err != nil {
			return nil, err
		}
	}
	return &bench{dir: dir, profiles: profiles, short: short, progress: progress}, nil
}

func (b *bench) close() error { return os.RemoveAll(b.dir) }

func (b *bench) say(format string, args ...any) { fmt.Fprintf(b.progress, format+"\n", args...) }

// folder makes a folder of the run.
func (b *bench) folder(name string) (string, error) {
	dir := filepath.Join(b.dir, name)
	return dir, os.MkdirAll(dir, 0o700)
}

// rounds is how many there are of a load.
func (b *bench) rounds(full int) int {
	if b.short {
		return 2
	}
	return full
}

// build builds the server as it is released, once.
func (b *bench) build() (string, error) {
	if b.binary != "" {
		return b.binary, nil
	}
	binary := filepath.Join(b.dir, "sallyport")
	cmd := exec.Command("go", "build", "-o", binary, "./cmd/sallyport")
	cmd.Dir = ".."
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the server (run this in bench/): %w\n%s", err, out)
	}
	b.binary = binary
	return binary, nil
}
