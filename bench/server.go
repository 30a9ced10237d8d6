package main

import (
	"fmt"
	"path/filepath"
	"sync/atomic"
)

// door is a server that runs on a house.
type door struct {
	*process
	house house
	next  atomic.Int64 // the account that signs in next
}

// open starts the server on a house: the real binary, unless it is to be profiled. It is sent to a folder of its own
// for its log; name says which one.
func (b *bench) open(h house, name string) (*door, error) {
	dir, err := b.folder(name + "-log")
	if err != nil {
		return nil, err
	}
	if b.profiles != "" {
		path, err := filepath.Abs(filepath.Join(b.profiles, name+".pprof"))
		if err != nil {
			return nil, err
		}
		p, err := startChild(dir, childGate, h.database, h.keyFile, path)
		return &door{process: p, house: h}, err
	}
	binary, err := b.build()
	if err != nil {
		return nil, err
	}
	p, err := start(dir, binary, "serve", "--listen", "127.0.0.1:0", "--database", h.database, "--key-file", h.keyFile)
	return &door{process: p, house: h}, err
}

// stride spreads the accounts that sign in over the whole table. It is a prime that divides no house's size.
const stride = 7919

// account is the next one that has not signed in yet: a code is good once for each.
func (d *door) account() (string, error) {
	i := int(d.next.Add(1)) - 1
	if i >= d.house.accounts {
		return "", fmt.Errorf("all %d accounts have signed in: this machine is faster than was thought of", d.house.accounts)
	}
	return d.house.login(i * stride), nil
}

// signIn signs the next account in.
func (d *door) signIn(c *client) (token string, err error) {
	login, err := d.account()
	if err != nil {
		return "", err
	}
	return c.signIn(login, d.house.key)
}

// sessions signs so many accounts in, and returns their tokens.
func (d *door) sessions(n int) ([]string, error) {
	c, err := dial(d.addr)
	if err != nil {
		return nil, err
	}
	defer c.close()
	tokens := make([]string, n)
	for i := range tokens {
		if tokens[i], err = d.signIn(c); err != nil {
			return nil, err
		}
	}
	return tokens, nil
}

// checking is the work of asking for one session after another.
func checking(tokens []string) work {
	var next atomic.Int64
	return func(c *client) error {
		return c.check(tokens[int(next.Add(1))%len(tokens)])
	}
}
