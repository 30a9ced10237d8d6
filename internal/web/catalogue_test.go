package web_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/web"
)

func loadTexts(t *testing.T) web.Texts {
	t.Helper()
	texts, err := web.LoadTexts("en")
	must(t, err)
	return texts
}

// Every text that is asked for exists, and every text that exists is asked for.
func TestEveryTextIsUsedAndExists(t *testing.T) {
	have := slices.DeleteFunc(loadTexts(t).Keys(), isOfMail)
	asked := append(askedInTemplates(t), askedInGo(t, "../..", "../../pages", ".", "../core", "../browser", "../catalogue", "../assembly", "../factor/otp", "../factor/webauthn", "../factor/push")...)
	for _, code := range codes() {
		asked = append(asked, "error."+string(code))
	}
	asked = append(asked, namesKeys()...)
	for _, key := range asked {
		// A text may say how long to wait, or which way a clock is wrong, in words of its own.
		variants := slices.ContainsFunc([]string{"", ".slow"}, func(v string) bool { return slices.Contains(have, key+v) })
		if !variants {
			t.Errorf("the text %q is missing", key)
		}
	}
	for _, key := range have {
		base := key
		for _, v := range []string{".wait", ".slow", ".fast", ".left"} {
			base = strings.TrimSuffix(base, v)
		}
		if !slices.Contains(asked, base) && !slices.Contains(asked, key) {
			t.Errorf("the text %q is used nowhere", key)
		}
	}
}

// isOfMail reports the texts of messages, which package letter's test counts.
func isOfMail(key string) bool { return strings.HasPrefix(key, "mail.") }

// namesKeys are put together by the root package, from what package names found.
func namesKeys() []string {
	return []string{"username.empty", "username.too_long", "username.at_sign", "username.characters", "username.mixed_script", "email.invalid"}
}

var inTemplate = regexp.MustCompile(`(?:text|field [.$]\w* "\w+") "([^"]+)"`)

func askedInTemplates(t *testing.T) []string {
	t.Helper()
	var keys []string
	files, err := filepath.Glob("templates/*.html")
	must(t, err)
	for _, name := range files {
		raw, err := os.ReadFile(name)
		must(t, err)
		for _, found := range inTemplate.FindAllStringSubmatch(string(raw), -1) {
			keys = append(keys, found[1])
		}
	}
	if len(keys) < 50 {
		t.Fatalf("only %d texts found in templates", len(keys))
	}
	return keys
}

// takesKey are the functions and fields that a key of the catalogue is given to, with the argument's place.
func takesKey() map[string]int {
	return map[string]int{
		"text": 0, "Text": 0, "wrongState": 0, "alreadyUsed": 0, "notMade": 0, "notAdopted": 0, "invalid": 1, "Reword": 2,
	}
}

// askedInGo finds the keys in Go source: literals after Text:, and arguments of what takes a key.
func askedInGo(t *testing.T, dirs ...string) []string {
	t.Helper()
	var keys []string
	for _, dir := range dirs {
		files, err := filepath.Glob(dir + "/*.go")
		must(t, err)
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			must(t, err)
			ast.Inspect(file, func(n ast.Node) bool {
				keys = append(keys, keysAt(n)...)
				return !isFlaw(n)
			})
		}
	}
	if len(keys) < 50 {
		t.Fatalf("only %d texts found in Go source", len(keys))
	}
	return keys
}

// isFlaw reports what administrators read about events: it is English, and no key.
func isFlaw(n ast.Node) bool {
	lit, ok := n.(*ast.CompositeLit)
	if !ok {
		return false
	}
	kind, ok := lit.Type.(*ast.Ident)
	return ok && kind.Name == "Flaw"
}

// keyFields are the fields that hold a key: of errors, and of the wording of events.
func keyFields() []string {
	return []string{"Text", "text", "with", "detail", "refused", "refusedWith"}
}

func keysAt(n ast.Node) []string {
	switch n := n.(type) {
	case *ast.KeyValueExpr:
		if id, ok := n.Key.(*ast.Ident); ok && slices.Contains(keyFields(), id.Name) {
			return literal(n.Value)
		}
	case *ast.CallExpr:
		if calledName(n.Fun) == "ByKind" { // one of three
			return slices.Concat(literal(n.Args[0]), literal(n.Args[1]), literal(n.Args[2]))
		}
		if at, ok := takesKey()[calledName(n.Fun)]; ok && at < len(n.Args) {
			return literal(n.Args[at])
		}
	case *ast.AssignStmt:
		if sel, ok := n.Lhs[0].(*ast.SelectorExpr); ok && sel.Sel.Name == "Text" {
			return literal(n.Rhs[0])
		}
	case *ast.ReturnStmt:
		if len(n.Results) == 1 {
			return dotted(n.Results[0])
		}
	}
	return nil
}

func calledName(fun ast.Expr) string {
	switch fun := fun.(type) {
	case *ast.Ident:
		return fun.Name
	case *ast.SelectorExpr:
		return fun.Sel.Name
	}
	return ""
}

func literal(e ast.Expr) []string {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return nil
	}
	s, err := strconv.Unquote(lit.Value)
	if err != nil || strings.HasSuffix(s, ".") {
		return nil
	}
	return []string{s}
}

var keyShape = regexp.MustCompile(`^[a-z_]+\.[a-z_]+$`)

// dotted is a literal that has the shape of a key: functions that choose a text return one.
func dotted(e ast.Expr) []string {
	return slices.DeleteFunc(literal(e), func(s string) bool { return !keyShape.MatchString(s) })
}

func codes() []core.Code {
	return []core.Code{
		core.CodeWrong, core.CodeAlreadyUsed, core.CodeClockDrift, core.CodeLoginExpired, core.CodeWrongState,
		core.CodeThrottled, core.CodeLocked, core.CodeNotSignedIn, core.CodeElevationNeeded, core.CodeAAL2Needed,
		core.CodeNotFound, core.CodeTaken, core.CodeWeakPassword, core.CodeInvalid, core.CodeTooLarge,
		core.CodeUnavailable, core.CodeInternal, "cross_origin", "method_not_allowed",
	}
}

func TestErrorTexts(t *testing.T) {
	texts := loadTexts(t)
	cases := []struct {
		e    core.Error
		want string
	}{
		{core.Error{Code: core.CodeThrottled, RetryAfter: 400 * time.Millisecond}, "Too many attempts. Wait 1 second, then try again."},
		{core.Error{Code: core.CodeThrottled, RetryAfter: 61 * time.Second}, "Too many attempts. Wait 2 minutes, then try again."},
		{core.Error{Code: core.CodeThrottled, RetryAfter: time.Hour}, "Too many attempts. Wait 60 minutes, then try again."},
		{core.Error{Code: core.CodeThrottled, RetryAfter: 100 * time.Minute}, "Too many attempts. Wait 2 hours, then try again."},
		{core.Error{Code: core.CodeThrottled}, "Too many attempts. Wait a while, then try again."},
		{core.Error{Code: core.CodeAlreadyUsed, Text: "code.used", RetryAfter: 12 * time.Second}, "That code has been used. Wait for the next one (about 12 seconds)."},
		{core.Error{Code: core.CodeAlreadyUsed, Text: "code.used"}, "That code has been used. Wait for the next one."},
		{core.Error{Code: core.CodeClockDrift, Drift: -3 * time.Minute}, "Your device's clock seems about 3 minutes slow. Turn on automatic time."},
		{core.Error{Code: core.CodeClockDrift, Drift: 60 * time.Second}, "Your device's clock seems about 1 minute fast. Turn on automatic time."},
		{core.Error{Code: core.CodeInvalid, Field: "label", Text: "label.too_long", Args: []any{64}}, "A name has 64 characters at most. Choose a shorter one."},
		{core.Error{Code: core.CodeInvalid, Text: "no.such_text"}, texts.Text("error.internal")},
	}
	for _, c := range cases {
		if got := texts.OfError(&c.e); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.e.Code, c.e.Text, got, c.want)
		}
	}
	for _, code := range codes() {
		if got := texts.OfError(&core.Error{Code: code}); strings.Contains(got, "{") || !strings.HasSuffix(got, ".") {
			t.Errorf("%s: %q is no sentence", code, got)
		}
	}
}

// The words of the house: look.md, "Words".
func TestTextsSpeakPlainly(t *testing.T) {
	raw, err := os.ReadFile("../catalogue/en.json")
	must(t, err)
	for _, line := range strings.Split(string(raw), "\n") {
		line = strings.NewReplacer("Google Authenticator", "", "Microsoft Authenticator", "").Replace(line)
		if _, text, ok := strings.Cut(line, `": `); ok && unplain.MatchString(text) {
			t.Errorf("%s: %q", strings.TrimSpace(line), unplain.FindString(text))
		}
	}
}

var unplain = regexp.MustCompile(`(?i)!|\bplease\b|successful|look-up|\bbackup code|authenticator|\b2fa\b|\botp\b|\btotp\b`)
