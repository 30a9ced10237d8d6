package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	factor "github.com/sallyport/sallyport/internal/factor/otp"
	"github.com/sallyport/sallyport/internal/factor/password"
	"github.com/sallyport/sallyport/internal/names"
	"github.com/sallyport/sallyport/internal/seal"
	"github.com/sallyport/sallyport/internal/store"
	"github.com/sallyport/sallyport/otp"
)

// seedPassword is every account's. It is long enough to sign in alone.
const seedPassword = "correct horse battery staple"

// house is a database full of accounts: each with the same password and TOTP key, sealed for it alone, ten recovery
// codes, and one session that nobody holds the token of.
type house struct {
	database, keyFile string
	accounts          int
	key               otp.Key
}

func (h house) login(i int) string { return loginName(i % h.accounts) }

func loginName(i int) string { return fmt.Sprintf("account-%06d", i) }

// seeder writes accounts straight into the store, as the machine of package core would have left them.
type seeder struct {
	db    *store.Store
	ring  *seal.Ring
	vault *seal.Vault
	hash  string
	state []byte
	now   time.Time
}

// seedSQLite makes a house on SQLite in dir. Where the machine has a file system in memory the rows are written there:
// two commits an account, each waiting for a disk, would take longer than everything that is measured.
func seedSQLite(ctx context.Context, dir string, accounts int) (house, error) {
	nursery, err := os.MkdirTemp(memoryFolder(dir), "sallyport-seed-")
	if err != nil {
		return house{}, err
	}
	defer os.RemoveAll(nursery)
	h, err := seed(ctx, filepath.Join(nursery, "sallyport.db"), dir, accounts, 1)
	if err != nil {
		return house{}, err
	}
	final := filepath.Join(dir, "sallyport.db")
	err = copyFile(final, h.database)
	h.database = final
	return h, err
}

func memoryFolder(otherwise string) string {
	const linux = "/dev/shm"
	if info, err := os.Stat(linux); err == nil && info.IsDir() {
		return linux
	}
	return otherwise
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}

// seed fills a database with several writers at once; the key file goes to dir.
func seed(ctx context.Context, database, dir string, accounts, writers int) (_ house, err error) {
	h := house{database: database, keyFile: filepath.Join(dir, "sallyport.key"), accounts: accounts}
	s, err := newSeeder(ctx, h)
	if err != nil {
		return h, err
	}
	defer func() { err = errors.Join(err, s.db.Close()) }()
	if h.key, err = s.sharedKey(); err != nil {
		return h, err
	}
	var all sync.WaitGroup
	errs := make([]error, writers)
	for w := range writers {
		all.Go(func() {
			for i := w; i < accounts && errs[w] == nil; i += writers {
				errs[w] = s.add(ctx, loginName(i))
			}
		})
	}
	all.Wait()
	return h, errors.Join(errs...)
}

func newSeeder(ctx context.Context, h house) (*seeder, error) {
	ring, err := seal.LoadOrCreate(h.keyFile)
	if err != nil {
		return nil, err
	}
	hasher, err := password.New(password.Params{})
	if err != nil {
		return nil, err
	}
	s := &seeder{ring: ring, now: time.Now()}
	if s.hash, err = hasher.Hash(ctx, []byte(seedPassword)); err != nil {
		return nil, err
	}
	if s.db, err = store.Open(ctx, store.Config{URL: h.database}); err != nil {
		return nil, err
	}
	s.vault = seal.NewVault(ring, s.db.Secrets(time.Now))
	err = s.db.Migrate(ctx, s.now)
	if err == nil { // as the first start leaves it: else the next takes the secrets for another database's
		err = s.vault.Check(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, s.db.Close())
	}
	return s, nil
}

// sharedKey drafts the TOTP key of all accounts.
func (s *seeder) sharedKey() (otp.Key, error) {
	state, _, err := factor.TOTP{}.Draft(core.NewAuthenticator{})
	if err != nil {
		return otp.Key{}, err
	}
	s.state = state
	shown, err := factor.TOTP{}.Show(state, "Sallyport", "bench")
	if err != nil {
		return otp.Key{}, err
	}
	secret, err := otp.ParseSecret(shown.Secret)
	if err != nil {
		return otp.Key{}, err
	}
	return otp.NewKey(secret, otp.Options{})
}

// add makes one account.
func (s *seeder) add(ctx context.Context, login string) error {
	shown, key, err := names.Username(login)
	if err != nil {
		return err
	}
	id := rand.Text()
	secret, err := s.vault.Put(ctx, id, string(core.KindTOTP), s.state)
	if err != nil {
		return err
	}
	account := core.NewAccount{
		Account: core.Account{ID: id, Username: shown}, UsernameKey: key, PasswordHash: s.hash, StandsAlone: true,
	}
	return s.db.Register(ctx, account, s.now, func(tx core.Tx, st core.State) error {
		return firstOf(
			tx.InsertAuthenticator(core.Authenticator{
				ID: rand.Text(), Account: id, Kind: core.KindTOTP, Label: "Phone", SecretID: secret, CreatedAt: s.now,
			}),
			tx.CloseFirstBinding(id),
			tx.ReplaceLookupSecrets(id, core.NewLookupSet{ID: rand.Text(), KeyID: s.ring.ActiveID(), Hashes: randomHashes(10)}),
			tx.InsertSession(s.session(id, st), 100),
			tx.InsertEvent(core.Event{ID: rand.Text(), Account: id, At: s.now, Kind: "registered", UserAgent: "bench"}),
		)
	})
}

// session is nobody's: it is there to be searched among. Its token has no hash like that.
func (s *seeder) session(account string, st core.State) core.SessionRow {
	return core.SessionRow{
		ID: rand.Text(), TokenHash: randomHashes(1)[0], Account: account, Epoch: st.Epoch,
		Transport: core.TransportBearer, Level: core.AAL2, AMR: []string{"pwd", "otp", "mfa"},
		SignedInAt: s.now, LastSeenAt: s.now, ExpiresAt: s.now.Add(24 * time.Hour), AAL2Until: s.now.Add(24 * time.Hour),
		UserAgent: "bench",
	}
}

func randomHashes(n int) [][]byte {
	hashes := make([][]byte, n)
	for i := range hashes {
		hashes[i] = make([]byte, 32)
		rand.Read(hashes[i])
	}
	return hashes
}
