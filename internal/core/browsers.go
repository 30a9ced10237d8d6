package core

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"strconv"
	"strings"
	"time"
)

// A trusted browser skips the second step of a sign-in: never the password, never a reauthentication, and what it
// gives is AAL1. Its cookie is ID.TOKEN, and the token changes with each use. A token that was replaced before is a
// copy: somebody else has this cookie too, so that the browser is trusted no more.

const (
	maxBrowsers = 20
	// rotationGrace is how long the token before stays good: answers get lost.
	rotationGrace = 30 * time.Second
)

// browserToken is the token of one generation. It is made from the key, so that an answer that was lost can be
// given once more; the database has only its hash.
func (m *Machine) browserToken(b BrowserRow) (string, error) {
	mac, err := m.cfg.Keys.MAC(b.KeyID, "trusted_browser", []byte(b.ID), []byte(b.Account),
		strconv.AppendInt(nil, b.Generation, 10), strconv.AppendInt(nil, b.CreatedAt.UnixMilli(), 10))
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(mac), nil
}

func hashBrowserToken(id, token string) []byte {
	h := sha256.Sum256([]byte("browser\x00" + id + "\x00" + token))
	return h[:]
}

// trusted is a trusted browser that a sign-in came from: what its row was, and what it becomes.
type trusted struct {
	readWith []byte // nil: an answer was lost, and the row stays as it is
	row      BrowserRow
	cookie   string
}

// trustedBrowser is the trusted browser whose cookie the caller sent, after the account's password was proved; nil
// when there is none. A stolen one ends here.
func (m *Machine) trustedBrowser(ctx context.Context, c Caller, st State, now time.Time) (*trusted, error) {
	id, token, _ := strings.Cut(c.Browser, ".")
	if m.cfg.TrustBrowserFor == 0 || c.Transport != TransportCookie || len(id) != idLength || token == "" || len(token) > maxToken {
		return nil, nil
	}
	row, err := m.store.Browser(ctx, st.Account, id)
	if err != nil || row == nil {
		return nil, err
	}
	if row.Epoch != st.Epoch || !now.Before(row.ExpiresAt) || fromTheFuture(row.CreatedAt, now) {
		return nil, nil
	}
	hash := hashBrowserToken(id, token)
	switch {
	case subtle.ConstantTimeCompare(hash, row.TokenHash) == 1:
		return m.rotated(c, *row, now)
	case subtle.ConstantTimeCompare(hash, row.PreviousHash) == 1 && now.Before(row.RotatedAt.Add(rotationGrace)):
		again, err := m.browserToken(*row)
		if err != nil {
			return nil, nil // the key is gone: the second step is asked for
		}
		return &trusted{row: *row, cookie: id + "." + again}, nil
	}
	return nil, m.stolenBrowser(ctx, c, *row, now)
}

// rotated gives a browser its next token.
func (m *Machine) rotated(c Caller, row BrowserRow, now time.Time) (*trusted, error) {
	t := &trusted{readWith: row.TokenHash, row: row}
	t.row.KeyID, t.row.Generation = m.cfg.Keys.ActiveID(), row.Generation+1
	t.row.PreviousHash, t.row.RotatedAt, t.row.LastUsedAt = row.TokenHash, now, now
	t.row.Address, t.row.UserAgent = c.Address, c.UserAgent
	token, err := m.browserToken(t.row)
	if err != nil {
		return nil, err
	}
	t.row.TokenHash, t.cookie = hashBrowserToken(row.ID, token), row.ID+"."+token
	return t, nil
}

// use rotates the token, inside the settling transaction; false when the browser is trusted no more. A request that
// came right beside this one with the same token has made the same successor.
func (t *trusted) use(tx Tx) (bool, error) {
	if t.readWith != nil {
		if rotated, err := tx.RotateBrowser(t.readWith, t.row); rotated || err != nil {
			return rotated, err
		}
	}
	return tx.RotateBrowser(t.row.TokenHash, t.row)
}

func (m *Machine) stolenBrowser(ctx context.Context, c Caller, row BrowserRow, now time.Time) error {
	return m.settle(ctx, row.Account, now, func(tx Tx, _ State) error {
		ended, err := tx.DeleteBrowser(row.Account, row.ID)
		if err != nil || !ended {
			return err
		}
		return firstErr(
			tx.InsertEvent(event("browser.stolen", c, row.Account, "", now)),
			m.post(tx, about(MailBrowserStolen, c, row.Account, now)))
	})
}

// trustThis makes the caller's browser a trusted one, and returns its cookie.
func (m *Machine) trustThis(tx Tx, c Caller, st State, now time.Time) (string, time.Time, error) {
	row := BrowserRow{
		ID: newID(), Account: st.Account, Epoch: st.Epoch, KeyID: m.cfg.Keys.ActiveID(), Generation: 1,
		CreatedAt: now, LastUsedAt: now, ExpiresAt: now.Add(m.cfg.TrustBrowserFor),
		Address: c.Address, UserAgent: c.UserAgent,
	}
	token, err := m.browserToken(row)
	if err != nil {
		return "", time.Time{}, err
	}
	row.TokenHash = hashBrowserToken(row.ID, token)
	return row.ID + "." + token, row.ExpiresAt, firstErr(
		tx.InsertBrowser(row, maxBrowsers),
		tx.InsertEvent(event("browser.trusted", c, st.Account, "", now)))
}

// BrowserInfo is one line of the list of trusted browsers.
type BrowserInfo struct {
	ID                               string
	Address, UserAgent               string
	CreatedAt, LastUsedAt, ExpiresAt time.Time
}

// Browsers lists the browsers that are trusted now, the latest used first.
func (m *Machine) Browsers(ctx context.Context, s Session) ([]BrowserInfo, error) {
	rows, err := m.store.Browsers(ctx, s.AccountID())
	if err != nil {
		return nil, err
	}
	now := m.clock.Now()
	out := []BrowserInfo{}
	for _, b := range rows {
		if b.Epoch != s.record().row.Epoch || !now.Before(b.ExpiresAt) {
			continue
		}
		out = append(out, BrowserInfo{
			ID: b.ID, Address: b.Address, UserAgent: b.UserAgent,
			CreatedAt: b.CreatedAt, LastUsedAt: b.LastUsedAt, ExpiresAt: b.ExpiresAt,
		})
	}
	return out, nil
}

// EndBrowser makes a browser trusted no more; CodeNotFound when there is none of that id.
func (m *Machine) EndBrowser(ctx context.Context, c Caller, s Session, id string) (err error) {
	account, now := s.AccountID(), m.clock.Now()
	defer func() { m.note(ctx, c, "browser.ended", account, err) }()
	return m.settle(ctx, account, now, func(tx Tx, _ State) error {
		ended, err := tx.DeleteBrowser(account, id)
		if err != nil {
			return err
		}
		if !ended {
			return &Error{Code: CodeNotFound}
		}
		return tx.InsertEvent(event("browser.ended", c, account, "", now))
	})
}

// trustFor is how long a browser of the account may be trusted: not at all where only AAL2 is enough.
func (m *Machine) trustFor(st State, now time.Time) time.Duration {
	if m.cfg.Rule.effective(st, now).demandsAAL2() {
		return 0
	}
	return m.cfg.TrustBrowserFor
}

// TrustBrowserFor is how long a browser may be trusted; 0 when none is.
func (m *Machine) TrustBrowserFor() time.Duration { return m.cfg.TrustBrowserFor }
