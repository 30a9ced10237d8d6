package assembly

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/deliver/push"
	"github.com/sallyport/sallyport/internal/deliver/push/pushtest"
)

// subscriptionAt is one with good keys at any endpoint.
func subscriptionAt(endpoint string) []byte {
	return []byte(`{"endpoint":"` + endpoint + `","keys":{"p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4","auth":"BTBZMqHH6r4Tts7J_aSIgg"}}`)
}

// prompting is a message as core delivers it.
func prompting(subscription []byte) core.Message {
	now := time.Now()
	return core.Message{
		Kind: core.PushPrompt, Account: "0198", Browser: "0198-browser", At: now, ExpiresAt: now.Add(3 * time.Minute),
		Push: &core.PushMessage{Subscription: subscription, Prompt: core.PromptShown{
			ID: "0198-prompt", Purpose: core.PromptSignIn, Account: "ana", Address: "203.0.113.7", AskedAt: now, ExpiresAt: now.Add(3 * time.Minute),
		}},
	}
}

// served is a house whose push service is on this machine.
func served(t *testing.T) (*House, *pushtest.Service, *bytes.Buffer) {
	t.Helper()
	service, log := pushtest.Start(t, nil), &bytes.Buffer{}
	cfg := pushing(t.TempDir())
	cfg.Log = slog.New(slog.NewTextHandler(log, nil))
	return open(t, cfg, Options{Push: push.Options{StandIn: service.StandIn(), Timeouts: push.Timeouts{Dial: 2 * time.Second, Answer: 2 * time.Second}}}), service, log
}

// TestPromptArrives as its browser decrypts it, in the site's name, and so that the push service learns nothing but that
// something is asked, for how long.
func TestPromptArrives(t *testing.T) {
	house, service, _ := served(t)
	browser := service.Subscribe(t, house.pushes.ServerKey())
	if asked, err := house.deliverPush(t.Context(), prompting(browser.JSON())); asked || err != nil {
		t.Fatalf("%v, %v; refused: %q", asked, err, service.Refused())
	}
	got := browser.Received()
	if len(got) != 1 {
		t.Fatalf("%d messages", len(got))
	}
	var said map[string]any
	if err := json.Unmarshal(got[0].Body, &said); err != nil {
		t.Fatal(err)
	}
	if len(said) != 5 || said["v"] != 1.0 || said["prompt"] != "0198-prompt" || said["authenticator"] != "0198-browser" ||
		said["title"] != "Is this you, signing in to Test?" || !strings.HasPrefix(said["body"].(string), "ana, ") {
		t.Errorf("%s", got[0].Body)
	}
	if m := got[0]; m.Contact != "mailto:push@example.org" || m.Topic != pushTopic || m.TTL < 100 || m.TTL > 180 || m.Urgency != "high" {
		t.Errorf("%+v", m)
	}
}

// TestWhatPushServicesSay is never said of the mail server, is in the log without the endpoint, and is tried again where
// that helps.
func TestWhatPushServicesSay(t *testing.T) {
	house, service, _ := served(t)
	for status, want := range map[int]deliver.Fault{400: deliver.Permanent, 403: deliver.Permanent, 429: deliver.Temporary, 503: deliver.Temporary, 502: deliver.Unsure} {
		browser := service.Subscribe(t, house.pushes.ServerKey())
		service.Answer(pushtest.Status(status))
		asked, err := house.deliverPush(t.Context(), prompting(browser.JSON()))
		if asked || err == nil || deliver.FaultOf(err) != want {
			t.Errorf("%d: %v, %v", status, asked, err)
		}
		if strings.Contains(err.Error(), "/push/") || !strings.Contains(err.Error(), pushtest.Host) {
			t.Errorf("%d: the endpoint is in %v", status, err)
		}
	}
	_, err := house.deliverPush(t.Context(), prompting(subscriptionAt("https://nobody.invalid/push/secret"))) // RFC 6761, 6.4: it leads nowhere
	if deliver.FaultOf(err) != deliver.Temporary || strings.Contains(err.Error(), "/push/") {
		t.Errorf("out of reach: %v", err)
	}
}

// TestNothingInsideIsCalled: whatever a subscription names, an address that is not public is neither taken nor dialled,
// also when it is in the database already.
func TestNothingInsideIsCalled(t *testing.T) {
	house, service, _ := served(t)
	for _, endpoint := range []string{
		"https://127.0.0.1/x", "https://169.254.169.254/latest/meta-data", "https://[::ffff:10.0.0.1]/x", "https://[::1]/x", "https://10.0.0.1/x",
		"https://localhost/x", "http://push.example.net/x", "https://push.example.net:8443/x", "https://ann@push.example.net/x", "https://0x7f.1/x",
	} {
		if err := house.pushes.Takes(string(subscriptionAt(endpoint))); !errors.As(err, new(*push.Invalid)) {
			t.Errorf("%s is taken: %v", endpoint, err)
		}
		if asked, err := house.deliverPush(t.Context(), prompting(subscriptionAt(endpoint))); asked || deliver.FaultOf(err) != deliver.Permanent {
			t.Errorf("%s: %v, %v", endpoint, asked, err)
		}
	}
	if n := service.Connections(); n != 0 {
		t.Errorf("%d connections", n)
	}
}

// TestHostsThatAreAllowed: with push_hosts, no other is taken or called.
func TestHostsThatAreAllowed(t *testing.T) {
	service := pushtest.Start(t, nil)
	cfg := pushing(t.TempDir())
	cfg.PushHosts = []string{"fcm.googleapis.com"}
	house := open(t, cfg, Options{Push: push.Options{StandIn: service.StandIn()}})
	browser := service.Subscribe(t, house.pushes.ServerKey())
	if err := house.pushes.Takes(string(browser.JSON())); !errors.As(err, new(*push.Invalid)) {
		t.Errorf("taken: %v", err)
	}
	if _, err := house.deliverPush(t.Context(), prompting(browser.JSON())); deliver.FaultOf(err) != deliver.Permanent || service.Connections() != 0 {
		t.Errorf("called: %v", err)
	}
	if err := house.pushes.Takes(string(subscriptionAt("https://fcm.googleapis.com/fcm/send/x"))); err != nil {
		t.Error(err)
	}
}

// TestStalledPushesLeaveRoom: push services that never answer take up their share of what is under way at once, and not
// more; who comes then is put off, without waiting.
func TestStalledPushesLeaveRoom(t *testing.T) {
	house, service, _ := served(t)
	browser := service.Subscribe(t, house.pushes.ServerKey())
	var stalled atomic.Int64
	service.Answer(pushtest.Stall(func() { stalled.Add(1) }))
	results := make(chan error, pushesAtOnce)
	for range pushesAtOnce {
		go func() {
			_, err := house.deliverPush(t.Context(), prompting(browser.JSON()))
			results <- err
		}()
	}
	for deadline := time.Now().Add(10 * time.Second); stalled.Load() < pushesAtOnce; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("they don't stall")
		}
	}
	begun := time.Now()
	_, err := house.deliverPush(t.Context(), prompting(browser.JSON()))
	if deliver.FaultOf(err) != deliver.Temporary || time.Since(begun) > time.Second || stalled.Load() != pushesAtOnce {
		t.Errorf("one more: %v after %v", err, time.Since(begun))
	}
	for range pushesAtOnce {
		if err := <-results; deliver.FaultOf(err) != deliver.Unsure {
			t.Error(err)
		}
	}
	service.Answer(nil)
	if _, err := house.deliverPush(t.Context(), prompting(browser.JSON())); err != nil || len(browser.Received()) != 1 {
		t.Errorf("afterwards: %v", err)
	}
}
