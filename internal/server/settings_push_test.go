package server_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/server"
)

func TestPushSettings(t *testing.T) {
	s := load(t, server.Sources{Flags: map[string]string{
		"push_contact": "https://example.org/contact", "push_hosts": "fcm.googleapis.com, *.push.apple.com", "authenticators": "totp, push",
	}})
	g := s.Gate
	if g.PushContact != "https://example.org/contact" || !slices.Equal(g.PushHosts, []string{"fcm.googleapis.com", "*.push.apple.com"}) ||
		!slices.Equal(g.Authenticators, []string{"totp", "push"}) {
		t.Errorf("%q, %q, %q", g.PushContact, g.PushHosts, g.Authenticators)
	}
	if g := load(t, server.Sources{}).Gate; g.PushContact != "" || g.PushHosts != nil {
		t.Errorf("by default %q, %q", g.PushContact, g.PushHosts)
	}
}

// TestMistakesOfPush are found at once, each with its setting, and with the one of a list that it is about.
func TestMistakesOfPush(t *testing.T) {
	for _, tt := range []struct {
		flags           map[string]string
		key, value, why string
	}{
		{map[string]string{"push_contact": "ann@example.org"}, "push_contact", "ann@example.org", "neither mailto: nor https:"},
		{map[string]string{"push_contact": "http://example.org"}, "push_contact", "http://example.org", "neither mailto: nor https:"},
		{map[string]string{"push_hosts": "*.example.org, https://example.org"}, "push_hosts", "https://example.org", "not the name of a host"},
		{map[string]string{"push_hosts": "127.0.0.1"}, "push_hosts", "127.0.0.1", "not the name of a host"},
		{map[string]string{"authenticators": "push, totp, push"}, "authenticators", "push", "named twice"},
		{map[string]string{"authenticators": "push, pull"}, "authenticators", "pull", "not one of the values"},
	} {
		_, err := server.Load(server.Sources{Flags: tt.flags})
		var ps server.Problems
		if !errors.As(err, &ps) || len(ps) != 1 {
			t.Errorf("%v: %v", tt.flags, err)
			continue
		}
		if p := ps[0]; p.Key != tt.key || p.Value != tt.value || !strings.Contains(p.Reason, tt.why) || p.Cure == "" {
			t.Errorf("%v: %+v", tt.flags, p)
		}
	}
	_, err := server.Load(server.Sources{Flags: map[string]string{"push_contact": "x", "push_hosts": "y", "text": "z"}})
	var ps server.Problems
	if !errors.As(err, &ps) || len(ps) != 3 {
		t.Errorf("not all of them: %v", err)
	}
}
