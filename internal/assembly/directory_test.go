package assembly

import (
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/factor/password"
)

// slowDirectory takes its time for a password, and counts how many it is asked for at once.
type slowDirectory struct {
	core.Directory
	running, most atomic.Int64
}

func (d *slowDirectory) CheckPassword(context.Context, string, string) (bool, error) {
	d.most.Store(max(d.most.Load(), d.running.Add(1)))
	time.Sleep(100 * time.Millisecond) // of the bubble's clock
	d.running.Add(-1)
	return true, nil
}

// TestPasswordsOfADirectoryWaitTheirTurn: guesses don't run on more cores than there are, and are refused when there is no end
// of them.
func TestPasswordsOfADirectoryWaitTheirTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hasher, err := password.New(password.Params{Concurrency: 2, QueueLength: 4})
		if err != nil {
			t.Fatal(err)
		}
		slow := &slowDirectory{}
		d := inTurn{slow, hasher}
		var right, full atomic.Int64
		for range 20 {
			go func() {
				ok, err := d.CheckPassword(t.Context(), "1", "x")
				var busy *core.Error // of this kind alone core knows that nothing was compared
				switch {
				case err == nil && ok:
					right.Add(1)
				case errors.As(err, &busy) && busy.Code == core.CodeUnavailable && busy.RetryAfter > 0 && !ok:
					full.Add(1)
				default:
					t.Errorf("%v %v", ok, err)
				}
			}()
		}
		time.Sleep(time.Minute)
		if slow.most.Load() != 2 || right.Load() < 4 || right.Load()+full.Load() != 20 || full.Load() == 0 {
			t.Errorf("%d at once; %d answered, %d refused", slow.most.Load(), right.Load(), full.Load())
		}
	})
}

// nobodyAtAll is a directory without accounts.
type nobodyAtAll struct{ core.Directory }

func (nobodyAtAll) ByLogin(context.Context, string) (*core.Entry, error) { return nil, nil }

// TestMessagesLeadToTheApplication: the page that was named is the one that messages lead to.
func TestMessagesLeadToTheApplication(t *testing.T) {
	cfg := config(t.TempDir())
	box := filepath.Join(t.TempDir(), "mail")
	cfg.SecondFactor, cfg.Mail, cfg.Passwordless = "optional", "dir:"+box, true
	page, err := url.Parse("http://localhost:8080/who-i-am")
	if err != nil {
		t.Fatal(err)
	}
	house, err := Options{Directory: nobodyAtAll{}, ForgottenPage: page}.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer house.Close()
	if _, err := house.Machine.AskMailed(t.Context(), core.Caller{}, core.Beginning{Login: "ann@example.org"}, ""); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the request, and the message that it makes
		if _, err := house.SendDue(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	mails, err := filepath.Glob(filepath.Join(box, "*.eml"))
	if err != nil || len(mails) != 1 {
		t.Fatalf("%d mails, %v", len(mails), err)
	}
	text, err := os.ReadFile(mails[0])
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "/who-i-am") || strings.Contains(string(text), "/recover") {
		t.Errorf("%s", text)
	}
}
