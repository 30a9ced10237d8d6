package assembly

import (
	"context"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/deliver/push"
	"github.com/sallyport/sallyport/internal/letter"
)

// Pusher tells somebody what they are asked, in place of Web Push. Errors are as the outbox reads them.
type Pusher interface {
	Send(ctx context.Context, p Prompt) error
}

// Prompt is a question to a bound browser, in words. It never has the number that answers it.
type Prompt struct {
	ID            string
	Account       string
	Authenticator string
	Title         string
	Body          string
	URL           string
	ExpiresAt     time.Time
	Subscription  []byte // nil where there is none
}

// channel is a Pusher as the rest of the house sees it: there is no key of the site's that browsers could subscribe with, and
// a subscription is whatever a program brought.
type channel struct {
	to   Pusher
	room room
}

func (h *House) newChannel() *channel {
	if !h.approves() || h.opt.Pusher == nil {
		return nil
	}
	return &channel{to: h.opt.Pusher, room: make(room, pushesAtOnce)}
}

// ServerKey is "": pages ask for no subscription.
func (c *channel) ServerKey() string { return "" }

// Takes refuses what is no subscription.
func (c *channel) Takes(subscription string) error {
	_, err := push.ParseSubscription([]byte(subscription))
	return err
}

// send sends one prompt, or says that too many are under way already.
func (c *channel) send(ctx context.Context, msg core.Message, words letter.Prompt) error {
	leave, err := c.room.enter()
	if err != nil {
		return err
	}
	defer leave()
	return c.to.Send(ctx, Prompt{
		ID: msg.Prompt, Account: msg.Account, Authenticator: msg.Browser, Title: words.Title, Body: words.Body, URL: words.URL,
		ExpiresAt: msg.ExpiresAt, Subscription: msg.Push.Subscription,
	})
}
