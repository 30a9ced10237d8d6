package core

import "context"

// BindToken binds a hardware token to an account, for an administrator who hands it over: it asks for no proof. Nobody has
// typed a code of it yet, so that its first ones count. The account's owner is told; every session ends, and recovery
// codes are made by who signs in with it. CodeNotFound when there is no such account.
func (m *Machine) BindToken(ctx context.Context, c Caller, account string, in NewAuthenticator) (_ Authenticator, err error) {
	now := m.clock.Now()
	defer func() { m.note(ctx, c, "authenticator.bound", account, err) }()
	if in.Kind = KindHOTP; in.URI == "" {
		return Authenticator{}, invalid("uri", "uri.no_token") // nobody would see one that was made
	}
	d, err := m.draft(ctx, account, in)
	if err != nil {
		return Authenticator{}, err
	}
	a := Authenticator{
		ID: newID(), Account: account, Kind: in.Kind, Label: d.label, SecretID: d.secret, LastStep: d.lastStep, CreatedAt: now,
	}
	err = m.settle(ctx, account, now, func(tx Tx, _ State) error {
		_, err := tx.BumpEpoch(account)
		return firstErr(err,
			tx.InsertAuthenticator(a), tx.CloseFirstBinding(account), tx.EndSessions(account, ""),
			tx.InsertEvent(event("authenticator.bound", c, account, a.ID, now)),
			m.post(tx, aboutAuthenticator(MailBound, c, a, now)))
	})
	if err != nil {
		m.forgetSecrets(ctx, account, []string{a.SecretID})
		return Authenticator{}, noAccount(err)
	}
	return a, nil
}
