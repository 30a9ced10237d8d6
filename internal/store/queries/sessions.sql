-- name: InsertSession :exec
INSERT INTO sallyport_sessions (id, token_hash, account_id, epoch, transport, level, amr, remember,
    signed_in_at, last_seen_at, expires_at, aal2_until, elevated_until, proved_at, address, user_agent)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16);

-- SessionByToken is on every request's way: one round trip, by unique keys only.
-- name: SessionByToken :one
SELECT sqlc.embed(t), sqlc.embed(s), coalesce(p.stands_alone, FALSE) AS stands_alone, a.id AS named,
    coalesce(a.username, '') AS username, coalesce(a.email, '') AS email, a.confirmed_key,
    coalesce(a.address_lost, FALSE) AS address_lost, coalesce(a.created_at, 0) AS created_at,
    coalesce(r.due_at, 0) AS reset_due
FROM sallyport_sessions t
JOIN sallyport_account_states s ON s.account_id = t.account_id
LEFT JOIN sallyport_passwords p ON p.account_id = t.account_id
LEFT JOIN sallyport_accounts a ON a.id = t.account_id
LEFT JOIN sallyport_resets r ON r.account_id = t.account_id
WHERE t.token_hash = $1;

-- name: ListSessions :many
SELECT * FROM sallyport_sessions WHERE account_id = $1 ORDER BY last_seen_at DESC, id;

-- TouchSession finds a session by the token it was read with: one that was elevated meanwhile has another.
-- name: TouchSession :exec
UPDATE sallyport_sessions
SET last_seen_at = CASE WHEN last_seen_at < cast(@seen_at AS BIGINT) THEN cast(@seen_at AS BIGINT) ELSE last_seen_at END,
    level = CASE WHEN level > cast(@level AS BIGINT) THEN cast(@level AS BIGINT) ELSE level END,
    elevated_until = CASE WHEN elevated_until > cast(@elevated_until AS BIGINT) THEN cast(@elevated_until AS BIGINT) ELSE elevated_until END
WHERE account_id = @account_id AND id = @id AND token_hash = @token_hash;

-- name: UpdateSession :execrows
UPDATE sallyport_sessions
SET token_hash = $3, epoch = $4, level = $5, amr = $6, aal2_until = $7, elevated_until = $8, proved_at = $9
WHERE account_id = $1 AND id = $2 AND token_hash = @read_with;

-- EndUnusedSessions keeps the one that was inserted just now, whatever was used in the same millisecond.
-- name: EndUnusedSessions :exec
DELETE FROM sallyport_sessions WHERE sallyport_sessions.account_id = @account_id AND sallyport_sessions.id NOT IN (
    SELECT k.id FROM sallyport_sessions k WHERE k.account_id = @account_id
    ORDER BY k.id = @inserted DESC, k.last_seen_at DESC, k.id LIMIT @keep);

-- name: EndSession :execrows
DELETE FROM sallyport_sessions WHERE account_id = $1 AND id = $2;

-- name: EndOtherSessions :exec
DELETE FROM sallyport_sessions WHERE account_id = $1 AND id <> $2;

-- name: EndSessionByToken :exec
DELETE FROM sallyport_sessions WHERE token_hash = $1;

-- name: CarrySession :execrows
UPDATE sallyport_sessions SET epoch = @new_epoch WHERE account_id = @account_id AND id = @id AND epoch = @old_epoch;
