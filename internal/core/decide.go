package core

import "slices"

// next is what a login still has to do. The zero value shuts the door.
type next int

const (
	nextRefuse next = iota // nothing that this person can do leads on
	nextFirst              // a first factor
	nextSecond             // a second factor, one of the offer
	nextBind               // bind a first authenticator
	nextEnough             // a session of the decision's level
)

// decision is what decide answers.
type decision struct {
	next  next
	level Level // with nextEnough
}

// bound is what stands behind an account besides its password.
type bound struct {
	authenticators []boundAuthenticator
	firstOpen      bool // nothing was ever bound
	rebind         bool // a reset removed what was bound; only the mailed link leads on
}

// boundAuthenticator has no word on whether it could answer now. One that is disabled, unreadable or of a
// kind no longer allowed counts as bound all the same: failing on purpose never opens a door.
type boundAuthenticator struct {
	id   string
	kind Kind
}

// decide derives the next step of a login. It is pure and total: the state of a login is its evidence,
// and there is no flag that could be wrong.
func decide(p Policy, b bound, evidence []Evidence, trustedBrowser bool) decision {
	if !p.Known() {
		return decision{}
	}
	if hasBoth(b, evidence) {
		return decision{next: nextEnough, level: AAL2}
	}
	if mailedFirst(evidence) {
		return decideMailed(p, b, evidence, trustedBrowser)
	}
	if !hasKind(evidence, KindPassword) {
		return decision{next: nextFirst}
	}
	if len(b.authenticators) == 0 {
		return decideUnbound(p, b, evidence)
	}
	if hasSecond(p, b, evidence) {
		return decision{next: nextEnough, level: AAL2}
	}
	// NIST SP 800-63B-4, 5.1 and 3.1.3.1: a remembered browser is not authentication and a mailbox no second
	// factor, so never AAL2.
	if (trustedBrowser || hasMailed(b, evidence)) && !p.demandsAAL2() {
		return decision{next: nextEnough, level: AAL1}
	}
	return decision{next: nextSecond}
}

// decideMailed decides for an account whose mailbox was proved in place of its password. It reaches AAL1 and no more, and
// binds nothing: whoever reads the mail is not to set up what keeps the owner out. A second code to the same mailbox proves
// nothing new, so that an account with nothing else bound needs its password.
func decideMailed(p Policy, b bound, evidence []Evidence, trustedBrowser bool) decision {
	switch {
	case p.demandsAAL2():
		return decision{}
	case len(b.authenticators) == 0 && p == PolicyOptional && !b.rebind:
		return decision{next: nextEnough, level: AAL1}
	case !b.hasMoreThanMailboxes():
		return decision{}
	case trustedBrowser || hasSecond(p, b, evidence):
		return decision{next: nextEnough, level: AAL1}
	}
	return decision{next: nextSecond}
}

// decideUnbound decides for an account with a proved password and nothing bound. An account that once
// had an authenticator may not be talked into a new first one by whoever holds the password.
func decideUnbound(p Policy, b bound, evidence []Evidence) decision {
	switch {
	case b.rebind && hasKind(evidence, kindResetLink):
		return decision{next: nextBind}
	case b.rebind:
		return decision{}
	case p == PolicyOptional:
		return decision{next: nextEnough, level: AAL1}
	case b.firstOpen:
		return decision{next: nextBind}
	default:
		return decision{}
	}
}

// hasBoth says whether the evidence holds a bound passkey that verified its user: something had, and something known or
// been (NIST SP 800-63B-4, 3.1.7). It satisfies every policy by itself.
func hasBoth(b bound, evidence []Evidence) bool {
	return slices.ContainsFunc(evidence, func(e Evidence) bool {
		return e.Kind == KindWebAuthn && e.UserVerified && b.has(e.Authenticator, KindWebAuthn)
	})
}

// hasSecond says whether the evidence holds a second factor that reaches AAL2 and is enough for a policy. Evidence of an
// authenticator counts only while that authenticator is bound.
func hasSecond(p Policy, b bound, evidence []Evidence) bool {
	for _, e := range evidence {
		if !e.Kind.reachesAAL2() || !e.Kind.enoughFor(p) {
			continue
		}
		if e.Kind == KindRecoveryCode || b.has(e.Authenticator, e.Kind) {
			return true
		}
	}
	return false
}

// hasMailed says whether a code that was mailed is among the evidence: to a bound mailbox, or in place of everything that
// is bound.
func hasMailed(b bound, evidence []Evidence) bool {
	for _, e := range evidence {
		if e.Kind == KindEmail && (e.Authenticator == "" || b.has(e.Authenticator, KindEmail)) {
			return true
		}
	}
	return false
}

func (b bound) hasMoreThanMailboxes() bool {
	return slices.ContainsFunc(b.authenticators, func(a boundAuthenticator) bool { return a.kind != KindEmail })
}

func (b bound) has(id string, kind Kind) bool {
	for _, a := range b.authenticators {
		if a.id == id && a.kind == kind {
			return true
		}
	}
	return false
}

func hasKind(evidence []Evidence, kind Kind) bool {
	for _, e := range evidence {
		if e.Kind == kind {
			return true
		}
	}
	return false
}
