package core

import (
	"context"
	"slices"
	"strings"
	"time"
)

// Rule is the service's policy: for whom it holds, and from when. The zero value is no policy.
type Rule struct {
	Policy Policy
	Groups []string  // when not empty, only their members have to; everybody else may
	From   time.Time // when not zero, nobody has to before
}

// chosen is the policy that somebody set for an account: its own before the service's. A new password is
// measured by it.
func (r Rule) chosen(s State, now time.Time) Policy {
	switch {
	case s.Policy != "":
		return s.Policy
	case !r.covers(s) || now.Before(r.From):
		return PolicyOptional
	}
	return r.Policy
}

// covers says whether the rule asks anything of the account, now or later. Capitals make no difference: a rule for "staff" that
// passed by "Staff" would ask nobody, without a word.
func (r Rule) covers(s State) bool {
	return len(r.Groups) == 0 || r.groupOf(s) != ""
}

// groupOf is the group of the account's that the rule is for; "" when there is none, or the rule is for everybody.
func (r Rule) groupOf(s State) string {
	asked := func(of string) bool {
		return slices.ContainsFunc(r.Groups, func(group string) bool { return strings.EqualFold(of, group) })
	}
	if at := slices.IndexFunc(s.Groups, asked); at >= 0 {
		return s.Groups[at]
	}
	return ""
}

// EmptyGroups are those groups of the service's policy that no account is in: misspelt, perhaps, so that nobody is asked. None
// before there is an account, and none where an application keeps them: which groups there are is its own.
func (m *Machine) EmptyGroups(ctx context.Context) (empty []string, err error) {
	if m.cfg.Directory != nil || len(m.cfg.Rule.Groups) == 0 {
		return nil, nil
	}
	if any, err := m.store.AnyAccount(ctx); err != nil || !any {
		return nil, err
	}
	for _, group := range m.cfg.Rule.Groups {
		there, err := m.store.AnyInGroup(ctx, group)
		if err != nil {
			return nil, err
		}
		if !there {
			empty = append(empty, group)
		}
	}
	return empty, nil
}

// effective is the policy that holds for an account: the chosen one, and never optional while its password
// is too short to sign in alone (NIST SP 800-63B-4, 3.1.1.2). Who wants passkeys alone gets no less.
func (r Rule) effective(s State, now time.Time) Policy {
	p := r.chosen(s, now)
	if s.PasskeysOnly {
		return PolicyPasskey
	}
	if p == PolicyOptional && !s.StandsAlone {
		return PolicyRequired
	}
	return p
}

// due is when the account will have to have a second factor; zero when it has to already, or never will. It is
// the same for everybody, so that no reset makes it later.
func (r Rule) due(s State, now time.Time) time.Time {
	if s.Policy != "" || r.Policy == PolicyOptional || !r.covers(s) || !now.Before(r.From) {
		return time.Time{}
	}
	return r.From
}
