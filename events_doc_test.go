package sallyport_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// eventUse is what the code does with the name of an event.
type eventUse struct {
	stored        bool // a row with the outcome ok is written
	refused       bool // a row is written by a call that says so
	authenticator bool // such a row names one
}

// TestEventsAreListed: docs/events.md has each name that the code gives an event, and no other; says of each whether it is
// one of the account's; and names what goes with it.
func TestEventsAreListed(t *testing.T) {
	document, err := os.ReadFile(filepath.Join("docs", "events.md"))
	if err != nil {
		t.Fatal(err)
	}
	uses, listed := eventsOf(t, filepath.Join("internal", "core")), map[string]bool{}
	row := regexp.MustCompile("(?m)^\\| `([a-z_.]+)` \\| ([^|]+) \\| ([a-z, ]+) \\| ([^|]*)\\|$")
	for _, cells := range row.FindAllStringSubmatch(string(document), -1) {
		name, outcomes, besides := cells[1], strings.Split(cells[3], ", "), cells[4]
		use, known := uses[name]
		listed[name] = true
		switch {
		case !known:
			t.Errorf("%s is no event of the code's", name)
		case use.stored != slices.Contains(outcomes, "ok"):
			t.Errorf("%s: the code writes it as an event: %v; the table says %q", name, use.stored, outcomes)
		case (use.stored || use.refused) && slices.Contains(outcomes, "log"):
			t.Errorf("%s is an event, and not in the log alone", name)
		case !use.stored && !slices.Contains(outcomes, "refused") && !slices.Contains(outcomes, "log"):
			t.Errorf("%s: the table says %q of what is no event unless it is refused", name, outcomes)
		case use.authenticator && !strings.Contains(besides, "authenticator"):
			t.Errorf("%s: names an authenticator, and the table does not say so", name)
		}
	}
	for name := range uses {
		if !listed[name] {
			t.Errorf("%s is not listed", name)
		}
	}
	if len(uses) < 40 {
		t.Errorf("only %d events were found", len(uses))
	}
}

// TestEventsAreConstants: package events has a constant for each kind that is one of an account's events in docs/events.md, and
// for each outcome that stands there, and no other; and says what each is.
func TestEventsAreConstants(t *testing.T) {
	document, err := os.ReadFile(filepath.Join("docs", "events.md"))
	if err != nil {
		t.Fatal(err)
	}
	kinds, outcomes := map[string]bool{}, map[string]bool{"ok": true}
	row := regexp.MustCompile("(?m)^\\| `([a-z_.]+)` \\| [^|]+ \\| ([a-z, ]+) \\| [^|]*\\|$")
	for _, cells := range row.FindAllStringSubmatch(string(document), -1) {
		if cells[2] != "log" {
			kinds[cells[1]] = true
		}
	}
	_, list, _ := strings.Cut(string(document), "Outcomes besides `ok`:")
	list, _, _ = strings.Cut(list, "\n")
	for _, name := range regexp.MustCompile("`([a-z_]+)`").FindAllStringSubmatch(list, -1) {
		outcomes[name[1]] = true
	}
	for typ, listed := range map[string]map[string]bool{"Kind": kinds, "Outcome": outcomes} {
		constants := constantsOf(t, "events", typ)
		if d := cmp.Diff(slices.Sorted(maps.Keys(listed)), slices.Sorted(maps.Keys(constants))); d != "" || len(constants) < 7 {
			t.Errorf("%s: docs/events.md (-) and package events (+) differ:\n%s", typ, d)
		}
		for value, says := range constants {
			if says == "" {
				t.Errorf("%q has no comment that begins with its name", value)
			}
		}
	}
}

// constantsOf lists the values of a type's constants, with their comments: "" for one that does not begin with its name.
func constantsOf(t *testing.T, dir, typ string) map[string]string {
	t.Helper()
	found := map[string]string{}
	sourceFiles(t, dir, func(_ string, _ *token.FileSet, file *ast.File) {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if of, ok := spec.Type.(*ast.Ident); !ok || of.Name != typ {
				return true
			}
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			if found[value] = spec.Doc.Text(); !strings.HasPrefix(spec.Doc.Text(), spec.Names[0].Name+" is ") {
				found[value] = ""
			}
			return true
		})
	})
	return found
}

// eventsOf reads the names out of the calls that take them.
func eventsOf(t *testing.T, dir string) map[string]eventUse {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	uses := map[string]eventUse{}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				noteCall(uses, n)
			case *ast.AssignStmt: // kind := "...", e.Kind = "..."
				for i, to := range n.Lhs {
					if i < len(n.Rhs) && isKind(to) {
						noteName(uses, n.Rhs[i], eventUse{stored: true})
					}
				}
			}
			return true
		})
	}
	return uses
}

// noteCall notes the names among the arguments of the functions that take one.
func noteCall(uses map[string]eventUse, call *ast.CallExpr) {
	var use eventUse
	switch called(call) {
	case "event":
		use.stored = true
		lit, isLit := call.Args[3].(*ast.BasicLit)
		use.authenticator = !isLit || lit.Value != `""`
	case "administer", "ended", "told":
		use.stored = true
	case "refused":
		use.refused = true
	case "note":
	default:
		return
	}
	for _, arg := range call.Args {
		noteName(uses, arg, use)
	}
}

func called(call *ast.CallExpr) string {
	switch fun := call.Fun.(type) {
	case *ast.Ident:
		return fun.Name
	case *ast.SelectorExpr:
		return fun.Sel.Name
	}
	return ""
}

func isKind(to ast.Expr) bool {
	switch to := to.(type) {
	case *ast.Ident:
		return to.Name == "kind"
	case *ast.SelectorExpr:
		return to.Sel.Name == "Kind"
	}
	return false
}

func noteName(uses map[string]eventUse, arg ast.Expr, use eventUse) {
	lit, isLit := arg.(*ast.BasicLit)
	if !isLit || lit.Kind != token.STRING {
		return
	}
	name, err := strconv.Unquote(lit.Value)
	if err != nil || name == "" {
		return
	}
	before := uses[name]
	uses[name] = eventUse{before.stored || use.stored, before.refused || use.refused, before.authenticator || use.authenticator}
}
