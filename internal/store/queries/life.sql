-- ConfirmAddress is two statements. First, the address is taken off whoever gave it without proof: that locks their rows
-- in the index's order, so that of accounts that confirm one address at once, one goes first.
-- name: ReleaseAddress :exec
UPDATE sallyport_accounts SET email = '', email_key = NULL, address_lost = TRUE
WHERE sallyport_accounts.email_key = @email_key AND sallyport_accounts.confirmed_key IS NULL AND NOT EXISTS (
    SELECT 1 FROM sallyport_accounts o WHERE o.confirmed_key = @email_key AND o.id <> @id);

-- ClaimAddress decides. Two that get this far at once meet in the unique index, and the second starts again.
-- name: ClaimAddress :execrows
UPDATE sallyport_accounts SET email = @email, email_key = @email_key, confirmed_key = @email_key, address_lost = FALSE
WHERE sallyport_accounts.id = @id AND NOT EXISTS (
    SELECT 1 FROM sallyport_accounts o WHERE o.confirmed_key = @email_key AND o.id <> @id);

-- name: AnyAccount :one
SELECT EXISTS (SELECT 1 FROM sallyport_accounts);

-- name: ListAccounts :many
SELECT sqlc.embed(a), sqlc.embed(s), coalesce(p.stands_alone, FALSE) AS stands_alone,
       (SELECT count(*) FROM sallyport_authenticators n WHERE n.account_id = a.id) AS authenticators
FROM sallyport_accounts a
JOIN sallyport_account_states s ON s.account_id = a.id
LEFT JOIN sallyport_passwords p ON p.account_id = a.id
WHERE a.id > @after ORDER BY a.id LIMIT @most;

-- name: GetAccountRow :one
SELECT sqlc.embed(a), sqlc.embed(s), coalesce(p.stands_alone, FALSE) AS stands_alone,
       (SELECT count(*) FROM sallyport_authenticators n WHERE n.account_id = a.id) AS authenticators
FROM sallyport_accounts a
JOIN sallyport_account_states s ON s.account_id = a.id
LEFT JOIN sallyport_passwords p ON p.account_id = a.id
WHERE a.id = $1;

-- name: ListRemindable :many
SELECT sqlc.embed(a), sqlc.embed(s), coalesce(p.stands_alone, FALSE) AS stands_alone,
       (SELECT count(*) FROM sallyport_authenticators n WHERE n.account_id = a.id) AS authenticators
FROM sallyport_accounts a
JOIN sallyport_account_states s ON s.account_id = a.id
LEFT JOIN sallyport_passwords p ON p.account_id = a.id
WHERE a.id > @after AND a.email_key IS NOT NULL AND s.reminded_at < @before
  AND NOT EXISTS (SELECT 1 FROM sallyport_authenticators n WHERE n.account_id = a.id)
ORDER BY a.id LIMIT @most;

-- name: ListRemindableStates :many
SELECT s.account_id FROM sallyport_account_states s
WHERE s.account_id > @after AND s.reminded_at < @before
  AND NOT EXISTS (SELECT 1 FROM sallyport_authenticators n WHERE n.account_id = s.account_id)
ORDER BY s.account_id LIMIT @most;

-- name: ReleaseAuthenticators :many
DELETE FROM sallyport_authenticators WHERE account_id = $1 RETURNING secret_id, counter_key;

-- name: ReleaseBindings :many
DELETE FROM sallyport_bindings WHERE account_id = $1 RETURNING secret_id;

-- What belongs to an account's state goes with it, by foreign keys.
-- name: DeleteState :exec
DELETE FROM sallyport_account_states WHERE account_id = $1;

-- name: DeleteAccount :exec
DELETE FROM sallyport_accounts WHERE id = $1;

-- name: DeleteTicketsOf :exec
DELETE FROM sallyport_tickets WHERE account_id = $1;

-- name: DeleteLoginsOf :exec
DELETE FROM sallyport_logins WHERE account_id = $1;

-- It reads every counter there is: an account is deleted once.
-- name: ListCountersUnder :many
SELECT counter_key FROM sallyport_counters
WHERE substr(counter_key, 1, length(cast(@prefix AS TEXT))) = cast(@prefix AS TEXT);

-- name: InsertReset :execrows
INSERT INTO sallyport_resets (account_id, by_support, reason, started_at, due_at, halfway)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (account_id) DO NOTHING;

-- name: GetReset :one
SELECT * FROM sallyport_resets WHERE account_id = $1;

-- Those of disabled accounts wait, and are in nobody's way.
-- name: ListDueResets :many
SELECT r.* FROM sallyport_resets r JOIN sallyport_account_states s ON s.account_id = r.account_id AND NOT s.disabled
WHERE r.due_at <= @now OR (NOT r.halfway AND r.started_at + (r.due_at - r.started_at) / 2 <= @now)
ORDER BY r.due_at, r.account_id LIMIT @most;

-- name: MarkHalfway :execrows
UPDATE sallyport_resets SET halfway = TRUE, due_at = @due_at WHERE account_id = @account_id AND started_at = @started_at AND NOT halfway;

-- name: TakeOwnReset :execrows
DELETE FROM sallyport_resets WHERE account_id = $1 AND NOT by_support;

-- name: TakeReset :execrows
DELETE FROM sallyport_resets
WHERE account_id = @account_id AND (cast(@started_at AS BIGINT) = 0 OR started_at = cast(@started_at AS BIGINT));

-- name: AnyState :one
SELECT EXISTS (SELECT 1 FROM sallyport_account_states);

-- Groups are ASCII, so that both databases make the same small letters of them. Not LIKE: names have an underscore.
-- name: AnyInGroup :one
SELECT EXISTS (
    SELECT 1 FROM sallyport_account_states s
    WHERE replace(lower(s.group_names), CAST(@quoted AS TEXT), '') <> lower(s.group_names));
