package sallyport_test

import (
	"bytes"
	"flag"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/printer"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write testdata/api.golden anew")

// TestSurface keeps what may be relied on: every exported name of every public package, with its signature and fields,
// stands in testdata/api.golden. A line that goes or changes breaks programs; one that comes has to be kept for years.
func TestSurface(t *testing.T) {
	var got strings.Builder
	for _, pkg := range publicPackages(t) {
		for _, line := range surface(t, pkg) {
			got.WriteString(pkg + ": " + line + "\n")
		}
	}
	const golden = "testdata/api.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got.String(), "\n")); d != "" {
		t.Errorf("the exported surface changed; if it is meant: go test . -run Surface -update\n%s", d)
	}
}

// publicPackages are the directories that other modules can import.
func publicPackages(t *testing.T) (dirs []string) {
	t.Helper()
	for _, line := range goList(t, "{{.Name}}:{{.ImportPath}}", "./...") {
		name, path, _ := strings.Cut(line, ":")
		if name == "main" || strings.Contains(path+"/", "/internal/") {
			continue
		}
		dirs = append(dirs, "./"+strings.TrimPrefix(strings.TrimPrefix(path, module), "/"))
	}
	return dirs
}

// documented reads a package without its tests.
func documented(t *testing.T, dir string) (*doc.Package, *token.FileSet) {
	t.Helper()
	fset := token.NewFileSet()
	var files []*ast.File
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	p, err := doc.NewFromFiles(fset, files, dir)
	if err != nil {
		t.Fatal(err)
	}
	return p, fset
}

// surface lists a package's exported declarations, each on one line.
func surface(t *testing.T, dir string) (lines []string) {
	t.Helper()
	p, fset := documented(t, dir)
	add := func(what string, node any) {
		var b bytes.Buffer
		if err := (&printer.Config{Mode: printer.RawFormat}).Fprint(&b, fset, node); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, what+strings.Join(strings.Fields(b.String()), " "))
	}
	functions := func(all []*doc.Func) {
		for _, f := range all {
			f.Decl.Doc, f.Decl.Body = nil, nil
			add("", f.Decl)
		}
	}
	values := func(all []*doc.Value) {
		for _, v := range all {
			for _, name := range v.Names {
				if ast.IsExported(name) {
					lines = append(lines, v.Decl.Tok.String()+" "+name)
				}
			}
		}
	}
	values(slices.Concat(p.Consts, p.Vars))
	functions(p.Funcs)
	for _, typ := range p.Types {
		values(slices.Concat(typ.Consts, typ.Vars))
		functions(slices.Concat(typ.Funcs, typ.Methods))
		for _, spec := range typ.Decl.Specs {
			declared := spec.(*ast.TypeSpec)
			withoutComments(declared)
			add("type ", declared)
		}
	}
	slices.Sort(lines)
	return lines
}

func withoutComments(n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.TypeSpec:
			n.Doc, n.Comment = nil, nil
		case *ast.Field:
			n.Doc, n.Comment = nil, nil
		}
		return true
	})
}

// Every exported name says what it is.
func TestSurfaceIsDocumented(t *testing.T) {
	for _, pkg := range publicPackages(t) {
		p, _ := documented(t, pkg)
		says := map[string]string{"the package": p.Doc}
		for _, f := range p.Funcs {
			says[f.Name] = f.Doc
		}
		for _, typ := range p.Types {
			says[typ.Name] = typ.Doc
			for _, f := range slices.Concat(typ.Funcs, typ.Methods) {
				says[typ.Name+"."+f.Name] = f.Doc
			}
		}
		for name, doc := range says {
			if strings.TrimSpace(doc) == "" {
				t.Errorf("%s: %s has no comment", pkg, name)
			}
		}
	}
}
