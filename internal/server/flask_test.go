package server_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/server"
)

// flaskFamilies are the settings that docs/flask-security.md promises whole.
const flaskFamilies = `^(TWO_FACTOR|EMAIL_SUBJECT_TWO_FACTOR|TOTP_|SMS_|PHONE_|MULTI_FACTOR_|FRESHNESS|VERIFY_|POST_VERIFY_` +
	`|UNIFIED_SIGNIN|US_|WEBAUTHN|WAN_|TOKEN_|REFRESH_TOKEN|PASSWORDLESS)`

// flaskNames are the settings of Flask-Security, and its endpoints with their methods by path.
func flaskNames(t *testing.T) (settings []string, endpoints map[string][]string) {
	text, err := os.ReadFile("testdata/flask_security.txt")
	if err != nil {
		t.Fatal(err)
	}
	endpoints = map[string][]string{}
	for line := range strings.Lines(string(text)) {
		switch words := strings.Fields(line); {
		case words[0] == "#":
		case len(words) == 1:
			settings = append(settings, words[0])
		default:
			endpoints[words[1]] = strings.Split(words[0], ",")
		}
	}
	if len(settings) < 200 || len(endpoints) < 30 {
		t.Fatalf("%d settings and %d endpoints", len(settings), len(endpoints))
	}
	return settings, endpoints
}

// TestFlaskSecurityNames: docs/flask-security.md has a row for each setting of those families and names every endpoint,
// and there is no setting, endpoint or method in its first column that Flask-Security does not have.
func TestFlaskSecurityNames(t *testing.T) {
	text, err := os.ReadFile("../../docs/flask-security.md")
	if err != nil {
		t.Fatal(err)
	}
	settings, endpoints := flaskNames(t)
	named := map[string]bool{}
	for _, row := range regexp.MustCompile(`(?m)^\| ([^|]+) \|.+\|$`).FindAllStringSubmatch(string(text), -1) {
		named[row[1]] = true
		if regexp.MustCompile(`^[A-Z_]+$`).MatchString(row[1]) && !slices.Contains(settings, row[1]) {
			t.Errorf("Flask-Security has no SECURITY_%s", row[1])
		}
		for _, at := range regexp.MustCompile(`((?:[A-Z]+, )*[A-Z]+ )?(/[a-z/{}-]+)`).FindAllStringSubmatch(row[1], -1) {
			named[at[2]] = true
			methods, there := endpoints[at[2]]
			if !there {
				t.Errorf("Flask-Security has no %s", at[2])
			}
			for _, m := range strings.FieldsFunc(at[1], func(r rune) bool { return r == ' ' || r == ',' }) {
				if !slices.Contains(methods, m) {
					t.Errorf("Flask-Security has no %s %s", m, at[2])
				}
			}
		}
	}
	promised := regexp.MustCompile(flaskFamilies)
	for _, name := range settings {
		if promised.MatchString(name) && !named[name] {
			t.Errorf("there is no row for SECURITY_%s", name)
		}
	}
	for path := range endpoints {
		if !named[path] {
			t.Errorf("there is no row for %s", path)
		}
	}
}

// TestFlaskSecurityIsMapped: what docs/flask-security.md names here exists: settings among [server.Keys], paths in the table of routes.
func TestFlaskSecurityIsMapped(t *testing.T) {
	text, err := os.ReadFile("../../docs/flask-security.md")
	if err != nil {
		t.Fatal(err)
	}
	routes, err := os.ReadFile("../web/testdata/routes.golden")
	if err != nil {
		t.Fatal(err)
	}
	settings, paths := 0, 0
	for _, code := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(string(text), -1) {
		words := strings.Fields(code[1])
		switch {
		case slices.Contains([]string{"GET", "POST", "PUT", "DELETE"}, words[0]):
			paths++
			if !strings.Contains(strings.Join(strings.Fields(string(routes)), " ")+" ", code[1]+" ") {
				t.Errorf("there is no route %s", code[1])
			}
		case regexp.MustCompile(`^[a-z0-9_]+( = \S+)?$`).MatchString(code[1]):
			settings++
			if !slices.ContainsFunc(server.Keys(), func(k server.Key) bool { return k.Name == words[0] }) {
				t.Errorf("there is no setting %s", words[0])
			}
		}
	}
	if settings < 25 || paths < 40 {
		t.Errorf("only %d settings and %d paths were looked for", settings, paths)
	}
}
