package e2e

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// K07: what can be set is what is documented: no other flag, no other variable, and nothing in the binary that only tests
// or debuggers want.
func TestBinaryHasNoOtherSwitches(t *testing.T) {
	template := string(run(t, nil, program, "config", "default"))
	var keys []string
	for _, found := range regexp.MustCompile(`(?m)^#([a-z_0-9]+) = `).FindAllStringSubmatch(template, -1) {
		keys = append(keys, found[1])
	}
	if len(keys) < 20 {
		t.Fatalf("only %d settings are documented: %q", len(keys), keys)
	}
	for _, key := range keys {
		if regexp.MustCompile(`clock|time_offset|now|debug|test|fake|mock|bypass|skip|disable|sink|backdoor|pprof`).MatchString(key) {
			t.Errorf("the setting %s", key)
		}
	}
	flags := 0
	help := string(run(t, nil, program, "serve", "--help"))
	for _, found := range regexp.MustCompile(`(?m)^ +--([a-z0-9-]+)`).FindAllStringSubmatch(help, -1) {
		flags++
		if name := strings.ReplaceAll(found[1], "-", "_"); name != "help" && name != "config" && !slices.Contains(keys, name) {
			t.Errorf("serve has the flag --%s, which no setting is behind", found[1])
		}
	}
	if flags < len(keys) {
		t.Errorf("%d flags and %d settings", flags, len(keys))
	}
	content, err := os.ReadFile(program)
	ok(t, err)
	for _, part := range []string{"testing.(*T)", "net/http/httptest", "net/http/pprof", "expvar.", "sallyporttest", "storetest", "testClock", "dlv-"} {
		if bytes.Contains(content, []byte(part)) {
			t.Errorf("the binary has %q in it", part)
		}
	}
	for _, name := range []string{"clock", "now", "time", "debug", "insecure-cheap", "test.run", "pprof", "skip-second-factor", "sink"} {
		cmd := exec.Command(program, "serve", "--"+name+"=1")
		cmd.Env = ownEnviron()
		mustBeMistaken(t, "--"+name, cmd)
		cmd = exec.Command(program, "serve")
		cmd.Env = append(ownEnviron(), "SALLYPORT_"+strings.ToUpper(strings.NewReplacer("-", "_", ".", "_").Replace(name))+"=1")
		if name != "test.run" { // what begins like that is for the tests themselves, and read by nobody else
			mustBeMistaken(t, cmd.Env[len(cmd.Env)-1], cmd)
		}
	}
}

// mustBeMistaken: the program ends at once with the status of a mistake in its configuration.
func mustBeMistaken(t testing.TB, what string, cmd *exec.Cmd) {
	t.Helper()
	cmd.Dir = t.TempDir()
	ok(t, cmd.Start())
	late := time.AfterFunc(startTimeout, func() { _ = cmd.Process.Kill() })
	defer late.Stop()
	if _ = cmd.Wait(); cmd.ProcessState.ExitCode() != 2 {
		t.Errorf("serve takes %s: %v", what, cmd.ProcessState)
	}
}

// K08: built twice from one source, in two places, the binary is the same, byte for byte.
func TestBuildIsReproducible(t *testing.T) {
	var sums [2]string
	for i := range sums {
		place := filepath.Join(t.TempDir(), fmt.Sprint("place", i))
		source := filepath.Join(place, "source")
		copySource(t, "..", source)
		out := filepath.Join(place, "sallyport")
		build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-o", out, "./cmd/sallyport")
		build.Dir = source
		build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off")
		if said, err := build.CombinedOutput(); err != nil {
			t.Fatalf("go build: %v\n%s", err, said)
		}
		content, err := os.ReadFile(out)
		ok(t, err)
		if bytes.Contains(content, []byte(place)) {
			t.Errorf("the binary has the place in it where it was built")
		}
		sums[i] = fmt.Sprintf("%x", sha256.Sum256(content))
	}
	if sums[0] != sums[1] {
		t.Errorf("two builds differ: %s and %s", sums[0], sums[1])
	}
}

// copySource copies what the main module is built from.
func copySource(t testing.TB, from, to string) {
	t.Helper()
	ok(t, filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			if slices.Contains([]string{".git", "e2e", "bench", "tools"}, rel) || d.Name() == "testdata" {
				return filepath.SkipDir
			}
			return os.MkdirAll(filepath.Join(to, rel), 0o755)
		}
		if !d.Type().IsRegular() || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), content, 0o644)
	}))
}
