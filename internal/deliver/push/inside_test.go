package push_test

import (
	"errors"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/deliver/push"
	"github.com/sallyport/sallyport/internal/deliver/push/internal/standin"
	"github.com/sallyport/sallyport/internal/deliver/push/pushtest"
)

// inside are names that lead where only this machine or its network gets.
var inside = map[string][]string{
	"loopback":  {"127.0.0.1"},
	"loopback6": {"::1"},
	"other":     {"127.9.9.9"},
	"mapped":    {"::ffff:127.0.0.1"},
	"wildcard":  {"0.0.0.0"},
	"wildcard6": {"::"},
	"metadata":  {"169.254.169.254"},
	"private":   {"10.0.0.1"},
	"carrier":   {"100.64.0.1"},
	"unique":    {"fd00:ec2::254"},
	"nat64":     {"64:ff9b::7f00:1"},
	"several":   {"10.0.0.1", "127.0.0.1", "::1"},
}

func insideAddresses(label string, six bool) (found []net.IP) {
	for _, s := range inside[label] {
		if ip := net.ParseIP(s); six == strings.Contains(s, ":") {
			found = append(found, ip)
		}
	}
	return found
}

// sendTo sends to a name, with a sender that dials the port given where it would dial 443.
func sendTo(t *testing.T, name, port string, o push.Options) error {
	t.Helper()
	o.Clock = clock
	sender, err := o.AtPort(port).New(push.Settings{Key: newKey(t), Contact: contact})
	must(t, err)
	return sender.Send(t.Context(), message(t, written(t, "https://"+name+"/x", rfcBrowserPublic, rfcAuth)))
}

// TestNothingGoesInside: who names an endpoint can't make us call what only we can reach (security row D13). The listener
// is on all of this machine's addresses, of both versions.
func TestNothingGoesInside(t *testing.T) {
	names(t, insideAddresses)
	l := listen(t, ":0")
	_, port, err := net.SplitHostPort(l.Addr().String())
	must(t, err)
	for label := range inside {
		err := sendTo(t, label+".example.net", port, push.Options{Timeouts: push.Timeouts{Dial: time.Second}})
		if faultOf(t, err) != deliver.Permanent || !errors.Is(err, push.ErrNotPublic) {
			t.Errorf("%s: %v", label, err)
		}
	}
	if n := l.asked.Load(); n > 0 {
		t.Errorf("%d connections", n)
	}
}

// TestNamesThatFlip: what a name meant a moment ago is no use. First it leads to where nobody is, then inside.
func TestNamesThatFlip(t *testing.T) {
	var asked atomic.Int32
	names(t, func(_ string, six bool) []net.IP {
		switch first := asked.Add(1) <= 2; { // a look-up asks for both versions
		case first && six:
			return []net.IP{net.ParseIP("2000::1")} // nobody was ever given it
		case first || six:
			return nil
		}
		return []net.IP{net.IPv4(127, 0, 0, 1)}
	})
	l := listen(t, "127.0.0.1:0")
	_, port, err := net.SplitHostPort(l.Addr().String())
	must(t, err)
	o := push.Options{Timeouts: push.Timeouts{Dial: 200 * time.Millisecond}}
	if err := sendTo(t, "flips.example.net", port, o); faultOf(t, err) != deliver.Temporary || errors.Is(err, push.ErrNotPublic) {
		t.Errorf("at first: %v", err)
	}
	if err := sendTo(t, "flips.example.net", port, o); !errors.Is(err, push.ErrNotPublic) {
		t.Errorf("then: %v", err)
	}
	if n := l.asked.Load(); n > 0 {
		t.Errorf("%d connections", n)
	}
}

// TestStandInsStandForOneHost: a test that has one reaches no other host of this machine through it, and it leads nowhere
// but to this machine.
func TestStandInsStandForOneHost(t *testing.T) {
	names(t, insideAddresses)
	l := listen(t, "127.0.0.1:0")
	_, port, err := net.SplitHostPort(l.Addr().String())
	must(t, err)
	service := pushtest.Start(t, clock)
	if err := sendTo(t, "loopback.example.net", port, push.Options{StandIn: service.StandIn()}); !errors.Is(err, push.ErrNotPublic) {
		t.Error(err)
	}
	away := standin.New(pushtest.Host, "192.0.2.1:443", nil)
	if err := sendTo(t, pushtest.Host, port, push.Options{StandIn: away}); err == nil || !strings.Contains(err.Error(), "another machine") {
		t.Error(err)
	}
	if n := l.asked.Load(); n > 0 || service.Connections() > 0 {
		t.Errorf("%d connections", n)
	}
}

// TestOnePort: with no option set, 443 is dialled.
func TestOnePort(t *testing.T) {
	names(t, func(_ string, six bool) []net.IP {
		if six {
			return []net.IP{net.ParseIP("2000::1")} // nobody was ever given it
		}
		return nil
	})
	err := sendTo(t, "nobody.example.net", "", push.Options{Timeouts: push.Timeouts{Dial: 200 * time.Millisecond}})
	if faultOf(t, err) != deliver.Temporary || !strings.Contains(err.Error(), "[2000::1]:443") {
		t.Error(err)
	}
}
