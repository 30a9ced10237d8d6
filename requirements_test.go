package sallyport_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// requirement is one row of docs/requirements.md.
type requirement struct {
	id, text, state string
	tests           []string // package and function, such as internal/web.TestElevation
}

// requirements reads the rows of the table.
func requirements(document string) (rows []requirement) {
	row := regexp.MustCompile(`^ [A-Z]\d\d $`)
	test := regexp.MustCompile("`([a-z0-9/]+)\\.((?:Test|Fuzz)[A-Za-z0-9_]+)`")
	for line := range strings.Lines(document) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 4 || !row.MatchString(cells[0]) {
			continue
		}
		r := requirement{id: strings.TrimSpace(cells[0]), text: strings.TrimSpace(cells[1]), state: strings.TrimSpace(cells[2])}
		for _, found := range test.FindAllStringSubmatch(cells[3], -1) {
			r.tests = append(r.tests, found[1]+"."+found[2])
		}
		rows = append(rows, r)
	}
	return rows
}

// rowIDs are the rows that there have to be: those of D10 to D14, H08 and H09 speak of features that are not built.
func rowIDs() (ids []string) {
	for _, section := range []struct {
		letter string
		rows   int
	}{{"A", 13}, {"D", 14}, {"E", 9}, {"F", 11}, {"G", 14}, {"H", 14}, {"K", 8}} {
		for n := range section.rows {
			if id := fmt.Sprintf("%s%02d", section.letter, n+1); id != "H08" && id != "H09" {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// TestRequirementsAreHeld: the table has every row once, with a state and a reason where something is missing, and the
// tests that it names exist.
func TestRequirementsAreHeld(t *testing.T) {
	document, err := os.ReadFile(filepath.Join("docs", "requirements.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range requirementFaults(requirements(string(document)), testsOf) {
		t.Error(fault)
	}
}

func requirementFaults(rows []requirement, testsOf func(pkg string) []string) (faults []string) {
	var ids []string
	known := map[string][]string{}
	fault := func(r requirement, what string) { faults = append(faults, r.id+": "+what) }
	for _, r := range rows {
		ids = append(ids, r.id)
		state, why, _ := strings.Cut(r.state, ":")
		switch {
		case r.text == "":
			fault(r, "says nothing")
		case strings.HasPrefix(state, "done") && len(r.tests) == 0, state == "partly" && len(r.tests) == 0:
			fault(r, "no test holds it")
		case (state == "partly" || state == "not yet") && why == "":
			fault(r, state+", and not why")
		case !strings.HasPrefix(state, "done") && state != "partly" && state != "not yet":
			fault(r, "the state "+r.state)
		}
		for _, test := range r.tests {
			pkg, name, _ := strings.Cut(test, ".")
			if known[pkg] == nil {
				known[pkg] = append(testsOf(pkg), "")
			}
			if !slices.Contains(known[pkg], name) {
				fault(r, "there is no test "+test)
			}
		}
	}
	if want := rowIDs(); !slices.Equal(ids, want) {
		faults = append(faults, fmt.Sprintf("the rows are %q, want %q", ids, want))
	}
	return faults
}

// testsOf lists the tests of a package, which is named by its directory; "sallyport" is this one.
func testsOf(pkg string) (names []string) {
	files, _ := filepath.Glob(filepath.Join(strings.TrimPrefix(pkg, "sallyport"), "*_test.go"))
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			continue // its package does not build then
		}
		for _, decl := range file.Decls {
			if fn, isFunc := decl.(*ast.FuncDecl); isFunc && fn.Recv == nil {
				names = append(names, fn.Name.Name)
			}
		}
	}
	return names
}

// The check itself sees each fault.
func TestRequirementFaultsAreSeen(t *testing.T) {
	good := func() (rows []requirement) {
		for _, id := range rowIDs() {
			rows = append(rows, requirement{id, "something", "done", []string{"a.TestA"}})
		}
		return rows
	}
	tests := func(string) []string { return []string{"TestA"} }
	if faults := requirementFaults(good(), tests); len(faults) > 0 {
		t.Errorf("rows that are right: %q", faults)
	}
	for what, spoil := range map[string]func(rows []requirement) []requirement{
		"a row less":        func(rows []requirement) []requirement { return rows[1:] },
		"a row twice":       func(rows []requirement) []requirement { return append(rows, rows[0]) },
		"no test":           func(rows []requirement) []requirement { rows[3].tests = nil; return rows },
		"a test of another": func(rows []requirement) []requirement { rows[3].tests = []string{"a.TestB"}; return rows },
		"no reason":         func(rows []requirement) []requirement { rows[3].state = "partly"; return rows },
		"another state":     func(rows []requirement) []requirement { rows[3].state = "perhaps"; return rows },
		"no words":          func(rows []requirement) []requirement { rows[3].text = ""; return rows },
	} {
		if len(requirementFaults(spoil(good()), tests)) == 0 {
			t.Errorf("%s: nobody notices", what)
		}
	}
}

// TestReleaseHasNoTestParts: what the binary links is not for tests or debuggers, and nothing that it is built from by a
// tag is something else (security requirement K07).
func TestReleaseHasNoTestParts(t *testing.T) {
	deps := goList(t, `{{join .Deps "\n"}}`, "./cmd/sallyport")
	for _, dep := range deps {
		if slices.Contains([]string{"testing", "net/http/httptest", "net/http/pprof", "expvar", "plugin", "testing/synctest"}, dep) ||
			strings.HasPrefix(dep, module) && strings.HasSuffix(dep, "test") {
			t.Errorf("the binary links %s", dep)
		}
	}
	if len(deps) < 100 {
		t.Errorf("only %d packages", len(deps))
	}
	sourceFiles(t, ".", func(path string, _ *token.FileSet, file *ast.File) {
		for _, group := range file.Comments {
			for _, c := range group.List {
				if tag, tagged := strings.CutPrefix(c.Text, "//go:build "); tagged && !slices.Contains([]string{"unix", "!unix", "ignore"}, tag) {
					t.Errorf("%s is built only with %s", path, tag)
				}
			}
		}
		if strings.HasPrefix(path, filepath.Join("internal", "factor", "password")) || filepath.Dir(path) == "sallyporttest" {
			return
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if id, named := n.(*ast.Ident); named && id.Name == "InsecureCheap" {
				t.Errorf("%s makes cheap hashes", path)
			}
			return true
		})
	})
}
