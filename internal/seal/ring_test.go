package seal_test

import (
	"bytes"
	"crypto/hmac"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/seal"
	"pgregory.net/rapid"
)

func newRing(t testing.TB) *seal.Ring {
	t.Helper()
	ring, err := seal.LoadOrCreate(filepath.Join(t.TempDir(), "test.key"))
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

func somewhere() seal.Place {
	return seal.Place{Table: "sallyport_secrets", Column: "totp", Row: "r1", Account: "a1"}
}

func TestSealAndOpen(t *testing.T) {
	ring := newRing(t)
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.StringN(1, 20, -1)
		at := seal.Place{
			Table: part.Draw(t, "table"), Column: part.Draw(t, "column"), Row: part.Draw(t, "row"), Account: part.Draw(t, "account"),
		}
		plaintext := rapid.SliceOf(rapid.Byte()).Draw(t, "plaintext")
		sealed, err := ring.Seal(plaintext, at)
		if err != nil {
			t.Fatal(err)
		}
		if len(plaintext) >= 8 && bytes.Contains(sealed, plaintext) {
			t.Fatal("the plaintext is in the sealed value")
		}
		opened, err := ring.Open(sealed, at)
		if err != nil || !bytes.Equal(opened, plaintext) {
			t.Fatalf("Open: %x, %v; want %x", opened, err, plaintext)
		}
	})
}

func TestSealedTwiceDiffers(t *testing.T) {
	ring := newRing(t)
	a, _ := ring.Seal([]byte("secret"), somewhere())
	b, _ := ring.Seal([]byte("secret"), somewhere())
	if bytes.Equal(a, b) {
		t.Error("the same nonce twice")
	}
}

func TestOpensNowhereElse(t *testing.T) {
	ring := newRing(t)
	sealed, err := ring.Seal([]byte("secret"), seal.Place{Table: "ab", Column: "c", Row: "de", Account: "f"})
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []seal.Place{
		{Table: "x", Column: "c", Row: "de", Account: "f"},
		{Table: "ab", Column: "x", Row: "de", Account: "f"},
		{Table: "ab", Column: "c", Row: "x", Account: "f"},
		{Table: "ab", Column: "c", Row: "de", Account: "x"},
		{Table: "a", Column: "bc", Row: "de", Account: "f"}, // the same letters, divided differently
		{Table: "ab", Column: "cd", Row: "e", Account: "f"},
		{Table: "ab", Column: "c", Row: "d", Account: "ef"},
		{Table: "c", Column: "ab", Row: "de", Account: "f"},
	} {
		if opened, err := ring.Open(sealed, at); !errors.Is(err, seal.ErrTampered) || opened != nil {
			t.Errorf("%+v: %q, %v; want ErrTampered", at, opened, err)
		}
	}
}

// A part may hold what looks like the border between two: only its length says where it ends.
func TestPartsCannotImitateBorders(t *testing.T) {
	ring := newRing(t)
	for n := range 10 {
		border := strings.Repeat("\x00", n)
		sealed, err := ring.Seal([]byte("secret"), seal.Place{Table: "a" + border + "b", Column: "c", Row: "r", Account: "x"})
		if err != nil {
			t.Fatal(err)
		}
		at := seal.Place{Table: "a", Column: "b" + border + "c", Row: "r", Account: "x"}
		if _, err := ring.Open(sealed, at); !errors.Is(err, seal.ErrTampered) {
			t.Errorf("a border of %d zeros: %v; want ErrTampered", n, err)
		}
		one, _ := ring.MAC(ring.ActiveID(), "p", []byte("a"+border+"b"), []byte("c"))
		other, err := ring.MAC(ring.ActiveID(), "p", []byte("a"), []byte("b"+border+"c"))
		if err != nil || hmac.Equal(one, other) {
			t.Errorf("a border of %d zeros: the same MAC (%v)", n, err)
		}
	}
}

func TestEveryBitCounts(t *testing.T) {
	ring := newRing(t)
	sealed, err := ring.Seal([]byte("secret"), somewhere())
	if err != nil {
		t.Fatal(err)
	}
	for i := range len(sealed) * 8 {
		changed := bytes.Clone(sealed)
		changed[i/8] ^= 1 << (i % 8)
		if opened, err := ring.Open(changed, somewhere()); err == nil || opened != nil {
			t.Errorf("bit %d changed: opened as %q", i, opened)
		}
	}
	for n := range sealed {
		if _, err := ring.Open(sealed[:n], somewhere()); !errors.Is(err, seal.ErrTampered) {
			t.Errorf("cut to %d bytes: %v", n, err)
		}
	}
	if _, err := ring.Open(append(bytes.Clone(sealed), 0), somewhere()); !errors.Is(err, seal.ErrTampered) {
		t.Errorf("a byte more: %v", err)
	}
}

func TestPlaceNeedsEveryPart(t *testing.T) {
	ring := newRing(t)
	sealed, _ := ring.Seal([]byte("secret"), somewhere())
	for _, at := range []seal.Place{
		{},
		{Column: "c", Row: "r", Account: "a"},
		{Table: "t", Row: "r", Account: "a"},
		{Table: "t", Column: "c", Account: "a"},
		{Table: "t", Column: "c", Row: "r"},
	} {
		if made, err := ring.Seal([]byte("secret"), at); !errors.Is(err, seal.ErrPlace) || made != nil {
			t.Errorf("Seal at %+v: %v", at, err)
		}
		if _, err := ring.Open(sealed, at); !errors.Is(err, seal.ErrPlace) {
			t.Errorf("Open at %+v: %v", at, err)
		}
	}
}

func TestMissingKeyIsNamed(t *testing.T) {
	one, other := newRing(t), newRing(t)
	sealed, _ := one.Seal([]byte("secret"), somewhere())
	_, err := other.Open(sealed, somewhere())
	var missing *seal.NoKeyError
	if !errors.Is(err, seal.ErrNoKey) || !errors.As(err, &missing) || missing.ID != one.ActiveID() {
		t.Errorf("another ring: %v", err)
	}
	for _, id := range []string{"", "nosuchid", one.ActiveID()} {
		if mac, err := other.MAC(id, "purpose", []byte("data")); !errors.Is(err, seal.ErrNoKey) || mac != nil {
			t.Errorf("MAC under %q: %v", id, err)
		}
	}
}

func TestZeroRingDoesNothing(t *testing.T) {
	var ring seal.Ring
	if sealed, err := ring.Seal([]byte("secret"), somewhere()); err == nil || sealed != nil {
		t.Error("the zero Ring seals")
	}
	if mac, err := ring.MAC(ring.ActiveID(), "purpose"); err == nil || mac != nil {
		t.Error("the zero Ring makes MACs")
	}
}

func TestMAC(t *testing.T) {
	ring := newRing(t)
	mac := func(purpose string, data ...string) []byte {
		t.Helper()
		parts := make([][]byte, len(data))
		for i, d := range data {
			parts[i] = []byte(d)
		}
		sum, err := ring.MAC(ring.ActiveID(), purpose, parts...)
		if err != nil || len(sum) != 32 {
			t.Fatalf("MAC: %x, %v", sum, err)
		}
		return sum
	}
	want := mac("purpose", "ab", "c")
	if !hmac.Equal(want, mac("purpose", "ab", "c")) {
		t.Error("the same twice gives two MACs")
	}
	for name, other := range map[string][]byte{
		"divided differently": mac("purpose", "a", "bc"), "in one": mac("purpose", "abc"), "an empty part more": mac("purpose", "ab", "c", ""),
		"another purpose": mac("other", "ab", "c"), "purpose as data": mac("purposeab", "c"), "other data": mac("purpose", "ab", "d"),
		"another order": mac("purpose", "c", "ab"), "nothing": mac("purpose"),
	} {
		if hmac.Equal(want, other) {
			t.Errorf("%s: the same MAC", name)
		}
	}
	if sum, err := ring.MAC(ring.ActiveID(), "", []byte("data")); err == nil || sum != nil {
		t.Error("a MAC without a purpose")
	}
}

func TestRingNeverPrintsKeys(t *testing.T) {
	ring := newRing(t)
	var printed strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&printed, verb+"\n"+verb+"\n", ring, *ring)
	}
	slog.New(slog.NewJSONHandler(&printed, nil)).Info("test", "ring", ring, "copy", *ring)
	//lint:ignore SA9005 that nothing is marshalled is the point
	asJSON, err := json.Marshal(ring)
	if err != nil || string(asJSON) != "{}" {
		t.Errorf("as JSON: %s, %v", asJSON, err)
	}
	wants := fmt.Sprintf("seal.Ring(active %s, 1 keys)", ring.ActiveID())
	rest := strings.ReplaceAll(printed.String(), wants, "")
	if strings.Count(printed.String(), wants) != 16 || strings.Contains(rest, "0x") || strings.Contains(rest, "[") {
		t.Errorf("printed more than its summary:\n%s", printed.String())
	}
}

func FuzzOpen(f *testing.F) {
	ring := newRing(f)
	sealed, _ := ring.Seal([]byte("secret"), somewhere())
	f.Add(sealed)
	f.Add([]byte{1, 255})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		opened, err := ring.Open(b, somewhere())
		if err == nil && !bytes.Equal(b, sealed) {
			t.Fatalf("opened %x, which was never sealed, as %q", b, opened)
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	ring := newRing(b)
	for b.Loop() {
		if _, err := ring.Seal([]byte("twenty bytes of seed"), somewhere()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	ring := newRing(b)
	sealed, _ := ring.Seal([]byte("twenty bytes of seed"), somewhere())
	for b.Loop() {
		if _, err := ring.Open(sealed, somewhere()); err != nil {
			b.Fatal(err)
		}
	}
}
