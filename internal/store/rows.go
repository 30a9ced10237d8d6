package store

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
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

// present makes nil the empty slice: a column that is never NULL takes no nil.
func present(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// absent makes the empty slice nil.
func absent(b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	return b
}

// wholeSeconds is a time in seconds, cut off at what the column holds.
func wholeSeconds(d time.Duration) int32 {
	return int32(min(max(int64(d/time.Second), math.MinInt32), math.MaxInt32))
}

// most is a number of rows that a caller wants: none at least, and never without bounds.
func most(n int) int32 { return int32(min(max(n, 0), 10000)) }

// converted makes rows of the database what callers know.
func converted[Row, Out any](rows []Row, err error, convert func(Row) (Out, error)) ([]Out, error) {
	if err != nil {
		return nil, err
	}
	out := make([]Out, len(rows))
	for i, row := range rows {
		if out[i], err = convert(row); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func state(r queries.State, standsAlone bool) (core.State, error) {
	groups, err := unlist[string](r.GroupNames)
	return core.State{
		Account: r.AccountID, Epoch: r.Epoch, Policy: core.Policy(r.Policy), Groups: groups,
		FirstOpen: r.FirstOpen, Rebind: r.Rebind, Disabled: r.Disabled, PasswordExposed: r.PasswordExposed, PasskeysOnly: r.PasskeysOnly,
		RemindedAt: instant(r.RemindedAt), StandsAlone: standsAlone,
		KnownGeneration: r.KnownGeneration, Language: r.Language,
	}, err
}

func account(r queries.Account) core.Account {
	return core.Account{
		ID: r.ID, Username: r.Username, Email: r.Email, EmailConfirmed: r.ConfirmedKey.Valid,
		AddressLost: r.AddressLost, CreatedAt: instant(r.CreatedAt),
	}
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
		AAL2Until: instant(r.AAL2Until), ElevatedUntil: instant(r.ElevatedUntil), ProvedAt: instant(r.ProvedAt),
		Address: r.Address, UserAgent: r.UserAgent,
	}, err
}

func sessionParams(s core.SessionRow) (queries.InsertSessionParams, error) {
	amr, err := list(s.AMR)
	return queries.InsertSessionParams{
		ID: s.ID, TokenHash: s.TokenHash, AccountID: s.Account, Epoch: s.Epoch, Transport: string(s.Transport),
		Level: int64(s.Level), AMR: amr, Remember: s.Remember,
		SignedInAt: millis(s.SignedInAt), LastSeenAt: millis(s.LastSeenAt), ExpiresAt: millis(s.ExpiresAt),
		AAL2Until: millis(s.AAL2Until), ElevatedUntil: millis(s.ElevatedUntil), ProvedAt: millis(s.ProvedAt),
		Address: s.Address, UserAgent: s.UserAgent,
	}, err
}

func authenticators(rows []queries.ListAuthenticatorsRow) []core.Authenticator {
	var out []core.Authenticator
	for _, r := range rows {
		out = append(out, core.Authenticator{
			ID: r.ID, Account: r.AccountID, Kind: core.Kind(r.Kind), Label: r.Label, SecretID: r.SecretID,
			LastStep: r.LastStep, Failures: int(r.Failures), Window: int(r.DriftWindow), Off: time.Duration(r.DriftSeconds) * time.Second,
			CreatedAt: instant(r.CreatedAt), LastUsedAt: instant(r.LastUsedAt),
			Favourite: r.FavouriteID == r.ID,
		})
	}
	return out
}

func bindingRow(r queries.Binding) *core.BindingRow {
	return &core.BindingRow{
		ID: r.ID, Account: r.AccountID, Owner: r.OwnerID, Epoch: r.Epoch, Kind: core.Kind(r.Kind), Label: r.Label,
		SecretID: r.SecretID, LastStep: r.LastStep, CreatedAt: instant(r.CreatedAt), ExpiresAt: instant(r.ExpiresAt),
	}
}
