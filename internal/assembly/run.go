package assembly

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/deliver/push"
)

// How often, on average, the work beside requests is done. Every process does it, and may at the same moment.
const (
	flushEvery      = 200 * time.Millisecond
	sweepEvery      = 5 * time.Minute
	resetsEvery     = 15 * time.Second
	checkpointEvery = 10 * time.Minute
	remindEvery     = time.Hour
	keysEvery       = 30 * time.Second // much shorter than seal.RemoveAfter
)

// remindFirst is when reminders are first looked for, on average: a process that is restarted more often than remindEvery
// reminds, too.
const remindFirst = time.Minute

// Run does the work that goes on beside requests, until ctx ends: it sends messages, writes down what was refused,
// carries out resets, sends reminders, seals checkpoints, tells the observer, and deletes what is dead.
func (h *House) Run(ctx context.Context) {
	if h.opt.forTests.ByHand {
		h.runByHand(ctx)
		return
	}
	var all sync.WaitGroup
	all.Go(func() { h.worker.Run(ctx) })
	all.Go(func() { h.Machine.Observing(ctx) })
	if h.pushes != nil {
		all.Go(func() { h.pushes.look(ctx) })
	}
	all.Go(func() { h.sayEmptyGroups(ctx) })
	for _, job := range []struct {
		what         string
		first, every time.Duration
		do           func(context.Context) error
	}{
		{"writing events", flushEvery, flushEvery, h.Machine.Flush},
		{"sweeping", sweepEvery, sweepEvery, h.Sweep},
		{"resets", resetsEvery, resetsEvery, h.Machine.RunResets},
		{"checkpoints", checkpointEvery, checkpointEvery, h.Machine.Checkpoint},
		{"reminders", remindFirst, remindEvery, h.Machine.Remind},
		{"following the key file", keysEvery, keysEvery, h.followKeys},
	} {
		all.Go(func() { h.repeat(ctx, job.what, job.first, job.every, job.do) })
	}
	all.Wait()
}

// sayEmptyGroups warns once of groups that have to have a second factor and that nobody is in.
func (h *House) sayEmptyGroups(ctx context.Context) {
	groups, err := h.Machine.EmptyGroups(ctx)
	if err != nil && ctx.Err() == nil {
		h.cfg.Log.WarnContext(ctx, "whether anybody is in the groups that need a second factor is not known", "error", err)
	}
	for _, group := range groups {
		h.cfg.Log.WarnContext(ctx, "no account is in this group, so that nobody needs a second factor because of it: look at its spelling in the setting for the groups of the second factor",
			"group", group)
	}
}

// repeat waits a different time each round, so that processes that were started together don't work together.
func (h *House) repeat(ctx context.Context, what string, first, every time.Duration, do func(context.Context) error) {
	for wait := first; ; wait = every {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait/2 + rand.N(wait)):
		}
		if err := do(ctx); err != nil && ctx.Err() == nil {
			h.cfg.Log.WarnContext(ctx, "work beside requests failed; it is tried again", "work", what, "error", err)
		}
	}
}

// Sweep deletes what is dead, in both databases.
func (h *House) Sweep(ctx context.Context) error {
	if err := h.Machine.Sweep(ctx); err != nil || h.apart == nil {
		return err
	}
	return h.secrets.SweepOrphans(ctx, h.Store, h.cfg.Clock())
}

// SendDue sends the messages that are due now, and says how many were handled.
func (h *House) SendDue(ctx context.Context) (int, error) { return h.worker.Once(ctx) }

// deliver does with one message of the outbox what there is to do. Most requests end here without a word to the sender.
func (h *House) deliver(ctx context.Context, it deliver.Item) (asked bool, err error) {
	msg, err := h.Machine.Deliver(ctx, it.ID, it.Payload, it.Attempts > 1)
	if err != nil || msg == nil {
		return false, err
	}
	if msg.Text {
		return h.deliverText(ctx, it.ID, *msg)
	}
	if msg.Push != nil {
		return h.deliverPush(ctx, *msg)
	}
	out, err := h.writer.Write(it.ID, *msg)
	if err != nil {
		return false, &deliver.Error{Fault: deliver.Permanent, Err: err}
	}
	return true, h.sender.Send(ctx, out)
}

// deliverText sends one to a telephone. What the gateway does says nothing about the mail server, which the worker would
// pause for: each text message waits for itself, and most expire in minutes.
func (h *House) deliverText(ctx context.Context, id string, msg core.Message) (asked bool, err error) {
	out, err := h.writer.Text(id, msg)
	if err != nil {
		return false, &deliver.Error{Fault: deliver.Permanent, Err: err}
	}
	return false, h.texter.Send(ctx, out)
}

// deliverPush sends one to a bound browser. What a push service does says nothing about anybody else's messages, since each
// account chooses its own. One that doesn't know the subscription any more has it forgotten.
func (h *House) deliverPush(ctx context.Context, msg core.Message) (asked bool, err error) {
	if h.channel != nil {
		words, err := h.writer.Prompt(msg)
		if err != nil {
			return false, err
		}
		return false, h.channel.send(ctx, msg, words)
	}
	if h.pushes == nil {
		return false, nil // another process allows what this one doesn't
	}
	body, err := h.writer.Push(msg)
	if err != nil {
		return false, err
	}
	err = h.pushes.send(ctx, msg.Push.Subscription, body, msg.ExpiresAt)
	var gone *push.Gone
	if !errors.As(err, &gone) {
		return false, err
	}
	h.cfg.Log.InfoContext(ctx, "a browser's subscription is gone; its page still shows what it is asked",
		"account", msg.Account, "authenticator", msg.Browser, "push_service", gone.Host)
	return false, h.Machine.SubscriptionGone(ctx, msg.Account, msg.Browser, msg.Push.Subscription)
}
