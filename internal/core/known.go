package core

import (
	"crypto/subtle"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
)

// The known-browser cookie says that somebody signed in to an account with this browser before. It gives
// wrong passwords a lane of their own, and proves nothing else. Its form is
//
//	KEY.BROWSER.MAC[.MAC...]
//
// with a MAC for each of the last few accounts, so that it names none. Each is bound to [State.KnownGeneration]: when a
// password is shut or reset, a change of address undone, or the first address confirmed without a session, who signed in
// before may have been a thief.

// knownAccounts is how many accounts one browser is remembered for.
const knownAccounts = 5

type knownBrowser struct {
	key, id string
	macs    []string
}

func parseKnown(cookie string) (knownBrowser, bool) {
	parts := strings.Split(cookie, ".")
	if len(cookie) > 512 || len(parts) < 3 || len(parts) > 2+knownAccounts || slices.Contains(parts, "") {
		return knownBrowser{}, false
	}
	if len(parts[1]) != idLength {
		return knownBrowser{}, false
	}
	return knownBrowser{key: parts[0], id: parts[1], macs: parts[2:]}, true
}

// knownMAC is the proof that browser k signed in to account in that generation; "" when the key is gone.
func (m *Machine) knownMAC(k knownBrowser, account string, generation int64) string {
	of := [][]byte{[]byte(k.id), []byte(account)}
	if generation > 0 { // the first is that of cookies from before there were generations
		of = append(of, strconv.AppendInt(nil, generation, 10))
	}
	mac, err := m.cfg.Keys.MAC(k.key, "known_browser", of...)
	if err != nil || len(mac) < 16 {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(mac[:16])
}

func (m *Machine) knownIndex(k knownBrowser, account string, generation int64) int {
	want := m.knownMAC(k, account, generation)
	if want == "" {
		return -1
	}
	return slices.IndexFunc(k.macs, func(mac string) bool {
		return subtle.ConstantTimeCompare([]byte(mac), []byte(want)) == 1
	})
}

// knownLane is the lane of a browser that signed in to account before; "" for every other.
func (m *Machine) knownLane(c Caller, st State) string {
	k, ok := parseKnown(c.Known)
	if !ok || m.knownIndex(k, st.Account, st.KnownGeneration) < 0 {
		return ""
	}
	return "browser:" + k.id
}

// KnownCookie is what the browser that just signed in has to keep as its known-browser cookie.
func (m *Machine) KnownCookie(c Caller, s Session) string {
	k, ok := parseKnown(c.Known)
	if !ok || k.key != m.cfg.Keys.ActiveID() {
		k = knownBrowser{key: m.cfg.Keys.ActiveID(), id: newID()}
	}
	account, generation := s.AccountID(), s.record().generation
	if i := m.knownIndex(k, account, generation); i >= 0 {
		k.macs = slices.Delete(k.macs, i, i+1)
	}
	k.macs = append(k.macs, m.knownMAC(k, account, generation))
	k.macs = k.macs[max(0, len(k.macs)-knownAccounts):]
	return strings.Join(append([]string{k.key, k.id}, k.macs...), ".")
}
