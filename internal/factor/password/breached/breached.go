// Package breached asks a Pwned Passwords service whether a password was seen in a breach, without telling it the
// password: the service gets the first 5 of 40 hexadecimal digits of its SHA-1, answers with all that begin so, and the
// rest is compared here. Each answer is padded, so that its length tells nothing to who watches the line.
//
// Use a [Client] when a password is set and the operator wants it: never at sign-in, and never so that a service that is
// down keeps anybody out. What the service answers is not trusted beyond that: it is bounded in time and length, no
// redirect is followed, and an answer of another form is an error.
package breached

import (
	"bufio"
	"context"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	defaultURL  = "https://api.pwnedpasswords.com"
	timeout     = 2 * time.Second
	maxAnswer   = 1 << 20 // bytes; a padded answer has some 50 KB
	prefixChars = 5
	suffixChars = 2*sha1.Size - prefixChars
)

// Config says whom to ask. Its zero value is the public service.
type Config struct {
	// URL is where the service is, with scheme and host and without "/range": https, or http on a loopback address. Empty
	// means https://api.pwnedpasswords.com.
	URL string
}

// Client asks one service. It is safe for concurrent use. Proxies are taken from the environment.
type Client struct {
	base string
	http *http.Client
}

// New returns a Client, or an error for an address that is not of the form that [Config] asks for. It asks nothing yet.
func New(c Config) (*Client, error) {
	if c.URL == "" {
		c.URL = defaultURL
	}
	u, err := url.Parse(c.URL)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("breached passwords: the service's address has to be like https://api.pwnedpasswords.com")
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return nil, errors.New("breached passwords: the service's address has to begin with https://")
	}
	return &Client{base: strings.TrimRight(u.String(), "/") + "/range/", http: &http.Client{
		Timeout:       timeout, // until the last byte
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Breached reports whether a password was seen in a breach, byte for byte. Where that can't be learnt within two seconds
// the error says why and the password counts as not seen: log it and go on. Errors hold nothing of the password, not even
// what the service gets to see.
func (c *Client) Breached(ctx context.Context, password []byte) (bool, error) {
	sum := sha1.Sum(password)
	digits := strings.ToUpper(hex.EncodeToString(sum[:]))
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+digits[:prefixChars], nil)
	if err != nil {
		return false, withoutURL(err)
	}
	req.Header.Set("Add-Padding", "true")
	req.Header.Set("User-Agent", "Sallyport")
	resp, err := c.http.Do(req)
	if err != nil {
		return false, withoutURL(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return false, fmt.Errorf("breached passwords: the service answered with status %d", resp.StatusCode)
	}
	return holds(resp.Body, digits[prefixChars:])
}

// withoutURL drops the address from an error: its last part is of the password.
func withoutURL(err error) error {
	var e *url.Error
	if errors.As(err, &e) {
		err = e.Err
	}
	return fmt.Errorf("breached passwords: %w", err)
}

// holds looks for a suffix among lines of SUFFIX:COUNT. Padding has a count of 0.
func holds(body io.Reader, suffix string) (bool, error) {
	limited := &io.LimitedReader{R: body, N: maxAnswer + 1}
	lines := bufio.NewScanner(limited)
	found := false
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "" {
			continue
		}
		digits, count, _ := strings.Cut(line, ":")
		times, err := strconv.ParseUint(count, 10, 64)
		if err != nil || len(digits) != suffixChars || strings.Trim(digits, "0123456789ABCDEFabcdef") != "" {
			return false, errors.New("breached passwords: the service's answer is not of hashes and counts")
		}
		if times > 0 && strings.EqualFold(digits, suffix) {
			found = true
		}
	}
	if err := lines.Err(); err != nil {
		return false, withoutURL(err)
	}
	if limited.N <= 0 {
		return false, errors.New("breached passwords: the service's answer is longer than 1 MiB")
	}
	return found, nil
}
