package web

import "net/http"

// RouteLine is one line of the route table, for the tests that are generated from it.
type RouteLine struct{ Method, Path, Proof, Face string }

// Assemble is New, and the route table that it serves.
func Assemble(cfg Config) (http.Handler, []RouteLine, error) {
	s, err := newSite(cfg)
	if err != nil {
		return nil, nil, err
	}
	var lines []RouteLine
	for _, r := range s.routes {
		method, path := splitPattern(r.pattern)
		face := "page"
		if r.face == faceJSON {
			face = "json"
		}
		lines = append(lines, RouteLine{method, path, r.proof, face})
	}
	h, err := s.assembled()
	return h, lines, err
}

func splitPattern(pattern string) (method, path string) {
	for i := range pattern {
		if pattern[i] == ' ' {
			return pattern[:i], pattern[i+1:]
		}
	}
	return "", pattern
}

// Document is the description of the API as it stands in the source.
func Document() string { return document }

// ClientAddress is what failures are counted under.
var ClientAddress = clientAddress
