package sallyport_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/sallyport/sallyport"

// deps lists what a package links, tests left out; direct lists only its own imports.
func goList(t *testing.T, format, pkg string) []string {
	t.Helper()
	out, err := exec.Command("go", "list", "-f", format, pkg).Output()
	if err != nil {
		t.Fatalf("go list %s: %v", pkg, err)
	}
	return strings.Fields(string(out))
}

// TestImportGraph keeps house.md, section 1: dependencies point one way.
func TestImportGraph(t *testing.T) {
	const ours = module + "/"
	std := func(dep string) bool { return !strings.Contains(strings.SplitN(dep, "/", 2)[0], ".") }
	tests := []struct {
		pkg     string
		refused func(dep string) bool
	}{
		{"internal/core", func(d string) bool { return !std(d) && d != ours+"internal/core" }},
		{"otp", func(d string) bool { return !std(d) && d != ours+"otp" }},
		{"otpauth", func(d string) bool { return !std(d) && d != ours+"otpauth" && d != ours+"otp" }},
		{"events", func(d string) bool { return !std(d) && d != ours+"events" }},
		{"engine", func(d string) bool { return !std(d) && d != ours+"engine" && d != ours+"internal/core" }}, // no HTTP of ours, no factor, no store
		{"qr", func(d string) bool { return strings.HasPrefix(d, ours) && d != ours+"qr" }},
		{"internal/importer/pskc", func(d string) bool {
			return !std(d) && d != ours+"internal/importer/pskc" && d != ours+"otp" && d != ours+"otpauth"
		}},
		{"internal/importer/flasksecurity", func(d string) bool { // nothing of it reaches our own database
			return strings.HasPrefix(d, ours+"internal/store") || strings.HasPrefix(d, ours+"internal/web") ||
				strings.HasPrefix(d, ours+"internal/assembly") || strings.HasPrefix(d, ours+"internal/server") || d == module
		}},
		{"internal/throttle", func(d string) bool { return !std(d) && d != ours+"internal/throttle" }},
		{"internal/web", func(d string) bool {
			return strings.HasPrefix(d, ours+"internal/store") || strings.HasPrefix(d, ours+"internal/factor") ||
				strings.HasPrefix(d, ours+"internal/server") || d == module
		}},
		{"internal/store/migrations", func(d string) bool { return !std(d) && d != ours+"internal/store/migrations" }},
		{"migrations", func(d string) bool {
			return !std(d) && d != ours+"migrations" && d != ours+"internal/store/migrations" && d != ours+"internal/archive" // no driver
		}},
		{"pages", func(d string) bool { // what is shown, and no handler
			return !std(d) && d != ours+"pages" && d != ours+"internal/web/templates" && d != ours+"internal/web/static" && d != ours+"internal/archive"
		}},
		{"internal/store", func(d string) bool {
			return strings.HasPrefix(d, ours+"internal/web") || strings.HasPrefix(d, ours+"internal/factor") || d == module
		}},
		{"internal/deliver", func(d string) bool { return !std(d) && d != ours+"internal/deliver" }},
		{"internal/deliver/text", func(d string) bool {
			return strings.HasPrefix(d, ours+"internal/") && !strings.HasPrefix(d, ours+"internal/deliver") && d != ours+"internal/endpoint"
		}},
		{"internal/deliver/push", func(d string) bool {
			return !std(d) && d != ours+"internal/deliver" && d != ours+"internal/endpoint" && !strings.HasPrefix(d, ours+"internal/deliver/push") ||
				d == "testing"
		}},
		{"internal/phone", func(d string) bool { return strings.HasPrefix(d, ours) && d != ours+"internal/phone" }},
		{"internal/letter", func(d string) bool {
			return strings.HasPrefix(d, ours+"internal/store") || strings.HasPrefix(d, ours+"internal/web") ||
				strings.HasPrefix(d, ours+"internal/factor") || d == module
		}},
		{"internal/assembly", func(d string) bool {
			return strings.HasPrefix(d, ours+"internal/web") || strings.HasPrefix(d, ours+"internal/server") || d == module
		}},
		{".", func(d string) bool {
			return strings.HasPrefix(d, ours+"internal/server") || strings.HasPrefix(d, ours+"cmd")
		}},
		{"internal/server", func(d string) bool { return strings.HasPrefix(d, ours+"cmd") }},
	}
	for _, tt := range tests {
		for _, dep := range goList(t, `{{join .Deps "\n"}}`, "./"+tt.pkg) {
			if tt.refused(dep) {
				t.Errorf("%s depends on %s", tt.pkg, dep)
			}
		}
	}
	for _, line := range goList(t, `{{.ImportPath}}:{{join .Imports ","}}`, "./...") {
		pkg, imports, _ := strings.Cut(line, ":")
		server := slices.Contains(strings.Split(imports, ","), ours+"internal/server")
		if server && !strings.HasPrefix(pkg, ours+"cmd/") {
			t.Errorf("%s imports internal/server; only cmd may", pkg)
		}
		// A push service on this machine is trusted by tests alone.
		if slices.Contains(strings.Split(imports, ","), ours+"internal/deliver/push/pushtest") {
			t.Errorf("%s imports pushtest; only tests may", pkg)
		}
		if slices.Contains(strings.Split(imports, ","), ours+"sallyporttest") {
			t.Errorf("%s imports sallyporttest; only tests may", pkg)
		}
	}
}

// sourceFiles calls f with every parsed file below dir that is not a test.
func sourceFiles(t *testing.T, dir string, f func(path string, fset *token.FileSet, file *ast.File)) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && (d.Name() == "testdata" || d.Name() == ".git") {
			return filepath.SkipDir
		}
		if filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		files++
		f(path, fset, file)
		return nil
	})
	if err != nil || files == 0 {
		t.Fatalf("%s: %d files, %v", dir, files, err)
	}
}

// callers lists the functions of a tree in which a method or function of that name is called.
func callers(t *testing.T, dir, name string) []string {
	t.Helper()
	var found []string
	sourceFiles(t, dir, func(_ string, _ *token.FileSet, file *ast.File) {
		for _, decl := range file.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			ast.Inspect(fn, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				switch f := call.Fun.(type) {
				case *ast.SelectorExpr:
					if f.Sel.Name == name {
						found = append(found, fn.Name.Name)
					}
				case *ast.Ident:
					if f.Name == name {
						found = append(found, fn.Name.Name)
					}
				}
				return true
			})
		}
	})
	return found
}

// TestOneDoor counts the doors: in how many places a session may be written, and who leads there.
func TestOneDoor(t *testing.T) {
	for name, want := range map[string][]string{
		"InsertSession": {"insertSession"},
		"insertSession": {"conclude"},
		"newSession":    {"conclude"},
		"Register":      {"register"},                                      // and no event is written that an observer is not told of
		"Settle":        {"Settle", "settle", "settleHere", "settleAside"}, // the first asks a directory
	} {
		if got := callers(t, "internal/core", name); !slices.Equal(got, want) {
			t.Errorf("%s is called in %v, want %v", name, got, want)
		}
	}
	for _, dir := range []string{"internal/web", "internal/server", "cmd", "engine"} {
		if got := callers(t, dir, "InsertSession"); len(got) > 0 {
			t.Errorf("InsertSession is called in %s: %v", dir, got)
		}
	}
}

// TestTestingIsForTests: what makes passwords cheap is reached from sallyporttest alone, which the binary does not link.
func TestTestingIsForTests(t *testing.T) {
	for _, dir := range []string{"internal", "cmd", "examples"} {
		if got := callers(t, dir, "Testing"); len(got) > 0 {
			t.Errorf("Testing is called in %s: %v", dir, got)
		}
	}
	if got := callers(t, "sallyporttest", "Testing"); !slices.Equal(got, []string{"Open", "forTests"}) { // the first is of package testing
		t.Errorf("Testing is called in %v", got)
	}
}

// TestProofsComeFromMounts: no handler asks for a proof that it was not mounted for.
func TestProofsComeFromMounts(t *testing.T) {
	// The engine looks a proof's token up with each call of it.
	for name, want := range map[string][]string{
		"SessionFrom":  {"Session", "now"},
		"LoginFrom":    {"Login", "now"},
		"ElevatedFrom": {"now"},
		"MustBindFrom": {"now"},
	} {
		got := callers(t, "engine", name)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s is called in engine by %v, want %v", name, got, want)
		}
	}
	for name, want := range map[string][]string{
		"sessionOf":    {"admitted", "session", "elevated"},
		"loginOf":      {"login", "mustBind"},
		"SessionFrom":  {"sessionOf"},
		"LoginFrom":    {"loginOf"},
		"ElevatedFrom": {"elevated"},
		"MustBindFrom": {"mustBind"},
	} {
		if got := callers(t, "internal/web", name); !slices.Equal(got, want) {
			t.Errorf("%s is called in %v, want %v", name, got, want)
		}
	}
}

// TestNoPackageState keeps several instances in one process possible: no init, no variables that change.
func TestNoPackageState(t *testing.T) {
	sourceFiles(t, ".", func(path string, fset *token.FileSet, file *ast.File) {
		for _, decl := range file.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				t.Errorf("%s has an init function", path)
			}
			gen, ok := decl.(*ast.GenDecl)
			if !ok || gen.Tok != token.VAR {
				continue
			}
			for _, spec := range gen.Specs {
				for _, name := range spec.(*ast.ValueSpec).Names {
					if constant(name.Name, gen) {
						continue
					}
					t.Errorf("%s: package variable %s", fset.Position(name.Pos()), name.Name)
				}
			}
		}
	})
}

// constant says whether a package variable is one only because Go has no such constants: errors, embedded
// files, interface assertions and tables that nothing writes to.
func constant(name string, gen *ast.GenDecl) bool {
	if name == "_" || strings.HasPrefix(name, "Err") || strings.HasPrefix(name, "err") {
		return true
	}
	return gen.Doc != nil && (strings.Contains(gen.Doc.Text(), "go:embed") || strings.Contains(docText(gen), "//go:embed") ||
		strings.Contains(gen.Doc.Text(), "Read only"))
}

func docText(gen *ast.GenDecl) string {
	var b strings.Builder
	for _, c := range gen.Doc.List {
		b.WriteString(c.Text)
	}
	return b.String()
}

// TestFilesAndFunctionsStaySmall keeps house.md, section 7.
func TestFilesAndFunctionsStaySmall(t *testing.T) {
	sourceFiles(t, ".", func(path string, fset *token.FileSet, file *ast.File) {
		if ast.IsGenerated(file) {
			return
		}
		if n := fset.Position(file.End()).Line; n > 600 {
			t.Errorf("%s has %d lines", path, n)
		}
		for _, decl := range file.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok {
				if n := fset.Position(fn.End()).Line - fset.Position(fn.Pos()).Line + 1; n > 80 {
					t.Errorf("%s: %s has %d lines", path, fn.Name.Name, n)
				}
			}
		}
	})
}
