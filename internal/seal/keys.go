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

// ErrFile says that nothing is sealed now: the key file can't be used, or lacks what the database is sealed with. What
// was sealed before still opens.
var ErrFile = errors.New("seal: nothing is sealed while the key file cannot be used")

// Keys is a key file together with the ring that is in it now. A program that runs on follows the file by itself: it
// is looked at before anything is sealed, and when a key is met that the ring does not hold. A file takes the place of
// the ring in use if they have a key in common or, after [Keys.Follow], if it opens what the database holds. While the
// file can't be used, or does neither, the present ring still opens and seals nothing: what it sealed would be lost with
// the next start. Both are said in the log. It is safe for concurrent use, and prints no keys.
type Keys struct {
	path string
	log  *slog.Logger
	ring atomic.Pointer[Ring]

	looking sync.Mutex
	seen    os.FileInfo // of the file that was read last, whether it could be used or not
	fault   error       // why that file's ring is not the one in use
	forced  time.Time
	blobs   Blobs  // of the database that the keys are for; nil until [Keys.Follow]
	told    string // the key that the database's check was sealed under when it was asked
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

// Look reads the file again if it has changed.
func (k *Keys) Look() {
	k.looking.Lock()
	defer k.looking.Unlock()
	k.look(false) //nolint:errcheck // it is in the log
}

// look brings the ring up to date. It returns why the file is not what is in use.
func (k *Keys) look(forced bool) error {
	info, err := os.Stat(k.path)
	if err != nil {
		return notOpened(k.path, err) // it is being replaced, or gone: what is held still opens
	}
	again := (forced || k.fault != nil) && time.Since(k.forced) >= forcedEvery
	if sameFile(k.seen, info) && !again {
		return k.fault
	}
	if again {
		k.forced = time.Now()
	}
	k.seen = info
	before := k.fault
	if k.fault = k.reload(); k.fault != nil && (before == nil || before.Error() != k.fault.Error()) {
		k.log.Error("the key file was changed and cannot be used: the keys of before open what they sealed, and nothing is sealed",
			"key_file", k.path, "error", k.fault)
	}
	return k.fault
}

func (k *Keys) reload() error {
	old := k.Ring()
	ring, err := Load(k.path)
	if err != nil {
		return err
	}
	if !ring.follows(old) {
		if err := k.opens(ring); err != nil {
			return fmt.Errorf("it was replaced by one that has no key in common with it, and that is not known to open what the database holds: %w", err)
		}
	}
	ring = ring.under(k.told)
	k.ring.Store(ring)
	if old.active != ring.active || len(old.keys) != len(ring.keys) {
		k.log.Info("the key file was read again", "active", ring.active, "keys", len(ring.keys))
	}
	return nil
}

// sameFile compares what every replacement or rewriting changes, and the mode, which a chmod changes alone.
func sameFile(a, b os.FileInfo) bool {
	return a != nil && os.SameFile(a, b) && a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size() && a.Mode() == b.Mode()
}

// Seal is [Ring.Seal], under the key that is active now. The error wraps [ErrFile] when that is not in the file.
func (k *Keys) Seal(plaintext []byte, at Place) ([]byte, error) {
	ring, err := k.current()
	if err != nil {
		return nil, err
	}
	return ring.Seal(plaintext, at)
}

// current is the ring that is in the file now.
func (k *Keys) current() (*Ring, error) {
	k.looking.Lock()
	defer k.looking.Unlock()
	err := k.look(false)
	if err == nil {
		err = k.notBehind()
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFile, err)
	}
	return k.Ring(), nil
}

// stays says whether what was sealed a moment ago still opens with what is in the file. Whoever takes a key out of the file
// counts once more after it, so that one of the two notices the other.
func (k *Keys) stays(sealed []byte) error {
	ring, err := k.current()
	if err != nil {
		return err
	}
	id, _, err := splitEnvelope(sealed)
	if err == nil && !ring.Holds(id) {
		err = &NoKeyError{id}
	}
	return err
}

// Open is [Ring.Open]. A key that the ring does not hold may be in the file by now.
func (k *Keys) Open(sealed []byte, at Place) ([]byte, error) {
	plaintext, err := k.Ring().Open(sealed, at)
	if errors.Is(err, ErrNoKey) {
		k.looking.Lock()
		k.look(true) //nolint:errcheck // it is in the log
		k.looking.Unlock()
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
