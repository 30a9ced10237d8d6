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
		if len(secret) < 8 || !inPlace || strings.HasPrefix(before, "dir:") || otherThan(secret) == secret {
			t.Skip()
		}
		// What is said as well when the secret is another comes from what stands around it, or is this package's own words.
		if strings.Contains(said(before, secret, after, from), secret) && !strings.Contains(said(before, otherThan(secret), after, from), secret) {
			t.Errorf("%q: %q", before+secret+after, said(before, secret, after, from))
		}
	})
}

// said is all that is shown and refused with secret in each of the places where a secret belongs.
func said(before, secret, after, from string) string {
	out := text.Shown(before + secret + after)
	for _, spec := range []string{before + secret + after, "twilio:" + sid, "webhook:https://sms.example.org"} {
		if err := text.Check(spec, from, secret); err != nil {
			out += err.Error()
		}
	}
	return out
}

// otherThan is a secret of the same kind and length, with another letter or digit for each.
func otherThan(secret string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return '0' + (r-'0'+1)%10
		case r >= 'a' && r <= 'z':
			return 'a' + (r-'a'+1)%26
		case r >= 'A' && r <= 'Z':
			return 'A' + (r-'A'+1)%26
		}
		return r
	}, secret)
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
