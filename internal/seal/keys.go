package seal

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// forcedEvery is how often at most the file is read although it looks the same: strangers can name keys that don't
// exist.
const forcedEvery = time.Second

// Keys is a key file together with the ring that is in it now. A program that runs on follows the file by itself: it
// is looked at before anything is sealed, and when a key is met that the ring does not hold. A file that can't be used,
// or that has no key in common with the ring that is in use, is left alone, and said in the log; the present ring stays. It
// is safe for concurrent use, and prints no keys.
type Keys struct {
	path string
	log  *slog.Logger
	ring atomic.Pointer[Ring]

	looking sync.Mutex
	seen    os.FileInfo // of the file that was read last, whether it could be used or not
	forced  time.Time
}

// OpenKeys loads the key file at path, as [Load] does. The log gets what becomes of the file later; nil means nowhere.
func OpenKeys(path string, log *slog.Logger) (*Keys, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	k := &Keys{path: path, log: log}
	k.seen, _ = os.Stat(path) // before it is read: what changes in between is seen as a change
	ring, err := Load(path)
	if err != nil {
		return nil, err
	}
	k.ring.Store(ring)
	return k, nil
}

// Ring returns the present ring. It may be another a moment later.
func (k *Keys) Ring() *Ring { return k.ring.Load() }

// Look reads the file again if it has changed. Who seldom seals anything calls it from time to time, so that it never
// falls behind by a whole rotation.
func (k *Keys) Look() { k.look(false) }

func (k *Keys) look(forced bool) {
	k.looking.Lock()
	defer k.looking.Unlock()
	info, err := os.Stat(k.path)
	if err != nil {
		return // it is being replaced, or gone: what is held goes on
	}
	forced = forced && time.Since(k.forced) >= forcedEvery
	if sameFile(k.seen, info) && !forced {
		return
	}
	if forced {
		k.forced = time.Now()
	}
	k.seen = info
	k.reload()
}

func (k *Keys) reload() {
	old := k.Ring()
	ring, err := Load(k.path)
	switch {
	case err != nil:
		k.log.Error("the key file was changed and cannot be used; the keys of before stay in use", "error", err)
	case !ring.follows(old):
		k.log.Error("the key file was replaced by one that has no key in common with it; the keys of before stay in use until the next start",
			"key_file", k.path)
	default:
		k.ring.Store(ring)
		if old.active != ring.active || len(old.keys) != len(ring.keys) {
			k.log.Info("the key file was read again", "active", ring.active, "keys", len(ring.keys))
		}
	}
}

// sameFile compares what every replacement or rewriting changes.
func sameFile(a, b os.FileInfo) bool {
	return a != nil && os.SameFile(a, b) && a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size()
}

// Seal is [Ring.Seal], under the key that is active in the file now.
func (k *Keys) Seal(plaintext []byte, at Place) ([]byte, error) {
	k.look(false)
	return k.Ring().Seal(plaintext, at)
}

// Open is [Ring.Open]. A key that the ring does not hold may be in the file by now.
func (k *Keys) Open(sealed []byte, at Place) ([]byte, error) {
	plaintext, err := k.Ring().Open(sealed, at)
	if errors.Is(err, ErrNoKey) {
		k.look(true)
		return k.Ring().Open(sealed, at)
	}
	return plaintext, err
}

// String is the present ring's.
func (k *Keys) String() string { return fmt.Sprintf("seal.Keys(%s, %v)", k.path, k.Ring()) }

// Format prints the same as String for every verb, so that no verb prints a key.
func (k *Keys) Format(f fmt.State, _ rune) { io.WriteString(f, k.String()) } //nolint:errcheck // fmt's own

// LogValue is the same as String.
func (k *Keys) LogValue() slog.Value { return slog.StringValue(k.String()) }
