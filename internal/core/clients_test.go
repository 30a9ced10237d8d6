package core_test

import (
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// tellsOf signs in from each client, and says whether the owner was told.
func (p *person) tellsOf(clients ...core.Client) (told []bool) {
	p.w.t.Helper()
	for _, from := range clients {
		c := caller
		c.Address, c.UserAgent = from.Address, from.UserAgent
		p.w.clock.Add(30 * time.Second)
		_, err := p.w.Answer(p.w.ctx, c, p.begin(), core.Response{Kind: core.KindTOTP, Value: p.code()})
		p.w.check(err)
		sent := p.w.post()
		if len(sent) > 1 || (len(sent) == 1 && sent[0].Kind != core.MailNewClient) {
			p.w.t.Errorf("%+v", sent)
		}
		told = append(told, len(sent) == 1)
	}
	return told
}

// Clients without cookies are told apart by what they say they are and where they are.
func TestSignInsOfNewClientsAreTold(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	tests := []struct {
		address, agent string
		told           bool
	}{
		{"192.0.2.1", "backup/1.0 (Linux 6.1)", true},
		{"192.0.2.1", "backup/1.0 (Linux 6.1)", false},
		{"192.0.2.200", "backup/2.11 (Linux 6.12)", false}, // updated, and a new address of the same provider
		{"198.51.100.1", "backup/1.0 (Linux 6.1)", true},   // elsewhere
		{"192.0.2.1", "curl/8.14.1", true},                 // something else
		{"2001:db8:1:2::/64", "backup/1.0 (Linux 6.1)", true},
		{"2001:db8:1:3::/64", "backup/1.0 (Linux 6.1)", false},
		{"2001:db8:2:3::/64", "backup/1.0 (Linux 6.1)", true},
		{"", "", false}, // as at the registration
	}
	for _, tt := range tests {
		if told := p.tellsOf(core.Client{Address: tt.address, UserAgent: tt.agent}); told[0] != tt.told {
			t.Errorf("%s from %s: told %v", tt.agent, tt.address, told[0])
		}
	}
	for range 100 { // every minute: no flood
		w.clock.Add(30 * time.Second)
		if told := p.tellsOf(core.Client{Address: "192.0.2.1", UserAgent: "backup/1.0 (Linux 6.1)"}); told[0] {
			t.Fatal("told again")
		}
	}
}
