package assembly

import (
	"testing"

	"github.com/sallyport/sallyport/internal/deliver/push"
)

// TestPushContact looks inside, since nothing but a push service is told what follows from the other fields.
func TestPushContact(t *testing.T) {
	for _, tt := range []struct{ publicURL, from, given, want string }{
		{"http://localhost:8080", "sallyport@localhost", "", noPushContact},
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
		if got := c.Contact(); got != tt.want || push.Check(got, nil) != nil {
			t.Errorf("%s, %s: %q, want %q", tt.publicURL, tt.from, got, tt.want)
		}
	}
}
