package web_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// An application's pages load the library under a name that never changes: they ask each time whether it did.
func TestLibraryIsServed(t *testing.T) {
	v := newWorld(t, setup{}).visitor()
	file := v.get("/static/sallyport.js").shows(200, "as browser", "as passkeys", "as textedCode")
	if got := file.header.Get("Content-Type"); got != "text/javascript; charset=utf-8" {
		t.Errorf("Content-Type %q", got)
	}
	if got := file.header.Get("Cache-Control"); got != "no-cache" {
		t.Errorf("Cache-Control %q", got)
	}
	r := v.w.request("GET", "/static/sallyport.js", nil)
	r.Header.Set("If-None-Match", file.header.Get("ETag"))
	if again := v.w.send(r); again.status != http.StatusNotModified || len(again.body) != 0 {
		t.Errorf("asked whether it changed: %d, %d bytes", again.status, len(again.body))
	}
}

// What is served was made of these very sources, and weighs less than 5 kB.
func TestLibraryIsSmallAndFresh(t *testing.T) {
	var source []byte
	for _, part := range []string{"bytes", "passkeys", "bound", "texted", "sallyport"} {
		content, err := os.ReadFile("library/" + part + ".js")
		must(t, err)
		source = append(source, content...)
	}
	made, err := os.ReadFile("library/sallyport.min.js")
	must(t, err)
	sum := sha256.Sum256(source)
	if first, _, _ := strings.Cut(string(made), "\n"); first != "//"+hex.EncodeToString(sum[:8]) {
		t.Errorf("sallyport.min.js was made of other sources (%s): run npm run generate in clients/typescript", first)
	}
	if len(made) >= 5000 {
		t.Errorf("sallyport.min.js has %d bytes", len(made))
	}
}

// Indents and lines of comment are left out of what is served: no script may have a text in which they mean something.
func TestScriptsHaveNoTextOverLines(t *testing.T) {
	found := 0
	for _, dir := range []string{"library", "static"} {
		files, err := filepath.Glob(dir + "/*.js")
		must(t, err)
		for _, file := range files {
			content, err := os.ReadFile(file)
			must(t, err)
			if strings.HasSuffix(file, ".min.js") {
				continue
			}
			found++
			for n, line := range strings.Split(string(content), "\n") {
				if strings.Count(line, "`")%2 != 0 || strings.HasSuffix(line, "\\") || strings.Contains(line, "/*") {
					t.Errorf("%s:%d: %s", file, n+1, line)
				}
			}
		}
	}
	if found < 10 {
		t.Errorf("%d scripts", found)
	}
}
