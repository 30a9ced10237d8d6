package e2e

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// K08: what the binary says it was built from is what the linker wrote into it, module by module, in the form that the
// standard's own schema and library read, and the same whenever and wherever it is asked.
func TestPartsAreListed(t *testing.T) {
	listed := parts(t)
	if again := parts(t, "TZ=Asia/Tokyo", "LANG=de_DE.UTF-8"); !bytes.Equal(listed, again) {
		t.Errorf("two lists of one binary differ:\n%s\n%s", listed, again)
	}
	mustBeValid(t, listed)
	var bom cdx.BOM
	ok(t, cdx.NewBOMDecoder(bytes.NewReader(listed), cdx.BOMFileFormatJSON).Decode(&bom))
	main, modules, goVersion, vcsTime := linked(t)
	if c := bom.Metadata.Component; c.Name != main[0] || c.Version != main[1] || c.Type != cdx.ComponentTypeApplication {
		t.Errorf("the list is of %s %s, the binary of %s", c.Name, c.Version, main)
	}
	if bom.Metadata.Timestamp != vcsTime {
		t.Errorf("the list is of %q, the revision of %q", bom.Metadata.Timestamp, vcsTime)
	}
	modules["stdlib"] = strings.TrimPrefix(goVersion, "go") + " "
	if len(modules) < 20 {
		t.Fatalf("go version -m has %d modules only", len(modules))
	}
	found := map[string]string{}
	var refs []string
	for _, c := range *bom.Components {
		refs = append(refs, c.BOMRef)
		found[c.Name] = c.Version + " " + sumOf(t, c)
		if purl := "pkg:golang/" + c.Name + "@" + strings.ReplaceAll(c.Version, "+", "%2B"); c.PackageURL != purl {
			t.Errorf("%s: the package URL %s", c.Name, c.PackageURL)
		}
	}
	if len(refs) != len(found) || !maps.Equal(found, modules) {
		t.Errorf("the list has\n%q,\nand the binary\n%q", found, modules)
	}
	if needed := (*bom.Dependencies)[0]; needed.Ref != bom.Metadata.Component.BOMRef || !slices.Equal(*needed.Dependencies, refs) {
		t.Errorf("%s needs %q", needed.Ref, *needed.Dependencies)
	}
}

// parts is the list that the program prints.
func parts(t testing.TB, env ...string) []byte {
	t.Helper()
	cmd := exec.Command(program, "version", "--sbom")
	cmd.Env = append(ownEnviron(), env...)
	out, err := cmd.Output()
	ok(t, err)
	return out
}

// linked is what `go version -m` reads in the binary: the main module, and the others' versions and sums by path.
func linked(t testing.TB) (main []string, modules map[string]string, goVersion, vcsTime string) {
	t.Helper()
	modules = map[string]string{}
	for line := range strings.Lines(run(t, nil, "go", "version", "-m", program)) {
		switch f := strings.Fields(line); {
		case len(f) == 2 && strings.HasPrefix(f[1], "go1."):
			goVersion = f[1]
		case f[0] == "mod":
			main = f[1:3]
		case f[0] == "dep":
			modules[f[1]] = f[2] + " " + f[3]
		case f[0] == "=>":
			t.Fatalf("a module is replaced: %s", line)
		case f[0] == "build":
			if value, isTime := strings.CutPrefix(f[1], "vcs.time="); isTime {
				vcsTime = value
			}
		}
	}
	return main, modules, goVersion, vcsTime
}

// sumOf is a part's checksum as go.sum writes it.
func sumOf(t testing.TB, c cdx.Component) string {
	t.Helper()
	if c.Hashes == nil {
		return ""
	}
	sum, err := hex.DecodeString((*c.Hashes)[0].Value)
	ok(t, err)
	if algorithm := (*c.Hashes)[0].Algorithm; algorithm != cdx.HashAlgoSHA256 {
		t.Errorf("%s has a sum by %s", c.Name, algorithm)
	}
	return "h1:" + base64.StdEncoding.EncodeToString(sum)
}

// mustBeValid holds a list to the schema of CycloneDX 1.6, which comes with its Go library.
func mustBeValid(t testing.TB, list []byte) {
	t.Helper()
	dir := run(t, nil, "go", "list", "-m", "-f", "{{.Dir}}", "github.com/CycloneDX/cyclonedx-go")
	compiler := jsonschema.NewCompiler()
	for name, file := range map[string]string{
		"bom-1.6.schema.json": "bom-1.6.schema.json", "spdx.schema.json": "spdx.schema.json", "jsf-0.82.schema.json": "jsf-0.82.schemax.json",
	} {
		content, err := os.ReadFile(filepath.Join(dir, "schema", file))
		ok(t, err)
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(content))
		ok(t, err)
		ok(t, compiler.AddResource("http://cyclonedx.org/schema/"+name, doc))
	}
	schema, err := compiler.Compile("http://cyclonedx.org/schema/bom-1.6.schema.json")
	ok(t, err)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(list))
	ok(t, err)
	if err := schema.Validate(doc); err != nil {
		t.Errorf("not as CycloneDX 1.6 asks: %v", err)
	}
}
