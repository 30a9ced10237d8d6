package main

import (
	"context"
	"strings"

	"golang.org/x/crypto/bcrypt"

	"github.com/sallyport/sallyport"
)

// accounts are what the program has of people, by id. A real one has a table.
type accounts map[string]person

type person struct {
	name string
	hash []byte
}

const bcryptLimit = 72 // bytes of a password; the rest would not count

// nobody has a hash, too, so that an unknown name takes as long.
const nobody = ""

func (a accounts) add(id, name, password string) error {
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.DefaultCost)
	if err != nil {
		return err
	}
	a[id] = person{name, hash}
	if _, there := a[nobody]; !there {
		a[nobody] = person{"", hash}
	}
	return nil
}

// AccountByLogin implements [sallyport.Accounts].
func (a accounts) AccountByLogin(_ context.Context, login string) (sallyport.Account, error) {
	for id, p := range a {
		if id != nobody && strings.EqualFold(p.name, login) {
			return sallyport.Account{ID: id, Username: p.name}, nil
		}
	}
	return sallyport.Account{}, sallyport.ErrNoAccount
}

// AccountByID implements [sallyport.Accounts].
func (a accounts) AccountByID(_ context.Context, id string) (sallyport.Account, error) {
	p, there := a[id]
	if !there || id == nobody {
		return sallyport.Account{}, sallyport.ErrNoAccount
	}
	return sallyport.Account{ID: id, Username: p.name}, nil
}

// CheckPassword implements [sallyport.Accounts].
func (a accounts) CheckPassword(_ context.Context, id, password string) (bool, error) {
	p, there := a[id]
	if !there {
		p = a[nobody]
	}
	matches := bcrypt.CompareHashAndPassword(p.hash, []byte(password)) == nil
	return matches && there && id != nobody && len(password) <= bcryptLimit, nil
}
