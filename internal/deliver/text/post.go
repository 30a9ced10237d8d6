package text

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/endpoint"
)

const (
	maxAnswer  = 16 << 10 // bytes that are read of a refusal
	maxHeaders = 64 << 10
)

// gateway is an HTTP service that takes messages, with a connection for each, as package mail has: one that was kept could
// break while a request is under way, and then nobody would know what became of it.
type gateway struct {
	name     string // in errors
	client   *http.Client
	timeouts Timeouts
	clock    func() time.Time
}

func newGateway(name string, at *url.URL, o Options) gateway {
	dialer := &net.Dialer{Timeout: o.Timeouts.Dial}
	if at.Scheme == "http" {
		dialer.Control = endpoint.DialLoopback
	}
	return gateway{name: name, timeouts: o.Timeouts, clock: o.Clock, client: &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy:                  nil, // an environment variable decides nothing about where codes go
			DialContext:            dialer.DialContext,
			TLSClientConfig:        &tls.Config{RootCAs: o.RootCAs, MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout:    o.Timeouts.Dial,
			ResponseHeaderTimeout:  o.Timeouts.Answer,
			MaxResponseHeaderBytes: maxHeaders,
			DisableKeepAlives:      true,
			DisableCompression:     true,
		},
	}}
}

// answer is what is looked at of an HTTP answer.
type answer struct {
	status int
	after  time.Duration // Retry-After
	body   []byte        // of a refusal that is not longer than anybody needs
}

// post sends one request and returns its answer. Without one, the error says whether the request may have been taken.
func (g gateway) post(ctx context.Context, to string, header http.Header, body []byte) (answer, error) {
	within, cancel := context.WithTimeout(ctx, 2*g.timeouts.Dial+g.timeouts.Answer)
	defer cancel()
	// From the end of its headers on, the request may be complete at the other end. Before that the connection is closed
	// when Do returns, so that it never will be.
	var sent atomic.Bool
	within = httptrace.WithClientTrace(within, &httptrace.ClientTrace{WroteHeaders: func() { sent.Store(true) }})
	req, err := http.NewRequestWithContext(within, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return answer{}, g.fail(deliver.Permanent, "the request cannot be made")
	}
	req.Header = header
	req.Header.Set("User-Agent", "Sallyport")
	resp, err := g.client.Do(req)
	if err != nil {
		return answer{}, g.unanswered(ctx, sent.Load(), err)
	}
	defer resp.Body.Close()
	a := answer{status: resp.StatusCode, after: deliver.ParseRetryAfter(resp.Header.Get("Retry-After"), g.clock())}
	if !a.taken() {
		// The status alone decides where the rest is too long, too slow or broken.
		defer time.AfterFunc(g.timeouts.Answer, cancel).Stop()
		if raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1)); err == nil && len(raw) <= maxAnswer {
			a.body = raw
		}
	}
	return a, nil
}

// unanswered says what the lack of an answer means. Of an error that came with bytes of the other side nothing is repeated:
// they may be the number, or the code.
func (g gateway) unanswered(ctx context.Context, sent bool, err error) error {
	var called *url.Error
	if errors.As(err, &called) {
		err = called.Err // without the URL, which may be secret
	}
	var timeout interface{ Timeout() bool }
	late := errors.As(err, &timeout) && timeout.Timeout()
	switch {
	case sent && (late || ctx.Err() != nil):
		return g.fail(deliver.Unsure, "no answer in time")
	case sent:
		return g.fail(deliver.Unsure, "the connection broke before an answer, or what came is none")
	case errors.Is(ctx.Err(), context.Canceled):
		return g.fail(deliver.Temporary, "connecting: "+ctx.Err().Error()) // we stop; the gateway did nothing wrong
	}
	return g.fail(deliver.Unavailable, "connecting: "+deliver.Printable(err.Error()))
}

func (g gateway) fail(fault deliver.Fault, why string) error {
	return &deliver.Error{Fault: fault, Err: fmt.Errorf("%s: %s", g.name, why)}
}

// shown keeps senders from printing their secrets, whatever the verb.
type shown string

// Format writes the sender for people.
func (s shown) Format(f fmt.State, _ rune) { fmt.Fprint(f, string(s)) }

// LogValue is what log/slog writes: the same as Format.
func (s shown) LogValue() slog.Value { return slog.StringValue(string(s)) }
