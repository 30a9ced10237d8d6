package server

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sallyport/sallyport/internal/assembly"
	"github.com/sallyport/sallyport/internal/seal"
	"github.com/sallyport/sallyport/internal/store"
	"github.com/sallyport/sallyport/internal/web"
)

// Check is [Load], and looks besides at the files and directories that the settings name: whether a start could use or
// make them. It makes and changes nothing, and asks nobody on the network.
func Check(from Sources) (*Settings, error) {
	s, ps := gather(from)
	wrong := func(key string) bool {
		return slices.ContainsFunc(ps, func(p *Problem) bool { return p.Key == key })
	}
	var found Problems
	for _, place := range s.places() {
		if wrong(place.key) { // what it names is not what was meant
			continue
		}
		if p := place.check(); p != nil {
			found = append(found, s.about(place.key, p))
		}
	}
	if ps = append(ps, found...); len(ps) > 0 {
		return nil, ps
	}
	return s, nil
}

// place is a setting that names a file or a directory.
type place struct {
	key   string
	check func() *Problem // nil: it can be used
}

func (s *Settings) places() []place {
	var all []place
	for _, d := range s.databases() {
		all = append(all, place{d.key, d.check})
	}
	if s.secretsDatabase() != s.Gate.Database {
		all = append(all, place{"secrets_database", s.checkApart}, place{"secrets_database", s.checkMissingSecrets})
	}
	return append(all, place{"key_file", s.checkKeyFile}, place{"templates", s.checkTemplates},
		place{"mail", func() *Problem { return checkSender(s.Gate.Mail) }}, place{"text", func() *Problem { return checkSender(s.Gate.Text) }})
}

// checkTemplates tries the folder's templates, as a start does.
func (s *Settings) checkTemplates() *Problem {
	public, err := url.Parse(s.Gate.PublicURL)
	if err != nil {
		return nil // said already
	}
	if dir := s.values["templates"].text; dir != none {
		if _, err := os.Stat(dir); err != nil {
			return &Problem{Reason: inFull(err).Error(), Cure: "Name the folder of your templates"}
		}
	}
	s.templateNotes, err = web.CheckTemplates(web.Config{PublicURL: public, Issuer: s.Gate.Issuer, Home: s.Gate.Home, Templates: s.Gate.Templates})
	if err == nil {
		return nil
	}
	return &Problem{Reason: oneLine(err.Error()), Cure: "Mend the files; docs/pages.md says what templates get"}
}

// OnTheNetwork lists the settings that name something which [Check] does not ask whether it is there.
func (s *Settings) OnTheNetwork() []Effective {
	var out []Effective
	for _, e := range s.Effective() {
		switch e.Key {
		case "database", "secrets_database", "mail", "text", "breached_passwords":
			if strings.Contains(e.Value, "://") || strings.HasPrefix(e.Value, "twilio:") || strings.HasPrefix(e.Value, "webhook:") {
				out = append(out, e)
			}
		}
	}
	return out
}

const (
	sqliteHeader = "SQLite format 3\x00"
	makeOrName   = "Make the directory, or name another one"
)

func (d database) check() *Problem {
	if d.isURL() {
		return diagnosed(store.CheckURL(d.place))
	}
	in := filepath.Dir(d.place)
	info, err := os.Stat(d.place)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return unwritable(in, "cannot be made: its directory", "Make the directory, or name another file")
	case err != nil:
		return &Problem{Reason: "cannot be opened: " + bare(err), Cure: "Name another file"}
	case !info.Mode().IsRegular():
		return &Problem{Reason: "is no file", Cure: "Name a file"}
	case access(d.place, mayRead|mayWrite) != nil:
		return &Problem{Reason: "cannot be read and written by this user", Cure: "Give the file to the user that serves"}
	case !isSQLite(d.place):
		return &Problem{Reason: "is not a SQLite database", Cure: "Name one, or a file that does not exist yet"}
	}
	return unwritable(in, "needs files beside it, and its directory", "Let the user that serves write to the directory")
}

// diagnosed is an error of a database as a problem.
func diagnosed(err error) *Problem {
	if err == nil {
		return nil
	}
	d := store.Diagnose(err)
	return &Problem{Reason: d.Reason, Cure: d.Cure}
}

// isSQLite looks at the beginning of a file. An empty one becomes a database.
func isSQLite(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, len(sqliteHeader))
	n, err := io.ReadFull(f, head)
	return err == io.EOF || bytes.Equal(head[:n], []byte(sqliteHeader))
}

// checkApart refuses one file under two names.
func (s *Settings) checkApart() *Problem {
	main, apart := s.Gate.Database, s.secretsDatabase()
	if strings.Contains(main, "://") || strings.Contains(apart, "://") {
		return nil
	}
	a, err := os.Stat(main)
	b, err2 := os.Stat(apart)
	same := err == nil && err2 == nil && os.SameFile(a, b)
	if same || filepath.Clean(main) == filepath.Clean(apart) {
		return &Problem{Reason: "is the file that database names", Cure: "Name another one, or leave it out to keep the secrets with the rest"}
	}
	return nil
}

func (s *Settings) checkKeyFile() *Problem {
	_, err := seal.Load(s.Gate.KeyFile)
	switch {
	case err == nil:
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return s.explained(err)
	case s.holdsSecrets():
		if _, err = seal.Load(s.Gate.KeyFile); err != nil { // another process, in its first start, makes the key file before it seals
			return s.explained(assembly.ErrNoKeyFile)
		}
		return nil
	}
	return unwritable(filepath.Dir(s.Gate.KeyFile), "cannot be made: its directory", "Make the directory, or name another file")
}

// explained is an error about the key file as a problem.
func (s *Settings) explained(err error) *Problem {
	var fault *assembly.Fault
	if !errors.As(assembly.Explain(err), &fault) {
		return &Problem{Reason: err.Error(), Cure: "Name the key file that the server uses"}
	}
	return &Problem{Reason: fault.Reason, Cure: fault.Cure}
}

// holdsSecrets says whether the database of the secrets is a file with secrets in it. What is only in its write-ahead log
// can't be seen without opening it, and is left for a start to find.
func (s *Settings) holdsSecrets() bool {
	name := s.secretsDatabase()
	if strings.Contains(name, "://") || !isSQLite(name) {
		return false
	}
	held, err := store.PeekSecrets(context.Background(), name)
	return held && err == nil
}

// checkSender looks at the directory that messages go to, where they do.
func checkSender(spec string) *Problem {
	dir, isDir := strings.CutPrefix(spec, "dir:")
	if !isDir {
		return nil
	}
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) { // its last part is made
		return unwritable(filepath.Dir(filepath.Clean(dir)), "cannot be made: its directory", makeOrName)
	}
	return unwritable(dir, "", makeOrName)
}

// unwritable is why no file can be made in a directory; nil when one can. what says whose directory it is.
func unwritable(dir, what, cure string) *Problem {
	info, err := os.Stat(dir)
	reason := ""
	switch {
	case errors.Is(err, fs.ErrNotExist):
		reason = "does not exist"
	case err != nil:
		reason = "cannot be used: " + bare(err)
	case !info.IsDir():
		reason = "is not a directory"
	case access(dir, mayWrite|mayEnter) != nil:
		reason, cure = "cannot be written to by this user", "Let the user that serves write there, or name another one"
	default:
		return nil
	}
	return &Problem{Reason: strings.TrimSpace(what + " " + reason), Cure: cure}
}

// bare leaves the path out, which is said already.
func bare(err error) string {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err.Error()
	}
	return err.Error()
}
