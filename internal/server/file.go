package server

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
)

// readFile takes the settings of a TOML file.
func (s *Settings) readFile(path string) Problems {
	if path == "" {
		return nil
	}
	origin := "file " + path
	source, err := readSmall(path)
	if err != nil {
		return Problems{{Key: "config", Origin: "flag --config", Reason: err.Error(), Cure: "Name a file that can be read"}}
	}
	var given map[string]any
	if _, err := toml.Decode(source, &given); err != nil {
		return Problems{notTOML(err, origin)}
	}
	var ps Problems
	for _, name := range slices.Sorted(maps.Keys(given)) {
		ps = append(ps, s.readEntry(name, given[name], origin)...)
	}
	return ps
}

func notTOML(err error, origin string) *Problem {
	if key, line, is := keyTwice(err); is {
		return &Problem{Key: "config", Origin: origin, Reason: fmt.Sprintf("has %s twice, the second time in line %d", key, line), Cure: "Take one of the two out"}
	}
	return &Problem{Key: "config", Origin: origin, Reason: tomlReason(err), Cure: "Correct it; see `sallyport config default` for the form"}
}

// keyTwice reads which key stands twice, and where it does so again, from what the parser says. That holds no value, so that it
// may be shown of a secret, too.
func keyTwice(err error) (key string, line int, is bool) {
	var parse toml.ParseError
	if !errors.As(err, &parse) {
		return "", 0, false
	}
	key, begins := strings.CutPrefix(parse.Message, "Key '")
	key, ends := strings.CutSuffix(key, "' has already been defined.")
	return key, parse.Position.Line, begins && ends
}

// tomlReason never quotes the line: there may be a password in it.
func tomlReason(err error) string {
	var parse toml.ParseError
	if !errors.As(err, &parse) {
		return "is not TOML"
	}
	if k, known := keyNamed(parse.LastKey); !known || k.Secret {
		return fmt.Sprintf("is not TOML from line %d on", parse.Position.Line)
	}
	return fmt.Sprintf("is not TOML from line %d on: %s", parse.Position.Line, strings.TrimRight(parse.Message, "."))
}

func (s *Settings) readEntry(name string, entry any, origin string) Problems {
	k, known := keyNamed(name)
	if !known {
		return Problems{unknown("key", name, origin, keyNames())}
	}
	text, ok := entryText(entry, k)
	if !ok {
		return Problems{{Key: name, Origin: origin, Reason: "is not text", Cure: fmt.Sprintf("Put it in quotes, as in %s = %q", name, k.Default)}}
	}
	return s.give(name, text, origin)
}

// entryText takes a number, where one makes sense, for its digits, and a list for the same items with commas between them.
func entryText(entry any, k Key) (string, bool) {
	if n, isNumber := entry.(int64); isNumber && k.count {
		return strconv.FormatInt(n, 10), true
	}
	list, isList := entry.([]any)
	if !isList || !k.list {
		text, ok := entry.(string)
		return text, ok
	}
	if len(list) == 0 {
		return none, true
	}
	var items []string
	for _, item := range list {
		text, ok := item.(string)
		if !ok {
			return "", false
		}
		items = append(items, text)
	}
	return strings.Join(items, ","), true
}

func keyNames() []string {
	var names []string
	for _, k := range Keys() {
		names = append(names, k.Name)
	}
	return names
}

// DefaultFile is a TOML file with every setting at its default, each explained.
func DefaultFile() string {
	var b strings.Builder
	b.WriteString("# Settings of a sallyport, at their defaults: take the # away from those to change.\n" +
		"# SALLYPORT_<KEY> in the environment goes before this file, and flags go before both.\n")
	for _, k := range Keys() {
		fmt.Fprintf(&b, "\n# %s\n", k.Meaning)
		if k.Secret {
			fmt.Fprintf(&b, "# A secret may also stand in a file that %s names.\n", envName(k.Name)+envFile)
		}
		fmt.Fprintf(&b, "#%s = %q\n", k.Name, k.Default)
	}
	return b.String()
}
