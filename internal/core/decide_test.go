package core

import (
	"slices"
	"testing"
	"time"
)

// A kind that nobody knows reaches nothing.
const kindUnknown Kind = "unknown"

// inEveryState calls f with every state that decide can be asked about: policies (an unknown one too), each in a test of
// its own beside the others, what is bound, evidence of up to three verifications, a trusted browser or none.
func inEveryState(t *testing.T, f func(t *testing.T, p Policy, b bound, ev []Evidence, trusted bool)) {
	for _, p := range []Policy{PolicyOptional, PolicyRequired, PolicyAAL2, PolicyPasskey, "", "AAL2"} {
		t.Run("policy "+string(p), func(t *testing.T) {
			t.Parallel()
			n := states(func(b bound, ev []Evidence, trusted bool) { f(t, p, b, ev, trusted) })
			if n < 1_000_000 {
				t.Fatalf("only %d states", n)
			}
		})
	}
}

func states(f func(b bound, ev []Evidence, trusted bool)) (n int) {
	all := []boundAuthenticator{{"a", KindTOTP}, {"s", KindSMS}, {"m", KindEmail}, {"k", KindWebAuthn}, {"b", KindPush}}
	possible := []Evidence{
		{Kind: KindPassword}, {Kind: KindTOTP, Authenticator: "a"}, {Kind: KindSMS, Authenticator: "s"},
		{Kind: KindTOTP}, {Kind: KindEmail, Authenticator: "m"},
		{Kind: KindEmail, Authenticator: "a"}, {Kind: kindUnknown, Authenticator: "a"}, {Kind: KindRecoveryCode},
		{Kind: KindEmail}, {Kind: kindResetLink}, {Kind: kindMailed}, {Kind: kindMailed, Authenticator: "m"}, {},
		{Kind: KindWebAuthn, Authenticator: "k"}, {Kind: KindPush, Authenticator: "b"}, {Kind: KindPush, Authenticator: "gone"},
		{Kind: KindWebAuthn, Authenticator: "k", UserVerified: true}, {Kind: KindWebAuthn, Authenticator: "gone", UserVerified: true},
		{Kind: KindWebAuthn, Authenticator: "a", UserVerified: true}, {Kind: KindTOTP, Authenticator: "a", UserVerified: true},
	}
	evidence := sequences(possible, 3)
	for set := range 1 << len(all) {
		const sms, push = 1 << 1, 1 << 4
		if set&(sms|push) == sms|push {
			continue // each beside all others is enough
		}
		var b bound
		for i, a := range all {
			if set&(1<<i) != 0 {
				b.authenticators = append(b.authenticators, a)
			}
		}
		for _, open := range []bound{{}, {firstOpen: true}, {rebind: true}} {
			b.firstOpen, b.rebind = open.firstOpen, open.rebind
			for _, ev := range evidence {
				for _, trusted := range []bool{false, true} {
					f(b, ev, trusted)
					n++
				}
			}
		}
	}
	return n
}

func sequences(of []Evidence, most int) [][]Evidence {
	out := [][]Evidence{nil}
	from := 0
	for range most {
		to := len(out)
		for _, prefix := range out[from:to] {
			for _, e := range of {
				out = append(out, append(slices.Clone(prefix), e))
			}
		}
		from = to
	}
	return out
}

// TestDecideEveryState holds decide to house.md, section 2, point by point, rather than to another copy of
// itself.
func TestDecideEveryState(t *testing.T) {
	inEveryState(t, func(t *testing.T, p Policy, b bound, ev []Evidence, trusted bool) {
		d := decide(p, b, ev, trusted)
		for _, rule := range rules(p, b, ev, trusted, d) {
			if !rule.holds {
				t.Fatalf("%s: decide(%q, %+v, %+v, trusted=%v) = %+v", rule.says, p, b, ev, trusted, d)
			}
		}
	})
}

type rule struct {
	says  string
	holds bool
}

func rules(p Policy, b bound, ev []Evidence, trusted bool, d decision) []rule {
	known := slices.Contains([]Policy{PolicyOptional, PolicyRequired, PolicyAAL2, PolicyPasskey}, p)
	password, nothing := provedPassword(ev), len(b.authenticators) == 0
	alone, second := provedAlone(b, ev), provedSecond(p, b, ev)
	mailed, link := provedMailed(b, ev), proved(ev, kindResetLink)
	instead := proved(ev, kindMailed) && !password // of the password
	more := slices.ContainsFunc(b.authenticators, func(a boundAuthenticator) bool { return a.kind != KindEmail })
	enough := d.next == nextEnough
	return []rule{
		{"an unknown policy shuts the door", known || d == decision{}},
		{"nobody is in without a first factor", password || instead || alone || !enough},
		{"the first factor comes first", !known || (password || instead || alone) == (d.next != nextFirst)},
		{"AAL2 needs both factors", d.level != AAL2 || alone || (password && second)},
		{"a mailbox in place of the password is never AAL2", !instead || alone || d.level != AAL2},
		{"nor anything where AAL2 is asked for", !instead || alone || !p.demandsAAL2() || d == decision{}},
		{"nor binds", !instead || d.next != nextBind},
		{"nor is asked for twice", !instead || alone || nothing || more || d == decision{}},
		{"a second code to one mailbox changes nothing", !instead || d == decide(p, b, without(ev, KindEmail), trusted)},
		{"after it, what is bound is asked for", !instead || alone || nothing || !enough || second || trusted},
		{"and is enough with it", !instead || alone || p.demandsAAL2() || !known || !more || enough == (second || trusted)},
		{"both factors are always enough", !known || !(alone || password && second && !nothing) || (enough && d.level == AAL2)},
		{"the policy aal2 gives nothing less", p != PolicyAAL2 || !enough || d.level == AAL2},
		{"the policy passkey takes nothing else", p != PolicyPasskey || !enough || provedPasskey(b, ev) && d.level == AAL2},
		{"what is bound is asked for", nothing || !enough || alone || second || trusted || mailed && !instead},
		{"a mailed code is no second factor", !enough || alone || second || trusted || nothing || d.level == AAL1},
		{"after a reset the password alone leads nowhere", !b.rebind || !nothing || link || !enough && d.next != nextBind},
		{"a reset's link lets nobody in", !b.rebind || !nothing || !enough},
		{"the link of a reset does nothing where there was none", b.rebind || !link || d == decide(p, b, without(ev, kindResetLink), trusted)},
		{"a trusted browser gives AAL1", !enough || alone || second || d.level == AAL1},
		{"nothing is bound first beside something bound", nothing || d.next != nextBind},
		{"an account that had an authenticator binds no first one", b.firstOpen || (b.rebind && link) || d.next != nextBind},
		{"a first one is bound only after the password", password || d.next != nextBind},
		{"optional asks nobody to bind", p != PolicyOptional || b.rebind || d.next != nextBind},
		{"required lets nobody in with nothing bound", p == PolicyOptional || !nothing || !enough},
		{"optional lets a password in where nothing is bound", p != PolicyOptional || !nothing || !password || b.rebind || enough},
		{"a level goes with enough and with nothing else", enough == (d.level != 0)},
	}
}

func provedPassword(ev []Evidence) bool { return proved(ev, KindPassword) }

func proved(ev []Evidence, kind Kind) bool {
	return slices.ContainsFunc(ev, func(e Evidence) bool { return e.Kind == kind })
}

func without(ev []Evidence, kind Kind) []Evidence {
	return slices.DeleteFunc(slices.Clone(ev), func(e Evidence) bool { return e.Kind == kind })
}

// provedPasskey: one of this account, whether or not it verified its user.
func provedPasskey(b bound, ev []Evidence) bool {
	return slices.ContainsFunc(ev, func(e Evidence) bool { return ofPasskey(b, e) })
}

// provedAlone: one that verified its user is both factors.
func provedAlone(b bound, ev []Evidence) bool {
	return slices.ContainsFunc(ev, func(e Evidence) bool { return e.UserVerified && ofPasskey(b, e) })
}

func ofPasskey(b bound, e Evidence) bool {
	return e.Kind == KindWebAuthn && slices.Contains(b.authenticators, boundAuthenticator{e.Authenticator, KindWebAuthn})
}

// provedSecond is the oracle's own reading of "a second factor of this account that reaches AAL2 and that the policy takes".
func provedSecond(p Policy, b bound, ev []Evidence) bool {
	if len(b.authenticators) == 0 || p == PolicyPasskey {
		return provedPasskey(b, ev)
	}
	return provedPasskey(b, ev) || slices.ContainsFunc(ev, func(e Evidence) bool {
		if e.Kind == KindRecoveryCode {
			return true
		}
		return (e.Kind == KindTOTP || e.Kind == KindSMS || e.Kind == KindPush) && slices.Contains(b.authenticators, boundAuthenticator{e.Authenticator, e.Kind})
	})
}

// provedMailed: a code to a mailbox that is bound, or a rescue code, which belongs to none.
func provedMailed(b bound, ev []Evidence) bool {
	return slices.ContainsFunc(ev, func(e Evidence) bool {
		return e == Evidence{Kind: KindEmail} || e.Kind == KindEmail && slices.Contains(b.authenticators, boundAuthenticator{e.Authenticator, KindEmail})
	})
}

// TestDecideIsMonotonic: more evidence never shuts a door, and a stricter policy never opens one.
func TestDecideIsMonotonic(t *testing.T) {
	stricter := map[Policy]Policy{PolicyOptional: PolicyRequired, PolicyRequired: PolicyAAL2, PolicyAAL2: PolicyPasskey}
	inEveryState(t, func(t *testing.T, p Policy, b bound, ev []Evidence, trusted bool) {
		d := decide(p, b, ev, trusted)
		if len(ev) > 0 {
			before := decide(p, b, ev[:len(ev)-1], trusted)
			if before.next == nextEnough && (d.next != nextEnough || d.level < before.level) {
				t.Fatalf("evidence %+v took away what %+v gave", ev[len(ev)-1], before)
			}
		}
		if q, ok := stricter[p]; ok && decide(q, b, ev, trusted).next == nextEnough && d.next != nextEnough {
			t.Fatalf("%q lets in whom %q does not: %+v %+v", q, p, b, ev)
		}
	})
}

func TestEffectivePolicy(t *testing.T) {
	tests := []struct {
		service, own Policy
		alone        bool
		want         Policy
	}{
		{PolicyOptional, "", true, PolicyOptional},
		{PolicyOptional, "", false, PolicyRequired}, // too short to stand alone
		{PolicyOptional, PolicyAAL2, false, PolicyAAL2},
		{PolicyRequired, PolicyOptional, true, PolicyOptional},
		{PolicyRequired, PolicyOptional, false, PolicyRequired},
		{PolicyAAL2, "", false, PolicyAAL2},
		{PolicyRequired, "nonsense", true, "nonsense"}, // and decide shuts the door
	}
	for _, tt := range tests {
		got := Rule{Policy: tt.service}.effective(State{Policy: tt.own, StandsAlone: tt.alone}, time.Time{})
		if got != tt.want {
			t.Errorf("effective(%q, own %q, alone %v) = %q, want %q", tt.service, tt.own, tt.alone, got, tt.want)
		}
	}
}

// TestZeroProofsPanic: a proof that the machine did not make is a defect, whatever is asked of it.
func TestZeroProofsPanic(t *testing.T) {
	uses := map[string]func(){
		"Login":           func() { Login{}.ExpiresAt() },
		"Login token":     func() { Login{}.NewToken() },
		"MustBind":        func() { MustBind{}.Login() },
		"Session":         func() { Session{}.AccountID() },
		"Session level":   func() { Session{}.Level() },
		"Elevated":        func() { Elevated{}.Session() },
		"MustBind owner":  func() { MustBind{}.owner() },
		"Elevated owner":  func() { Elevated{}.owner() },
		"Session groups":  func() { Session{}.Groups() },
		"BoundBrowser":    func() { BoundBrowser{}.record() },
		"Session elevate": func() { (&Machine{clock: &clock{}}).ElevatedFrom(Session{}) },
	}
	for name, use := range uses {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			use()
		})
	}
}
