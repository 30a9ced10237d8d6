package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sallyport/sallyport/internal/seal"
)

// KeyUse says what a key is there for.
type KeyUse string

// The uses of keys.
const (
	KeyActive    KeyUse = "active"    // seals
	KeyWaiting   KeyUse = "waiting"   // newer than the active one: the next rotation makes it active
	KeyNeeded    KeyUse = "needed"    // something is left under it
	KeyRemovable KeyUse = "removable" // nothing is left under it: it may go from KeyReport.RemovableFrom on
	KeyMAC       KeyUse = "hashes"    // makes keyed hashes; it is sealed in the database
	KeyMissing   KeyUse = "missing"   // something needs it, and it is not there
	KeyGivenUp   KeyUse = "given_up"  // likewise, and an operator gave it up for lost
)

// KeyCount says what rests on one key.
type KeyCount struct {
	ID             string     `json:"id"`
	Use            KeyUse     `json:"use"`
	CreatedAt      *time.Time `json:"created_at,omitempty"` // of those in the key file
	Sealed         int        `json:"sealed"`               // values that are sealed under it
	Unopened       int        `json:"unopened"`             // how many of them don't open
	Authenticators int        `json:"authenticators"`       // that fail closed because of those
	RecoverySets   int        `json:"recovery_sets"`        // accounts whose recovery codes are hashed under it
}

// KeyReport says what rests on which key.
type KeyReport struct {
	File     string     `json:"key_file"`
	Active   string     `json:"active"`
	Keys     []KeyCount `json:"keys"`
	Unsealed int        `json:"unsealed"` // values that are no sealed values at all

	// RemovableFrom is when the removable keys may go: servers need a while to see what changed.
	RemovableFrom time.Time `json:"removable_from"`
}

// Problem returns nil if all keys are there and every value opens, or what is wrong.
func (r KeyReport) Problem() error {
	var errs []error
	for _, k := range r.Keys {
		switch {
		case k.Use == KeyGivenUp:
		case k.Use == KeyMissing:
			errs = append(errs, fmt.Errorf("the key %s is missing: %d authenticators fail closed, and the recovery codes of %d accounts",
				k.ID, k.Authenticators, k.RecoverySets))
		case k.Unopened > 0:
			errs = append(errs, fmt.Errorf("%d values under the key %s do not open: %d authenticators fail closed", k.Unopened, k.ID, k.Authenticators))
		}
	}
	if r.Unsealed > 0 {
		errs = append(errs, fmt.Errorf("%d values are no sealed values at all", r.Unsealed))
	}
	return errors.Join(errs...)
}

// Waits says whether there are keys that may be removed, and not yet.
func (r KeyReport) Waits(now time.Time) bool {
	removable := func(k KeyCount) bool { return k.Use == KeyRemovable }
	return now.Before(r.RemovableFrom) && slices.ContainsFunc(r.Keys, removable)
}

// VerifyKeys opens everything that is sealed and counts what rests on which key. It changes nothing.
func (s *Settings) VerifyKeys(ctx context.Context, log *slog.Logger) (KeyReport, error) {
	w, err := s.openSealed(ctx, log)
	if err != nil {
		return KeyReport{}, err
	}
	report, err := w.verify(ctx)
	return report, errors.Join(s.opening(err), w.Close())
}

// RemoveKey takes a key out of the key file under which nothing is left. Until [seal.RemoveAfter] the last change of the
// file another process may write what it sealed before: that is refused, unless stopped says that no server runs.
func (s *Settings) RemoveKey(ctx context.Context, id string, stopped bool, log *slog.Logger) error {
	w, err := s.openSealed(ctx, log)
	if err != nil {
		return err
	}
	return errors.Join(s.opening(w.remove(ctx, id, stopped)), w.Close())
}

func (w *sealed) remove(ctx context.Context, id string, stopped bool) error {
	report, err := w.verify(ctx)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(report.Keys, func(k KeyCount) bool { return k.ID == id })
	if at < 0 || report.Keys[at].CreatedAt == nil {
		return fmt.Errorf("there is no key %s in the key file", id)
	}
	if k := report.Keys[at]; k.Use != KeyRemovable {
		return fmt.Errorf("the key %s stays: it is %s (%d sealed values, recovery codes of %d accounts)", id, k.Use, k.Sealed, k.RecoverySets)
	}
	if from := report.RemovableFrom; !stopped && time.Now().Before(from) {
		return fmt.Errorf("the key %s stays for now: the key file was changed at %s, and until %s a server may write what it sealed under the key before that. "+
			"Do this again then; or stop all servers, and add --servers-stopped", id, clockTime(from.Add(-seal.RemoveAfter)), clockTime(from))
	}
	return seal.RemoveKey(w.file, id, func() error { return w.nothingUnder(ctx, id) })
}

func clockTime(t time.Time) string { return t.UTC().Format("15:04:05 UTC") }

// nothingUnder counts once more, when nobody who looks at the file can seal under the key any more.
func (w *sealed) nothingUnder(ctx context.Context, id string) error {
	counts := map[string]int{}
	for _, c := range w.columns {
		if err := c.CountUnder(ctx, counts); err != nil {
			return err
		}
	}
	if n := counts[id]; n > 0 {
		return fmt.Errorf("the key %s stays: %d values were sealed under it meanwhile. Run `sallyport key rotate` and try again", id, n)
	}
	return nil
}

func (w *sealed) verify(ctx context.Context) (KeyReport, error) {
	if err := w.belong(ctx); errors.Is(err, seal.ErrWrongSecrets) { // wrong keys are what is counted here
		return KeyReport{}, err
	}
	ring := w.keys.Ring()
	counts := map[string]*KeyCount{}
	for _, k := range ring.Keys() {
		counts[k.ID] = &KeyCount{ID: k.ID, CreatedAt: &k.CreatedAt}
	}
	from, err := seal.RemovableFrom(w.file)
	if err != nil {
		return KeyReport{}, err
	}
	report := KeyReport{File: w.file, Active: ring.ActiveID(), RemovableFrom: from}
	for _, c := range w.columns {
		if err := c.Examine(ctx, w.keys, func(e seal.Examined) error { return w.count(ctx, e, counts, &report) }); err != nil {
			return report, err
		}
	}
	if err := w.countHashes(ctx, counts); err != nil {
		return report, err
	}
	judge(ring, counts)
	given, err := seal.ReadGivenUp(ctx, w.keys, w.secrets)
	if err != nil {
		return report, err
	}
	for id := range given {
		if k := counts[id]; k != nil && k.Use == KeyMissing {
			k.Use = KeyGivenUp
		}
	}
	for _, k := range slices.SortedFunc(maps.Values(counts), byAge) {
		report.Keys = append(report.Keys, *k)
	}
	return report, nil
}

// byAge puts those in the file first, the oldest first.
func byAge(a, b *KeyCount) int {
	switch {
	case a.CreatedAt != nil && b.CreatedAt != nil:
		return cmp.Or(a.CreatedAt.Compare(*b.CreatedAt), strings.Compare(a.ID, b.ID))
	case a.CreatedAt != nil:
		return -1
	case b.CreatedAt != nil:
		return 1
	}
	return strings.Compare(a.ID, b.ID)
}

// count enters one value.
func (w *sealed) count(ctx context.Context, e seal.Examined, counts map[string]*KeyCount, report *KeyReport) error {
	if e.KeyID == "" {
		report.Unsealed++
		return nil
	}
	k := counted(counts, e.KeyID)
	k.Sealed++
	if e.Err == nil {
		return nil
	}
	n, err := w.main.AuthenticatorsOfSecret(ctx, e.ID)
	k.Unopened++
	k.Authenticators += n
	return err
}

func counted(counts map[string]*KeyCount, id string) *KeyCount {
	if counts[id] == nil {
		counts[id] = &KeyCount{ID: id, Use: KeyMissing}
	}
	return counts[id]
}

// countHashes enters the recovery codes. The key that hashes them is the database's; those that the first release made
// are hashed under a key of the ring.
func (w *sealed) countHashes(ctx context.Context, counts map[string]*KeyCount) error {
	id, err := seal.FindMACKey(ctx, w.keys, w.secrets)
	if err != nil && !errors.Is(err, seal.ErrWrongRing) { // one that does not open was counted among the values
		return err
	}
	if id != "" {
		counted(counts, id).Use = KeyMAC
	}
	sets, err := w.main.RecoverySetsByKey(ctx)
	for key, n := range sets {
		counted(counts, key).RecoverySets = n
	}
	return err
}

// judge says what the keys of the file are there for.
func judge(ring *seal.Ring, counts map[string]*KeyCount) {
	active := false
	for _, key := range ring.Keys() {
		k := counts[key.ID]
		switch {
		case key.ID == ring.ActiveID():
			active, k.Use = true, KeyActive
		case k.Sealed > 0 || k.RecoverySets > 0:
			k.Use = KeyNeeded
		case active:
			k.Use = KeyWaiting
		default:
			k.Use = KeyRemovable
		}
	}
}
