package assembly

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/sallyport/sallyport/internal/seal"
	"github.com/sallyport/sallyport/internal/store"
)

// maxSalts bounds how many applications' accounts may come together.
const maxSalts = 64

// salts are the values of SECURITY_PASSWORD_SALT of the Flask-Security applications whose accounts were taken in, sealed
// among the site's own keys: every server finds them, and no setting has to be carried along until the last of those
// passwords was typed. Each has a number, and never changes. It is safe for concurrent use.
type salts struct {
	keys  seal.Sealer
	main  *store.Store
	clock func() time.Time

	mu    sync.Mutex
	known map[int][]byte
}

func saltID(number int) string { return "flask_security_salt_" + strconv.Itoa(number) }

// find returns the salt of a number, or nil if there is none.
func (s *salts) find(number int) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if salt := s.known[number]; salt != nil {
		return salt, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), keyPatience)
	defer cancel()
	sealed, err := s.main.SiteKey(ctx, saltID(number))
	if err != nil || sealed == nil {
		return nil, err
	}
	salt, err := s.keys.Open(sealed, rowPlace(store.SiteKeyTable, saltID(number)))
	if err == nil {
		s.known[number] = salt
	}
	return salt, err
}

// number is that of a salt that is kept; 0 if it is not.
func (s *salts) number(salt []byte) (number, free int, err error) {
	for n := 1; n <= maxSalts; n++ {
		kept, err := s.find(n)
		switch {
		case err != nil:
			return 0, 0, err
		case kept == nil:
			return 0, n, nil
		case subtle.ConstantTimeCompare(kept, salt) == 1:
			return n, 0, nil
		}
	}
	return 0, 0, fmt.Errorf("assembly: accounts of %d applications with salts of their own were taken in: no further one fits", maxSalts)
}

// FlaskSecuritySalt keeps a value of SECURITY_PASSWORD_SALT, unless it is there already, and returns the number that marks
// the hashes made with it. In a rehearsal nothing is written: the number is the one that it would get.
func (h *House) FlaskSecuritySalt(ctx context.Context, salt []byte, rehearsal bool) (int, error) {
	if len(salt) == 0 {
		return 0, errors.New("assembly: an empty salt")
	}
	for {
		number, free, err := h.salts.number(salt)
		if err != nil || number > 0 {
			return number, err
		}
		if rehearsal {
			return free, nil
		}
		sealed, err := h.Keys.Seal(salt, rowPlace(store.SiteKeyTable, saltID(free)))
		if err != nil {
			return 0, err
		}
		// Another import may have taken this number meanwhile: the next round sees whose it is.
		if _, err := h.Store.KeepSiteKey(ctx, saltID(free), sealed, h.salts.clock()); err != nil {
			return 0, err
		}
	}
}
