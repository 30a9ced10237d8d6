package store

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/store/queries"
)

// millis is how a time is stored; the zero Time is 0.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func nullable(s string) sql.NullString { return sql.NullString{String: s, Valid: s != ""} }

// list stores a slice; nil is the empty list.
func list[T any](values []T) (string, error) {
	if len(values) == 0 {
		return "[]", nil
	}
	text, err := json.Marshal(values)
	if err != nil {
		return "", fmt.Errorf("store: encode a list: %w", err)
	}
	return string(text), nil
}

func unlist[T any](text string) ([]T, error) {
	if text == "[]" {
		return nil, nil
	}
	var values []T
	if err := json.Unmarshal([]byte(text), &values); err != nil {
		return nil, fmt.Errorf("store: a stored list does not parse: %w", err)
	}
	return values, nil
}

func state(account string, r queries.GetStateRow) (core.State, error) {
	groups, err := unlist[string](r.GroupNames)
	return core.State{
		Account: account, Epoch: r.Epoch, Policy: core.Policy(r.Policy), Groups: groups,
		FirstOpen: r.FirstOpen, StandsAlone: r.StandsAlone,
	}, err
}

func loginRow(r queries.Login) (*core.LoginRow, error) {
	evidence, err := unlist[core.Evidence](r.Evidence)
	if err != nil {
		return nil, err
	}
	return &core.LoginRow{
		ID: r.ID, TokenHash: r.TokenHash, Account: r.AccountID, Epoch: r.Epoch, Transport: core.Transport(r.Transport),
		Evidence: evidence, Remember: r.Remember, ReturnTo: r.ReturnTo,
		CreatedAt: instant(r.CreatedAt), ExpiresAt: instant(r.ExpiresAt),
	}, nil
}

func sessionRow(r queries.Session) (core.SessionRow, error) {
	amr, err := unlist[string](r.AMR)
	return core.SessionRow{
		ID: r.ID, TokenHash: r.TokenHash, Account: r.AccountID, Epoch: r.Epoch, Transport: core.Transport(r.Transport),
		Level: core.Level(r.Level), AMR: amr, Remember: r.Remember,
		SignedInAt: instant(r.SignedInAt), LastSeenAt: instant(r.LastSeenAt), ExpiresAt: instant(r.ExpiresAt),
		AAL2Until: instant(r.AAL2Until), ElevatedUntil: instant(r.ElevatedUntil),
		Address: r.Address, UserAgent: r.UserAgent,
	}, err
}

func sessionParams(s core.SessionRow) (queries.InsertSessionParams, error) {
	amr, err := list(s.AMR)
	return queries.InsertSessionParams{
		ID: s.ID, TokenHash: s.TokenHash, AccountID: s.Account, Epoch: s.Epoch, Transport: string(s.Transport),
		Level: int64(s.Level), AMR: amr, Remember: s.Remember,
		SignedInAt: millis(s.SignedInAt), LastSeenAt: millis(s.LastSeenAt), ExpiresAt: millis(s.ExpiresAt),
		AAL2Until: millis(s.AAL2Until), ElevatedUntil: millis(s.ElevatedUntil),
		Address: s.Address, UserAgent: s.UserAgent,
	}, err
}

func authenticators(rows []queries.ListAuthenticatorsRow) []core.Authenticator {
	var out []core.Authenticator
	for _, r := range rows {
		out = append(out, core.Authenticator{
			ID: r.ID, Account: r.AccountID, Kind: core.Kind(r.Kind), Label: r.Label, SecretID: r.SecretID,
			LastStep: r.LastStep, Failures: int(r.Failures),
			CreatedAt: instant(r.CreatedAt), LastUsedAt: instant(r.LastUsedAt),
		})
	}
	return out
}

func bindingRow(r queries.Binding) *core.BindingRow {
	return &core.BindingRow{
		ID: r.ID, Account: r.AccountID, Owner: r.OwnerID, Epoch: r.Epoch, Kind: core.Kind(r.Kind), Label: r.Label,
		SecretID: r.SecretID, CreatedAt: instant(r.CreatedAt), ExpiresAt: instant(r.ExpiresAt),
	}
}
