package text

import (
	"encoding/base64"
	"net/url"
	"strings"
	"unicode"

	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/endpoint"
)

// The settings, by their keys.
const (
	keyText   = "text"
	keyFrom   = "text_from"
	keySecret = "text_secret"
)

// Check returns nil if text messages can be sent with these settings, or [deliver.Mistakes]. It looks at nothing else.
func Check(spec, from, secret string) error {
	if _, wrong := parse(spec, from, secret); len(wrong) > 0 {
		return wrong
	}
	return nil
}

// Shown returns what may be printed of the setting text: of a webhook its host, since path and query may be as good as a
// password, and nothing where that cannot be told.
func Shown(spec string) string {
	if set, wrong := parsePlace(spec); wrong == nil {
		return set.shown()
	}
	return shownUnread(spec)
}

func shownUnread(spec string) string {
	isWord := !strings.ContainsFunc(spec, func(r rune) bool { return r < 'a' || r > 'z' })
	if isWord || strings.HasPrefix(spec, "dir:") {
		return spec
	}
	for _, form := range []string{"twilio:", "webhook:"} {
		if strings.HasPrefix(spec, form) {
			return form + endpoint.Hidden
		}
	}
	return endpoint.Hidden
}

type kind int

const (
	kindStderr kind = iota + 1
	kindDir
	kindTwilio
	kindWebhook
)

// setting is the three settings, read.
type setting struct {
	kind   kind
	dir    string
	sid    string   // Twilio's name for an account
	url    *url.URL // of a webhook
	from   string
	secret []byte // Twilio's auth token, or the key that signs
}

func (s setting) shown() string {
	switch s.kind {
	case kindDir:
		return "dir:" + s.dir
	case kindTwilio:
		return "twilio:" + s.sid
	case kindWebhook:
		shown := "webhook:" + s.url.Scheme + "://" + s.url.Host
		if strings.Trim(s.url.Path, "/") != "" || s.url.RawQuery != "" {
			shown += "/" + endpoint.Hidden
		}
		return shown
	}
	return "stderr"
}

func parse(spec, from, secret string) (setting, deliver.Mistakes) {
	set, wrong := parsePlace(spec)
	if wrong != nil {
		return setting{}, deliver.Mistakes{wrong}
	}
	switch set.kind {
	case kindTwilio:
		return set.withTwilio(from, secret)
	case kindWebhook:
		return set.withWebhook(from, secret)
	}
	return set, nil
}

func parsePlace(spec string) (setting, *deliver.Mistake) {
	wrong := func(reason, cure string) (setting, *deliver.Mistake) {
		return setting{}, &deliver.Mistake{Key: keyText, Value: shownUnread(spec), Reason: reason, Cure: cure}
	}
	form, rest, _ := strings.Cut(spec, ":")
	switch {
	case spec == "stderr":
		return setting{kind: kindStderr}, nil
	case form == "dir" && (rest == "" || strings.ContainsFunc(rest, unicode.IsControl)):
		return wrong("names no directory", "Use dir:PATH")
	case form == "dir":
		return setting{kind: kindDir, dir: rest}, nil
	case form == "twilio" && !isSID("AC", rest):
		return wrong("has no account SID of Twilio's", "Use twilio: with AC and the 32 digits that follow it in Twilio's console; the auth token belongs into text_secret")
	case form == "twilio":
		return setting{kind: kindTwilio, sid: rest}, nil
	case form == "webhook":
		u, reason, cure := parseURL(rest)
		if reason != "" {
			return wrong(reason, cure)
		}
		return setting{kind: kindWebhook, url: u}, nil
	}
	return wrong("is none of the places where text messages can go", "Use stderr, dir:PATH, twilio:ACCOUNT_SID or webhook:https://host/path")
}

// isSID reports one of Twilio's names for things: two letters for what it is, and 32 hexadecimal digits.
func isSID(kind, s string) bool {
	number, ok := strings.CutPrefix(s, kind)
	return ok && len(number) == 32 && only(number, digits+"abcdefABCDEF")
}

func parseURL(raw string) (u *url.URL, reason, cure string) {
	const https = "Use webhook:https://host/path"
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Hostname() == "" || strings.ContainsFunc(raw, func(r rune) bool { return r <= ' ' || r == 0x7F }):
		return nil, "has no URL that can be read", https
	case u.User != nil:
		return nil, "has a name or a password in its URL", "Leave them out: the signature says who asks"
	case strings.Contains(raw, "#"):
		return nil, "has a fragment in its URL, which is not sent", https
	case u.Scheme == "http" && !endpoint.IsLoopback(u.Hostname()):
		return nil, "sends codes unprotected to another machine", "Use https://, or a host on this machine"
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, "has a URL of another kind", https
	}
	return u, "", ""
}

// withTwilio adds sender and auth token.
func (s setting) withTwilio(from, secret string) (setting, deliver.Mistakes) {
	var wrong deliver.Mistakes
	if !isTwilioSender(from) {
		wrong = append(wrong, &deliver.Mistake{
			Key: keyFrom, Value: from, Reason: "is nothing that Twilio sends from",
			Cure: "Give a number such as +12025550123, a short code, a name of up to 11 letters and digits, or the SID of a messaging service (MG...)",
		})
	}
	if secret == "" || strings.ContainsFunc(secret, func(r rune) bool { return r <= ' ' || r > '~' }) {
		wrong = append(wrong, &deliver.Mistake{
			Key: keySecret, Value: hiddenUnlessEmpty(secret), Reason: "is not an auth token", Cure: "Give the auth token of the account in text",
		})
	}
	s.from, s.secret = from, []byte(secret)
	return s, wrong
}

// isTwilioSender reports what Twilio takes as From: numbers, short codes and alphanumeric sender ids; or a messaging service.
func isTwilioSender(from string) bool {
	switch {
	case isSID("MG", from), isE164(from):
		return true
	case only(from, digits):
		return len(from) >= 3 && len(from) <= 8
	}
	return len(from) <= 11 && only(from, letters+digits+" -+_&") && strings.ContainsAny(from, letters) && strings.TrimSpace(from) == from
}

const (
	secretPrefix = "whsec_"
	minKey       = 24 // bytes (Standard Webhooks 1.0.0, Signature scheme)
	maxKey       = 64
	maxFrom      = 64 // bytes
)

// withWebhook adds the key, and the sender if there is one: what it means is the receiver's business.
func (s setting) withWebhook(from, secret string) (setting, deliver.Mistakes) {
	var wrong deliver.Mistakes
	if len(from) > maxFrom || strings.ContainsFunc(from, func(r rune) bool { return !unicode.IsPrint(r) }) {
		wrong = append(wrong, &deliver.Mistake{Key: keyFrom, Value: from, Reason: "is too long or has characters that are not seen", Cure: "Give up to 64 bytes, or nothing"})
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, secretPrefix))
	if err != nil || len(key) < minKey || len(key) > maxKey {
		wrong = append(wrong, &deliver.Mistake{
			Key: keySecret, Value: hiddenUnlessEmpty(secret), Reason: "is not a key that signs webhooks",
			Cure: "Give whsec_ and 24 to 64 random bytes in base64, such as whsec_ and what `openssl rand -base64 32` prints",
		})
	}
	s.from, s.secret = from, key
	return s, wrong
}

func hiddenUnlessEmpty(secret string) string {
	if secret == "" {
		return ""
	}
	return endpoint.Hidden
}
