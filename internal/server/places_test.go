package server_test

import (
	"errors"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/assembly"
	"github.com/sallyport/sallyport/internal/server"
	"github.com/sallyport/sallyport/internal/store/storetest"
)

// A directory and files that this user may not use are found without trying. Root may everything: run it as another one.
func TestPlacesWithoutRights(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write everywhere")
	}
	dir := t.TempDir()
	closed, locked := filepath.Join(dir, "closed"), filepath.Join(dir, "locked.db")
	for _, err := range []error{os.WriteFile(locked, nil, 0o400), os.WriteFile(filepath.Join(dir, "unread.key"), nil, 0), os.Mkdir(closed, 0o500)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := server.Check(server.Sources{Flags: map[string]string{
		"database": locked, "secrets_database": filepath.Join(closed, "s.db"), "key_file": filepath.Join(dir, "unread.key"), "mail": "dir:" + closed,
	}})
	var ps server.Problems
	if !errors.As(err, &ps) || len(ps) != 4 {
		t.Fatalf("%v", err)
	}
	for i, want := range []string{"database =", "secrets_database =", "key_file =", "mail ="} {
		if text := ps[i].Error(); !strings.HasPrefix(text, want) || !strings.Contains(text, "user") && !strings.Contains(text, "permission denied") {
			t.Errorf("%s", text)
		}
	}
}

// PostgreSQL's refusals name the setting: what has to be changed is a mistake in the configuration, what may be over by
// itself is none. Neither shows a password.
func TestPostgresFaults(t *testing.T) {
	good, err := url.Parse(storetest.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	user := good.User.Username()
	tests := map[string]struct {
		change  func(*url.URL)
		mistake bool
		says    string
	}{
		"wrong password":   {func(u *url.URL) { u.User = url.UserPassword(user, "s3cret") }, true, "password authentication failed"},
		"unknown user":     {func(u *url.URL) { u.User = url.UserPassword("nobody", "s3cret") }, true, "authentication failed"},
		"unknown database": {func(u *url.URL) { u.Path = "/nowhere" }, true, `"nowhere" does not exist`},
		"refused":          {func(u *url.URL) { u.Host = "127.0.0.1:1" }, false, "refused"},
		"unknown host":     {func(u *url.URL) { u.Host = "db.invalid:5432" }, false, "db.invalid"},
	}
	log := slog.New(slog.DiscardHandler)
	for name, tt := range tests {
		u := *good
		tt.change(&u)
		password, _ := u.User.Password()
		for _, key := range []string{"database", "secrets_database"} {
			dir := t.TempDir()
			flags := map[string]string{"database": filepath.Join(dir, "s.db"), "key_file": filepath.Join(dir, "s.key"), "listen": "127.0.0.1:0"}
			flags[key] = u.String()
			s := load(t, server.Sources{Flags: flags})
			if key == "database" { // the secrets' one can't be asked before there is a main one
				faulted(t, name+", rotating", rotating(t, s, log), key, tt.says, tt.mistake, password)
			}
			faulted(t, name+", serving", s.Run(t.Context(), io.Discard, io.Discard, log), key, tt.says, tt.mistake, password)
			faulted(t, name+", migrating", s.Migrate(t.Context(), log), key, tt.says, tt.mistake, password)
			faulted(t, name+", administering", s.Inspect(t.Context(), log, func(*assembly.House) error { return nil }), key, tt.says, tt.mistake, password)
		}
	}
}

func rotating(t *testing.T, s *server.Settings, log *slog.Logger) error {
	if _, err := s.NewKey(); err != nil {
		return err
	}
	_, err := s.RotateKeys(t.Context(), false, log)
	return err
}

func faulted(t *testing.T, what string, err error, key, says string, mistake bool, password string) {
	t.Helper()
	var ps server.Problems
	var failed *server.Failure
	if errors.As(err, &ps) != mistake || errors.As(err, &failed) == mistake {
		t.Errorf("%s: %T, a mistake: %v", what, err, mistake)
		return
	}
	text := err.Error()
	if !strings.Contains(text, key+` = "postgres://[hidden]@`) || !strings.Contains(text, says) || strings.Contains(text, password) {
		t.Errorf("%s: %s", what, text)
	}
}
