package main

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"runtime/debug"
	"strings"

	"github.com/google/uuid"
)

// parts is the list of what a binary was built from, in the form of CycloneDX 1.6 (ECMA-424).
type parts struct {
	Format       string        `json:"bomFormat"`
	Spec         string        `json:"specVersion"`
	Serial       string        `json:"serialNumber,omitempty"`
	Version      int           `json:"version"`
	Metadata     partsMetadata `json:"metadata"`
	Components   []part        `json:"components"`
	Dependencies []dependency  `json:"dependencies"`
}

type partsMetadata struct {
	Timestamp string          `json:"timestamp,omitempty"`
	Component part            `json:"component"`
	Settings  []partsProperty `json:"properties,omitempty"`
}

type part struct {
	Ref      string        `json:"bom-ref"`
	Type     string        `json:"type"`
	Name     string        `json:"name"`
	Version  string        `json:"version,omitempty"`
	Hashes   []partHash    `json:"hashes,omitempty"`
	Licenses []partLicense `json:"licenses,omitempty"`
	PURL     string        `json:"purl,omitempty"`
}

type partHash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type partLicense struct {
	Expression string `json:"expression"`
}

type partsProperty struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type dependency struct {
	Ref string   `json:"ref"`
	On  []string `json:"dependsOn"`
}

// printParts writes the list of what this binary was built from. It has nothing in it but what the linker wrote down, so
// that one binary always prints the same bytes.
func printParts(w io.Writer) error {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return errors.New("this binary was built without a record of its modules")
	}
	list, err := partsOf(info)
	if err != nil {
		return err
	}
	return printJSON(w, list)
}

func partsOf(info *debug.BuildInfo) (parts, error) {
	main := module("application", info.Main)
	main.Licenses = []partLicense{{"Apache-2.0"}}
	list := parts{Format: "CycloneDX", Spec: "1.6", Version: 1, Metadata: partsMetadata{Component: main}}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.time": // the only time that is the same whenever it is asked for
			list.Metadata.Timestamp = s.Value
		case "GOOS", "GOARCH", "CGO_ENABLED", "vcs.revision", "vcs.modified":
			list.Metadata.Settings = append(list.Metadata.Settings, partsProperty{"go:build:" + s.Key, s.Value})
		}
	}
	for _, m := range info.Deps {
		list.Components = append(list.Components, module("library", *m))
	}
	// Under the name that the databases of vulnerabilities have for it; some builds have words behind the number.
	std, _, _ := strings.Cut(strings.TrimPrefix(info.GoVersion, "go"), " ")
	list.Components = append(list.Components, module("library", debug.Module{Path: "stdlib", Version: std}))
	all := dependency{Ref: main.Ref} // a binary does not say which of them needs which
	for _, p := range list.Components {
		all.On = append(all.On, p.Ref)
	}
	list.Dependencies = []dependency{all}
	return list, list.number()
}

// number gives the list a serial number that follows from all the rest of it.
func (p *parts) number() error {
	content, err := json.Marshal(p)
	p.Serial = uuid.NewSHA1(uuid.NameSpaceURL, content).URN()
	return err
}

func module(kind string, m debug.Module) part {
	switch r := m.Replace; {
	case r != nil && r.Version != "":
		m = *r
	case r != nil: // by a directory somewhere: nobody can say which version that is
		m.Version, m.Sum = "", ""
	}
	p := part{Type: kind, Name: m.Path, Version: m.Version, Ref: "pkg:golang/" + m.Path}
	if m.Version != "" && m.Version != "(devel)" {
		p.Ref += "@" + url.QueryEscape(m.Version) // there may be a + in it
	}
	p.PURL = p.Ref
	// What go.sum has: SHA-256 over the names and sums of the module's files.
	if sum, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(m.Sum, "h1:")); err == nil && len(sum) == 32 {
		p.Hashes = []partHash{{"SHA-256", hex.EncodeToString(sum)}}
	}
	return p
}
