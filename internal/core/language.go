package core

import (
	"context"
	"slices"
	"strings"
)

// SetLanguage has the pages of an account, and the messages to it, in another language. It changes nothing that security rests
// on; but whoever is signed in as somebody could hide notices in it, so that it stands among the events. CodeInvalid where
// [Config.Languages] has no such tag.
func (m *Machine) SetLanguage(ctx context.Context, c Caller, s Session, tag string) (err error) {
	account, now := s.AccountID(), m.clock.Now()
	defer func() { m.note(ctx, c, "account.language_set", account, err) }()
	if !slices.Contains(m.cfg.Languages, tag) {
		return invalid("language", "language.unknown", strings.Join(m.cfg.Languages, ", "))
	}
	return m.settle(ctx, account, now, func(tx Tx, st State) error {
		if st.Language == tag {
			return nil
		}
		e := event("account.language_set", c, account, "", now)
		e.Session, e.Detail = s.ID(), tag
		return firstErr(tx.SetLanguage(account, tag), tx.InsertEvent(e))
	})
}

// ChooseLanguage is [Machine.SetLanguage] for whoever is signed in with the token that the caller holds, and nothing to anybody
// else: they choose for their browser alone.
func (m *Machine) ChooseLanguage(ctx context.Context, c Caller, tag string) error {
	if !slices.Contains(m.cfg.Languages, tag) {
		return invalid("language", "language.unknown", strings.Join(m.cfg.Languages, ", "))
	}
	s, err := m.SessionFrom(ctx, c.Transport, c.Replaces)
	if IsCode(err, CodeNotSignedIn) {
		return nil
	}
	if err != nil {
		return err
	}
	return m.SetLanguage(ctx, c, s, tag)
}

// Languages are the tags that an account's language may have.
func (m *Machine) Languages() []string { return slices.Clone(m.cfg.Languages) }

// language is the one that the caller asks for, where there is it; "" otherwise.
func (m *Machine) language(c Caller) string {
	if slices.Contains(m.cfg.Languages, c.Language) {
		return c.Language
	}
	return ""
}

// takeLanguage gives an account without a language the one of its first sign-in. Later ones change nothing: a browser that is
// not its owner's own would decide what their messages are written in.
func (m *Machine) takeLanguage(tx Tx, c Caller, st State, rec *sessionRecord) error {
	tag := m.language(c)
	if st.Language != "" || tag == "" {
		return nil
	}
	rec.language = tag
	return tx.SetLanguage(st.Account, tag)
}

// languageOf is what a message is written in: the language of the account that it goes to, or where there is none, that of who
// asked. What an account's owner is told is never in the language of a stranger's browser, nor what support is asked in that of
// who asks.
func (m *Machine) languageOf(ctx context.Context, msg Message) (string, error) {
	switch {
	case msg.Kind == MailHelp:
		return "", nil
	case msg.Account == "":
		return msg.Language, nil
	}
	st, err := m.store.State(ctx, msg.Account)
	if err != nil || st == nil {
		return msg.Language, err // the account is gone: the one that it had
	}
	return st.Language, nil
}
