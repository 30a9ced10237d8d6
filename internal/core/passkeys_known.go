package core

import "context"

// KnownPasskeys is what a browser may be told, so that passkeys that are no longer known vanish from its lists
// (WebAuthn L3, 5.1.10).
type KnownPasskeys struct {
	Host        string
	Handle      []byte
	Credentials [][]byte
}

// KnownPasskeys lists the passkeys of the account of s; nil where it never had one, and where there are none.
func (m *Machine) KnownPasskeys(ctx context.Context, s Session) (*KnownPasskeys, error) {
	if m.cfg.Passkeys == nil {
		return nil, nil
	}
	handle, err := m.store.UserHandle(ctx, s.AccountID(), nil)
	if err != nil || handle == nil {
		return nil, err
	}
	auths, err := m.store.Authenticators(ctx, s.AccountID())
	if err != nil {
		return nil, err
	}
	known := &KnownPasskeys{Host: m.cfg.Passkeys.Host(), Handle: handle}
	for _, a := range auths {
		if a.Kind != KindWebAuthn {
			continue
		}
		state := m.passkeyState(ctx, a)
		id, err := m.cfg.Passkeys.CredentialID(state)
		if err != nil {
			return nil, nil // whatever were said now, a browser would drop one that is still good
		}
		known.Credentials = append(known.Credentials, id)
	}
	return known, nil
}
