package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/sallyport/sallyport/internal/assembly"
	"github.com/sallyport/sallyport/internal/seal"
	"github.com/sallyport/sallyport/internal/store"
)

// MadeKey is a key that was added to the key file.
type MadeKey struct {
	ID     string `json:"id"`
	File   string `json:"key_file"`
	Active bool   `json:"active"` // it is the first of its file
}

// NewKey adds a key to the key file, which is made if there is none. No database is opened.
func (s *Settings) NewKey() (MadeKey, error) {
	id, first, err := seal.AddKey(s.Gate.KeyFile)
	return MadeKey{ID: id, File: s.Gate.KeyFile, Active: first}, s.opening(err)
}

// Rotation says what a rotation of the keys did.
type Rotation struct {
	Active   string   `json:"active"`
	Added    bool     `json:"added"` // the active key is new, made by this
	Resealed int      `json:"resealed"`
	Unopened int      `json:"unopened"` // values that don't open, and were left as they are
	Older    []string `json:"older"`    // the keys beside the active one that are still in the file
}

// RotateKeys makes the newest key active and seals under it all that is sealed under others, while servers go on. Is the
// newest active already, it seals what others left under older ones. Only where a file has a single key, or with another
// true, it adds one first, and only if nothing is left under an older one: a key that copies of the file on other
// machines don't have must not seal because somebody asked once more. It may be interrupted at any point and run again,
// and several may run at once. Values that don't open are an error, after everything else is done.
func (s *Settings) RotateKeys(ctx context.Context, another bool, log *slog.Logger) (Rotation, error) {
	w, err := s.openSealed(ctx, log)
	if err != nil {
		return Rotation{}, err
	}
	done, err := w.rotate(ctx, another)
	if errors.Is(err, errUntouched) {
		err = fmt.Errorf("%w: %w", errUntouched, s.opening(err))
	}
	return done, errors.Join(err, w.Close())
}

var errUntouched = errors.New("nothing was changed")

// sealed is all that is sealed, with the keys.
type sealed struct {
	file    string
	keys    *seal.Keys
	main    *store.Store
	secrets *store.Secrets
	apart   seal.Blobs // of the main database, where the secrets are in another; nil where they are not
	columns []seal.Column
	closers []func() error
}

// Close closes the databases.
func (w *sealed) Close() error {
	var errs []error
	for _, closing := range w.closers {
		errs = append(errs, closing())
	}
	return errors.Join(errs...)
}

// secretsDatabase is where sealed secrets live.
func (s *Settings) secretsDatabase() string {
	if s.Gate.SecretsDatabase == "" {
		return s.Gate.Database
	}
	return s.Gate.SecretsDatabase
}

func (s *Settings) mainStore(log *slog.Logger) store.Config {
	return store.Config{URL: s.Gate.Database, Schema: s.Gate.DatabaseSchema, Log: log}
}

func (s *Settings) secretsStore(log *slog.Logger) store.Config {
	return store.Config{URL: s.secretsDatabase(), Schema: s.Gate.DatabaseSchema, Log: log}
}

func (s *Settings) openSealed(ctx context.Context, log *slog.Logger) (*sealed, error) {
	if err := s.databasesExist(); err != nil {
		return nil, err
	}
	w, err := openSealed(ctx, s.Gate.KeyFile, s.mainStore(log), s.secretsStore(log))
	return w, s.opening(err)
}

func openSealed(ctx context.Context, keyFile string, main, secrets store.Config) (*sealed, error) {
	keys, err := seal.OpenKeys(keyFile, main.Log)
	if err != nil {
		return nil, err
	}
	w := &sealed{file: keyFile, keys: keys}
	if err := w.open(ctx, main, secrets); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	w.columns = assembly.SealedColumns(w.main, w.secrets)
	return w, nil
}

// open opens both halves, which are one where the names are the same. It makes neither files nor tables.
func (w *sealed) open(ctx context.Context, main, secrets store.Config) error {
	db, err := store.Open(ctx, main)
	if err != nil {
		return assembly.DatabaseFault("Database", err)
	}
	w.main, w.secrets = db, db.Secrets(time.Now)
	w.closers = append(w.closers, db.Close)
	if err := db.Ready(ctx); err != nil || secrets.URL == main.URL {
		return assembly.DatabaseFault("Database", err)
	}
	apart, err := store.OpenSecrets(ctx, secrets)
	if err != nil {
		return assembly.DatabaseFault("SecretsDatabase", err)
	}
	w.apart, w.secrets = w.secrets, apart.Secrets(time.Now)
	w.closers = append(w.closers, apart.Close)
	return assembly.DatabaseFault("SecretsDatabase", apart.Ready(ctx))
}

func (w *sealed) rotate(ctx context.Context, another bool) (Rotation, error) {
	if err := w.belong(ctx); err != nil {
		return Rotation{}, fmt.Errorf("%w: %w", errUntouched, err)
	}
	seen := w.keys.Ring()
	unfinished, err := w.unfinished(ctx)
	if err != nil {
		return Rotation{}, err
	}
	add := !unfinished && (another || len(seen.Keys()) == 1)
	active, err := seal.ActivateNewest(w.file, seen.ActiveID(), add)
	if err != nil {
		return Rotation{}, err
	}
	announced, err := w.announce(ctx)
	if err != nil {
		return Rotation{}, err
	}
	r, err := seal.Reseal(ctx, w.keys, w.columns...)
	done := Rotation{Active: r.Active, Added: !seen.Holds(active), Resealed: announced + r.Values, Unopened: r.Unopened, Older: []string{}}
	for _, k := range w.keys.Ring().Keys() {
		if k.ID != done.Active {
			done.Older = append(done.Older, k.ID)
		}
	}
	if err != nil {
		return done, fmt.Errorf("interrupted after %d values, run it again: %w", done.Resealed, err)
	}
	if done.Unopened, err = w.withoutGivenUp(ctx, done.Unopened); err != nil {
		return done, err
	}
	if done.Unopened > 0 {
		return done, fmt.Errorf("%d values do not open and were left as they are: see `sallyport key verify`", done.Unopened)
	}
	return done, nil
}

// withoutGivenUp leaves those out whose keys were given up.
func (w *sealed) withoutGivenUp(ctx context.Context, unopened int) (int, error) {
	given, err := seal.ReadGivenUp(ctx, w.keys, w.secrets)
	if unopened == 0 || len(given) == 0 || err != nil {
		return unopened, err
	}
	counts := map[string]int{}
	for _, c := range w.columns {
		if err := c.CountUnder(ctx, counts); err != nil {
			return unopened, err
		}
	}
	for id := range given {
		if !w.keys.Ring().Holds(id) {
			unopened -= counts[id]
		}
	}
	return unopened, nil
}

// announce tells servers by the database which key seals, before anything else is sealed under it. How long the keys of
// before stay in the file counts from here.
func (w *sealed) announce(ctx context.Context) (values int, err error) {
	done, err := seal.ResealCheck(ctx, w.keys, w.secrets)
	if err != nil || !done {
		return 0, err
	}
	return 1, seal.Touch(w.file)
}

// belong refuses databases and keys that don't go together.
func (w *sealed) belong(ctx context.Context) error {
	if err := seal.Belong(ctx, w.keys, w.secrets, w.apart); err != nil {
		return err
	}
	return seal.NewVault(w.keys, w.secrets).Fits(ctx)
}

var errFound = errors.New("found")

// unfinished says whether something that opens is not sealed under the active key.
func (w *sealed) unfinished(ctx context.Context) (bool, error) {
	active := w.keys.Ring().ActiveID()
	for _, c := range w.columns {
		err := c.Examine(ctx, w.keys, func(e seal.Examined) error {
			if e.Err == nil && e.KeyID != active {
				return errFound
			}
			return nil
		})
		if err != nil {
			return errors.Is(err, errFound), noneOf(err, errFound)
		}
	}
	return false, nil
}

func noneOf(err, expected error) error {
	if errors.Is(err, expected) {
		return nil
	}
	return err
}
