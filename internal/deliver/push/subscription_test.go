package push_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/deliver/push"
)

func written(t testing.TB, endpoint, p256dh, auth string) []byte {
	t.Helper()
	raw, err := json.Marshal(map[string]any{"endpoint": endpoint, "expirationTime": nil, "keys": map[string]string{"p256dh": p256dh, "auth": auth}})
	must(t, err)
	return raw
}

func TestEndpoints(t *testing.T) {
	for _, tt := range []struct{ endpoint, canonical, host string }{
		{"https://fcm.googleapis.com/fcm/send/a:b-_c", "", "fcm.googleapis.com"},
		{"https://updates.push.services.mozilla.com/wpush/v2/gAAAA=", "", "updates.push.services.mozilla.com"},
		{"https://wns2-db5p.notify.windows.com/w/?token=BQYAAA%2bx%2f", "", "wns2-db5p.notify.windows.com"},
		{"https://web.push.apple.com/QGuQ", "", "web.push.apple.com"},
		{"HTTPS://Push.Example.NET:443/A%2fb//c?d=E", "https://push.example.net/A%2fb//c?d=E", "push.example.net"},
		{"https://push.example.net:/x", "https://push.example.net/x", "push.example.net"},
		{"https://xn--bcher-kva.example/x", "", "xn--bcher-kva.example"},
		{"https://8.8.8.8/x", "", "8.8.8.8"},
		{"https://[2a00:1450:4001:0::200e]/x", "https://[2a00:1450:4001::200e]/x", "[2a00:1450:4001::200e]"},
		{"https://[::ffff:8.8.8.8]/x", "https://8.8.8.8/x", "8.8.8.8"},
	} {
		sub, err := push.ParseSubscription(written(t, tt.endpoint, rfcBrowserPublic, rfcAuth))
		if tt.canonical == "" {
			tt.canonical = tt.endpoint
		}
		if err != nil || sub.Endpoint() != tt.canonical || sub.Host() != tt.host {
			t.Errorf("%s: %s at %s, %v", tt.endpoint, sub.Endpoint(), sub.Host(), err)
		}
	}
}

func TestInvalidEndpoints(t *testing.T) {
	for endpoint, want := range map[string]string{
		"":                                     "missing",
		"https://" + strings.Repeat("x", 2048): "longer",
		"https://push.example.net/ x":          "characters", "https://push.example.net/\x00": "characters", "https://push.example.net/ä": "characters",
		`https://push.example.net\@127.0.0.1/`: "characters", "https://bücher.example/x": "characters",
		"x": "not https", "//push.example.net/x": "not https", "http://push.example.net/x": "not https", "javascript:alert(1)": "not", "file:///etc/passwd": "not https",
		"https:push.example.net": "not a URL", "https:///x": "not a URL", "https://[::1": "not a URL", "https://push.example.net/%zz": "not a URL", "https://:443/x": "no host",
		"https://ann@push.example.net/x": "name or a password", "https://ann:pw@push.example.net/x": "name or a password", "https://@push.example.net/x": "name or a password",
		"https://push.example.net/x#y": "fragment", "https://push.example.net/x#": "fragment",
		"https://push.example.net:80/x": "port", "https://push.example.net:8443/x": "port", "https://push.example.net:0443/x": "port",
		"https://127.0.0.1/x": "not public", "https://10.0.0.1/x": "not public", "https://169.254.169.254/latest/meta-data": "not public", "https://0.0.0.0/x": "not public",
		"https://[::1]/x": "not public", "https://[::]/x": "not public", "https://[::ffff:10.0.0.1]/x": "not public", "https://[::ffff:7f00:1]/x": "not public",
		"https://[fe80::1%25eth0]/x": "not public", "https://[2a00:1450:4001::200e%25eth0]/x": "not public", "https://[64:ff9b::a00:1]/x": "not public",
		"https://127.1/x": "could be", "https://2130706433/x": "could be", "https://0x7f.1/x": "could be", "https://0x7f.0x0.0x0.0x1/x": "could be", "https://010.0.0.1/x": "could be",
		"https://localhost/x": "could be", "https://push.localhost/x": "could be", "https://intranet/x": "could be", "https://push.example.net./x": "could be",
		"https://push..example.net/x": "could be", "https://-push.example.net/x": "could be", "https://push%2eexample.net/x": "",
		"https://" + strings.Repeat("x", 64) + ".example.net/x": "could be", "https://" + strings.Repeat("x.", 130) + "net/x": "could be", "https://a*b.example.net/x": "could be",
	} {
		sub, err := push.ParseSubscription(written(t, endpoint, rfcBrowserPublic, rfcAuth))
		var invalid *push.Invalid
		if !errors.As(err, &invalid) || invalid.Field != "endpoint" || !strings.Contains(invalid.Reason, want) || sub != (push.Subscription{}) {
			t.Errorf("%.60q: %v, want %q", endpoint, err, want)
		}
	}
}

func TestInvalidKeys(t *testing.T) {
	const at = "https://push.example.net/x"
	point := unbase64(t, rfcBrowserPublic)
	off := append([]byte(nil), point...)
	off[64] ^= 1
	compressed := append([]byte{2 + point[64]&1}, point[1:33]...)
	encode := base64.RawURLEncoding.EncodeToString
	for _, tt := range []struct{ p256dh, auth, field, want string }{
		{"", rfcAuth, "keys.p256dh", "65 bytes"},
		{rfcBrowserPublic + "=", rfcAuth, "keys.p256dh", "65 bytes"},
		{rfcBrowserPublic[:86] + "5", rfcAuth, "keys.p256dh", "65 bytes"}, // bits beyond the end
		{base64.StdEncoding.EncodeToString(point), rfcAuth, "keys.p256dh", "65 bytes"},
		{encode(compressed), rfcAuth, "keys.p256dh", "65 bytes"},
		{encode([]byte{0}), rfcAuth, "keys.p256dh", "65 bytes"},
		{encode(off), rfcAuth, "keys.p256dh", "P-256"},
		{encode(make([]byte, 65)), rfcAuth, "keys.p256dh", "P-256"},
		{encode(append([]byte{4}, make([]byte, 64)...)), rfcAuth, "keys.p256dh", "P-256"},
		{rfcBrowserPublic, "", "keys.auth", "16 bytes"},
		{rfcBrowserPublic, rfcAuth[:20], "keys.auth", "16 bytes"},
		{rfcBrowserPublic, rfcAuth + "AA", "keys.auth", "16 bytes"},
		{rfcBrowserPublic, "\n" + rfcAuth, "keys.auth", "16 bytes"},
		{rfcBrowserPublic, rfcAuth[:21] + "\n", "keys.auth", "16 bytes"},
	} {
		_, err := push.ParseSubscription(written(t, at, tt.p256dh, tt.auth))
		var invalid *push.Invalid
		if !errors.As(err, &invalid) || invalid.Field != tt.field || !strings.Contains(invalid.Reason, tt.want) {
			t.Errorf("%q, %q: %v", tt.p256dh, tt.auth, err)
		}
	}
	for _, raw := range []string{"", "null", "[]", "{}", `"x"`, `{"endpoint":1}`, `{"endpoint":"` + at + `","keys":[]}`, string(written(t, at, rfcBrowserPublic, rfcAuth)) + "x", strings.Repeat(" ", 5000)} {
		var invalid *push.Invalid
		if _, err := push.ParseSubscription([]byte(raw)); !errors.As(err, &invalid) {
			t.Errorf("%.40q: %v", raw, err)
		}
	}
}

func TestAllowedHosts(t *testing.T) {
	for _, tt := range []struct {
		hosts []string
		host  string
		want  bool
	}{
		{nil, "anything.example", true},
		{[]string{"push.example.net"}, "push.example.net", true},
		{[]string{"push.example.net"}, "PUSH.example.net", true},
		{[]string{"push.example.net"}, "a.push.example.net", false},
		{[]string{"push.example.net"}, "push.example.net.evil.example", false},
		{[]string{"push.example.net"}, "8.8.8.8", false},
		{[]string{"*.example.net"}, "a.b.example.net", true},
		{[]string{"*.example.net"}, "example.net", false},
		{[]string{"*.example.net"}, "evilexample.net", false},
		{[]string{"a.example.org", "*.example.net"}, "push.example.net", true},
	} {
		sender, err := push.New(push.Settings{Key: newKey(t), Contact: contact, Hosts: tt.hosts})
		must(t, err)
		sub, err := push.ParseSubscription(written(t, "https://"+tt.host+"/x", rfcBrowserPublic, rfcAuth))
		must(t, err)
		var invalid *push.Invalid
		if err := sender.Takes(sub); (err == nil) != tt.want || err != nil && !errors.As(err, &invalid) {
			t.Errorf("%v, %s: %v", tt.hosts, tt.host, err)
		}
	}
}

// FuzzParseSubscription: what is taken is https at a public host, and stays the same when it is stored and read.
func FuzzParseSubscription(f *testing.F) {
	for _, endpoint := range []string{
		"https://push.example.net/x", "HTTPS://Push.Example.NET:443/A%2fb//c?d=E", "https://[2a00::1]/x", "https://[::ffff:8.8.8.8]/x",
		"https://push.example.net", "https://push.example.net?", "https://push.example.net/\"<>^`{|}?\"<>^`{|}", "https://127.1/", "https://a@b.example/", "https://h.example:/",
	} {
		f.Add(written(f, endpoint, rfcBrowserPublic, rfcAuth))
	}
	f.Add([]byte(`{"endpoint":"https://a.example","Endpoint":"http://127.0.0.1","keys":{}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		sub, err := push.ParseSubscription(raw)
		if err != nil {
			var invalid *push.Invalid
			if !errors.As(err, &invalid) || sub != (push.Subscription{}) {
				t.Errorf("%v, %v", sub, err)
			}
			return
		}
		rest, secure := strings.CutPrefix(sub.Endpoint(), "https://"+sub.Host())
		if !secure || rest != "" && rest[0] != '/' && rest[0] != '?' || sub.Host() != strings.ToLower(sub.Host()) || strings.ContainsAny(sub.Endpoint(), " #\\\r\n") {
			t.Errorf("%q at %q", sub.Endpoint(), sub.Host())
		}
		again, err := push.ParseSubscription(sub.Encode())
		if err != nil || string(again.Encode()) != string(sub.Encode()) || again.Host() != sub.Host() {
			t.Errorf("%s became %s, %v", sub.Encode(), again.Encode(), err)
		}
	})
}
