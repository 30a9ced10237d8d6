package store_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/store"
	"github.com/sallyport/sallyport/internal/store/storetest"
)

func TestSQLiteFillSkeletons(t *testing.T) { fillsSkeletons(t, filepath.Join(t.TempDir(), "x.db")) }

func TestPostgresFillSkeletons(t *testing.T) { fillsSkeletons(t, storetest.Postgres(t)) }

// looksLike stands in for UTS 39: case aside, names that begin alike look alike.
func looksLike(key string) string { return "~" + key[:4] }

// fillsSkeletons: more usernames than one portion, by several replicas at once and beside a registration; of those that
// look alike one gets its skeleton, and each later run changes nothing.
func fillsSkeletons(t *testing.T, url string) {
	s := open(t, store.Config{URL: url})
	const names, twins = 450, 3
	driver := "sqlite"
	if strings.HasPrefix(url, "postgres") {
		driver = "pgx"
	}
	db, err := sql.Open(driver, url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	const old = `INSERT INTO sallyport_accounts (id, username, username_key, email, email_key, created_at) VALUES ($1, $2, $3, '', NULL, 1)`
	for i := range names {
		exec(t, db, old, fmt.Sprintf("id %04d", i), "x", fmt.Sprintf("%04d", i))
	}
	for i := range twins {
		exec(t, db, old, fmt.Sprintf("twin %d", i), "x", fmt.Sprintf("0007 twin %d", i))
	}
	exec(t, db, old, "nameless", "", nil)
	var all sync.WaitGroup
	filled := make([]int, 4)
	for i := range filled {
		replica := open(t, store.Config{URL: url})
		all.Go(func() {
			n, alike, err := replica.FillSkeletons(t.Context(), looksLike)
			if err != nil || alike > twins+1 { // one more while it is not known which
				t.Errorf("%d filled, %d alike, %v", n, alike, err)
			}
			filled[i] = n
		})
	}
	all.Go(func() { // beside it, somebody registers what looks like an old name
		a := core.NewAccount{Account: core.Account{ID: "new", Username: "0449 new"}, UsernameKey: "0449 new", Skeleton: looksLike("0449")}
		err := s.Register(t.Context(), a, day, func(core.Tx, core.State) error { return nil })
		if err != nil && err != core.ErrNameTaken {
			t.Error(err)
		}
	})
	all.Wait()
	sum := 0
	for _, n := range filled {
		sum += n
	}
	n, alike, err := s.FillSkeletons(t.Context(), looksLike)
	if err != nil || n != 0 || alike < twins || alike > twins+1 || sum+alike != names+twins {
		t.Errorf("afterwards: %d filled before, %d now, %d alike, %v", sum, n, alike, err)
	}
	if taken, err := s.UsernameTaken(t.Context(), "0123 other", looksLike("0123 other")); err != nil || !taken {
		t.Errorf("a look-alike of an old name may be registered: %v", err)
	}
}
