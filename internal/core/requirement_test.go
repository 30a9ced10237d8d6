package core

import (
	"testing"
	"time"
)

// What an operator is told of an account is what its next sign-in meets.
func TestRequirementSaysWhy(t *testing.T) {
	date := time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC)
	staff := Rule{Policy: PolicyRequired, Groups: []string{"staff"}}
	dated := Rule{Policy: PolicyAAL2, Groups: []string{"ops", "staff"}, From: date}
	long := State{StandsAlone: true}
	tests := map[string]struct {
		rule  Rule
		state func(*State)
		at    time.Time
		want  Requirement
	}{
		"for everybody":      {rule: Rule{Policy: PolicyRequired}, want: Requirement{Policy: PolicyRequired, Cause: CauseService}},
		"a member":           {rule: staff, state: inGroups("web", "Staff"), want: Requirement{Policy: PolicyRequired, Cause: CauseService, Group: "Staff"}},
		"no member":          {rule: staff, state: inGroups("web"), want: Requirement{Policy: PolicyOptional, Cause: CauseOutside}},
		"before the date":    {rule: dated, state: inGroups("staff"), at: date.Add(-1), want: Requirement{Policy: PolicyOptional, Cause: CauseLater, Group: "staff", From: date, Later: PolicyAAL2}},
		"from the date on":   {rule: dated, state: inGroups("staff"), at: date, want: Requirement{Policy: PolicyAAL2, Cause: CauseService, Group: "staff"}},
		"its own":            {rule: dated, state: func(s *State) { inGroups("staff")(s); s.Policy = PolicyOptional }, want: Requirement{Policy: PolicyOptional, Cause: CauseAccount}},
		"a short password":   {rule: Rule{Policy: PolicyOptional}, state: func(s *State) { s.StandsAlone = false }, want: Requirement{Policy: PolicyRequired, Cause: CausePassword}},
		"passkeys alone":     {rule: staff, state: func(s *State) { s.PasskeysOnly = true }, want: Requirement{Policy: PolicyPasskey, Cause: CausePasskeys}},
		"short, and a date":  {rule: dated, state: func(s *State) { inGroups("ops")(s); s.StandsAlone = false }, at: date.Add(-1), want: Requirement{Policy: PolicyRequired, Cause: CausePassword, Group: "ops", From: date, Later: PolicyAAL2}},
		"a rule for nothing": {rule: Rule{Policy: PolicyOptional}, want: Requirement{Policy: PolicyOptional, Cause: CauseService}},
	}
	for name, test := range tests {
		s := long
		if test.state != nil {
			test.state(&s)
		}
		if got := test.rule.requirement(s, test.at); got != test.want {
			t.Errorf("%s: %+v, want %+v", name, got, test.want)
		}
	}
}

func inGroups(groups ...string) func(*State) { return func(s *State) { s.Groups = groups } }
