package main

import (
	"context"
	"fmt"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/sallyport/sallyport/internal/core"
)

func accountPolicyCommand() *cli.Command {
	return &cli.Command{
		Name:      "policy",
		Usage:     "show or set what one account has to prove",
		ArgsUsage: "NAME [POLICY]",
		Description: "Example: sallyport account policy ann aal2\n\n" +
			"Without POLICY it prints the one that the account has, and what it has to prove by that, by its groups and by the\n" +
			"settings. POLICY is\n" +
			"  optional   a second factor is asked for where one is set up\n" +
			"  required   some second factor has to be set up and used\n" +
			"  aal2       one has to be that reaches AAL2: codes by email do not\n" +
			"  passkey    it has to be a passkey or security key\n" +
			"  service    what the settings say for everybody: the account has no policy of its own\n" +
			"Another than service goes before the settings second_factor, second_factor_groups and second_factor_from.\n\n" +
			accountNamed,
		Flags:  settingFlags(jsonFlag()),
		Action: changingUpTo(1, 2, accountPolicy),
	}
}

// servicePolicy stands for having none of one's own.
const servicePolicy = "service"

func policyName(p core.Policy) string {
	if p == "" {
		return servicePolicy
	}
	return string(p)
}

func accountPolicy(ctx context.Context, d desk) error {
	if d.Args().Len() == 1 {
		return d.showPolicy(ctx)
	}
	p := core.Policy(d.Args().Get(1))
	if p == servicePolicy {
		p = ""
	} else if !p.Known() {
		return usageError{fmt.Errorf("there is no policy %q: use optional, required, aal2, passkey or service", string(p))}
	}
	a, err := d.named(ctx)
	if err != nil {
		return err
	}
	if err := d.house.Machine.SetPolicy(ctx, d.caller(), a.ID, p); err != nil {
		return err
	}
	return d.sayAccount(ctx, a.ID, "the policy of %s is %s", a.Account.Shown(), policyName(p))
}

// required is an account with what it has to prove, as --json prints it.
type required struct {
	account
	Holds holding `json:"holds"`
}

// holding is a policy that holds, and the one that comes after it.
type holding struct {
	Policy string     `json:"policy"`
	Cause  string     `json:"cause"`           // service, account, outside, later, password or passkeys_only
	Group  string     `json:"group,omitempty"` // that brings it under the service's
	From   *time.Time `json:"from,omitempty"`  // when Later begins to hold
	Later  string     `json:"later,omitempty"`
}

func (d desk) showPolicy(ctx context.Context) error {
	a, err := d.named(ctx)
	if err != nil {
		return err
	}
	r, err := d.house.Machine.Requirement(ctx, a.ID)
	if err != nil {
		return err
	}
	out := required{accountOf(a), holding{string(r.Policy), string(r.Cause), r.Group, moment(r.From), string(r.Later)}}
	own := fmt.Sprintf("the policy of %s is %s", a.Account.Shown(), a.Policy)
	if a.Policy == "" {
		own = a.Account.Shown() + " has no policy of its own: what holds is the service's (second_factor and the settings beside it)"
	}
	return d.say(out, "%s\nso that now: %s", own, holds(r))
}

// holds says what an account has to prove, why, and from when on what else.
func holds(r core.Requirement) string {
	text := string(r.Policy) + ", " + because(r)
	if r.From.IsZero() {
		return text
	}
	return text + fmt.Sprintf("\nand %s from %s UTC on%s", r.Later, stamp(r.From), asMember(r))
}

func because(r core.Requirement) string {
	switch r.Cause {
	case core.CauseAccount:
		return "as its own policy says"
	case core.CauseOutside:
		return "since it is in none of second_factor_groups"
	case core.CauseLater:
		return "until second_factor_from"
	case core.CausePassword:
		return "since its password is too short to sign in alone"
	case core.CausePasskeys:
		return "since its owner wants passkeys alone"
	case core.CauseService:
		if r.Group == "" {
			return "as for everybody"
		}
	}
	return "as second_factor says" + asMember(r)
}

func asMember(r core.Requirement) string {
	if r.Group == "" {
		return ""
	}
	return ", as a member of " + r.Group
}
