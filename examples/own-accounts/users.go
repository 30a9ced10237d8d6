package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"strconv"

	"golang.org/x/crypto/bcrypt"

	"github.com/sallyport/sallyport"
)

// users is the application's table: what it had before there was a second factor.
type users struct {
	db     *sql.DB
	nobody []byte // a hash that no password makes
}

const bcryptLimit = 72 // bytes of a password; the rest would not count

func newUsers(db *sql.DB) (*users, error) {
	// AUTOINCREMENT: without it SQLite gives the id of the last user, once deleted, to the next one, who would have their sessions.
	_, err := db.Exec(`CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY AUTOINCREMENT, username TEXT NOT NULL UNIQUE COLLATE NOCASE, hash BLOB NOT NULL)`)
	if err != nil {
		return nil, err
	}
	nobody, err := bcrypt.GenerateFromPassword([]byte(rand.Text()), bcrypt.DefaultCost)
	return &users{db, nobody}, err
}

// add makes a user.
func (u *users) add(ctx context.Context, username, password string) error {
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.DefaultCost)
	if err != nil {
		return err
	}
	_, err = u.db.ExecContext(ctx, `INSERT INTO users (username, hash) VALUES ($1, $2)`, username, hash)
	return err
}

// setPassword replaces a user's.
func (u *users) setPassword(ctx context.Context, id, password string) error {
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.DefaultCost)
	if err != nil {
		return err
	}
	_, err = u.db.ExecContext(ctx, `UPDATE users SET hash = $1 WHERE id = $2`, hash, id)
	return err
}

// What follows is all that Sallyport asks of the table.

// AccountByLogin implements [sallyport.Accounts].
func (u *users) AccountByLogin(ctx context.Context, login string) (sallyport.Account, error) {
	return u.find(ctx, `SELECT id, username FROM users WHERE username = $1`, login)
}

// AccountByID implements [sallyport.Accounts].
func (u *users) AccountByID(ctx context.Context, id string) (sallyport.Account, error) {
	return u.find(ctx, `SELECT id, username FROM users WHERE id = $1`, id)
}

// CheckPassword implements [sallyport.Accounts]. Nobody's takes as long as anybody's.
func (u *users) CheckPassword(ctx context.Context, id, password string) (bool, error) {
	hash := u.nobody
	err := u.db.QueryRowContext(ctx, `SELECT hash FROM users WHERE id = $1`, id).Scan(&hash)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return false, err
	}
	matches := bcrypt.CompareHashAndPassword(hash, []byte(password)) == nil
	return matches && err == nil && len(password) <= bcryptLimit, nil
}

func (u *users) find(ctx context.Context, query, arg string) (sallyport.Account, error) {
	var id int64
	var a sallyport.Account
	err := u.db.QueryRowContext(ctx, query, arg).Scan(&id, &a.Username)
	if errors.Is(err, sql.ErrNoRows) {
		return a, sallyport.ErrNoAccount
	}
	a.ID = strconv.FormatInt(id, 10)
	return a, err
}
