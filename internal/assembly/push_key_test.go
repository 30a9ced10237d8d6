package assembly

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/deliver/push"
	"github.com/sallyport/sallyport/internal/seal"
	"github.com/sallyport/sallyport/internal/store"
	"github.com/sallyport/sallyport/internal/store/storetest"
)

// pushing is config with push.
func pushing(dir string) Config {
	cfg := config(dir)
	cfg.SecondFactor, cfg.Authenticators = "optional", []string{"totp", "push"}
	cfg.PushContact = "mailto:push@example.org"
	return cfg
}

func open(t *testing.T, cfg Config, o Options) *House {
	t.Helper()
	house, err := o.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { house.Close() })
	return house
}

// eachDatabase runs a test on both.
func eachDatabase(t *testing.T, test func(*testing.T, Config)) {
	t.Run("SQLite", func(t *testing.T) { test(t, pushing(t.TempDir())) })
	t.Run("Postgres", func(t *testing.T) {
		cfg := pushing(t.TempDir())
		cfg.Database = storetest.Postgres(t)
		test(t, cfg)
	})
}

// TestSiteKeyIsMadeOnce by replicas that all need it at the same moment, and none before it is needed: with another key,
// subscriptions are lost.
func TestSiteKeyIsMadeOnce(t *testing.T) {
	eachDatabase(t, func(t *testing.T, cfg Config) {
		var houses []*House
		for range 3 {
			houses = append(houses, open(t, cfg, Options{}))
		}
		if sealed, err := houses[0].Store.SiteKey(t.Context(), vapid); sealed != nil || err != nil {
			t.Fatalf("before it was needed: %x, %v", sealed, err)
		}
		var all sync.WaitGroup
		got, start := make([]string, 12), make(chan struct{})
		for i := range got {
			all.Go(func() {
				<-start
				got[i] = houses[i%len(houses)].pushes.ServerKey()
			})
		}
		close(start)
		all.Wait()
		if slices.Sort(got); got[0] == "" || got[0] != got[len(got)-1] {
			t.Errorf("several keys, or none: %q", got)
		}
		if again := open(t, cfg, Options{}).pushes.ServerKey(); again != got[0] {
			t.Errorf("after a restart %q, not %q", again, got[0])
		}
	})
}

// TestSiteKeyIsSealed: what is stored has nothing of it, and opens in its own place alone.
func TestSiteKeyIsSealed(t *testing.T) {
	house := open(t, pushing(t.TempDir()), Options{})
	house.pushes.ServerKey()
	sealed, err := house.Store.SiteKey(t.Context(), vapid)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := house.Keys.Open(sealed, rowPlace(store.SiteKeyTable, vapid))
	if err != nil {
		t.Fatal(err)
	}
	if key, err := push.ParseKey(string(plain)); err != nil || key.Public() != house.pushes.ServerKey() {
		t.Errorf("it is another key: %v", err)
	}
	if bytes.Contains(sealed, plain) {
		t.Error("it is not sealed")
	}
	if _, err := house.Keys.Open(sealed, rowPlace(core.MessageTable, vapid)); err == nil {
		t.Error("it opens elsewhere")
	}
}

// TestSiteKeyIsRotated: sealed under another key of the ring, it is the same key, without the old one too.
func TestSiteKeyIsRotated(t *testing.T) {
	eachDatabase(t, func(t *testing.T, cfg Config) {
		house := open(t, cfg, Options{})
		was, old := house.pushes.ServerKey(), house.Keys.Ring().ActiveID()
		if _, err := seal.ActivateNewest(cfg.KeyFile, old, true); err != nil {
			t.Fatal(err)
		}
		columns := SealedColumns(house.Store, house.secrets)
		if done, err := seal.Reseal(t.Context(), house.Keys, columns...); err != nil || done.Unopened > 0 {
			t.Fatal(done, err)
		}
		if err := seal.RemoveKey(cfg.KeyFile, old, func() error { return nil }); err != nil {
			t.Fatal(err)
		}
		if got := open(t, cfg, Options{}).pushes.ServerKey(); got != was {
			t.Errorf("%q, not %q", got, was)
		}
	})
}

// TestSiteKeyThatDoesNotOpen stops messages to browsers, and nothing else: it is not made anew, the log says what to do,
// and it is used as soon as it opens.
func TestSiteKeyThatDoesNotOpen(t *testing.T) {
	cfg := pushing(t.TempDir())
	first := open(t, cfg, Options{})
	was := first.pushes.ServerKey()
	right, err := first.Store.SiteKey(t.Context(), vapid)
	if err != nil {
		t.Fatal(err)
	}
	lost := bytes.Clone(right)
	lost[len(lost)-1] ^= 1
	replace := func(old, sealed []byte) {
		t.Helper()
		if done, err := first.Store.SealedSiteKeys().ReplaceSealed(t.Context(), vapid, old, sealed); !done || err != nil {
			t.Fatal(done, err)
		}
	}
	replace(right, lost)

	var log bytes.Buffer
	cfg.Log = slog.New(slog.NewTextHandler(&log, nil))
	house := open(t, cfg, Options{})
	house.pushes.look(t.Context())
	if !strings.Contains(log.String(), "level=ERROR") || !strings.Contains(log.String(), "Put back the key file") {
		t.Errorf("the log of a start: %s", &log)
	}
	if got := house.pushes.ServerKey(); got != "" {
		t.Errorf("browsers subscribe with %q", got)
	}
	if err := house.pushes.send(t.Context(), subscriptionAt("https://push.example.net/x"), []byte("x"), time.Now().Add(time.Minute)); !errors.Is(err, errSiteKey) {
		t.Errorf("sent: %v", err)
	}
	if err := house.pushes.Takes(string(subscriptionAt("https://push.example.net/x"))); !errors.Is(err, errSiteKey) {
		t.Errorf("a subscription is taken: %v", err)
	}
	caller := core.Caller{Transport: core.TransportBearer}
	if _, err := house.Machine.Register(t.Context(), caller, core.Registration{Username: "ana", Password: "correct horse battery"}); err != nil {
		t.Errorf("nothing else goes on: %v", err)
	}
	if now, err := house.Store.SiteKey(t.Context(), vapid); err != nil || !bytes.Equal(now, lost) {
		t.Errorf("it was made anew: %v", err)
	}
	replace(lost, right)
	if got := house.pushes.ServerKey(); got != was {
		t.Errorf("once it opens: %q, not %q", got, was)
	}
	if strings.Contains(log.String(), "push.example.net/x") {
		t.Error("an endpoint is in the log")
	}
}

// TestNoKeyWithoutPush: where no browser may be bound, nothing is made for it, and nothing sent. The combined form could not
// ask one.
func TestNoKeyWithoutPush(t *testing.T) {
	cfg := config(t.TempDir())
	cfg.Authenticators, cfg.LoginForm = []string{"totp", "push"}, "combined"
	combined := open(t, cfg, Options{})
	if combined.pushes != nil || slices.Contains(combined.Machine.Kinds(), core.KindPush) {
		t.Error("a browser may be bound under the combined form")
	}
	cfg = config(t.TempDir())
	house := open(t, cfg, Options{})
	ctx, stop := context.WithTimeout(t.Context(), time.Second/2)
	defer stop()
	house.Run(ctx)
	if sealed, err := house.Store.SiteKey(t.Context(), vapid); house.pushes != nil || sealed != nil || err != nil {
		t.Errorf("%v, %x, %v", house.pushes, sealed, err)
	}
	if asked, err := house.deliverPush(t.Context(), core.Message{Push: &core.PushMessage{}}); asked || err != nil {
		t.Errorf("%v, %v", asked, err)
	}
}
