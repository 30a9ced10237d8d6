package core

import (
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
)

// MaxPassword is the most bytes a password may have: length is no weapon.
const MaxPassword = 1024

// proof is what one successful comparison hands to settle: what to consume, and which counters to clear
// or to give back once it was.
type proof struct {
	evidence Evidence
	first    []Evidence // what was proved with it and comes before
	trusted  *trusted   // the trusted browser that a password came from
	trust    bool       // trust this browser from now on
	consume  func(Tx) (bool, error)
	spent    *Error // when another request consumed it first
	clear    []Counter
	giveBack []Counter
	rehash   string // the password hash made anew, when the parameters were raised
	alone    bool   // with rehash: the password is long enough to sign in alone
}

type passwordProof struct {
	account  Account
	state    State
	outdated bool // the hash was made with other parameters than today's
	proof    proof
}

// provePassword reserves and compares. It does the same for an account that does not exist.
func (m *Machine) provePassword(ctx context.Context, c Caller, name Name, password string, now time.Time) (passwordProof, error) {
	if err := checkPasswordInput("password", password); err != nil {
		return passwordProof{}, err
	}
	found, err := m.store.FindAccounts(ctx, name)
	if err != nil {
		return passwordProof{}, err
	}
	lanes, err := m.reserveLanes(ctx, c, name, found, now)
	if err != nil {
		return passwordProof{}, err
	}
	hit, outdated, err := m.compareAll(ctx, name, lanes, password)
	if err != nil {
		return passwordProof{}, m.notCompared(ctx, countersOf(lanes, -1), now, err)
	}
	if hit < 0 || lanes[hit].found.State.Disabled {
		return passwordProof{}, m.wrongPassword(ctx, c, lanes, hit, now)
	}
	// Those after the hit were not compared. Those before were, and it was wrong for them: a guess at somebody else's
	// password must not be free for who has an account with the same address.
	p := proof{
		evidence: Evidence{Kind: KindPassword, At: now, Failures: lanes[hit].failures - 1},
		clear:    []Counter{lanes[hit].counter}, giveBack: countersOf(lanes[hit+1:], -1),
	}
	who := lanes[hit].found
	return passwordProof{account: who.Account, state: who.State, outdated: outdated, proof: p}, nil
}

// lane is one account that a name may mean, and the counter that the attempt was counted on.
type lane struct {
	found    *Found // nil: nobody has that name
	counter  Counter
	failures int
}

// reserveLanes counts the attempt for each account that may be meant. One whose counter is delayed is not
// compared; when that is every one, the attempt is refused.
func (m *Machine) reserveLanes(ctx context.Context, c Caller, name Name, found []Found, now time.Time) ([]lane, error) {
	lanes, err := m.lanes(ctx, c, name, found, now)
	if err != nil {
		return nil, err
	}
	rs, err := m.store.Reserve(ctx, countersOf(lanes, -1), now)
	if err != nil {
		return nil, err
	}
	var granted []lane
	for i, r := range rs {
		if r.Granted {
			lanes[i].failures = r.Failures
			granted = append(granted, lanes[i])
		}
	}
	if len(granted) == 0 {
		return nil, refusal(rs)
	}
	return granted, nil
}

// lanes chooses the counters: an unknown name's, a stranger's, or that of a browser that signed in to this
// account before.
func (m *Machine) lanes(ctx context.Context, c Caller, name Name, found []Found, now time.Time) ([]lane, error) {
	var out []lane
	known := false
	for i := range found {
		id := found[i].Account.ID
		own := m.knownLane(c, found[i].State)
		known = known || own != ""
		out = append(out, lane{found: &found[i], counter: passwordCounter(id, own)})
	}
	if !known {
		if err := m.checkAddress(ctx, c, now); err != nil {
			return nil, err
		}
	}
	return m.padded(name, out)
}

// maxMeant is how many accounts a name may mean: an address two, a username one. In a directory it means one.
func (m *Machine) maxMeant(n Name) int {
	if n.IsEmail && m.cfg.Directory == nil {
		return 2
	}
	return 1
}

// padded adds lanes of the name's own, so that delays come after as many attempts whoever has it.
func (m *Machine) padded(name Name, lanes []lane) ([]lane, error) {
	for i := len(lanes); i < m.maxMeant(name); i++ {
		hash, err := m.keyed("name", strconv.Itoa(i)+" "+name.Key)
		if err != nil {
			return nil, err
		}
		lanes = append(lanes, lane{counter: nameCounter(hash)})
	}
	return lanes, nil
}

// keyed is a hash of text that the database alone is not enough to guess from.
func (m *Machine) keyed(purpose, text string) (string, error) {
	hash, err := m.cfg.Keys.MAC(m.cfg.Keys.ActiveID(), purpose, []byte(text))
	return hex.EncodeToString(hash), err
}

func countersOf(lanes []lane, except int) []Counter {
	var out []Counter
	for i := range lanes {
		if i != except {
			out = append(out, lanes[i].counter)
		}
	}
	return out
}

// compareAll compares the password with each lane until one matches, and does as much work when there are
// fewer: an address may belong to two accounts, a username to one.
func (m *Machine) compareAll(ctx context.Context, name Name, lanes []lane, password string) (hit int, outdated bool, err error) {
	for i := range m.maxMeant(name) {
		var found *Found
		if i < len(lanes) {
			found = lanes[i].found
		}
		matches, outdated, err := m.compare(ctx, found, password)
		if err != nil {
			return -1, false, err
		}
		if matches {
			return i, outdated, nil
		}
	}
	return -1, false, nil
}

// wrongPassword is the answer to a password that opens nothing. A disabled account says so in the log alone.
func (m *Machine) wrongPassword(ctx context.Context, c Caller, lanes []lane, hit int, now time.Time) error {
	e := wrong("unknown account")
	for i, l := range lanes {
		if l.found == nil {
			continue
		}
		e.Reason = "wrong password"
		if i == hit {
			e.Reason = "disabled"
		}
		m.refused(c, "login.password", l.found.Account.ID, e)
	}
	return m.failed(ctx, c, now, e)
}

// failed counts a wrong response under the client's address, whichever factor it was of, and passes err on.
func (m *Machine) failed(ctx context.Context, c Caller, now time.Time, err error) error {
	ctx, done := afterwards(ctx)
	defer done()
	if counting := m.countAddress(ctx, c, now); counting != nil {
		m.cfg.Log.ErrorContext(ctx, "a failure was not counted under the client's address", "error", counting)
	}
	return err
}

// afterwards is the time for what has to be written once something was compared: a client that hangs up must not get
// out of it.
func afterwards(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
}

// notCompared gives the reservation back when the queue was full: nothing was compared, and an overload must not
// become a delay for who typed the right password.
func (m *Machine) notCompared(ctx context.Context, counters []Counter, now time.Time, err error) error {
	var full *Error
	if !errors.As(err, &full) || full.Code != CodeUnavailable {
		return err
	}
	return m.returned(ctx, counters, now, full)
}

// rehash makes the stored hash anew once the sign-in is otherwise settled: earlier its time would tell that the
// password was right.
func (m *Machine) rehash(ctx context.Context, p *proof, first passwordProof, password string) error {
	if !first.outdated {
		return nil
	}
	var err error
	p.rehash, err = m.cfg.Passwords.Hash(ctx, []byte(password))
	p.alone = m.cfg.Passwords.Length([]byte(password)) >= minPasswordAlone // not known of one that came from another system
	return overloaded(err)
}

// reserveOne counts the attempt on one counter.
func (m *Machine) reserveOne(ctx context.Context, counter Counter, now time.Time) (Reservation, error) {
	rs, err := m.store.Reserve(ctx, []Counter{counter}, now)
	if err != nil {
		return Reservation{}, err
	}
	if len(rs) != 1 || !rs[0].Granted {
		return Reservation{}, refusal(rs)
	}
	return rs[0], nil
}

func (m *Machine) compare(ctx context.Context, found *Found, password string) (matches, outdated bool, err error) {
	if m.cfg.Directory != nil {
		return m.compareElsewhere(ctx, found, password)
	}
	if found == nil || found.PasswordHash == "" {
		return false, false, overloaded(m.cfg.Passwords.VerifyDummy(ctx, []byte(password)))
	}
	matches, outdated, err = m.cfg.Passwords.Verify(ctx, found.PasswordHash, []byte(password))
	return matches, outdated, overloaded(err)
}

// compareElsewhere asks the directory, for nobody, too; what is nobody's matches nothing, whatever it says. An error of its own
// stays counted: it may be how an application says that a password is wrong, and what was compared all the same must not be
// free.
func (m *Machine) compareElsewhere(ctx context.Context, found *Found, password string) (matches, outdated bool, err error) {
	id := ""
	if found != nil {
		id = found.Account.ID
	}
	matches, err = m.cfg.Directory.CheckPassword(ctx, id, password)
	return matches && id != "" && err == nil, false, err
}

// overloaded turns the refusal of a full hashing queue into the error for the client.
func overloaded(err error) error {
	var full interface{ RetryAfter() time.Duration }
	if errors.As(err, &full) {
		return &Error{Code: CodeUnavailable, RetryAfter: full.RetryAfter(), Reason: "password hashing is at its limit"}
	}
	return err
}

func checkPasswordInput(field, password string) error {
	if password == "" {
		return invalid(field, "password.missing")
	}
	if len(password) > MaxPassword {
		return invalid(field, "password.too_long", MaxPassword)
	}
	return nil
}

// asked is whose second factor is asked for, and where: codes that were sent are good for their owner alone.
type asked struct {
	account, owner string // the owner is a login, or a session
	epoch          int64
	inLogin        bool
	action         string // what a session's holder is asked for; "" for elevation
	caller         Caller
}

func (l *loginRecord) asked(c Caller) asked {
	return asked{account: l.row.Account, owner: l.row.ID, epoch: l.row.Epoch, inLogin: true, caller: c}
}

func (s *sessionRecord) asked(c Caller) asked {
	return asked{account: s.row.Account, owner: s.row.ID, epoch: s.row.Epoch, caller: c}
}

// proveSecond reserves and compares a second factor of an account whose first was proved. A kind that is not enough for
// the account's policy is not compared: nobody is talked down.
func (m *Machine) proveSecond(ctx context.Context, a asked, r Response, now time.Time) (proof, error) {
	if r.Kind == KindWebAuthn && m.cfg.Passkeys != nil {
		return m.provePasskey(ctx, a, r, now)
	}
	if err := m.codesAreEnough(ctx, a.account, now); err != nil {
		return proof{}, err
	}
	if r.Kind == KindPush && m.cfg.Approvals != nil {
		return m.provePush(ctx, a, r, now)
	}
	if code, err := m.cfg.Lookup.Canonical(r.Value); err == nil && (r.Authenticator == "" || !allDigits(code)) {
		switch {
		case r.Kind == "" || r.Kind == KindRecoveryCode:
			return m.proveLookupSecret(ctx, a, code, now)
		case r.Kind == KindEmail && m.cfg.RescueCode && a.inLogin:
			return m.proveRescueCode(ctx, a, code, now)
		}
	}
	if code, err := m.broughtCode(ctx, a, r); code != "" || err != nil {
		if err != nil {
			return proof{}, err
		}
		return m.proveLookupSecret(ctx, a, code, now)
	}
	if r.Kind == KindRecoveryCode {
		return proof{}, invalid("response", "recovery.shape")
	}
	values, err := m.canonical(r)
	if err != nil {
		return proof{}, err
	}
	return m.proveAuthenticator(ctx, a, values, r.Authenticator, now)
}

// broughtCode reads a recovery code that another system made; "" where the response is none. One without a letter, as
// one in three hundred is, could be two codes of a token in a row: for who has a token it is one only by its kind.
func (m *Machine) broughtCode(ctx context.Context, a asked, r Response) (string, error) {
	code, err := m.cfg.Lookup.CanonicalBrought(r.Value)
	if err != nil || (r.Kind != "" && r.Kind != KindRecoveryCode) {
		return "", nil
	}
	if r.Kind == KindRecoveryCode || !allDigits(code) {
		return code, nil
	}
	auths, err := m.store.Authenticators(ctx, a.account)
	if err != nil || slices.ContainsFunc(auths, func(a Authenticator) bool { return a.Kind == KindHOTP }) {
		return "", err
	}
	return code, nil
}

// codesAreEnough refuses every code where only what resists phishing is enough.
func (m *Machine) codesAreEnough(ctx context.Context, account string, now time.Time) error {
	st, err := m.store.State(ctx, account)
	if err != nil || st == nil {
		return firstErr(err, &Error{Code: CodeLoginExpired, Reason: "the account is gone"})
	}
	if m.cfg.Rule.effective(*st, now) == PolicyPasskey {
		return wrongState("passkey.only")
	}
	return nil
}

// allDigits says whether what could be a recovery code could be two long codes of a token in a row, too. Recovery codes
// without a letter are one in a hundred million.
func allDigits(code string) bool {
	return !strings.ContainsFunc(code, func(r rune) bool { return r < '0' || r > '9' })
}

// canonical reads a typed response in the form of each kind that it may be of. What can't be one costs no attempt.
func (m *Machine) canonical(r Response) (map[Kind]string, error) {
	values, known := map[Kind]string{}, r.Kind == "" || r.Kind == KindEmail && m.cfg.RescueCode
	read := func(kind Kind, canonical func(string) (string, error)) {
		if r.Kind != "" && r.Kind != kind {
			return
		}
		known = true
		if v, err := canonical(r.Value); err == nil {
			values[kind] = v
		}
	}
	for kind, b := range m.binders {
		read(kind, b.Canonical)
	}
	for kind, s := range m.messengers {
		read(kind, s.Canonical)
	}
	switch {
	case !known:
		return nil, unknownKind(m.answerable())
	case len(values) == 0 && r.Kind == KindEmail && m.cfg.RescueCode:
		return nil, invalid("response", "recovery.shape")
	case len(values) == 0:
		return nil, shapeless(m.digits())
	}
	return values, nil
}
