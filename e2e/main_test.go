package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

// program is the binary under test. TestMain sets it before any test runs.
var program string

func TestMain(m *testing.M) {
	os.Exit(buildAndRun(m))
}

func buildAndRun(m *testing.M) int {
	if program = os.Getenv("SALLYPORT_TEST_BINARY"); program != "" {
		return m.Run()
	}
	dir, err := os.MkdirTemp("", "sallyport-e2e")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary directory
	program = filepath.Join(dir, "sallyport")
	build := exec.Command("go", "build", "-o", program, "./cmd/sallyport")
	build.Dir = ".."
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build ./cmd/sallyport: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// rounds is how often a race is run.
func rounds(t *testing.T) int {
	t.Helper()
	text := os.Getenv("SALLYPORT_TEST_ROUNDS")
	if text == "" {
		return 10
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("SALLYPORT_TEST_ROUNDS=%q: want a number above 0", text)
	}
	return n
}

// ok ends the test with an error that is one.
func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
