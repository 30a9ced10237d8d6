package web_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/sallyport/sallyport/internal/web"
	"github.com/sallyport/sallyport/pages"
)

// files is an application's folder of templates.
func files(pairs ...string) fs.FS {
	all := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		all[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return all
}

func checkTemplates(templates fs.FS) error {
	_, err := notesOf(templates)
	return err
}

func notesOf(templates fs.FS) ([]string, error) {
	public, _ := url.Parse("https://id.example/auth")
	return web.CheckTemplates(web.Config{PublicURL: public, Issuer: "Sallyport", Templates: templates, Log: slog.New(slog.DiscardHandler)})
}

// What is exported is what is built in: it passes the check, whole and file by file, and changes no page.
func TestBuiltInTemplatesPass(t *testing.T) {
	all, err := pages.Files()
	must(t, err)
	notes, err := notesOf(all)
	must(t, err)
	if len(notes) > 0 {
		t.Errorf("the files of this release: %q", notes)
	}
	names, err := fs.Glob(all, "*.html")
	must(t, err)
	for _, name := range names {
		text, err := fs.ReadFile(all, name)
		must(t, err)
		if err := checkTemplates(files(name, string(text))); err != nil {
			t.Errorf("%s alone: %v", name, err)
		}
	}
	ours, same := newWorld(t, setup{}), newWorld(t, setup{templates: all})
	for _, path := range []string{"/login", "/register", "/recover", "/recover/reset", "/verify-email", "/nowhere"} {
		want, got := ours.visitor().get(path), same.visitor().get(path)
		if want.body != got.body {
			t.Errorf("%s is\n%s\nwith the built-in templates as own ones, and else\n%s", path, got.body, want.body)
		}
	}
}

func TestOwnTemplates(t *testing.T) {
	w := newWorld(t, setup{templates: files(
		"login.html", `{{define "title"}}Come in{{end}}{{define "main"}}<h1>Come in, {{.Issuer}}</h1>{{template "ours" .Data.Login}}{{end}}`,
		"part_ours.html", `{{define "ours"}}<p>{{.}}</p>{{end}}{{define "mark"}}<img src="{{static "logo.svg"}}" alt="">{{end}}`,
		"static/theme.css", ":root { --sallyport-accent: #0a7d34; }",
		"static/logo.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>",
		"static/mark.svg", "<svg xmlns='http://www.w3.org/2000/svg'><path/></svg>",
		"static/own.woff2", "wOF2",
		"README", "not a template",
	)})
	v := w.visitor()
	page := v.get("/login").shows(200, "<title>Come in · Sallyport</title>", "Come in, Sallyport", `<header><img src="/auth/static/logo.`)
	if policy := page.header.Get("Content-Security-Policy"); !strings.HasSuffix(policy, "; font-src 'self'") {
		t.Errorf("fonts are refused: %s", policy)
	}
	v.get("/recover").shows(200, `<header><img src="/auth/static/logo.`, "Send")
	links := regexp.MustCompile(`(?:href|src)="/auth(/static/(\w+)\.[0-9a-f]{16}\.(?:css|svg))"`).FindAllStringSubmatch(page.body, -1)
	order, bodies := "", map[string]string{}
	for _, link := range links {
		order += link[2] + " "
		bodies[link[2]] = v.get(link[1]).shows(200).body
	}
	if order != "style theme mark logo " {
		t.Errorf("the page loads %s", order)
	}
	font := v.get("/static/own.woff2").shows(200, "wOF2")
	if font.header.Get("Cache-Control") != "no-cache" || font.header.Get("Content-Type") != "font/woff2" {
		t.Errorf("a font that a style sheet names is served as %v", font.header)
	}
	if !strings.Contains(bodies["theme"], "#0a7d34") || !strings.Contains(bodies["mark"], "<path/>") {
		t.Errorf("own files are served as %v", bodies)
	}
	if strings.Contains(w.log.String(), "level=ERROR") {
		t.Error(w.log)
	}
}

// What is typed and shown again is escaped in templates of others, too.
func TestOwnTemplatesEscape(t *testing.T) {
	w := newWorld(t, setup{templates: files("login.html",
		`{{define "title"}}In{{end}}{{define "main"}}<p title="{{.Data.Login}}">{{.Data.Login}}</p><a href="{{.Data.Login}}">x</a>{{end}}`)})
	for _, evil := range []string{`"><script>alert(1)</script>`, `javascript:alert(1)`} {
		page := w.visitor().post("/login", "login="+evil, "password=x")
		if strings.Contains(page.body, "<script>alert") || strings.Contains(page.body, `href="javascript:`) {
			t.Errorf("%s stands in the page:\n%s", evil, page.body)
		}
	}
}

func TestWrongTemplatesAreToldWithFileAndLine(t *testing.T) {
	ours := func(name string) string {
		all, err := pages.Files()
		must(t, err)
		text, err := fs.ReadFile(all, name)
		must(t, err)
		return string(text)
	}
	for _, tt := range []struct {
		name  string
		files fs.FS
		want  []string
	}{
		{"no page", files("logon.html", ""), []string{"logon.html is no page", "login"}},
		{"nothing", files("templates/login.html", ""), []string{"fs.Sub"}},
		{"misplaced", files("theme.css", "", "login.html", ours("login.html")), []string{"theme.css", "static"}},
		{"not served", files("static/a.php", ""), []string{"static/a.php can't be served"}},
		{"a built-in script", files("static/app.js", ""), []string{"static/app.js has the name of a built-in script"}},
		{"the library", files("static/sallyport.js", ""), []string{"static/sallyport.js has the name of a built-in script"}},
		{"syntax", files("login.html", "{{define \"title\"}}\n{{if}}{{end}}"), []string{"login.html:2: missing value for if"}},
		{"a field", files("login.html", strings.Replace(ours("login.html"), ".Data.Remember", ".Data.Rember", 1)), []string{"login.html:13", "Rember", "pages.Login"}},
		{"a field of the page", files("layout.html", strings.Replace(ours("layout.html"), ".Issuer", ".Isuer", 1)), []string{"layout.html:", "Isuer", "pages.Page"}},
		{"a rare branch", files("verify.html", strings.Replace(ours("verify.html"), "$.Data.Wait", "$.Data.Weight", 1)), []string{"verify.html:", "Weight"}},
		{"a state of a prompt", files("part_prompt.html", strings.Replace(ours("part_prompt.html"), `{{text "prompt.declined"}}</span>`, "{{.Decline}}</span>", 1)), []string{"part_prompt.html:", "Decline"}},
		{"a text", files("login.html", strings.Replace(ours("login.html"), "login.button", "login.buton", 1)), []string{"login.html:", `no text "login.buton"`}},
		{"a label", files("login.html", strings.Replace(ours("login.html"), "password.label", "password.lable", 1)), []string{"login.html:", `no text "password.lable"`}},
		{"a file", files("login.html", ours("login.html")+`{{define "scripts"}}{{static "x.js"}}{{end}}`), []string{"login.html:", `no static file "x.js"`}},
		{"no main", files("login.html", `{{define "title"}}x{{end}}`), []string{"login.html defines no \"main\""}},
		{"a template that is not there", files("login.html", strings.Replace(ours("login.html"), `{{template "line"`, `{{template "lines"`, 1)), []string{"lines"}},
		{"a value where it can't be escaped", files("login.html", strings.Replace(ours("login.html"), "<h1>", "{{if .Who}}<a href=\"{{end}}<h1>", 1)), []string{"login.html"}},
		{"a layout without the page", files("layout.html", strings.Replace(ours("layout.html"), `{{template "content" .}}`, "", 1)), []string{"layout.html", `lacks {{template "content" .}}`}},
		{"a layout in a define", files("layout.html", `{{define "layout"}}`+ours("layout.html")+`{{end}}`), []string{"layout.html", `lacks {{template "content" .}}`}},
		{"a frame without the page", files("frame.html", strings.Replace(ours("frame.html"), `{{template "main" .}}`, "", 1)), []string{"frame.html", `lacks {{template "main" .}}`}},
		{"a piece without its dot", files("layout.html", strings.Replace(ours("layout.html"), `{{template "content" .}}`, `{{template "content"}}`, 1)), []string{"layout.html:14:", `{{template "content"}} lacks its dot`}},
		{"a path without its slash", files("login.html", strings.Replace(ours("login.html"), `{{path "/login"}}`, `{{path "login"}}`, 1)), []string{"login.html:5:", `the path "login" begins with no slash`}},
		{"an ending that is none", files("login.tmpl", ""), []string{"fs.Sub"}},
		{"a file that is not read", files("login.html", ours("login.html"), "verify.htm", "", "pages/verify.html", ""), []string{"verify.htm is not read", "pages is not read"}},
		{"something outside", files("part_own.html", `{{define "mark"}}x{{end}}<p>Lost</p>`), []string{"part_own.html", "outside of {{define}}"}},
		{"a property that there isn't", files("static/theme.css", ":root { --sallyport-acent: red; }"), []string{"static/theme.css", "--sallyport-acent"}},
		{"a style sheet within", files("login.html", ours("login.html")+"\n<STYLE>p{}</STYLE>"), []string{"login.html:", "static/theme.css"}},
		{"a style in an attribute", files("part_own.html", `{{define "mark"}}<b class="x"
			style = "color:red">x</b>{{end}}`), []string{"part_own.html:1", "attribute style"}},
		{"a script within", files("layout.html", strings.Replace(ours("layout.html"), "</head>", "<script>alert(1)</script></head>", 1)), []string{"layout.html:10", "a script inside the page"}},
		{"a script in an attribute", files("part_own.html", `{{define "mark"}}<b onclick="x()">x</b>{{end}}`), []string{"part_own.html:1", "a script in an attribute"}},
		{"a script from elsewhere", files("part_own.html", `{{define "mark"}}<script defer src="https://cdn.example/x.js"></script>{{end}}`), []string{"part_own.html:1", "from another host"}},
		{"a picture from elsewhere", files("part_own.html", `{{define "mark"}}<img alt="" src='//cdn.example/x.png'>{{end}}`), []string{"part_own.html:1", "from another host"}},
		{"an import", files("static/theme.css", "\n@import url(x.css);"), []string{"static/theme.css:2", "@import"}},
		{"a font from elsewhere", files("static/theme.css", "@font-face { src: url('https://fonts.example/x.woff2') }"), []string{"static/theme.css:1", "from another host"}},
		{"a font within", files("static/theme.css", "@font-face { src: url(data:font/woff2;base64,AA) }"), []string{"static/theme.css:1", "inside the style sheet"}},
		{"a font that is not there", files("static/theme.css", `/* url(x.woff2) */ @font-face { src: local(X), URL( "own.woff2" ) }`, "static/Own.woff2", ""), []string{"static/theme.css names own.woff2, which is not in static"}},
		{"a name that a part has", files("login.html", ours("login.html")+`{{define "mark"}}x{{end}}`), []string{"mark", "part_frame.html", "login.html"}},
	} {
		err := checkTemplates(tt.files)
		var wrong *web.TemplatesError
		if !errors.As(err, &wrong) {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		for _, want := range tt.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %q lacks %q", tt.name, err, want)
			}
		}
	}
	err := checkTemplates(files("logon.html", "", "static/a.php", "", "b.css", ""))
	for _, want := range []string{"logon.html", "a.php", "b.css"} {
		if !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("%v: not all mistakes are told", err)
		}
	}
}

// What looks like it is no mistake.
func TestRightTemplatesPass(t *testing.T) {
	if err := checkTemplates(files(
		"part_own.html", `{{/* <style> onclick="x" */}}
{{define "mark"}}<!-- style="x" --><a href="https://example.org/" data-style="x" class="on">{{if eq (text "language") "de"}}Los{{end}}</a><script src="{{static "own.js"}}" defer></script>{{end}}
`,
		"static/own.js", "1", "static/own.woff2", "", "static/theme.css", "/* @import url(https://x) url(y.png) */ :root { --sallyport-accent: red; --own: 1 } @font-face { src: url(./own.woff2) } p { background: url(#x), url(/a.png) }",
		".gitkeep", "", "README.txt", "", "NOTES.md", "",
	)); err != nil {
		t.Error(err)
	}
}

func TestOutdatedTemplateIsTold(t *testing.T) {
	all, err := pages.Files()
	must(t, err)
	text, err := fs.ReadFile(all, "login.html")
	must(t, err)
	older := regexp.MustCompile(`[0-9a-f]{16}`).ReplaceAllString(string(text), "0123456789abcdef") + "{{/* changed */}}"
	notes, err := notesOf(files("login.html", older))
	must(t, err)
	if len(notes) != 1 || !strings.HasPrefix(notes[0], "login.html was made from the one of another release") {
		t.Errorf("%q", notes)
	}
}

// A template that fails on the day takes nothing from anybody: the built-in page is there, with what it has to show.
func TestFailingTemplateFallsBack(t *testing.T) {
	w := newWorld(t, setup{templates: files("login.html",
		`{{define "title"}}In{{end}}{{define "main"}}<h1>Own</h1>{{if eq .Data.ReturnTo "/a/page"}}{{index .Also 7}}{{end}}{{end}}`)})
	w.visitor().get("/login").shows(200, "<h1>Own</h1>")
	w.visitor().get("/login?return_to=/a/page").shows(200, "<h1>Sign in</h1>").lacks("Own")
	if log := w.log.String(); !strings.Contains(log, "level=ERROR") || !strings.Contains(log, "page=login") || !strings.Contains(log, "index out of range") {
		t.Errorf("the log says %q", log)
	}
}

func TestLayout(t *testing.T) {
	w := newWorld(t, setup{layout: func(w io.Writer, r *http.Request, f pages.Frame) error {
		_, err := fmt.Fprintf(w, "<!doctype html><title>%s</title><link rel=own>%s<nav>%s %s %s %s</nav><main>%s</main>%s",
			f.Title, f.Head, f.Name, f.Language, f.Who, r.URL.Path, f.Content, f.Footer)
		return err
	}})
	v := w.visitor()
	v.get("/login").shows(200, `<title>Sign in</title><link rel=own><link rel="icon"`, "<nav>login en  /auth/login</nav>", `name="password"`, "/passkeys.").lacks("/style.")
	v.language = "de"
	v.post("/login", "login=nobody", "password=wrong").shows(422, "<title>Fehler: Anmelden</title>", "<nav>login de  /auth/login</nav>")
	v.get("/nowhere").shows(404, "<nav>error de  /auth/nowhere</nav>")
	v.register()
	v.get("/account").shows(200, "<nav>account de ana /auth/account</nav>", `<footer>`)
}

// An application's layout that fails takes nothing from anybody, either.
func TestFailingLayoutFallsBack(t *testing.T) {
	for name, layout := range map[string]func() error{
		"no menu today":     func() error { return errors.New("no menu today") },
		"panic: own":        func() error { panic("own") },
		"left the page out": nil,
	} {
		own := files("recover.html", `{{define "title"}}Own{{end}}{{define "main"}}<h1>Own</h1>{{end}}`)
		w := newWorld(t, setup{templates: own, layout: func(w io.Writer, _ *http.Request, _ pages.Frame) error {
			if layout == nil {
				return nil
			}
			fmt.Fprint(w, "<!doctype html><nav>")
			return layout()
		}})
		page := w.visitor().get("/login").shows(200, "<h1>Sign in</h1>", `class="sallyport"`).lacks("<nav>")
		if strings.Count(page.body, "<!doctype") != 1 {
			t.Errorf("two documents:\n%s", page.body)
		}
		if log := w.log.String(); !strings.Contains(log, "level=ERROR") || !strings.Contains(log, name) {
			t.Errorf("%s: the log says %q", name, log)
		}
		w.visitor().get("/recover").shows(200, "<h1>Own</h1>", `class="sallyport"`).lacks("<nav>") // nothing else is lost
	}
}

// Package pages lists every page with its struct, and docs/pages.md every custom property with its default.
func TestPagesAreDocumented(t *testing.T) {
	all, err := pages.Files()
	must(t, err)
	source, err := os.ReadFile("../../pages/pages.go")
	must(t, err)
	told := map[string]string{}
	for _, row := range regexp.MustCompile(`(?m)^//\t(\S+ +\S+)(?: +(\S+ +\S+))?$`).FindAllStringSubmatch(string(source), -1) {
		for _, cell := range row[1:] {
			if fields := strings.Fields(cell); len(fields) == 2 && (strings.HasPrefix(fields[1], "[") || fields[1] == "none") {
				told[fields[0]] = fields[1]
			}
		}
	}
	names, err := fs.Glob(all, "*.html")
	must(t, err)
	for _, file := range names {
		name := strings.TrimSuffix(file, ".html")
		if name == "layout" || name == "frame" || strings.HasPrefix(name, "part_") {
			continue
		}
		want := "none"
		if data := web.DataOf(name); data != nil {
			want = "[" + reflect.TypeOf(data).Name() + "]"
		}
		if told[name] != want {
			t.Errorf("package pages says that %s gets %q, want %q", name, told[name], want)
		}
		delete(told, name)
	}
	if len(told) > 0 {
		t.Errorf("package pages tells of pages that there aren't: %v", told)
	}

	document, err := os.ReadFile("../../docs/pages.md")
	must(t, err)
	example := regexp.MustCompile("(?s)```html\n(\\{\\{define \"title\".*?)```").FindSubmatch(document)
	if notes, err := notesOf(files("login.html", string(example[1]))); err != nil || len(notes) > 0 {
		t.Errorf("the example of docs/pages.md: %v %q", err, notes)
	}

	style, err := fs.ReadFile(all, "static/style.css")
	must(t, err)
	light, dark, _ := strings.Cut(string(style), "@supports")
	dark, _, _ = strings.Cut(dark, "\n}\n")
	defined := regexp.MustCompile(`(?m)^ *(--[\w-]+): (.*);$`)
	seen := map[string]bool{}
	for _, d := range defined.FindAllStringSubmatch(light, -1) {
		seen[d[1]] = true
		row := fmt.Sprintf("\n| `%s` | ", d[1])
		if strings.HasPrefix(d[2], "#") {
			row += "[^|]+ \\| " + d[2] + " \\| "
		}
		if !regexp.MustCompile(strings.NewReplacer("| `", "\\| `", "` | ", "` \\| ").Replace(row)).Match(document) {
			t.Errorf("docs/pages.md lacks %s with %s", d[1], d[2])
		}
	}
	for _, d := range defined.FindAllStringSubmatch(dark, -1) {
		if !strings.Contains(string(document), " | "+strings.TrimSuffix(strings.TrimPrefix(strings.Replace(d[2], ", ", " | ", 1), "light-dark("), ")")+" |") {
			t.Errorf("docs/pages.md has other colours of %s than %s", d[1], d[2])
		}
	}
	for _, used := range regexp.MustCompile(`var\((--[\w-]+)\)`).FindAllStringSubmatch(string(style), -1) {
		if !seen[used[1]] {
			t.Errorf("style.css uses %s, which it does not define", used[1])
		}
	}
	for _, named := range regexp.MustCompile("`(--[a-z-]+)` \\|").FindAllStringSubmatch(string(document), -1) {
		if !seen[named[1]] {
			t.Errorf("docs/pages.md has %s, which there isn't", named[1])
		}
	}
}
