package push

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"

	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/endpoint"
)

const maxHeaders = 64 << 10 // bytes of an answer

// newClient makes a client that has a connection for each message, so that each is dialled and none breaks while it waits.
func newClient(o Options) *http.Client {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true) // all push services take it, and the other side may be anybody's: less to get wrong
	secure := &tls.Config{MinVersion: tls.VersionTLS12}
	if o.StandIn != nil {
		secure.RootCAs = o.StandIn.Roots()
	}
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy:                  nil, // it would dial for us, and look at no address
			DialContext:            dialContext(o),
			TLSClientConfig:        secure,
			TLSHandshakeTimeout:    o.Timeouts.Dial,
			ResponseHeaderTimeout:  o.Timeouts.Answer,
			MaxResponseHeaderBytes: maxHeaders,
			DisableKeepAlives:      true,
			DisableCompression:     true,
			Protocols:              protocols,
		},
	}
}

type dial func(ctx context.Context, network, address string) (net.Conn, error)

// dialContext reaches public addresses, at one port whatever the URL says, and a test's stand-in by the name of its push
// service.
func dialContext(o Options) dial {
	outside := &net.Dialer{Timeout: o.Timeouts.Dial, ControlContext: dialPublic}
	here := &net.Dialer{Timeout: o.Timeouts.Dial, Control: endpoint.DialLoopback}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		if o.StandIn != nil && host == o.StandIn.Host() {
			return here.DialContext(ctx, network, o.StandIn.Address())
		}
		return outside.DialContext(ctx, network, net.JoinHostPort(host, o.port))
	}
}

// post sends one request and says what became of it. The body of the answer is not read.
func (s *Sender) post(ctx context.Context, to Subscription, header http.Header, body []byte) error {
	within, cancel := context.WithTimeout(ctx, 2*s.timeouts.Dial+s.timeouts.Answer)
	defer cancel()
	// From the end of its headers on, the request may be complete at the other end.
	var sent atomic.Bool
	within = httptrace.WithClientTrace(within, &httptrace.ClientTrace{WroteHeaders: func() { sent.Store(true) }})
	req, err := http.NewRequestWithContext(within, http.MethodPost, to.endpoint, bytes.NewReader(body))
	if err != nil {
		return failed(deliver.Permanent, "push message to %s: the request cannot be made", to.host)
	}
	req.Header = header
	req.Header.Set("User-Agent", "Sallyport")
	resp, err := s.client.Do(req)
	if err != nil {
		return unanswered(ctx, to, sent.Load(), err)
	}
	resp.Body.Close()
	return outcome(to, resp.StatusCode, deliver.ParseRetryAfter(resp.Header.Get("Retry-After"), s.clock()))
}

// unanswered says what the lack of an answer means. Of an error that came with bytes of the other side nothing is repeated.
func unanswered(ctx context.Context, to Subscription, sent bool, err error) error {
	var called *url.Error
	if errors.As(err, &called) {
		err = called.Err // without the URL, which is secret
	}
	var timeout interface{ Timeout() bool }
	late := errors.As(err, &timeout) && timeout.Timeout()
	switch {
	case errors.Is(err, ErrNotPublic):
		return failed(deliver.Permanent, "push message to %s: %w", to.host, ErrNotPublic)
	case sent && (late || ctx.Err() != nil):
		return failed(deliver.Unsure, "push message to %s: no answer in time", to.host)
	case sent:
		return failed(deliver.Unsure, "push message to %s: the connection broke before an answer, or what came is none", to.host)
	case errors.Is(ctx.Err(), context.Canceled):
		return failed(deliver.Temporary, "push message to %s: connecting: %w", to.host, ctx.Err())
	}
	return failed(deliver.Temporary, "push message to %s: connecting: %s", to.host, deliver.Printable(err.Error()))
}
