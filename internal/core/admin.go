package core

import "context"

// SetPolicy gives an account a policy of its own; "" makes the service's hold again. It is for
// administrators: it asks for no proof. CodeNotFound when there is no such account.
func (m *Machine) SetPolicy(ctx context.Context, account string, p Policy) error {
	if p != "" && !p.Known() {
		return invalid("policy", "policy.unknown")
	}
	return found(m.store.SetPolicy(ctx, account, p))
}

// SetGroups replaces the groups of an account, as its sessions show them from the next request on. It is
// for administrators: it asks for no proof. CodeNotFound when there is no such account.
func (m *Machine) SetGroups(ctx context.Context, account string, groups []string) error {
	return found(m.store.SetGroups(ctx, account, groups))
}

func found(there bool, err error) error {
	if err != nil {
		return err
	}
	if !there {
		return &Error{Code: CodeNotFound}
	}
	return nil
}

// Sweep deletes what is dead. Nothing depends on it but the size of the database.
func (m *Machine) Sweep(ctx context.Context) error { return m.store.Sweep(ctx, m.clock.Now()) }

// Ready says whether the machine can work: nil, or why not.
func (m *Machine) Ready(ctx context.Context) error { return m.store.Ready(ctx) }
