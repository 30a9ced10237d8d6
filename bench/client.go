package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/sallyport/sallyport/otp"
)

// client is one connection that is kept alive. It does as little as HTTP/1.1 lets it: what the clients spend is lost to
// the server, since they share its machine. It is used by one goroutine.
type client struct {
	conn net.Conn
	in   *bufio.Reader
	out  []byte
	addr string
}

func dial(addr string) (*client, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return newClient(conn, addr), nil
}

func newClient(conn net.Conn, addr string) *client {
	return &client{conn: conn, in: bufio.NewReader(conn), addr: addr}
}

func (c *client) close() { c.conn.Close() } //nolint:errcheck // nothing was left to send

// answerTime is far beyond what any answer takes.
const answerTime = 30 * time.Second

// do sends a request and reads the whole answer. token and body may be empty.
func (c *client) do(method, path, token string, body []byte) (status int, answer []byte, err error) {
	if err := c.conn.SetDeadline(time.Now().Add(answerTime)); err != nil {
		return 0, nil, err
	}
	c.out = fmt.Appendf(c.out[:0], "%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: bench\r\n", method, path, c.addr)
	if token != "" {
		c.out = fmt.Appendf(c.out, "Authorization: Bearer %s\r\n", token)
	}
	if body != nil {
		c.out = fmt.Appendf(c.out, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(body))
	}
	c.out = append(append(c.out, "\r\n"...), body...)
	if _, err := c.conn.Write(c.out); err != nil {
		return 0, nil, err
	}
	return c.read()
}

// read understands what the servers here send: a status, and a body with its length.
func (c *client) read() (status int, answer []byte, err error) {
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return 0, nil, err
	}
	if len(line) < 12 {
		return 0, nil, fmt.Errorf("not a status line: %q", line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, nil, err
	}
	length := -1
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return 0, nil, err
		}
		if len(line) <= 2 {
			break
		}
		name, value, _ := strings.Cut(string(line), ":")
		if strings.EqualFold(name, "Content-Length") {
			if length, err = strconv.Atoi(strings.TrimSpace(value)); err != nil {
				return 0, nil, err
			}
		}
	}
	if length < 0 {
		return 0, nil, errors.New("the answer does not say how long it is")
	}
	answer = make([]byte, length)
	_, err = io.ReadFull(c.in, answer)
	return status, answer, err
}

// errBusy is the server's word that too many wait already.
var errBusy = errors.New("the server is too busy")

// signIn signs in to an account in two steps, and returns the token of its session.
func (c *client) signIn(login string, key otp.Key) (token string, err error) {
	body, err := json.Marshal(map[string]string{"login": login, "password": seedPassword, "transport": "bearer"})
	if err != nil {
		return "", err
	}
	token, err = c.step("/api/v1/login", "", body, 202)
	if err != nil {
		return "", err
	}
	code, err := key.TOTP(time.Now())
	if err != nil {
		return "", err
	}
	body, err = json.Marshal(map[string]string{"kind": "totp", "response": code.String()})
	if err != nil {
		return "", err
	}
	return c.step("/api/v1/login/response", token, body, 201)
}

func (c *client) step(path, token string, body []byte, want int) (string, error) {
	status, answer, err := c.do("POST", path, token, body)
	if err != nil {
		return "", err
	}
	if status == 503 {
		return "", errBusy
	}
	if status != want {
		return "", fmt.Errorf("%s answered %d: %s", path, status, answer)
	}
	var got struct {
		Token string `json:"token"`
	}
	if err := json.Unmarshal(answer, &got); err != nil || got.Token == "" {
		return "", fmt.Errorf("%s gave no token: %w", path, err)
	}
	return got.Token, nil
}

// check asks who a session's token belongs to.
func (c *client) check(token string) error {
	status, answer, err := c.do("GET", "/api/v1/session", token, nil)
	if err == nil && status != 200 {
		err = fmt.Errorf("the session check answered %d: %s", status, answer)
	}
	return err
}
