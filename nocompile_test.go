package sallyport_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestProgramsThatMustNotCompile builds each program below the folders nocompile, with the public API and with that of core.
// The first line says what the compiler has to answer; the controls have none.
func TestProgramsThatMustNotCompile(t *testing.T) {
	dirs, err := filepath.Glob("testdata/nocompile/*")
	inside, errInside := filepath.Glob("internal/core/testdata/nocompile/*")
	if err != nil || errInside != nil || len(dirs) < 6 || len(inside) < 10 {
		t.Fatalf("found %d and %d programs, %v, %v", len(dirs), len(inside), err, errInside)
	}
	for _, dir := range append(dirs, inside...) {
		t.Run(dir, func(t *testing.T) {
			t.Parallel()
			source, err := os.ReadFile(filepath.Join(dir, "main.go"))
			if err != nil {
				t.Fatal(err)
			}
			first, _, _ := strings.Cut(string(source), "\n")
			want, refused := strings.CutPrefix(first, "// want: ")
			out, err := exec.Command("go", "build", "-o", os.DevNull, "./"+dir).CombinedOutput()
			switch {
			case !refused && err != nil:
				t.Errorf("the control does not compile: %s", out)
			case refused && err == nil:
				t.Error("it compiles")
			case refused && !strings.Contains(string(out), want):
				t.Errorf("it fails for another reason:\n%s\nwant %q", out, want)
			}
		})
	}
}

// What an embedding program cannot even name.
func TestInternalsAreOutOfReach(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, inside := range []string{"web", "core", "assembly"} {
		dir := t.TempDir()
		files := map[string]string{
			"go.mod":  "module example.org/app\n\ngo 1.26\n\nrequire " + module + " v0.0.0\n\nreplace " + module + " => " + here + "\n",
			"main.go": "package main\n\nimport _ \"" + module + "/internal/" + inside + "\"\n\nfunc main() {}\n",
		}
		for name, content := range files {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		cmd := exec.Command("go", "build", "-mod=mod", "-o", os.DevNull, ".")
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), "use of internal package") {
			t.Errorf("%s: %v\n%s", inside, err, out)
		}
	}
}
