package push_test

import (
	"crypto/ecdh"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/deliver/push"
	"github.com/sallyport/sallyport/internal/deliver/push/pushtest"
)

func unbase64(t testing.TB, s string) []byte {
	t.Helper()
	raw, err := base64.RawURLEncoding.Strict().DecodeString(s)
	must(t, err)
	return raw
}

func private(t testing.TB, s string) *ecdh.PrivateKey {
	t.Helper()
	key, err := ecdh.P256().NewPrivateKey(unbase64(t, s))
	must(t, err)
	return key
}

// RFC 8291, 5 and Appendix A.
const (
	rfcBrowser       = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
	rfcBrowserPublic = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
	rfcAuth          = "BTBZMqHH6r4Tts7J_aSIgg"
	rfcSender        = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
	rfcSalt          = "DGv6ra1nlYgDCS1FRnbzlw"
	rfcText          = "When I grow up, I want to be a watermelon"
	rfcBody          = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)

func rfcSubscription(t testing.TB) push.Subscription {
	t.Helper()
	raw, err := json.Marshal(map[string]any{
		"endpoint": "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
		"keys":     map[string]string{"p256dh": rfcBrowserPublic, "auth": rfcAuth},
	})
	must(t, err)
	sub, err := push.ParseSubscription(raw)
	must(t, err)
	return sub
}

func TestVectorsOfRFC8291(t *testing.T) {
	got, err := push.SealWith(private(t, rfcSender), unbase64(t, rfcSalt), []byte(rfcText), rfcSubscription(t))
	must(t, err)
	if text := base64.RawURLEncoding.EncodeToString(got); text != rfcBody {
		t.Errorf("got  %s\nwant %s", text, rfcBody)
	}
	text, err := pushtest.Open(unbase64(t, rfcBody), private(t, rfcBrowser), unbase64(t, rfcAuth))
	if string(text) != rfcText {
		t.Errorf("the test's browser reads %q, %v", text, err)
	}
}

func TestVectorsOfRFC8188(t *testing.T) {
	const body = "I1BsxtFttlv3u_Oo94xnmwAAEAAA-NAVub2qFgBEuQKRapoZu-IxkIva3MEB1PD-ly8Thjg"
	key := unbase64(t, "yqdlZ-tYemfogSmv7Ws5PQ")
	got, err := push.Record(key, unbase64(t, "I1BsxtFttlv3u_Oo94xnmw"), nil, []byte("I am the walrus\x02"))
	must(t, err)
	if text := base64.RawURLEncoding.EncodeToString(got); text != body {
		t.Errorf("3.1: got  %s\nwant %s", text, body)
	}
	if text, err := pushtest.OpenRecord(unbase64(t, body), key); string(text) != "I am the walrus" {
		t.Errorf("3.1: read as %q, %v", text, err)
	}
	two := unbase64(t, "uNCkWiNYzKTnBN9ji3-qWAAAABkCYTHOG8chz_gnvgOqdGYovxyjuqRyJFjEDyoF1Fvkj6hQPdPHI51OEUKEpgz3SsLWIqS_uA")
	if text, err := pushtest.OpenRecord(two, unbase64(t, "BO3ZVPxUlnLORbVGMpbT1Q")); err == nil {
		t.Errorf("3.2: browsers take one record (RFC 8291, 4); read as %q", text)
	}
}

// TestFraming: salt, record size, key (RFC 8188, 2.1; RFC 8291, 4), each message with others.
func TestFraming(t *testing.T) {
	sub, seen := rfcSubscription(t), map[string]bool{}
	for range 20 {
		text := []byte("text")
		body, err := push.Seal(text, sub)
		must(t, err)
		salt, size, length, key := string(body[:16]), binary.BigEndian.Uint32(body[16:20]), body[20], string(body[21:86])
		if size != 4096 || length != 65 || key[0] != 4 || seen[salt] || seen[key] || string(text) != "text" {
			t.Fatalf("record size %d, key of %d bytes; or something twice", size, length)
		}
		seen[salt], seen[key] = true, true
		if got, err := pushtest.Open(body, private(t, rfcBrowser), unbase64(t, rfcAuth)); string(got) != "text" {
			t.Fatalf("read as %q, %v", got, err)
		}
	}
}

// TestLengthsAreHidden: of a length, it shows in which 1,024 bytes it ends; and none is beyond what push services take.
func TestLengthsAreHidden(t *testing.T) {
	sub := rfcSubscription(t)
	const more = 86 + 16
	for _, tt := range []struct{ text, body int }{
		{1, 1024 + more}, {41, 1024 + more}, {1023, 1024 + more}, {1024, 2048 + more}, {2047, 2048 + more}, {2048, 3072 + more},
		{3072, 4096}, {push.MaxBody - 1, 4096}, {push.MaxBody, 4096},
	} {
		text := strings.Repeat("x", tt.text)
		body, err := push.Seal([]byte(text), sub)
		must(t, err)
		if len(body) != tt.body {
			t.Errorf("%d bytes become %d, want %d", tt.text, len(body), tt.body)
		}
		if got, err := pushtest.Open(body, private(t, rfcBrowser), unbase64(t, rfcAuth)); string(got) != text {
			t.Errorf("%d bytes: read %d, %v", tt.text, len(got), err)
		}
	}
}

// TestTheTestsPushServiceReadsTokens: with the example of RFC 8292, 2.4, which nothing here wrote.
func TestTheTestsPushServiceReadsTokens(t *testing.T) {
	const key = "BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs"
	const header = "vapid t=eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJleHAiOjE0NTM1MjM3NjgsInN1YiI6Im1haWx0bzpwdXNoQGV4YW1wbGUuY29tIn0." +
		"i3CYb7t4xfxCDquptFOepC9GAu_HLGkMlMuCGSK2rpiUfnK9ojFwDXb1JrErtmysazNjjvW2L9OkSSHzvoD1oA, k=" + key
	end := time.Unix(1453523768, 0)
	c, err := pushtest.Verify(header, key, "https://push.example.net", end.Add(-time.Hour))
	if err != nil || c.Sub != "mailto:push@example.com" {
		t.Errorf("%+v, %v", c, err)
	}
	for name, verify := range map[string]func() (pushtest.Claims, error){
		"late": func() (pushtest.Claims, error) { return pushtest.Verify(header, key, "https://push.example.net", end) },
		"too long": func() (pushtest.Claims, error) {
			return pushtest.Verify(header, key, "https://push.example.net", end.Add(-25*time.Hour))
		},
		"elsewhere": func() (pushtest.Claims, error) {
			return pushtest.Verify(header, key, "https://push.example.com", end.Add(-time.Hour))
		},
		"another key": func() (pushtest.Claims, error) {
			return pushtest.Verify(header, rfcBrowserPublic, "https://push.example.net", end.Add(-time.Hour))
		},
		"another sign": func() (pushtest.Claims, error) {
			return pushtest.Verify(strings.Replace(header, "i3CY", "i3CZ", 1), key, "https://push.example.net", end.Add(-time.Hour))
		},
	} {
		if c, err := verify(); err == nil {
			t.Errorf("%s: taken, %+v", name, c)
		}
	}
}
