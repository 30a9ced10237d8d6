package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver
)

// account is somebody's money.
type account struct {
	Number  int64
	Holder  string // the AccountID of their sessions
	Name    string
	Balance cents
}

// payment is one that was filled in, and perhaps sent.
type payment struct {
	ID        int64
	From      string // the holder
	To        int64  // an account's number
	ToName    string
	Amount    cents
	Reference string
	SentAt    int64 // in seconds since 1970; 0 until it is sent
}

// Sent says whether it is done.
func (p payment) Sent() bool { return p.SentAt != 0 }

// Path is the payment's page.
func (p payment) Path() string { return "/payments/" + strconv.FormatInt(p.ID, 10) }

// words says all that matters about a payment, for the person who confirms it. Its number is among them: two payments of the
// same amount to the same account are two.
func (p payment) words() string {
	return fmt.Sprintf("Payment %d: send %s to %s, account %d", p.ID, p.Amount, p.ToName, p.To)
}

// What keeps a payment from being sent.
var (
	errTooLittle = errors.New("there is not enough money in your account")
	errChanged   = errors.New("the payment was changed after you confirmed it; look at it, and confirm it again")
)

const openingBalance cents = 1_000_00 // this bank is generous

const tables = `
CREATE TABLE IF NOT EXISTS accounts (
	number INTEGER PRIMARY KEY CHECK (number > 1000),
	holder TEXT NOT NULL UNIQUE,
	name TEXT NOT NULL,
	balance INTEGER NOT NULL CHECK (balance >= 0)
) STRICT;
CREATE TABLE IF NOT EXISTS payments (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	holder TEXT NOT NULL REFERENCES accounts (holder),
	to_number INTEGER NOT NULL REFERENCES accounts (number),
	to_name TEXT NOT NULL,
	amount INTEGER NOT NULL CHECK (amount > 0),
	reference TEXT NOT NULL,
	sent_at INTEGER NOT NULL DEFAULT 0
) STRICT;`

// ledger keeps accounts and payments. It is safe for concurrent use.
type ledger struct{ db *sql.DB }

// openLedger opens a file, and makes it if it is not there.
func openLedger(ctx context.Context, file string) (*ledger, error) {
	settings := url.Values{"_txlock": {"immediate"}, "_pragma": {"busy_timeout(5000)", "foreign_keys(1)", "journal_mode(WAL)", "synchronous(FULL)"}}
	db, err := sql.Open("sqlite", "file:"+file+"?"+settings.Encode())
	if err != nil {
		return nil, err
	}
	if _, err := db.ExecContext(ctx, tables); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &ledger{db}, nil
}

// open returns somebody's account, which is new when they come for the first time.
func (l *ledger) open(ctx context.Context, holder, name string) (account, error) {
	const add = `INSERT INTO accounts (number, holder, name, balance)
		VALUES ((SELECT coalesce(max(number), 1000) + 1 FROM accounts), ?, ?, ?) ON CONFLICT (holder) DO NOTHING`
	if _, err := l.db.ExecContext(ctx, add, holder, name, openingBalance); err != nil {
		return account{}, err
	}
	a := account{Holder: holder}
	err := l.db.QueryRowContext(ctx, `SELECT number, name, balance FROM accounts WHERE holder = ?`, holder).Scan(&a.Number, &a.Name, &a.Balance)
	return a, err
}

// fillIn keeps a payment, and returns its number.
func (l *ledger) fillIn(ctx context.Context, holder string, f form) (id int64, err error) {
	amount, wrong := parseCents(f.Amount)
	reference, alsoWrong := parseReference(f.Reference)
	if err := errors.Join(wrong, alsoWrong); err != nil {
		return 0, formError(strings.ReplaceAll(err.Error(), "\n", " "))
	}
	const add = `INSERT INTO payments (holder, to_number, to_name, amount, reference)
		SELECT ?, number, name, ?, ? FROM accounts WHERE number = ? AND holder <> ? RETURNING id`
	err = l.db.QueryRowContext(ctx, add, holder, amount, reference, strings.TrimSpace(f.To), holder).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, formError("Enter the number of somebody else's account at this bank.")
	}
	return id, err
}

const columns = `SELECT id, holder, to_number, to_name, amount, reference, sent_at FROM payments `

func (p *payment) fields() []any {
	return []any{&p.ID, &p.From, &p.To, &p.ToName, &p.Amount, &p.Reference, &p.SentAt}
}

// payment finds one of somebody's payments: [sql.ErrNoRows] when it is not theirs.
func (l *ledger) payment(ctx context.Context, holder string, id int64) (p payment, err error) {
	err = l.db.QueryRowContext(ctx, columns+`WHERE id = ? AND holder = ?`, id, holder).Scan(p.fields()...)
	return p, err
}

// payments are somebody's, the newest first.
func (l *ledger) payments(ctx context.Context, holder string) (all []payment, err error) {
	rows, err := l.db.QueryContext(ctx, columns+`WHERE holder = ? ORDER BY id DESC LIMIT 50`, holder)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var p payment
		if err := rows.Scan(p.fields()...); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, rows.Err()
}

// change gives a payment another amount, unless it was sent.
func (l *ledger) change(ctx context.Context, holder string, id int64, typed string) error {
	amount, err := parseCents(typed)
	if err != nil {
		return err
	}
	done, err := l.db.ExecContext(ctx, `UPDATE payments SET amount = ? WHERE id = ? AND holder = ? AND sent_at = 0`, amount, id, holder)
	if n, err := affected(done, err); n == 1 || err != nil {
		return err
	}
	return formError("It was sent already.")
}

func affected(done sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return done.RowsAffected()
}

// send moves the money of a payment, if it is still what was confirmed, and does nothing if it was sent already. All of it is one
// transaction, and each statement says what has to be so.
func (l *ledger) send(ctx context.Context, holder string, id int64, confirmed string) error {
	tx, err := l.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var p payment
	if err := tx.QueryRowContext(ctx, columns+`WHERE id = ? AND holder = ?`, id, holder).Scan(p.fields()...); err != nil {
		return err
	}
	if p.words() != confirmed { // between the guard and here
		return errChanged
	}
	done, err := tx.ExecContext(ctx, `UPDATE payments SET sent_at = ? WHERE id = ? AND sent_at = 0`, time.Now().Unix(), id)
	if n, err := affected(done, err); n != 1 || err != nil {
		return err
	}
	done, err = tx.ExecContext(ctx, `UPDATE accounts SET balance = balance - ? WHERE holder = ? AND balance >= ?`, p.Amount, holder, p.Amount)
	switch n, err := affected(done, err); {
	case err != nil:
		return err
	case n != 1:
		return errTooLittle
	}
	if _, err := tx.ExecContext(ctx, `UPDATE accounts SET balance = balance + ? WHERE number = ?`, p.Amount, p.To); err != nil {
		return err
	}
	return tx.Commit()
}
