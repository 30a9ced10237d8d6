// Package storetest is the conformance suite of [core.Store]: what core relies on, told as tests, races included.
//
// Call [Run] from a test of the implementation. [Postgres] gives a test a PostgreSQL schema of its own. The package is
// for tests only; it knows nothing of how a store works inside and asks for nothing but the interface.
package storetest

import (
	"context"
	"crypto/sha256"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/seal"
)

// Backend is a store together with its outbox and its place for sealed secrets.
type Backend interface {
	core.Store
	deliver.Outbox
	seal.Blobs
}

// Open makes n independent backends on one new and empty database that has its schema, as n replicas of a server would
// have them. They wait patiently, take the time of new secrets from now, and end with the test.
type Open func(t *testing.T, n int, now func() time.Time) []Backend

// Run runs the suite.
func Run(t *testing.T, open Open) {
	for name, test := range map[string]func(*house){
		"Register": testRegister, "NameTaken": testNameTaken, "State": testState,
		"Password": testPassword, "PasswordExposed": testPasswordExposed, "AccountInTx": testAccountInTx, "SignIns": testSignIns, "SignInsSince": testSignInsSince, "ForgetClients": testForgetClients, "Language": testLanguage, "UnknownIsNoError": testUnknown, "HostileText": testHostileText,
		"SettleRollsBack": testSettleRollsBack, "Epoch": testEpoch, "Events": testEvents,
		"Reserve": testReserve, "Counts": testCounts, "ReserveCap": testReserveCap, "ReserveSeveral": testReserveSeveral, "Return": testReturn,
		"Clear": testClear, "CountersModel": testCountersModel, "Limits": testLimits,
		"Logins": testLogins, "Sessions": testSessions, "TouchSession": testTouchSession, "UpdateSession": testUpdateSession, "SessionsAreBounded": testSessionsAreBounded,
		"Authenticators": testAuthenticators, "AuthenticatorCounter": testAuthenticatorCounter,
		"ConsumeStep": testConsumeStep, "TellDrift": testTellDrift, "Window": testWindow, "RaceWindow": testRaceWindow, "RenewBinding": testRenewBinding, "RaceRenew": testRaceRenew, "Bindings": testBindings, "BindingsThatAreDead": testBindingsThatAreDead,
		"BindingsOfOneOwner": testBindingsOfOneOwner,
		"RecoveryCodes":      testRecoveryCodes, "RecoveryReplace": testRecoveryReplace, "RecoveryDrop": testRecoveryDrop,
		"Secrets": testSecrets, "Sweep": testSweep, "SweepSecrets": testSweepSecrets, "SweepMany": testSweepMany,
		"FindByEmail": testFindByEmail, "FindConfirmed": testFindConfirmed, "LookAlike": testLookAlike,
		"RegisterConfirmed": testRegisterConfirmed, "ConfirmAddress": testConfirmAddress,
		"ConfirmOneOfTwo": testConfirmOneOfTwo, "ListAccounts": testListAccounts, "Remindable": testRemindable,
		"DeleteAccount": testDeleteAccount, "ReleaseBinding": testReleaseBinding, "EndSessions": testEndSessions, "CarrySession": testCarrySession, "TakeLimited": testTakeLimited,
		"Resets": testResets, "DueResets": testDueResets, "OwnReset": testOwnReset,
		"Tickets": testTickets, "TicketsReplace": testTicketsReplace, "Invitations": testInvitations,
		"MessageCodes": testMessageCodes, "SweepMessageCodes": testSweepMessageCodes, "RaceMessageCode": testRaceMessageCode,
		"Favourite": testFavourite, "UserHandles": testUserHandles, "UserHandleIsBrought": testUserHandleIsBrought, "Passkeys": testPasskeys, "UsePasskey": testUsePasskey, "Challenges": testChallenges,
		"PasskeysOnly": testPasskeysOnly, "RaceChallenge": testRaceChallenge, "RacePasskey": testRacePasskey,
		"RaceCredential": testRaceCredential, "RaceUserHandle": testRaceUserHandle,
		"PushBrowsers": testPushBrowsers, "Prompts": testPrompts, "PromptsAreAnswered": testPromptsAreAnswered, "TakePrompt": testTakePrompt,
		"ReservePrompt": testReservePrompt, "SweepPrompts": testSweepPrompts, "SubscriptionsAreKept": testSubscriptionsAreKept,
		"RacePrompt": testRacePrompt, "RaceAnswers": testRaceAnswers,
		"DropTickets": testDropTickets, "Confirmations": testConfirmations,
		"Browsers": testBrowsers, "RotateBrowser": testRotateBrowser, "BrowsersAreBounded": testBrowsersAreBounded,
		"EventChain": testEventChain, "EventsOfMany": testEventsOfMany, "EventHeads": testEventHeads,
		"DropEvents": testDropEvents, "DropEventsClockBack": testDropEventsClockBack, "DropEventsMany": testDropEventsMany,
		"Checkpoints": testCheckpoints, "MergeCheckpoints": testMergeCheckpoints,
		"Outbox": testOutbox, "OutboxClaims": testOutboxClaims, "OutboxUnsure": testOutboxUnsure,
		"OutboxLapsed": testOutboxLapsed, "OutboxExpired": testOutboxExpired, "SweepLife": testSweepLife,
		"RaceTicket": testRaceTicket, "RaceReset": testRaceReset, "RaceOwnReset": testRaceOwnReset, "RaceConfirmation": testRaceConfirmation,
		"RaceBrowser": testRaceBrowser, "RaceConfirmAddress": testRaceConfirmAddress, "ConfirmOverlapping": testConfirmOverlapping,
		"RaceRegisterConfirmed": testRaceRegisterConfirmed, "RaceMessages": testRaceMessages,
		"RaceCheckpoint": testRaceCheckpoint, "RaceEvents": testRaceEvents, "RaceEventsOfNobody": testRaceEventsOfNobody,
		"RaceStep": testRaceStep, "RaceLookupSecret": testRaceLookupSecret, "RaceLogin": testRaceLogin,
		"RaceBinding": testRaceBinding, "RaceBindings": testRaceBindings, "RaceReserve": testRaceReserve, "RaceReserveDelayed": testRaceReserveDelayed,
		"States": testStates, "StatesApart": testStatesApart, "RemindableStates": testRemindableStates, "RaceStates": testRaceStates,
		"RaceName": testRaceName, "RaceEpoch": testRaceEpoch, "RaceCrossed": testRaceCrossed, "RaceSweep": testRaceSweep,
	} {
		t.Run(name, func(t *testing.T) {
			h := &house{T: t, ctx: t.Context(), now: time.Date(2026, 3, 1, 12, 0, 0, 123e6, time.UTC)}
			h.replicas = open(t, replicas, func() time.Time { return h.now })
			h.Backend = h.replicas[0]
			test(h)
		})
	}
}

const replicas = 3

// house is one test's database and clock.
type house struct {
	*testing.T
	Backend
	replicas []Backend
	ctx      context.Context
	now      time.Time
}

func (h *house) pass(d time.Duration) { h.now = h.now.Add(d) }

func (h *house) ok(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// same compares what was read with what was wanted.
func same[T any](h *house, got, want T) {
	h.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		h.Fatalf("mismatch (-want +got):\n%s", diff)
	}
}

// value is for calls that have to work: value(h.State(ctx, id))(h).
func value[T any](v T, err error) func(*house) T {
	return func(h *house) T {
		h.Helper()
		h.ok(err)
		return v
	}
}

// row is value for rows that have to be there.
func row[T any](v *T, err error) func(*house) T {
	return func(h *house) T {
		h.Helper()
		h.ok(err)
		if v == nil {
			h.Fatal(errNotTaken)
		}
		return *v
	}
}

// account registers an account with a password and nothing else.
func (h *house) account(id string) {
	h.Helper()
	h.register(newAccount(id))
}

func (h *house) register(a core.NewAccount) {
	h.Helper()
	h.ok(h.Register(h.ctx, a, h.now, func(core.Tx, core.State) error { return nil }))
}

func newAccount(id string) core.NewAccount {
	return core.NewAccount{
		Account:     core.Account{ID: id, Username: "User " + id, Email: id + "@Example.org"},
		UsernameKey: "user " + id, EmailKey: id + "@example.org", PasswordHash: "$hash of " + id,
	}
}

// ids names rows by what id says of them.
func ids[T any](rows []T, id func(T) string) []string {
	var out []string
	for _, r := range rows {
		out = append(out, id(r))
	}
	return out
}

// settle runs fn in a settling transaction of the account.
func (h *house) settle(account string, fn func(core.Tx) error) {
	h.Helper()
	h.ok(h.Settle(h.ctx, account, h.now, func(tx core.Tx, _ core.State) error { return fn(tx) }))
}

func hash(s string) []byte {
	sum := sha256.Sum256([]byte(s))
	return sum[:]
}

// taken is for methods that report whether they found their row.
func taken(ok bool, err error) error {
	if err == nil && !ok {
		return errNotTaken
	}
	return err
}

func notTaken(ok bool, err error) error {
	if err == nil && ok {
		return errTaken
	}
	return err
}

var (
	errNotTaken = errors.New("the row was not there, or not in the state that grants")
	errTaken    = errors.New("granted what must not be")
)
