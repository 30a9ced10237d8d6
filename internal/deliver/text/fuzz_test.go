package text_test

import (
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/deliver/text"
)

// FuzzCheck: no part of a secret is ever shown, wherever in the settings it was put.
func FuzzCheck(f *testing.F) {
	f.Add("twilio:"+sid+":", "s3cretXs3cret", "", number)
	f.Add("webhook:https://ann:", "s3cretXs3cret", "@sms.example.org/x", "")
	f.Add("webhook:https://sms.example.org/", "s3/cret?s#3c%40", "/x", "from")
	f.Add("webhook:https://sms.example.org?key=", "s3cretXs3cret", "", "")
	f.Fuzz(func(t *testing.T, before, secret, after, from string) {
		inPlace := strings.HasPrefix(before, "webhook:https://sms.example.org/") || strings.HasPrefix(before, "webhook:https://sms.example.org?") ||
			strings.HasSuffix(before, ":") && strings.HasPrefix(after, "@") || strings.HasPrefix(before, "twilio:"+sid+":")
		if len(secret) < 8 || !inPlace || strings.HasPrefix(before, "dir:") || strings.Contains(before+after+from, secret) {
			t.Skip()
		}
		spec := before + secret + after
		out := text.Shown(spec)
		if err := text.Check(spec, from, secret); err != nil {
			out += err.Error()
		}
		if err := text.Check("twilio:"+sid, from, secret); err != nil {
			out += err.Error()
		}
		if err := text.Check("webhook:https://sms.example.org", from, secret); err != nil {
			out += err.Error()
		}
		if strings.Contains(out, secret) && !strings.Contains(ownWords(), secret) {
			t.Errorf("%q, %q: %q", spec, secret, out)
		}
	})
}

// ownWords is what is said whatever the secret is.
func ownWords() string {
	var b strings.Builder
	for _, spec := range []string{"", "twilio:", "webhook:", "webhook:https://a:b@c", "webhook:https://a#b", "webhook:http://a", "webhook:ftp://a", "dir:", "twilio:" + sid, "webhook:https://a"} {
		b.WriteString(text.Shown(spec))
		if err := text.Check(spec, "\n", "\n"); err != nil {
			b.WriteString(err.Error())
		}
	}
	return b.String()
}

// FuzzTwilioCode: whatever is answered, it is a number of an error or none.
func FuzzTwilioCode(f *testing.F) {
	f.Add([]byte(`{"code": 21211, "message": "x", "status": 400}`))
	f.Add([]byte(`{"code": "21211"}`))
	f.Add([]byte(`{"code": 1e99}`))
	f.Add([]byte(strings.Repeat("[", 10_000)))
	f.Fuzz(func(t *testing.T, body []byte) {
		if code := text.TwilioCode(body); code < 0 || code > 999_999 || code > 0 && !strings.ContainsRune(string(body), '{') {
			t.Errorf("%q: %d", body, code)
		}
	})
}
