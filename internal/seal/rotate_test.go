package seal_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/seal"
)

// ListSealed and ReplaceSealed make blobs [seal.Rows].
func (b blobs) ListSealed(_ context.Context, after string, n int) (rows []seal.Row, _ error) {
	keys := slices.SortedFunc(maps.Keys(b), func(x, y [2]string) int { return cmp.Compare(x[0], y[0]) })
	for _, k := range keys {
		if k[0] > after && len(rows) < n {
			rows = append(rows, seal.Row{ID: k[0], Account: k[1], Sealed: bytes.Clone(b[k])})
		}
	}
	return rows, nil
}

func (b blobs) ReplaceSealed(_ context.Context, id string, old, sealed []byte) (bool, error) {
	for k, v := range b {
		if k[0] == id && bytes.Equal(v, old) {
			b[k] = bytes.Clone(sealed)
			return true, nil
		}
	}
	return false, nil
}

func (s *shared) ListSealed(ctx context.Context, after string, n int) ([]seal.Row, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.blobs.ListSealed(ctx, after, n)
}

func (s *shared) ReplaceSealed(ctx context.Context, id string, old, sealed []byte) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.blobs.ReplaceSealed(ctx, id, old, sealed)
}

var errKilled = errors.New("killed")

// dying ends a rotation at its nth replacement, before or after the replacement took effect.
type dying struct {
	seal.Rows
	left  int
	after bool
}

func (d *dying) ReplaceSealed(ctx context.Context, id string, old, sealed []byte) (bool, error) {
	d.left--
	if d.left > 0 {
		return d.Rows.ReplaceSealed(ctx, id, old, sealed)
	}
	if d.after {
		d.Rows.ReplaceSealed(ctx, id, old, sealed) //nolint:errcheck // the answer is lost
	}
	return false, errKilled
}

// kept is what was put, and has to open for as long as the world stands.
type kept struct {
	account, purpose, id, secret string
}

var purposes = []string{"totp", "hotp"}

// fill puts n secrets of several accounts and purposes.
func fill(t testing.TB, vault *seal.Vault, n int) (all []kept) {
	t.Helper()
	for i := range n {
		k := kept{account: fmt.Sprint("account", i%7), purpose: purposes[i%2], secret: fmt.Sprint("seed", i)}
		var err error
		if k.id, err = vault.Put(t.Context(), k.account, k.purpose, []byte(k.secret)); err != nil {
			t.Fatal(err)
		}
		all = append(all, k)
	}
	return all
}

func allOpen(t testing.TB, vault *seal.Vault, all []kept) {
	t.Helper()
	for _, k := range all {
		if got, err := vault.Get(t.Context(), k.account, k.purpose, k.id); err != nil || string(got) != k.secret {
			t.Fatalf("%s: %q, %v", k.id, got, err)
		}
	}
}

// usedKeys counts the values by the key that they are sealed under.
func usedKeys(t testing.TB, keys seal.Sealer, rows seal.Rows) map[string]int {
	t.Helper()
	counts := map[string]int{}
	err := seal.BlobColumn(rows, purposes...).Examine(t.Context(), keys, func(e seal.Examined) error {
		if e.Err != nil {
			t.Errorf("%s: %v", e.ID, e.Err)
		}
		counts[e.KeyID]++
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return counts
}

// TestReseal: everything, over more than one portion, is sealed under the new key, and opens without the old one.
func TestReseal(t *testing.T) {
	keys, path, _ := openKeys(t)
	stored := blobs{}
	vault := seal.NewVault(keys, stored)
	if err := vault.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	chain := openChain(t, keys, stored)
	all := fill(t, vault, 450)
	old, before := keys.Ring().ActiveID(), maps.Clone(stored)
	active := turn(t, path)

	done, err := seal.Reseal(t.Context(), keys, seal.BlobColumn(stored, purposes...))
	if want := (seal.Resealed{Active: active, Values: 452}); err != nil || done != want {
		t.Fatalf("%+v, %v; want %+v", done, err, want)
	}
	if len(stored) != len(before) {
		t.Error("rows came or went")
	}
	after := maps.Clone(stored)
	if done, err = seal.Reseal(t.Context(), keys, seal.BlobColumn(stored, purposes...)); err != nil || done.Values != 0 || !maps.EqualFunc(stored, after, bytes.Equal) {
		t.Errorf("a second time: %+v, %v", done, err)
	}
	if err := seal.RemoveKey(path, old, always); err != nil {
		t.Fatal(err)
	}
	alone, err := seal.OpenKeys(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	vault = seal.NewVault(alone, stored)
	allOpen(t, vault, all)
	if err := vault.Check(t.Context()); err != nil {
		t.Error(err)
	}
	if again := openChain(t, alone, stored); again.ActiveID() != chain.ActiveID() {
		t.Error("another MAC key")
	}
}

// TestResealKilledAnywhere: after each end at the nth replacement all is readable, and running it again finishes.
func TestResealKilledAnywhere(t *testing.T) {
	const n = 25
	for at := 1; at <= n; at++ {
		for _, after := range []bool{false, true} {
			keys, path, _ := openKeys(t)
			stored := blobs{}
			vault := seal.NewVault(keys, stored)
			all := fill(t, vault, n)
			old := keys.Ring().ActiveID()
			active := turn(t, path)
			_, err := seal.Reseal(t.Context(), keys, seal.BlobColumn(&dying{stored, at, after}, purposes...))
			if !errors.Is(err, errKilled) {
				t.Fatalf("at %d: %v", at, err)
			}
			allOpen(t, vault, all)
			done := at - 1
			if after {
				done++
			}
			want := map[string]int{}
			if done > 0 {
				want[active] = done
			}
			if done < n {
				want[old] = n - done
			}
			if got := usedKeys(t, keys, stored); !maps.Equal(got, want) {
				t.Fatalf("at %d: %v, want %v", at, got, want)
			}
			if _, err := seal.Reseal(t.Context(), keys, seal.BlobColumn(stored, purposes...)); err != nil {
				t.Fatal(err)
			}
			if got := usedKeys(t, keys, stored); got[active] != n || len(got) != 1 {
				t.Fatalf("run again: %v", got)
			}
			allOpen(t, vault, all)
		}
	}
}

// TestResealUnderLoad: people bind and sign in at replicas that know nothing of the rotation, and two run it at once.
// Nobody ever sees an error, and in the end nothing is under the old key.
func TestResealUnderLoad(t *testing.T) {
	keys, path, _ := openKeys(t)
	stored := &shared{blobs: blobs{}}
	all := fill(t, seal.NewVault(keys, stored), 300)
	old := keys.Ring().ActiveID()
	var mu sync.Mutex
	stop := make(chan struct{})
	var replicas sync.WaitGroup
	for r := range 3 {
		mine, err := seal.OpenKeys(path, nil)
		if err != nil {
			t.Fatal(err)
		}
		vault := seal.NewVault(mine, stored)
		replicas.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				if i%5 == 0 { // more would outrun the rotation: this store sorts all for every portion
					k := kept{account: fmt.Sprint("new", r), purpose: "totp", secret: fmt.Sprint("seed", r, i)}
					id, err := vault.Put(context.Background(), k.account, k.purpose, []byte(k.secret))
					if k.id = id; err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					all = append(all, k)
					mu.Unlock()
					time.Sleep(time.Millisecond)
				}
				mu.Lock()
				look := all[(i*7919)%len(all)]
				mu.Unlock()
				if got, err := vault.Get(context.Background(), look.account, look.purpose, look.id); err != nil || string(got) != look.secret {
					t.Errorf("%q, %v", got, err)
					return
				}
			}
		})
	}
	turn(t, path)
	var rotations sync.WaitGroup
	for range 2 {
		rotating, err := seal.OpenKeys(path, nil)
		if err != nil {
			t.Fatal(err)
		}
		rotations.Go(func() {
			if _, err := seal.Reseal(context.Background(), rotating, seal.BlobColumn(stored, purposes...)); err != nil {
				t.Error(err)
			}
		})
	}
	rotations.Wait()
	close(stop)
	replicas.Wait()
	// What somebody had sealed and not yet stored when the key changed.
	if late, err := seal.Reseal(t.Context(), keys, seal.BlobColumn(stored, purposes...)); err != nil || late.Values > 3 {
		t.Errorf("%+v, %v: at most one for each replica could be late", late, err)
	}
	if err := seal.RemoveKey(path, old, always); err != nil {
		t.Fatal(err)
	}
	alone, err := seal.OpenKeys(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	allOpen(t, seal.NewVault(alone, stored), all)
}

// TestResealLeavesWhatItCannotOpen: and does all the rest.
func TestResealLeavesWhatItCannotOpen(t *testing.T) {
	keys, path, _ := openKeys(t)
	stored := blobs{}
	vault := seal.NewVault(keys, stored)
	all := fill(t, vault, 5)
	foreign, _ := newRing(t).Seal([]byte("x"), somewhere())
	tampered := bytes.Clone(stored[[2]string{all[0].id, all[0].account}])
	tampered[len(tampered)-1] ^= 1
	unknown, err := vault.Put(t.Context(), "a", "a purpose that nobody named", []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	bad := map[[2]string][]byte{{"foreign", "a"}: foreign, {"tampered", "a"}: tampered, {"nonsense", "a"}: []byte("?"), {"none", "a"}: nil}
	maps.Copy(stored, bad)
	bad[[2]string{unknown, "a"}] = stored[[2]string{unknown, "a"}]
	turn(t, path)
	done, err := seal.Reseal(t.Context(), keys, seal.BlobColumn(stored, purposes...))
	if err != nil || done.Values != 5 || done.Unopened != 5 {
		t.Errorf("%+v, %v", done, err)
	}
	for place, was := range bad {
		if !bytes.Equal(stored[place], was) {
			t.Errorf("%v was written to", place)
		}
	}
	allOpen(t, vault, all)
}

// deleting deletes a row just before it is replaced: an authenticator is removed meanwhile.
type deleting struct{ blobs }

func (d deleting) ReplaceSealed(ctx context.Context, id string, old, sealed []byte) (bool, error) {
	for k := range d.blobs {
		if k[0] == id {
			delete(d.blobs, k)
		}
	}
	return d.blobs.ReplaceSealed(ctx, id, old, sealed)
}

func TestResealBringsNothingBack(t *testing.T) {
	keys, path, _ := openKeys(t)
	stored := blobs{}
	fill(t, seal.NewVault(keys, stored), 3)
	turn(t, path)
	done, err := seal.Reseal(t.Context(), keys, seal.BlobColumn(deleting{stored}, purposes...))
	if err != nil || done.Values != 0 || len(stored) != 0 {
		t.Errorf("%+v, %v, %d rows", done, err, len(stored))
	}
}

// busy lets the first replacement fail: somebody else has just put the value there anew, under the old key.
type busy struct {
	seal.Rows
	beaten *bool
}

func (b busy) ReplaceSealed(ctx context.Context, id string, old, sealed []byte) (bool, error) {
	if !*b.beaten {
		*b.beaten = true
		return false, nil
	}
	return b.Rows.ReplaceSealed(ctx, id, old, sealed)
}

func TestResealComesBack(t *testing.T) {
	keys, path, _ := openKeys(t)
	stored := blobs{}
	fill(t, seal.NewVault(keys, stored), 1)
	active := turn(t, path)
	if _, err := seal.Reseal(t.Context(), keys, seal.BlobColumn(busy{stored, new(bool)}, purposes...)); err != nil {
		t.Fatal(err)
	}
	if got := usedKeys(t, keys, stored); got[active] != 1 {
		t.Errorf("left under the old key: %v", got)
	}
}

// TestMissingKeyTouchesNothingElse: what was sealed under a key that is gone fails closed, and the rest opens.
func TestMissingKeyTouchesNothingElse(t *testing.T) {
	keys, path, _ := openKeys(t)
	stored := blobs{}
	vault := seal.NewVault(keys, stored)
	lost := fill(t, vault, 3)
	old := keys.Ring().ActiveID()
	turn(t, path)
	if err := vault.Check(t.Context()); err != nil { // sealed under the new key
		t.Fatal(err)
	}
	there := fill(t, vault, 3)
	if err := seal.RemoveKey(path, old, always); err != nil {
		t.Fatal(err)
	}
	alone, err := seal.OpenKeys(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	vault = seal.NewVault(alone, stored)
	if err := vault.Check(t.Context()); err != nil {
		t.Errorf("it would not start: %v", err)
	}
	allOpen(t, vault, there)
	for _, k := range lost {
		var missing *seal.NoKeyError
		if got, err := vault.Get(t.Context(), k.account, k.purpose, k.id); !errors.As(err, &missing) || missing.ID != old || got != nil {
			t.Errorf("%q, %v", got, err)
		}
	}
}

func TestFitsStoresNothing(t *testing.T) {
	keys, _, _ := openKeys(t)
	stored := blobs{}
	if err := seal.NewVault(keys, stored).Fits(t.Context()); err != nil || len(stored) != 0 {
		t.Errorf("%v, %d stored", err, len(stored))
	}
	if err := seal.NewVault(keys, stored).Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := seal.NewVault(newRing(t), stored).Fits(t.Context()); !errors.Is(err, seal.ErrWrongRing) {
		t.Errorf("another ring: %v", err)
	}
	if err := seal.NewVault(keys, stored).Fits(t.Context()); err != nil {
		t.Error(err)
	}
}
