package server

import (
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/sallyport/sallyport"
)

// none stands for an empty list or name, atStart for schemas that are brought up to date unasked, sameAsDatabase for no database of its own, and derived for what follows from other settings:
// an empty value is a mistake everywhere.
const (
	none           = "none"
	derived        = "derived"
	sameAsDatabase = "same"
	atStart        = "at_start"
)

// text sets a field that sallyport.Config checks by itself.
func text(field func(*sallyport.Config) *string) func(*Settings, string) *Problem {
	return func(s *Settings, value string) *Problem {
		*field(&s.Gate) = value
		return nil
	}
}

// optional is text for a field that one word leaves empty.
func optional(word string, field func(*sallyport.Config) *string) func(*Settings, string) *Problem {
	return func(s *Settings, value string) *Problem {
		if value != word {
			*field(&s.Gate) = value
		}
		return nil
	}
}

func setListen(s *Settings, value string) *Problem {
	host, port, err := net.SplitHostPort(value)
	number, badPort := strconv.ParseUint(port, 10, 16)
	if err != nil || badPort != nil || !isHost(host) {
		return &Problem{
			Reason: "is not an address and a port",
			Cure:   "Give both, such as 127.0.0.1:8080, [::1]:8080, or :8080 for every address of this machine",
		}
	}
	s.Listen = net.JoinHostPort(host, strconv.FormatUint(number, 10))
	return nil
}

// isHost says whether something can be listened on: an address, a name that may lead to one, or "" for all of this machine.
// A name never ends in a number; what does is a mistyped address.
func isHost(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil || host == "" {
		return true
	}
	labels := strings.Split(strings.TrimSuffix(host, "."), ".")
	_, err := strconv.ParseUint(labels[len(labels)-1], 0, 64)
	return err != nil && !strings.ContainsFunc(host, func(r rune) bool {
		return r != '.' && r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
}

func setLog(s *Settings, value string) *Problem {
	if value != "text" && value != "json" {
		return &Problem{Reason: "is not one of the values that exist", Cure: "Use text or json"}
	}
	s.LogFormat = value
	return nil
}

func setSessionLifetime(s *Settings, v string) *Problem { return duration(&s.Gate.SessionLifetime, v) }
func setSessionIdle(s *Settings, v string) *Problem     { return duration(&s.Gate.SessionIdle, v) }
func setElevation(s *Settings, v string) *Problem       { return duration(&s.Gate.Elevation, v) }
func setSessionLifetimeAAL1(s *Settings, v string) *Problem {
	return duration(&s.Gate.SessionLifetimeAAL1, v)
}

func setEventsKept(s *Settings, v string) *Problem      { return duration(&s.Gate.EventsKept, v) }
func setTrustBrowserFor(s *Settings, v string) *Problem { return orOff(&s.Gate.TrustBrowserFor, v) }
func setResetWait(s *Settings, v string) *Problem       { return orOff(&s.Gate.ResetWait, v) }

// orOff is duration where zero turns something off.
func orOff(field *time.Duration, value string) *Problem {
	if d, ok := ParseTime(value); ok && d == 0 {
		*field = -1
		return nil
	}
	return duration(field, value)
}

// duration refuses zero itself: in a Config it would mean the default, which is not what was written.
func duration(field *time.Duration, value string) *Problem {
	d, ok := ParseTime(value)
	if !ok || d <= 0 {
		return &Problem{Reason: "is not a length of time above zero", Cure: "Write it as 90s, 15m, 24h or 30d"}
	}
	*field = d
	return nil
}

// ParseTime reads a length of time as settings have it: Go's durations, and whole days such as 30d.
func ParseTime(value string) (time.Duration, bool) {
	if days, found := strings.CutSuffix(value, "d"); found {
		n, err := strconv.ParseUint(days, 10, 16)
		return time.Duration(n) * 24 * time.Hour, err == nil
	}
	d, err := time.ParseDuration(value)
	return d, err == nil
}

func setMigrate(s *Settings, value string) *Problem {
	if value != atStart && value != "never" {
		return &Problem{Reason: "is not one of the values that exist", Cure: "Use at_start or never"}
	}
	s.Gate.MigrateNever = value == "never"
	return nil
}

func setTemplates(s *Settings, value string) *Problem {
	s.Gate.Templates = nil
	if value != none {
		s.Gate.Templates = os.DirFS(value)
	}
	return nil
}

func setDeviceBound(s *Settings, value string) *Problem {
	if value != "off" && value != "on" {
		return &Problem{Reason: "is not one of the values that exist", Cure: "Use off or on"}
	}
	s.Gate.PasskeysDeviceBound = value == "on"
	return nil
}

func setRescueCode(s *Settings, value string) *Problem {
	if value != "off" && value != "email" {
		return &Problem{Reason: "is not one of the values that exist", Cure: "Use off or email"}
	}
	s.Gate.RescueCode = value == "email"
	return nil
}

func setPasswordless(s *Settings, value string) *Problem {
	if value != "off" && value != "email" {
		return &Problem{Reason: "is not one of the values that exist", Cure: "Use off or email"}
	}
	s.Gate.Passwordless = value == "email"
	return nil
}

func setSecondFactorGroups(s *Settings, value string) *Problem {
	s.Gate.SecondFactorGroups = listed(value)
	return nil
}

func setAuthenticators(s *Settings, value string) *Problem {
	s.Gate.Authenticators = listed(value)
	return nil
}

func setSMSCountries(s *Settings, value string) *Problem {
	s.Gate.SMSCountries = listed(value)
	return nil
}

func setPushHosts(s *Settings, value string) *Problem {
	s.Gate.PushHosts = listed(value)
	return nil
}

// listed reads a list; nil for none.
func listed(value string) (out []string) {
	if value == none {
		return nil
	}
	for part := range strings.SplitSeq(value, ",") {
		out = append(out, strings.TrimSpace(part))
	}
	return out
}

func setSMSPerHour(s *Settings, v string) *Problem  { return amount(&s.Gate.SMSPerHour, v) }
func setSMSPerMonth(s *Settings, v string) *Problem { return amount(&s.Gate.SMSPerMonth, v) }

func amount(field *int, value string) *Problem {
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 {
		return &Problem{Reason: "is not a number above 0", Cure: "Give a number, such as 100"}
	}
	*field = n
	return nil
}

func setTOTPDigits(s *Settings, value string) *Problem {
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 {
		return &Problem{Reason: "is not 6 or 8", Cure: "Use 6 or 8"}
	}
	s.Gate.TOTPDigits = n
	return nil
}

// hideAll shows nothing of a secret but that there is one.
func hideAll(text string) string {
	if text == none {
		return text
	}
	return "***"
}

// setSecondFactorFrom reads a day, which begins at midnight UTC, or a moment.
func setSecondFactorFrom(s *Settings, value string) *Problem {
	if value == none {
		return nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if at, err := time.Parse(layout, value); err == nil {
			s.Gate.SecondFactorFrom = at.UTC()
			return nil
		}
	}
	return &Problem{Reason: "is not a date", Cure: "Write it as 2027-01-31 or 2027-01-31T08:00:00Z, or none"}
}

func setTrustedProxies(s *Settings, value string) *Problem {
	if value == none {
		return nil
	}
	for part := range strings.SplitSeq(value, ",") {
		p, ok := parsePrefix(strings.TrimSpace(part))
		if !ok {
			return &Problem{
				Reason: "holds something that is neither an address nor a CIDR",
				Cure:   "Write them as 10.0.0.5, 192.168.0.0/16, or none",
			}
		}
		s.Gate.TrustedProxies = append(s.Gate.TrustedProxies, p)
	}
	return nil
}

func parsePrefix(text string) (netip.Prefix, bool) {
	if addr, err := netip.ParseAddr(text); err == nil && addr.Zone() == "" {
		addr = addr.Unmap()
		return netip.PrefixFrom(addr, addr.BitLen()), true
	}
	p, err := netip.ParsePrefix(text)
	return p.Masked(), err == nil
}
