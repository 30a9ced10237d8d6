package sallyporttest_test

import (
	"os/exec"
	"strings"
	"testing"
)

// Outside of a test, where the database would be somebody's, nothing is opened.
func TestRefusesOutsideTests(t *testing.T) {
	t.Parallel()
	said, err := exec.CommandContext(t.Context(), "go", "run", "./testdata/outside").CombinedOutput()
	if err == nil || !strings.Contains(string(said), "panic: sallyporttest: this is no test") {
		t.Errorf("%v: %s", err, said)
	}
}
