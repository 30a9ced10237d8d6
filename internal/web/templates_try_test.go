package web_test

import "testing"

// Branches that few readers get to are tried as well: those of one language, and those behind a rare word or amount.
func TestRareBranchesAreTried(t *testing.T) {
	for page, branches := range map[string][]string{
		"login":      {`eq (text "language") "de"`, `eq "ja" (text "language")`, `eq (text "language.direction") "rtl"`},
		"setup":      {`eq .Data.Algorithm "SHA-256"`},
		"setup_push": {`eq .Data.Digits 8`},
		"codes":      {`gt (len .Data.Codes) 5`},
		"codes_new":  {`gt .Data.Remaining 5`, `le 7 .Data.Remaining`},
	} {
		for _, branch := range branches {
			text := `{{define "title"}}x{{end}}{{define "main"}}{{if ` + branch + `}}{{.Nope}}{{end}}{{end}}`
			if err := checkTemplates(files(page+".html", text)); err == nil {
				t.Errorf("%s: a mistake behind %q is not seen", page, branch)
			}
		}
	}
}

// What editors, Git and Kubernetes leave in a folder stops no start, and is not served.
func TestHiddenFilesArePassedOver(t *testing.T) {
	left := files("static/.gitkeep", "", "static/..data", "", "static/.old.css", "x", ".#login.html", "", "._login.html", "", ".theme.css", "")
	must(t, checkTemplates(left))
	newWorld(t, setup{templates: left}).visitor().get("/static/.old.css").shows(404)
}
