-- name: InsertAccount :execrows
INSERT INTO sallyport_accounts (id, username, username_key, email, email_key, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (username_key) DO NOTHING;

-- name: InsertState :exec
INSERT INTO sallyport_account_states (account_id, epoch, policy, group_names, first_open, created_at)
VALUES ($1, $2, $3, $4, $5, $6);

-- name: FindByUsername :one
SELECT a.id, a.username, a.email, s.epoch, s.policy, s.group_names, s.first_open,
       coalesce(p.hash, '') AS hash, coalesce(p.stands_alone, FALSE) AS stands_alone
FROM sallyport_accounts a
JOIN sallyport_account_states s ON s.account_id = a.id
LEFT JOIN sallyport_passwords p ON p.account_id = a.id
WHERE a.username_key = $1;

-- name: FindByEmail :one
SELECT a.id, a.username, a.email, s.epoch, s.policy, s.group_names, s.first_open,
       coalesce(p.hash, '') AS hash, coalesce(p.stands_alone, FALSE) AS stands_alone
FROM sallyport_accounts a
JOIN sallyport_account_states s ON s.account_id = a.id
LEFT JOIN sallyport_passwords p ON p.account_id = a.id
WHERE a.email_key = $1
ORDER BY a.created_at, a.id
LIMIT 1;

-- name: CountUsername :one
SELECT count(*) FROM sallyport_accounts WHERE username_key = $1;

-- name: GetAccount :one
SELECT id, username, email FROM sallyport_accounts WHERE id = $1;

-- name: GetState :one
SELECT s.epoch, s.policy, s.group_names, s.first_open, coalesce(p.stands_alone, FALSE) AS stands_alone
FROM sallyport_account_states s
LEFT JOIN sallyport_passwords p ON p.account_id = s.account_id
WHERE s.account_id = $1;

-- LockState takes the row lock that a settling transaction holds: an UPDATE, because SQLite knows no SELECT FOR
-- UPDATE. What hangs on the row is read after it, by a statement of its own: in this one it could be older than the lock.
-- name: LockState :execrows
UPDATE sallyport_account_states SET epoch = epoch WHERE account_id = $1;

-- name: BumpEpoch :one
UPDATE sallyport_account_states SET epoch = epoch + 1 WHERE account_id = $1 RETURNING epoch;

-- name: CloseFirst :execrows
UPDATE sallyport_account_states SET first_open = FALSE WHERE account_id = $1;

-- name: SetPolicy :execrows
UPDATE sallyport_account_states SET policy = $2 WHERE account_id = $1;

-- name: SetGroups :execrows
UPDATE sallyport_account_states SET group_names = $2 WHERE account_id = $1;

-- name: GetPasswordHash :one
SELECT hash FROM sallyport_passwords WHERE account_id = $1;

-- name: SetPassword :exec
INSERT INTO sallyport_passwords (account_id, hash, stands_alone, changed_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (account_id) DO UPDATE
SET hash = excluded.hash, stands_alone = excluded.stands_alone, changed_at = excluded.changed_at;
