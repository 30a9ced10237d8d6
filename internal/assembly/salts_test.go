package assembly

import (
	"bytes"
	"sync"
	"testing"

	"github.com/sallyport/sallyport/internal/store"
)

// TestSaltsAreKept: each once, whoever brings it and however often, sealed, and found by every server.
func TestSaltsAreKept(t *testing.T) {
	eachDatabase(t, func(t *testing.T, cfg Config) {
		one, two := open(t, cfg, Options{}), open(t, cfg, Options{})
		if n, err := one.FlaskSecuritySalt(t.Context(), []byte("first salt"), true); n != 1 || err != nil {
			t.Fatalf("in a rehearsal: %d, %v", n, err)
		}
		if salt, err := two.salts.find(1); salt != nil || err != nil {
			t.Fatalf("a rehearsal kept it: %q, %v", salt, err)
		}
		var all sync.WaitGroup
		numbers := make([]int, 8)
		for i := range numbers {
			all.Go(func() {
				var err error
				house, salt := []*House{one, two}[i%2], []string{"first salt", "second salt"}[i/2%2]
				if numbers[i], err = house.FlaskSecuritySalt(t.Context(), []byte(salt), false); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		first, second := numbers[0], numbers[2]
		for i, n := range numbers {
			if n != []int{first, second}[i/2%2] || n < 1 || n > 2 || first == second {
				t.Errorf("%v", numbers)
				break
			}
		}
		later := open(t, cfg, Options{})
		if salt, err := later.salts.find(second); string(salt) != "second salt" || err != nil {
			t.Errorf("%q, %v", salt, err)
		}
		if salt, err := later.salts.find(3); salt != nil || err != nil {
			t.Errorf("%q, %v", salt, err)
		}
		sealed, err := later.Store.SiteKey(t.Context(), saltID(first))
		if err != nil || bytes.Contains(sealed, []byte("salt")) {
			t.Errorf("%q, %v", sealed, err)
		}
		if _, err := later.Keys.Open(sealed, rowPlace(store.SiteKeyTable, saltID(second))); err == nil {
			t.Error("it opens in another's place")
		}
		if _, err := later.FlaskSecuritySalt(t.Context(), nil, false); err == nil {
			t.Error("an empty salt was kept")
		}
	})
}
