package assembly

import (
	"context"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/deliver/push"
	"github.com/sallyport/sallyport/internal/deliver/push/pushtest"
)

// told is a Pusher that hands on what it is given.
type told chan Prompt

func (c told) Send(_ context.Context, p Prompt) error {
	c <- p
	return nil
}

// TestPusherInPlaceOfWebPush: once there is one, no push service is called, not even for browsers that gave a subscription
// before; and a site that never had Web Push gets no key for it.
func TestPusherInPlaceOfWebPush(t *testing.T) {
	service, to := pushtest.Start(t, nil), make(told, 10)
	cfg := pushing(t.TempDir())
	house := open(t, cfg, Options{Push: push.Options{StandIn: service.StandIn()}})
	p := bound(t, house, service, "ana")
	subscription := p.browser.Subscription
	if err := house.Close(); err != nil {
		t.Fatal(err)
	}
	before := service.Connections()
	cfg.PushContact = ""
	house = open(t, cfg, Options{Push: push.Options{StandIn: service.StandIn()}, Pusher: to})
	p.house = house
	_, sent := p.ask()
	p.sendDue()
	select {
	case got := <-to:
		if got.ID != sent.Prompt || got.Authenticator != p.browser.ID || string(got.Subscription) != subscription || len(got.Subscription) == 0 {
			t.Errorf("%+v", got)
		}
	default:
		t.Error("the Pusher is told nothing")
	}
	if n := service.Connections(); n != before {
		t.Errorf("a push service was called %d times", n-before)
	}

	fresh := open(t, pushing(t.TempDir()), Options{Pusher: to})
	if key := fresh.Machine.PushServerKey(); key != "" {
		t.Errorf("browsers subscribe with %q", key)
	}
	if sealed, err := fresh.Store.SiteKey(t.Context(), vapid); sealed != nil || err != nil {
		t.Errorf("a key was made: %x, %v", sealed, err)
	}
}

// hangs is a Pusher that takes its time.
type hangs struct{ began, end chan struct{} }

func (h hangs) Send(context.Context, Prompt) error {
	h.began <- struct{}{}
	<-h.end
	return nil
}

// TestPushersThatHang keep pushesAtOnce places and no more: mail has the others.
func TestPushersThatHang(t *testing.T) {
	to := hangs{make(chan struct{}), make(chan struct{})}
	house := open(t, pushing(t.TempDir()), Options{Pusher: to})
	for range pushesAtOnce {
		go house.deliverPush(t.Context(), prompting(nil)) //nolint:errcheck // it hangs
		select {
		case <-to.began:
		case <-time.After(10 * time.Second):
			t.Fatal("the Pusher is told nothing")
		}
	}
	done := make(chan error, 1)
	go func() {
		_, err := house.deliverPush(t.Context(), prompting(nil))
		done <- err
	}()
	select {
	case err := <-done:
		if deliver.FaultOf(err) != deliver.Temporary {
			t.Errorf("one too many: %v", err)
		}
	case <-to.began:
		t.Error("one more than there is room for is under way")
	case <-time.After(10 * time.Second):
		t.Error("one too many waits")
	}
	close(to.end)
}

// TestPusherWithoutPush: where no browser may be bound, nobody is told anything.
func TestPusherWithoutPush(t *testing.T) {
	to := make(told, 1)
	cfg := pushing(t.TempDir())
	cfg.Authenticators = []string{"totp"}
	house := open(t, cfg, Options{Pusher: to})
	if _, err := house.deliverPush(t.Context(), prompting(nil)); err != nil || len(to) > 0 || house.Machine.PromptsElsewhere() {
		t.Errorf("%d told, %v", len(to), err)
	}
}
