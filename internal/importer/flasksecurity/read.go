package flasksecurity

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/sallyport/sallyport/internal/importer"
)

// needed are the columns without which a table is not one of Flask-Security's.
func needed() []string { return []string{"id", "email", "password", "active"} }

// Each calls fn with every account, in the order of their ids. An error of fn ends it and is returned. Roles and keys are
// read first, and held in memory.
func (s *Source) Each(ctx context.Context, fn func(User) error) error {
	roles, err := s.roles(ctx)
	if err != nil {
		return err
	}
	keys, err := s.keys(ctx)
	if err != nil {
		return err
	}
	return s.rows(ctx, "SELECT * FROM "+name(s.tables.User)+" ORDER BY id", func(r row) error {
		for _, column := range needed() {
			if !r.has(column) {
				return fmt.Errorf("the table %s has no column %s: name the table of accounts with --user-table", importer.Shown(s.tables.User), column)
			}
		}
		u := userOf(r)
		u.Roles, u.Keys = roles[u.ID], keys[u.ID]
		return fn(u)
	})
}

func userOf(r row) User {
	return User{
		ID: r.text("id"), Email: r.text("email"), Username: r.text("username"), Password: r.text("password"),
		Active: r.truth("active"), Confirmed: r.present("confirmed_at"),
		TwoFactorMethod: r.text("tf_primary_method"), TwoFactorSecret: r.text("tf_totp_secret"), TwoFactorPhone: r.text("tf_phone_number"),
		UnifiedSecrets: r.text("us_totp_secrets"), UnifiedPhone: r.text("us_phone_number"),
		RecoveryCodes: r.text("mf_recovery_codes"), Handle: r.text("fs_webauthn_user_handle"),
	}
}

// roles are the names of each account's roles.
func (s *Source) roles(ctx context.Context) (map[string][]string, error) {
	out := map[string][]string{}
	query := "SELECT l.user_id AS user_id, r.name AS name FROM " + name(s.tables.Links) + " l JOIN " + name(s.tables.Role) + " r ON r.id = l.role_id"
	err := s.rows(ctx, query, func(r row) error {
		id := r.text("user_id")
		out[id] = append(out[id], r.text("name"))
		return nil
	})
	return out, err
}

// keys are each account's WebAuthn keys. There is no such table before release 5, and none where none were to be used.
func (s *Source) keys(ctx context.Context) (map[string][]WebAuthnKey, error) {
	out := map[string][]WebAuthnKey{}
	there, err := s.hasTable(ctx, s.tables.WebAuthn)
	switch {
	case err != nil:
		return nil, err
	case !there && s.tables.WebAuthn != ownWebAuthn:
		return nil, fmt.Errorf("there is no table %s, which --webauthn-table names", importer.Shown(s.tables.WebAuthn))
	case !there:
		return out, nil
	}
	err = s.rows(ctx, "SELECT * FROM "+name(s.tables.WebAuthn)+" ORDER BY id", func(r row) error {
		id := r.text("user_id")
		out[id] = append(out[id], WebAuthnKey{
			Credential: r.bytes("credential_id"), PublicKey: r.bytes("public_key"), SignCount: r.number("sign_count"),
			BackedUp: r.truth("backup_state"), DeviceType: r.text("device_type"), Transports: r.text("transports"),
			Name: r.text("name"), Usage: r.text("usage"),
		})
		return nil
	})
	return out, err
}

func (s *Source) hasTable(ctx context.Context, table string) (bool, error) {
	query := "SELECT name FROM sqlite_schema WHERE type = 'table'"
	if s.postgres {
		query = "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ANY (current_schemas(false))"
	}
	var tables []string
	err := s.rows(ctx, query, func(r row) error {
		tables = append(tables, r.text("name"))
		return nil
	})
	return slices.Contains(tables, table), err
}

// name quotes a table's name: "user" is a word of SQL's.
func name(table string) string { return `"` + strings.ReplaceAll(table, `"`, `""`) + `"` }

// rows calls fn with each row of a query, whatever its columns are: applications add their own.
func (s *Source) rows(ctx context.Context, query string, fn func(row) error) error {
	rows, err := s.tx.QueryContext(ctx, query)
	if err != nil {
		return fmt.Errorf("it can't be read as Flask-Security's: %s", plainly(err))
	}
	defer rows.Close() //nolint:errcheck // it was only read
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return fmt.Errorf("a row can't be read: %s", plainly(err))
		}
		r := row{}
		for i, column := range columns {
			r[column] = values[i]
		}
		if err := fn(r); err != nil {
			return err
		}
	}
	return rows.Err()
}
