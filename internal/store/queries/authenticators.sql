-- name: InsertAuthenticator :exec
INSERT INTO sallyport_authenticators (id, account_id, kind, label, secret_id, counter_key, last_step, created_at,
    last_used_at, drift_told_at, drift_step, drift_window, drift_seconds)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, -1, $10, $11);

-- name: ListAuthenticators :many
SELECT a.id, a.account_id, a.kind, a.label, a.secret_id, a.last_step, a.created_at, a.last_used_at,
       a.drift_window, a.drift_seconds, coalesce(c.failures, 0) AS failures, coalesce(f.authenticator_id, '') AS favourite_id
FROM sallyport_authenticators a
LEFT JOIN sallyport_counters c ON c.counter_key = a.counter_key
LEFT JOIN sallyport_favourites f ON f.authenticator_id = a.id
WHERE a.account_id = $1
ORDER BY a.created_at, a.id;

-- ConsumeStep decides: of all requests with one code, exactly one moves the step (RFC 6238, 5.2). A step that somebody
-- was told about is none: a guess must not learn today that it will be right in two minutes. Nor is one outside the
-- window that the row has now: it is three steps wide wherever it lies, and two codes in a row that were off to one side
-- move it there by one (RFC 6238, 6).
-- name: ConsumeStep :execrows
UPDATE sallyport_authenticators SET last_step = @step, last_used_at = @now, drift_seconds = CAST(@off_seconds AS INTEGER),
    drift_window = CASE WHEN CAST(@off_seconds AS INTEGER) > 0 AND drift_seconds > 0 THEN 1
                       WHEN CAST(@off_seconds AS INTEGER) < 0 AND drift_seconds < 0 THEN -1 ELSE 0 END
WHERE account_id = @account_id AND id = @id AND last_step < @step AND drift_step <> @step
    AND CAST(@off_steps AS INTEGER) BETWEEN drift_window - 1 AND drift_window + 1;

-- name: RenameAuthenticator :execrows
UPDATE sallyport_authenticators SET label = $3 WHERE account_id = $1 AND id = $2;

-- One told step is remembered: another is told only when the time of the one before is over for good.
-- name: TellDrift :execrows
UPDATE sallyport_authenticators SET drift_told_at = @now, drift_step = @step
WHERE account_id = @account_id AND id = @id AND drift_told_at <= @not_since AND drift_step < @dead;

-- name: DeleteAuthenticator :one
DELETE FROM sallyport_authenticators WHERE account_id = $1 AND id = $2 RETURNING counter_key;

-- name: InsertBinding :exec
INSERT INTO sallyport_bindings (id, account_id, owner_id, epoch, kind, label, secret_id, created_at, expires_at, last_step)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- DropOldBindings keeps the one that was inserted just now, whatever was in the same millisecond, and drops those of its
-- owner before those of others: who begins over and over displaces himself. What is dead already goes first.
-- name: DropOldBindings :many
DELETE FROM sallyport_bindings WHERE sallyport_bindings.account_id = @account_id AND sallyport_bindings.id NOT IN (
    SELECT b.id FROM sallyport_bindings b WHERE b.account_id = @account_id
    ORDER BY b.id = @inserted DESC, (b.epoch = @epoch AND b.expires_at > @now) DESC, b.owner_id = @owner_id, b.created_at DESC, b.id DESC LIMIT @keep)
RETURNING *;

-- name: GetBinding :one
SELECT * FROM sallyport_bindings WHERE account_id = $1 AND owner_id = $2 AND id = $3;

-- name: LatestBinding :one
SELECT * FROM sallyport_bindings WHERE account_id = $1 AND owner_id = $2
ORDER BY created_at DESC, id DESC LIMIT 1;

-- name: BindingsOf :many
SELECT * FROM sallyport_bindings WHERE account_id = $1 AND owner_id = $2 ORDER BY created_at DESC, id DESC;

-- TakeBinding names the secret whose code was compared: one that was replaced meanwhile is none to bind.
-- name: TakeBinding :execrows
DELETE FROM sallyport_bindings WHERE account_id = $1 AND owner_id = $2 AND id = $3 AND secret_id = $4;

-- name: RenewBinding :execrows
UPDATE sallyport_bindings SET secret_id = @renewed, last_step = @last_step, created_at = @created_at, expires_at = @expires_at
WHERE account_id = @account_id AND owner_id = @owner_id AND id = @id AND secret_id = @secret_id;
