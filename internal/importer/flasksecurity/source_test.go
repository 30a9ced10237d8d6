package flasksecurity

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/factor/password"
	"github.com/sallyport/sallyport/internal/factor/password/foreign"
)

const salt = "146585145368132386173505678016728509634"

// before is the application of examples/migrate.
func before(t testing.TB) Application {
	t.Helper()
	keys, err := ParseFernetKeys("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
	if err != nil {
		t.Fatal(err)
	}
	return Application{Salt: 3, SameHost: true, Recovery: keys, TOTP: map[string][]byte{
		"1": []byte("TjQ9Qa31VOrfEzuPy4VHQWPCTmRzCnFzMKLxXYiZu9B"), "2": []byte("4A8mFm1bIuQ9o0mKXq2s7YwRc5dLh6Pz"),
	}}
}

// known is what somebody of the example knows and holds.
type known struct {
	Email, Password, TOTP, Username, Method string
	Codes                                   []string `json:"recovery_codes"`
}

// database makes a SQLite database of a dump, and of what is said besides.
func database(t testing.TB, dump string, besides ...string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + dump)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "before.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range append([]string{string(text)}, besides...) {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func open(t testing.TB, path string) *Source {
	t.Helper()
	s, err := Open(t.Context(), path, Tables{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// everybody reads all accounts, by their addresses.
func everybody(t testing.TB, s *Source) map[string]User {
	t.Helper()
	all := map[string]User{}
	if err := s.Each(t.Context(), func(u User) error { all[u.Email] = u; return nil }); err != nil {
		t.Fatal(err)
	}
	return all
}

// verifies says whether a password is the one of a newcomer's hash.
func verifies(t testing.TB, in core.Newcomer, typed string) bool {
	t.Helper()
	hasher, err := password.New(password.Params{Foreign: foreign.Secrets{FlaskSecuritySalt: func(n int) ([]byte, error) {
		if n != 3 {
			t.Errorf("the salt %d was asked for", n)
		}
		return []byte(salt), nil
	}}})
	if err != nil {
		t.Fatal(err)
	}
	ok, outdated, err := hasher.Verify(context.Background(), in.PasswordHash, []byte(typed))
	if err != nil || ok && !outdated {
		t.Errorf("%v; made anew: %v", err, outdated)
	}
	return ok
}

func kinds(in core.Newcomer) (out []core.Kind) {
	for _, b := range in.Authenticators {
		out = append(out, b.Kind)
	}
	return out
}

// TestPeopleOfTheExample reads what Flask-Security itself wrote, with both of its models.
func TestPeopleOfTheExample(t *testing.T) {
	for _, models := range []string{"v2", "v3"} {
		var people map[string]known
		load(t, "fsqla_"+models+".json", &people)
		all := everybody(t, open(t, database(t, "fsqla_"+models+".sql")))
		if len(all) != len(people) || len(all) < 2 {
			t.Errorf("%s: %d of %d", models, len(all), len(people))
		}
		for name, p := range people {
			in, troubles := before(t).Newcomer(all[p.Email], made())
			if !verifies(t, in, p.Password) || name == "bob" && verifies(t, in, p.Password+"x") {
				t.Errorf("%s: the password", name)
			}
			if p.TOTP != "" && !strings.Contains(in.Authenticators[0].URI, "secret="+p.TOTP) {
				t.Errorf("%s: the code app", name)
			}
			if in.Username != p.Username || in.HasSecond != (p.Method != "") || in.EmailConfirmed == (name == "dora") || in.Disabled != (name == "eve") {
				t.Errorf("%s: %+v", name, in)
			}
			if name == "hana" { // from before the application sealed them, and no more taken by it
				if len(troubles) != 1 || troubles[0].What != WhatCodes || len(in.RecoveryCodes) > 0 {
					t.Errorf("%s: %+v", name, troubles)
				}
			} else if len(troubles) > 0 || !slices.Equal(in.RecoveryCodes, p.Codes) {
				t.Errorf("%s: %q; %+v", name, in.RecoveryCodes, troubles)
			}
		}
		ann, _ := before(t).Newcomer(all["ann@example.org"], made())
		bob, _ := before(t).Newcomer(all["bob@example.org"], made())
		if slices.Sort(ann.Groups); !slices.Equal(ann.Groups, []string{"editors", "staff"}) {
			t.Errorf("%s: %q", models, ann.Groups)
		}
		if !slices.Equal(kinds(bob), []core.Kind{core.KindSMS}) || bob.Authenticators[0].To != "0151 23456789" {
			t.Errorf("%s: %+v", models, bob)
		}
	}
}

// TestKeysOfWebAuthn come with the handle as the text that it is, and not for another host.
func TestKeysOfWebAuthn(t *testing.T) {
	s := open(t, database(t, "fsqla_v3.sql", `INSERT INTO web_authn (credential_id, public_key, sign_count, transports, backup_state, device_type, lastuse_datetime, name, usage, user_id)
		VALUES (x'0102', x'0304', 7, 'usb,nfc', 0, 'single_device', '2026-01-01', 'Yubi', 'secondary', 6), (x'05', x'06', 0, NULL, 1, 'multi_device', '2026-01-01', 'Phone', 'first', 6)`))
	finn := everybody(t, s)["finn@example.org"]
	in, troubles := before(t).Newcomer(finn, made())
	if len(troubles) > 0 || !in.HasSecond || string(in.UserHandle) != finn.Handle || len(finn.Handle) != 32 || len(in.Authenticators) != 2 {
		t.Fatalf("%+v; %+v", in, troubles)
	}
	key, phone := in.Authenticators[0], in.Authenticators[1]
	if p := key.Passkey; key.Label != "Yubi" || string(p.Credential) != "\x01\x02" || string(p.PublicKey) != "\x03\x04" || p.SignCount != 7 ||
		!slices.Equal(p.Transports, []string{"usb", "nfc"}) || p.BackedUp || p.Copyable || p.First {
		t.Errorf("%+v", *p)
	}
	if p := phone.Passkey; !p.BackedUp || !p.Copyable || !p.First || len(p.Transports) > 0 {
		t.Errorf("%+v", *p)
	}
	elsewhere := before(t)
	elsewhere.SameHost = false
	in, troubles = elsewhere.Newcomer(finn, made())
	if len(in.Authenticators) > 0 || !in.HasSecond || len(troubles) != 1 || troubles[0].What != WhatPasskey {
		t.Errorf("%+v; %+v", in, troubles)
	}
}

// TestTroubles: what does not come along is said, and what is read beside it comes.
func TestTroubles(t *testing.T) {
	ann := everybody(t, open(t, database(t, "fsqla_v3.sql")))["ann@example.org"]
	plainKey := `{"key":"JBSWY3DPEHPK3PXP","type":"totp","v":1}`
	for what, c := range map[string]struct {
		change func(*User, *Application)
		about  []string
		want   []core.Kind
		hash   bool
	}{
		"nothing":          {func(*User, *Application) {}, nil, []core.Kind{"totp"}, true},
		"no salt":          {func(_ *User, a *Application) { a.Salt = 0 }, []string{WhatPassword}, []core.Kind{"totp"}, false},
		"hashed once":      {func(_ *User, a *Application) { a.Salt, a.SingleHash = 0, true }, nil, []core.Kind{"totp"}, true},
		"in plain text":    {func(u *User, _ *Application) { u.Password = "hunter2" }, []string{WhatPassword}, []core.Kind{"totp"}, false},
		"too costly":       {func(u *User, _ *Application) { u.Password = "$2b$31$" + u.Password[:53] }, []string{WhatPassword}, []core.Kind{"totp"}, false},
		"no password":      {func(u *User, _ *Application) { u.Password = "" }, nil, []core.Kind{"totp"}, false},
		"unknown tag":      {func(_ *User, a *Application) { a.TOTP = nil }, []string{WhatApp}, nil, true},
		"weak":             {func(u *User, _ *Application) { u.TwoFactorSecret = plainKey }, []string{WhatApp}, []core.Kind{"totp"}, true},
		"unknown method":   {func(u *User, _ *Application) { u.TwoFactorMethod = "fax" }, []string{WhatAccount}, nil, true},
		"no number":        {func(u *User, _ *Application) { u.TwoFactorMethod = "sms" }, []string{WhatPhone}, nil, true},
		"unified, broken":  {func(u *User, _ *Application) { u.UnifiedSecrets = "[" }, []string{WhatAccount}, []core.Kind{"totp"}, true},
		"unified, another": {func(u *User, _ *Application) { u.unify("authenticator", plainKey) }, []string{WhatApp}, []core.Kind{"totp", "totp"}, true},
		"unified, sms":     {func(u *User, _ *Application) { u.unify("sms", plainKey); u.UnifiedPhone = "+4915123456789" }, nil, []core.Kind{"totp", "sms"}, true},
		"unified, mail":    {func(u *User, _ *Application) { u.unify("email", plainKey) }, nil, []core.Kind{"totp"}, true},
		"other codes":      {func(_ *User, a *Application) { a.Recovery = nil }, []string{WhatCodes}, []core.Kind{"totp"}, true},
		"old codes":        {func(_ *User, a *Application) { a.RecoveryLifetime = time.Nanosecond }, []string{WhatCodes}, []core.Kind{"totp"}, true},
	} {
		u, app := ann, before(t)
		c.change(&u, &app)
		in, troubles := app.Newcomer(u, time.Now().AddDate(10, 0, 0))
		var about []string
		for _, trouble := range troubles {
			about = append(about, trouble.What)
			if trouble.Reason == "" || trouble.Cure == "" || trouble.Moved != (trouble.Reason == "its secret has fewer than 128 bits (RFC 4226, 4)") {
				t.Errorf("%s: %+v", what, trouble)
			}
		}
		if !slices.Equal(about, c.about) || !slices.Equal(kinds(in), c.want) || (in.PasswordHash != "") != c.hash || !in.HasSecond {
			t.Errorf("%s: about %q; %q; %v", what, about, kinds(in), troubles)
		}
	}
}

func (u *User) unify(method, stored string) {
	u.UnifiedSecrets = `{"` + method + `":"` + strings.ReplaceAll(stored, `"`, `\"`) + `"}`
}

func TestMissingSettings(t *testing.T) {
	s := open(t, database(t, "fsqla_v3.sql"))
	for what, c := range map[string]struct {
		app  func(*Application)
		want []string
	}{
		"none":         {func(*Application) {}, nil},
		"all":          {func(a *Application) { *a = Application{} }, []string{"--password-salt", "--totp-secrets", "--recovery-keys"}},
		"a tag":        {func(a *Application) { delete(a.TOTP, "2") }, []string{"tags 2"}},
		"hashed once":  {func(a *Application) { a.Salt, a.SingleHash = 0, true }, nil},
		"another keys": {func(a *Application) { a.Recovery = make([]FernetKey, 1) }, []string{"--recovery-keys"}},
	} {
		app := before(t)
		c.app(&app)
		got, err := app.Missing(t.Context(), s, made())
		if err != nil || len(got) != len(c.want) {
			t.Errorf("%s: %q, %v", what, got, err)
			continue
		}
		for i := range got {
			if !strings.Contains(got[i], c.want[i]) {
				t.Errorf("%s: %q, want %q", what, got[i], c.want[i])
			}
		}
	}
}

func TestTrial(t *testing.T) {
	s := open(t, database(t, "fsqla_v3.sql"))
	var people map[string]known
	load(t, "fsqla_v3.json", &people)
	dora := people["dora"]
	code := codeAt(t, "otpauth://totp/x?secret="+dora.TOTP, made())
	right := Trial{Name: "Dora@example.org", Password: dora.Password, Code: code}
	if err := right.Try(t.Context(), s, before(t), []byte(salt), made()); err != nil {
		t.Error(err)
	}
	for what, c := range map[string]struct {
		trial Trial
		salt  string
		app   func(*Application)
		want  string
	}{
		"another salt":     {right, "another", func(*Application) {}, "SECURITY_PASSWORD_SALT"},
		"another secret":   {right, salt, func(a *Application) { a.TOTP["2"] = []byte("another") }, "SECURITY_TOTP_SECRETS"},
		"no secret":        {right, salt, func(a *Application) { a.TOTP = nil }, "tag 2"},
		"another password": {Trial{Name: right.Name, Password: "another"}, salt, func(*Application) {}, "the password"},
		"another code":     {Trial{Name: right.Name, Code: "000000"}, salt, func(*Application) {}, "the code"},
		"nobody":           {Trial{Name: "nobody", Code: code}, salt, func(*Application) {}, "0 accounts"},
		"no app":           {Trial{Name: "finn@example.org", Code: code}, salt, func(*Application) {}, "the code"},
	} {
		app := before(t)
		c.app(&app)
		err := c.trial.Try(t.Context(), s, app, []byte(c.salt), made())
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", what, err, c.want)
		} else if strings.Contains(err.Error(), code) || strings.Contains(err.Error(), dora.Password) {
			t.Errorf("%s: it is shown: %v", what, err)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	for from, want := range map[string]string{
		filepath.Join(dir, "none.db"): "no such file", "sqlite:///" + dir + "/none.db": "no such file", "sqlite://none.db": "write a SQLite file as",
		"mysql://root:hunter2@localhost/x": "write a SQLite file as", "postgresql+psycopg2://ann:hunter2@[::1/x": "no URL",
		"postgres://ann:hunter2@127.0.0.1:1/x": "can't be opened",
	} {
		s, err := Open(t.Context(), from, Tables{})
		if err == nil {
			t.Fatalf("%s: opened: %v", from, s.Close())
		}
		if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v, want %q", from, err, want)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "none.db")); err == nil {
		t.Error("it was made")
	}
}

// TestTablesOfOtherApplications are refused with what to do, and other names are taken.
func TestTablesOfOtherApplications(t *testing.T) {
	path := database(t, "fsqla_v3.sql", `ALTER TABLE user RENAME TO person; CREATE TABLE user (id INTEGER, name TEXT); INSERT INTO user VALUES (1, 'x')`)
	err := open(t, path).Each(t.Context(), func(User) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "--user-table") {
		t.Errorf("%v", err)
	}
	for tables, want := range map[Tables]string{
		{User: "person"}:                              "",
		{User: "person", WebAuthn: "keys"}:            "--webauthn-table",
		{User: `no"; DROP TABLE person; --`}:          "can't be read as Flask-Security's",
		{User: "person", Links: "none", Role: "role"}: "can't be read as Flask-Security's",
	} {
		s, err := Open(t.Context(), path, tables)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		err = s.Each(t.Context(), func(User) error { n++; return nil })
		if want == "" && (err != nil || n != 9) || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%+v: %d, %v; want %q", tables, n, err, want)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestNothingIsWritten to the database that is read.
func TestNothingIsWritten(t *testing.T) {
	s := open(t, database(t, "fsqla_v3.sql"))
	if _, err := s.tx.Exec("UPDATE user SET active = 0"); err == nil {
		t.Error("it was changed")
	}
}
