package server

import (
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

// Loss is what is lost with keys that the key file has not.
type Loss struct {
	Keys           []string `json:"keys"`
	Authenticators int      `json:"authenticators"` // they refuse, and count as bound until their owners are reset
	RecoverySets   int      `json:"recovery_sets"`  // accounts whose recovery codes are worth nothing any more
	Messages       int      `json:"messages"`       // that were not sent yet
	Checkpoints    int      `json:"checkpoints"`    // of events
	SiteKeys       int      `json:"site_keys"`      // for push services, and salts of passwords that were taken in
	GivenUp        bool     `json:"given_up"`       // it was done; else it was only counted
}

// ErrUnsure is the error of [Settings.GiveUpKeys] when it has only counted.
var ErrUnsure = errors.New("nothing was given up")

// GiveUpKeys lets the installation go on without keys that are lost for good: those of ids, none of which the key file may
// hold, and on which something has to rest. Without sure, or without ids, it counts what is lost and returns [ErrUnsure].
// No server may run meanwhile. Messages and site keys that don't open are deleted; authenticators and what else is sealed
// stay, and open again if the key turns up. Interrupted, it is run again.
func (s *Settings) GiveUpKeys(ctx context.Context, ids []string, sure bool, log *slog.Logger) (Loss, error) {
	w, err := s.openSealed(ctx, log)
	if err != nil {
		return Loss{}, err
	}
	loss, err := w.giveUp(ctx, ids, sure)
	return loss, errors.Join(s.opening(err), w.Close())
}

func (w *sealed) giveUp(ctx context.Context, ids []string, sure bool) (Loss, error) {
	report, err := w.verify(ctx)
	if err != nil {
		return Loss{}, err
	}
	missing := map[string]KeyCount{}
	for _, k := range report.Keys {
		if k.Use == KeyMissing || k.Use == KeyGivenUp && slices.Contains(ids, k.ID) {
			missing[k.ID] = k
		}
	}
	named := ids
	if len(ids) == 0 {
		named = slices.Sorted(maps.Keys(missing))
	}
	if err := w.nameable(ctx, named, missing, report); err != nil {
		return Loss{}, err
	}
	given, err := w.given(ctx, named, missing)
	if err != nil {
		return Loss{}, err
	}
	loss, err := w.lossOf(ctx, given, missing)
	switch {
	case err != nil:
		return loss, err
	case !sure || len(ids) == 0:
		return loss, fmt.Errorf("%w. To do it, stop all servers and run: sallyport key give-up %s --yes", ErrUnsure, strings.Join(loss.Keys, " "))
	}
	return w.giveUpNow(ctx, given, loss)
}

// nameable refuses keys that are not lost, and a choice of keys that leaves out what nothing starts without.
func (w *sealed) nameable(ctx context.Context, ids []string, missing map[string]KeyCount, report KeyReport) error {
	if len(ids) == 0 {
		return errors.New("no key is missing: `sallyport key verify` lists them all")
	}
	for _, id := range ids {
		if _, lost := missing[id]; !lost {
			if w.keys.Ring().Holds(id) {
				return fmt.Errorf("the key %s is in the key file %s: only a key that is lost can be given up", id, report.File)
			}
			return fmt.Errorf("nothing needs a key %s that the key file has not: `sallyport key verify` lists those that are missing", id)
		}
	}
	needed, err := seal.Essential(ctx, w.secrets)
	for _, id := range needed {
		if !w.keys.Ring().Holds(id) && !slices.Contains(ids, id) {
			return fmt.Errorf("the key %s has to be given up as well: as long as it is missed, no server starts", id)
		}
	}
	return err
}

// given are all the keys that were given up once this is done. With the key that hashes recovery codes, the codes are lost.
func (w *sealed) given(ctx context.Context, ids []string, missing map[string]KeyCount) (seal.GivenUp, error) {
	given, err := seal.ReadGivenUp(ctx, w.keys, w.secrets)
	if err != nil {
		return nil, err
	}
	loss := seal.Loss{At: time.Now().UTC().Truncate(time.Second)}
	last, err := w.main.LastCheckpoint(ctx)
	if err != nil {
		return nil, err
	}
	if last != nil {
		loss.Checkpoint = last.Number
	}
	all := slices.Clone(ids)
	if _, err := seal.FindMACKey(ctx, w.keys, w.secrets); errors.Is(err, seal.ErrWrongRing) {
		for id := range missing {
			if seal.IsMACKey(id) {
				all = append(all, id)
			}
		}
	} else if err != nil {
		return nil, err
	}
	for _, id := range all {
		if _, before := given[id]; !before {
			given[id] = loss
		}
	}
	return given, nil
}

// lossOf counts what rests on the keys that are missing and given up.
func (w *sealed) lossOf(ctx context.Context, given seal.GivenUp, missing map[string]KeyCount) (Loss, error) {
	var loss Loss
	for id, k := range missing {
		if _, gone := given[id]; !gone {
			continue
		}
		if !seal.IsMACKey(id) {
			loss.Keys = append(loss.Keys, id)
		}
		loss.Authenticators += k.Authenticators
		loss.RecoverySets += k.RecoverySets
	}
	slices.Sort(loss.Keys)
	for _, c := range w.columns {
		counts := map[string]int{}
		if err := c.CountUnder(ctx, counts); err != nil {
			return loss, err
		}
		for _, id := range loss.Keys {
			switch c.Name {
			case "messages":
				loss.Messages += counts[id]
			case "checkpoints":
				loss.Checkpoints += counts[id]
			case "site keys":
				loss.SiteKeys += counts[id]
			}
		}
	}
	return loss, nil
}

func (w *sealed) giveUpNow(ctx context.Context, given seal.GivenUp, loss Loss) (Loss, error) {
	dropped := map[string]int{}
	for _, c := range w.columns {
		n, err := c.Drop(ctx, w.keys.Ring(), given)
		if err != nil {
			return loss, fmt.Errorf("interrupted, run it again: %w", err)
		}
		dropped[c.Name] += n
	}
	loss.Messages, loss.SiteKeys = dropped["messages"], dropped["site keys"]
	if err := seal.GiveUp(ctx, w.keys, w.secrets, w.apart, given); err != nil {
		return loss, fmt.Errorf("interrupted, run it again: %w", err)
	}
	loss.GivenUp = true
	return loss, nil
}
