package text_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/deliver/text"
)

// receiver is the program of an operator: it takes what is signed with its key, not older than five minutes, and not
// twice. It is docs/text-messages.md in code.
type receiver struct {
	key []byte
	now time.Time

	mu    sync.Mutex
	seen  map[string]bool
	taken []map[string]string
	raw   []string
}

func (s *receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 16<<10))
	id, stamp := r.Header.Get("webhook-id"), r.Header.Get("webhook-timestamp")
	seconds, _ := strconv.ParseInt(stamp, 10, 64)
	age := s.now.Sub(time.Unix(seconds, 0)).Abs()
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(id + "." + stamp + "." + string(raw)))
	want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	if err != nil || r.Method != "POST" || age > 5*time.Minute || !hmac.Equal([]byte(want), []byte(r.Header.Get("webhook-signature"))) {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	var m map[string]string
	if json.Unmarshal(raw, &m) != nil || m["id"] != id || r.Header.Get("Content-Type") != "application/json" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.raw = append(s.raw, string(raw))
	if !s.seen[id] {
		s.seen[id] = true
		s.taken = append(s.taken, m)
	}
	w.WriteHeader(http.StatusNoContent)
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	secret, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(key, "whsec_"))
	must(t, err)
	return &receiver{key: secret, now: now, seen: map[string]bool{}}
}

func TestWebhook(t *testing.T) {
	for _, tt := range []struct{ from, secret string }{{"", key}, {"Sallyport <&>", key}, {"", strings.TrimPrefix(key, "whsec_")}} {
		s := newReceiver(t)
		sender := open(t, text.Options{}, "webhook:"+serve(t, s)+"/hook?x=1", tt.from, tt.secret)
		must(t, sender.Send(t.Context(), message()))
		must(t, sender.Send(t.Context(), message())) // a second attempt
		want := map[string]string{"id": "0198-abc_D", "to": "+4915112345678", "body": body, "expires_at": "2026-03-01T11:40:00Z"}
		if tt.from != "" {
			want["from"] = tt.from
		}
		if diff := cmp.Diff([]map[string]string{want}, s.taken); diff != "" || len(s.raw) != 2 || s.raw[0] != s.raw[1] {
			t.Errorf("from %q: posted %q (-want +got):\n%s", tt.from, s.raw, diff)
		}
	}
}

func TestReceiversWithAnotherKey(t *testing.T) {
	s := newReceiver(t)
	other := "whsec_" + base64.StdEncoding.EncodeToString([]byte("another key of 32 bytes, or more"))
	err := open(t, text.Options{}, "webhook:"+serve(t, s), "", other).Send(t.Context(), message())
	if faultOf(t, err) != deliver.Permanent || !strings.Contains(err.Error(), "webhook: message to …678 refused with status 403") || len(s.taken) > 0 {
		t.Errorf("%v, took %v", err, s.taken)
	}
	tellsNothing(t, err)
}

// TestSignature is the example of the standard's own libraries.
func TestSignature(t *testing.T) {
	const want = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
	if got := text.Sign(newReceiver(t).key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", []byte(`{"test": 2432232314}`)); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestReceiversAnswers(t *testing.T) {
	for status, want := range map[int]deliver.Fault{
		400: deliver.Permanent, 403: deliver.Permanent, 404: deliver.Permanent, 410: deliver.Permanent, 422: deliver.Permanent, 301: deliver.Permanent,
		401: deliver.Unavailable, 408: deliver.Unavailable, 425: deliver.Unavailable, 429: deliver.Unavailable, 500: deliver.Unavailable, 503: deliver.Unavailable,
		502: deliver.Unsure, 504: deliver.Unsure,
	} {
		at := serve(t, says(status, map[string]string{"Retry-After": "30"}, `{"code": 21610, "error": "`+body+`"}`))
		err := open(t, text.Options{}, "webhook:"+at, "", key).Send(t.Context(), message())
		failed, ok := err.(*deliver.Error)
		if !ok || failed.Fault != want || failed.RetryAfter != 30*time.Second || !strings.HasSuffix(err.Error(), strconv.Itoa(status)) {
			t.Errorf("%d: %v, %+v, want %v", status, err, failed, want)
		}
	}
	for _, status := range []int{200, 201, 202, 204} {
		must(t, open(t, text.Options{}, "webhook:"+serve(t, says(status, nil, "")), "", key).Send(t.Context(), message()))
	}
}

func TestTLS(t *testing.T) {
	s := newReceiver(t)
	srv := httptest.NewUnstartedServer(s)
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	t.Cleanup(srv.Close)
	known := x509.NewCertPool()
	known.AddCert(srv.Certificate())
	must(t, open(t, text.Options{RootCAs: known}, "webhook:"+srv.URL, "", key).Send(t.Context(), message()))
	err := open(t, text.Options{}, "webhook:"+srv.URL+"/path-s3cret?s3cret", "", key).Send(t.Context(), message())
	if faultOf(t, err) != deliver.Unavailable || !strings.Contains(err.Error(), "certificate") || len(s.taken) != 1 {
		t.Errorf("%v, took %v", err, s.taken)
	}
	tellsNothing(t, err)
}
