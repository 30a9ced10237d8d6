package core_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestProgramsThatMustNotCompile builds each program below testdata/nocompile. Its first line says what the
// compiler has to answer; the one without such a line has to compile.
func TestProgramsThatMustNotCompile(t *testing.T) {
	dirs, err := filepath.Glob("testdata/nocompile/*")
	if err != nil || len(dirs) < 10 {
		t.Fatalf("found %d programs, %v", len(dirs), err)
	}
	for _, dir := range dirs {
		t.Run(filepath.Base(dir), func(t *testing.T) {
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
