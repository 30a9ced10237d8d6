package server

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/sallyport/sallyport/internal/assembly"
	"github.com/sallyport/sallyport/internal/store"
)

// checkMissingSecrets refuses to make a database for secrets beside accounts that have theirs elsewhere. As with secrets, accounts
// that are only in a write-ahead log are left for a start to find.
func (s *Settings) checkMissingSecrets() *Problem {
	main, apart := s.Gate.Database, s.secretsDatabase()
	if strings.Contains(apart, "://") || !absent(apart) || strings.Contains(main, "://") || !isSQLite(main) {
		return nil
	}
	if held, err := store.PeekAccounts(context.Background(), main); err != nil || !held {
		return nil
	}
	fault := assembly.MissingSecrets()
	return &Problem{Reason: fault.Reason, Cure: fault.Cure}
}

// absent says whether there is no such file.
func absent(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist)
}

// WouldBeMade lists the settings that name a file which is not there, and which a start would make.
func (s *Settings) WouldBeMade() []Effective {
	missing := map[string]bool{"key_file": absent(s.Gate.KeyFile)}
	for _, d := range s.databases() {
		missing[d.key] = !d.isURL() && absent(d.place)
	}
	return slices.DeleteFunc(s.Effective(), func(e Effective) bool { return !missing[e.Key] })
}

// AsksDatabases says whether a database is on the network, so that [Check] does not know what is in it.
func (s *Settings) AsksDatabases() bool {
	return slices.ContainsFunc(s.databases(), database.isURL)
}
