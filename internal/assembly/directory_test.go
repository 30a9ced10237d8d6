package assembly

import (
	"context"
	"errors"
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
				var busy interface{ RetryAfter() time.Duration }
				switch {
				case err == nil && ok:
					right.Add(1)
				case errors.As(err, &busy) && !ok:
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
