// Package deliver takes messages out of an outbox and sees each delivered, once wherever that can be known, twice at
// most, and never after it expired.
//
// Use [New] to make a [Worker], run [Worker.Run] in each process that shares the outbox, and call [Worker.Wake] after
// putting a message in: it leaves within milliseconds, and polling finds what other processes left behind. Senders say
// with an [*Error] what a failure means for the message; package mail has them for email. It is not for deciding what is
// sent, nor for rendering it: to this package a message is opaque.
//
// Nothing that a person waits for runs here, so a mail server that is down or slow slows nobody's sign-in.
//
// It trusts the [Outbox] to give a message to one worker at a time, the clocks of the processes to be less than a quarter
// of the lease apart, and [Handle] to end when its context does. It trusts neither a mail server's words nor Handle's
// errors to be fit for a log.
package deliver

import (
	"context"
	"time"
)

// Item is one message of the outbox.
type Item struct {
	// ID names the message. It is logged, so that it holds nothing secret.
	ID string
	// Payload is the message as it was put in, sealed or not: this package never looks at it.
	Payload []byte
	// Attempts is how often the message was handed out, this time included.
	Attempts int
	// ExpiresAt is when the message is of no use any more. It is never handled from that moment on; the zero time has
	// long passed.
	ExpiresAt time.Time
	// Claim proves that this worker holds the message; each handing out has another.
	Claim string
}

// Outbox is the table of messages. Its methods are safe for concurrent use by any number of processes.
//
// "No duplicate beyond one" rests on it: it counts for each message how often nobody could tell whether it was delivered,
// which is each claim that lapsed and each postponement that was unsure, and it deletes the message at the second.
type Outbox interface {
	// ClaimMessages takes up to n messages that are due at now, the longest due first. Nobody else is given them for the
	// time of the lease, or until they are postponed. One whose claim lapsed is due again and counts as unsure; at the
	// second unsureness it is deleted and not given. Those that expired are deleted and not given.
	ClaimMessages(ctx context.Context, n int, lease time.Duration, now time.Time) ([]Item, error)
	// FinishMessage deletes a message that was sent or never will be, and reports whether this claim still held it.
	FinishMessage(ctx context.Context, id, claim string) (bool, error)
	// PostponeMessage ends a claim and makes its message due at the given time, and reports whether this claim still held
	// it. unsure says that the message may have been delivered; at the second unsureness it is deleted instead.
	PostponeMessage(ctx context.Context, id, claim string, at time.Time, unsure bool) (bool, error)
}

// Handle does with a message what there is to do: unseal, render, send; or decide, and send nothing. It returns once ctx
// ends, which is before the claim lapses and before the message expires. asked says whether a sender was asked to send:
// only then does the outcome tell whether the server is there. What an error means for the message is read from the
// [*Error] in it; one without is [Temporary]. It is called by several goroutines at once, and its panics are survived:
// then the message may have been sent.
type Handle func(ctx context.Context, it Item) (asked bool, err error)
