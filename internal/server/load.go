package server

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Sources are where settings come from besides their defaults; later ones win.
type Sources struct {
	File    string            // a TOML file; "" for none
	Environ []string          // as os.Environ gives it
	Flags   map[string]string // by key, those that were given
}

// Load gathers the settings. The error is of type [Problems] and holds every mistake there is. Files that settings name
// are not looked at: see [Check].
func Load(from Sources) (*Settings, error) {
	s, ps := gather(from)
	if len(ps) > 0 {
		return nil, ps
	}
	return s, nil
}

// gather returns the settings with every mistake in them.
func gather(from Sources) (*Settings, Problems) {
	s := &Settings{values: map[string]value{}}
	for _, k := range Keys() {
		s.values[k.Name] = value{k.Default, originDefault}
	}
	ps := s.readFile(from.File)
	ps = append(ps, s.readEnviron(from.Environ)...)
	for _, name := range slices.Sorted(maps.Keys(from.Flags)) {
		ps = append(ps, s.give(name, from.Flags[name], "flag --"+strings.ReplaceAll(name, "_", "-"))...)
	}
	return s, append(ps, s.read()...)
}

// give sets a value. An empty one is a mistake rather than the default: whoever writes database = "" from a variable
// that is missing does not want a new, empty one.
func (s *Settings) give(name, text, origin string) Problems {
	if text == "" {
		return Problems{{Key: name, Origin: origin, Reason: "is empty", Cure: "Give a value, or leave it out altogether"}}
	}
	s.values[name] = value{text, origin}
	return nil
}

const (
	envPrefix = "SALLYPORT_"
	envTests  = "SALLYPORT_TEST_" // of the project's own tests
	envFile   = "_FILE"
)

func envName(key string) string { return envPrefix + strings.ToUpper(key) }

// readEnviron takes every variable that begins with SALLYPORT_.
func (s *Settings) readEnviron(environ []string) Problems {
	var ps Problems
	given := map[string]string{}
	for _, pair := range environ {
		name, text, _ := strings.Cut(pair, "=")
		if strings.HasPrefix(name, envPrefix) && !strings.HasPrefix(name, envTests) {
			given[name] = text
		}
	}
	for _, k := range Keys() {
		ps = append(ps, s.readVariable(k, given)...)
		delete(given, envName(k.Name))
		delete(given, envName(k.Name)+envFile)
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		p := unknown("variable", name, "environment", envNames())
		if name == envName("config") {
			p.Cure = "Name the file with --config, and take the variable out"
		}
		ps = append(ps, p)
	}
	return ps
}

func envNames() []string {
	var names []string
	for _, k := range Keys() {
		names = append(names, envName(k.Name))
		if k.Secret {
			names = append(names, envName(k.Name)+envFile)
		}
	}
	return names
}

// readVariable reads a key's variable, or the file that its _FILE variable names.
func (s *Settings) readVariable(k Key, given map[string]string) Problems {
	name := envName(k.Name)
	text, direct := given[name]
	path, byFile := given[name+envFile]
	switch {
	case byFile && !k.Secret:
		return Problems{{
			Key: name + envFile, Origin: "environment", Reason: "only secrets can be read from a file",
			Cure: "Set " + name + " itself",
		}}
	case direct && byFile:
		return Problems{{
			Key: k.Name, Origin: "environment", Reason: "both " + name + " and " + name + envFile + " are set",
			Cure: "Set one of them",
		}}
	case byFile:
		return s.readSecretFile(k, path)
	case direct:
		return s.give(k.Name, text, "environment "+name)
	}
	return nil
}

func (s *Settings) readSecretFile(k Key, path string) Problems {
	origin := fmt.Sprintf("file %s, named by %s", path, envName(k.Name)+envFile)
	text, err := readSmall(path)
	if err != nil {
		return Problems{{Key: k.Name, Origin: origin, Reason: err.Error(), Cure: "Name a file that can be read"}}
	}
	return s.give(k.Name, strings.TrimRight(text, "\r\n"), origin)
}

const maxFile = 1 << 20 // bytes

func readSmall(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", inFull(err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return "", err
	}
	if len(text) > maxFile {
		return "", fmt.Errorf("%s is larger than 1 MiB", path)
	}
	return string(text), nil
}

// inFull is an error of opening a file with the file's whole path: a relative one is looked for where the program was started.
func inFull(err error) error {
	var at *fs.PathError
	if !errors.As(err, &at) || at.Path == "" {
		return err
	}
	full, unknown := filepath.Abs(at.Path)
	if unknown != nil {
		return err
	}
	return &fs.PathError{Op: at.Op, Path: full, Err: at.Err}
}
