package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	neturl "net/url"
	"strings"
	"syscall"
	"time"
)

const (
	healthPath      = "/healthz"
	livePath        = healthPath + "/live"
	readyPath       = healthPath + "/ready"
	readyPatience   = 2 * time.Second
	healthyPatience = 5 * time.Second
)

// health answers whether the program lives and can work. It stands before everything else, at the root of the
// listener whatever the prefix, and tells nothing that helps an attacker: no version, no reason.
type health struct {
	ready func(context.Context) error
	next  http.Handler
	log   *slog.Logger
}

// ServeHTTP answers the two paths, and leaves all but what is below /healthz to next.
func (h health) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path == livePath:
		answer(w, r, http.StatusOK)
	case r.URL.Path == readyPath:
		answer(w, r, h.readiness(r))
	case strings.HasPrefix(r.URL.Path, healthPath+"/"):
		answer(w, r, http.StatusNotFound)
	default:
		h.next.ServeHTTP(w, r)
	}
}

func (h health) readiness(r *http.Request) int {
	ctx, stop := context.WithTimeout(r.Context(), readyPatience)
	defer stop()
	if err := h.ready(ctx); err != nil {
		h.log.ErrorContext(ctx, "not ready", "error", err)
		return http.StatusServiceUnavailable
	}
	return http.StatusOK
}

func answer(w http.ResponseWriter, r *http.Request, status int) {
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		header.Set("Allow", "GET, HEAD")
		status = http.StatusMethodNotAllowed
	}
	w.WriteHeader(status)
	fmt.Fprintf(w, "{\"status\": %q}\n", strings.ToLower(http.StatusText(status)))
}

// HealthURL is where a server with these settings says whether it is ready. The error is one of port 0, which nobody
// else can know.
func (s *Settings) HealthURL() (string, error) {
	host, port, err := net.SplitHostPort(s.Listen)
	if err != nil {
		return "", err
	}
	if port == "0" {
		return "", errors.New("listen has port 0, so that only the server knows its port: give the URL")
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port) + readyPath, nil
}

// CheckHealth asks url whether the server is ready: nil, or why it is not.
func CheckHealth(ctx context.Context, url string) error {
	ctx, stop := context.WithTimeout(ctx, healthyPatience)
	defer stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	client := http.Client{
		Transport:     &http.Transport{Proxy: nil, DisableKeepAlives: true}, // the server itself is asked
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("no server answers at %s: %s. See that it runs, and that this is the address that it listens on", url, unanswered(err))
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, io.LimitReader(resp.Body, maxFile)) //nolint:errcheck // the status says it all
	switch resp.StatusCode {
	case http.StatusOK:
		return nil
	case http.StatusServiceUnavailable:
		return fmt.Errorf("the server at %s is not ready (503): its database can't be reached, the schema is not its own, or the key file is not the one that secrets are sealed with; its log says more", url)
	}
	return fmt.Errorf("%s answered %s: what is there is no Sallyport, or the path is another", url, resp.Status)
}

// unanswered is why there was no answer, without the chain of calls that led there.
func unanswered(err error) string {
	var system syscall.Errno
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Sprintf("it took longer than %s", healthyPatience)
	case errors.As(err, &system):
		return system.Error()
	}
	var wrapped *neturl.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	return err.Error()
}
