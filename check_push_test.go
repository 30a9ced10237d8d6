package sallyport

import (
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/deliver/push"
)

// TestPushContact looks inside, since nothing but a push service is told what follows from the other fields.
func TestPushContact(t *testing.T) {
	for _, tt := range []struct{ publicURL, from, given, want string }{
		{"", "", "", noPushContact},
		{"http://127.0.0.1:9000", "ann@localhost", "", noPushContact},
		{"https://localhost", "", "", noPushContact},
		{"https://example.org/auth", "", "", "https://example.org/auth"},
		{"HTTPS://Example.org", "", "", "https://Example.org"},
		{"https://example.org", "Example <no-reply@example.org>", "", "mailto:no-reply@example.org"},
		{"http://localhost", "ann@example.org", "", "mailto:ann@example.org"},
		{"https://example.org", "ann@bücher.example", "", "https://example.org"}, // no push service reads that
		{"https://example.org", "ann@example.org", "mailto:push@example.org", "mailto:push@example.org"},
	} {
		c := Config{PublicURL: tt.publicURL, MailFrom: tt.from, PushContact: tt.given}
		if got := c.withDefaults().PushContact; got != tt.want || push.Check(got, nil) != nil {
			t.Errorf("%s, %s: %q, want %q", tt.publicURL, tt.from, got, tt.want)
		}
		if err := c.Check(); err != nil {
			t.Errorf("%s, %s: %v", tt.publicURL, tt.from, err)
		}
	}
	err := Config{PushContact: "nobody", PushHosts: []string{"10.0.0.1"}}.Check()
	for _, field := range []string{"Config.PushContact", "Config.PushHosts"} {
		if err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("nothing is said of %s: %v", field, err)
		}
	}
}
