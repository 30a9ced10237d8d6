-- Whatever is taken, the username or what it looks like: no row.
-- name: InsertAccount :execrows
INSERT INTO sallyport_accounts (id, username, username_key, skeleton, email, email_key, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT DO NOTHING;

-- name: InsertState :exec
INSERT INTO sallyport_account_states (account_id, epoch, policy, group_names, first_open, created_at, language)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- AddState is for accounts that an embedding program keeps: whoever comes second finds it there.
-- name: AddState :exec
INSERT INTO sallyport_account_states (account_id, epoch, policy, group_names, first_open, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (account_id) DO NOTHING;

-- name: FindByUsername :many
SELECT sqlc.embed(a), sqlc.embed(s), coalesce(p.hash, '') AS hash, coalesce(p.stands_alone, FALSE) AS stands_alone
FROM sallyport_accounts a
JOIN sallyport_account_states s ON s.account_id = a.id
LEFT JOIN sallyport_passwords p ON p.account_id = a.id
WHERE a.username_key = $1;

-- name: FindByEmail :many
SELECT sqlc.embed(a), sqlc.embed(s), coalesce(p.hash, '') AS hash, coalesce(p.stands_alone, FALSE) AS stands_alone
FROM sallyport_accounts a
JOIN sallyport_account_states s ON s.account_id = a.id
LEFT JOIN sallyport_passwords p ON p.account_id = a.id
WHERE a.id IN (
    (SELECT n.id FROM sallyport_accounts n WHERE n.email_key = $1 AND n.confirmed_key IS NULL
     ORDER BY n.created_at DESC, n.id DESC LIMIT 1),
    coalesce((SELECT c.id FROM sallyport_accounts c WHERE c.confirmed_key = $1),
             (SELECT o.id FROM sallyport_accounts o WHERE o.email_key = $1 ORDER BY o.created_at, o.id LIMIT 1)))
ORDER BY a.confirmed_key IS NOT NULL, a.created_at DESC, a.id DESC;

-- name: UsernameTaken :one
SELECT cast(EXISTS (SELECT 1 FROM sallyport_accounts u WHERE u.username_key = @username_key)
         OR EXISTS (SELECT 1 FROM sallyport_accounts l WHERE l.skeleton = @skeleton) AS BOOLEAN) AS taken;

-- name: ListWithoutSkeleton :many
SELECT id, cast(username_key AS TEXT) AS username_key FROM sallyport_accounts
WHERE id > @after AND username_key IS NOT NULL AND skeleton IS NULL ORDER BY id LIMIT @portion;

-- What looks like a name that has its skeleton already goes without.
-- name: SetSkeleton :execrows
UPDATE sallyport_accounts SET skeleton = @skeleton
WHERE sallyport_accounts.id = @id AND sallyport_accounts.username_key = @username_key AND sallyport_accounts.skeleton IS NULL
  AND NOT EXISTS (SELECT 1 FROM sallyport_accounts l WHERE l.skeleton = @skeleton);

-- name: GetAccount :one
SELECT * FROM sallyport_accounts WHERE id = $1;

-- name: GetState :one
SELECT sqlc.embed(s), coalesce(p.stands_alone, FALSE) AS stands_alone
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
UPDATE sallyport_account_states SET first_open = FALSE, rebind = FALSE WHERE account_id = $1;

-- name: SetPolicy :exec
UPDATE sallyport_account_states SET policy = $2 WHERE account_id = $1;

-- name: SetGroups :exec
UPDATE sallyport_account_states SET group_names = $2 WHERE account_id = $1;

-- name: SetLanguage :exec
UPDATE sallyport_account_states SET language = $2 WHERE account_id = $1;

-- name: SetDisabled :exec
UPDATE sallyport_account_states SET disabled = $2 WHERE account_id = $1;

-- name: SetPasswordExposed :exec
UPDATE sallyport_account_states SET password_exposed = $2 WHERE account_id = $1;

-- name: ForgetClients :exec
UPDATE sallyport_account_states SET known_generation = known_generation + 1 WHERE account_id = $1;

-- name: SetReminded :exec
UPDATE sallyport_account_states SET reminded_at = $2 WHERE account_id = $1;

-- What nobody has any more can't be all that is enough.
-- name: SetRebind :exec
UPDATE sallyport_account_states SET rebind = TRUE, passkeys_only = FALSE WHERE account_id = $1;

-- name: GetPasswordHash :one
SELECT hash FROM sallyport_passwords WHERE account_id = $1;

-- name: SetPassword :exec
INSERT INTO sallyport_passwords (account_id, hash, stands_alone, changed_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (account_id) DO UPDATE
SET hash = excluded.hash, stands_alone = excluded.stands_alone, changed_at = excluded.changed_at;
