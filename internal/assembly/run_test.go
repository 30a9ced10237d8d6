package assembly

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// TestRestartsDontKeepReminders: processes none of which lives for half an hour remind, too, and several at once, or one after
// the other, remind nobody twice.
func TestRestartsDontKeepReminders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // so that minutes pass at once
		cfg := config(t.TempDir())
		cfg.SecondFactorFrom = time.Now().Add(72 * time.Hour)
		out := filepath.Join(t.TempDir(), "mail")
		cfg.Mail = "dir:" + out
		ana := core.Registration{Username: "ana", Email: "ana@example.org", Password: "correct horse battery"}
		if _, err := open(t, cfg, Options{}).Machine.Register(t.Context(), core.Caller{Transport: core.TransportBearer}, ana); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			runFor(t, 5*time.Minute, open(t, cfg, Options{}), open(t, cfg, Options{}))
			if n := remindersIn(t, out); n != 1 {
				t.Errorf("%d reminders", n)
			}
		}
	})
}

// remindersIn counts the reminders among the messages in dir.
func remindersIn(t *testing.T, dir string) (n int) {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, "*.eml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range all {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(text, []byte("\nSubject: Test: Set up a second step")) {
			n++
		}
	}
	return n
}

// runFor lets houses work beside each other for so long.
func runFor(t *testing.T, long time.Duration, houses ...*House) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), long)
	defer stop()
	var running sync.WaitGroup
	for _, house := range houses {
		running.Go(func() { house.Run(ctx) })
	}
	running.Wait()
}
