-- name: InsertBrowser :exec
INSERT INTO sallyport_browsers (id, account_id, epoch, key_id, generation, token_hash, previous_hash, rotated_at,
    created_at, last_used_at, expires_at, address, user_agent)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- EndUnusedBrowsers keeps the one that was inserted just now, whatever was used in the same millisecond.
-- name: EndUnusedBrowsers :exec
DELETE FROM sallyport_browsers WHERE sallyport_browsers.account_id = @account_id AND sallyport_browsers.id NOT IN (
    SELECT k.id FROM sallyport_browsers k WHERE k.account_id = @account_id
    ORDER BY k.id = @inserted DESC, k.last_used_at DESC, k.created_at DESC, k.id LIMIT @keep);

-- name: GetBrowser :one
SELECT * FROM sallyport_browsers WHERE account_id = $1 AND id = $2;

-- name: ListBrowsers :many
SELECT * FROM sallyport_browsers WHERE account_id = $1 ORDER BY last_used_at DESC, created_at DESC, id;

-- RotateBrowser decides: of two requests that were made with one token, one makes the next.
-- name: RotateBrowser :execrows
UPDATE sallyport_browsers
SET key_id = $3, generation = $4, token_hash = $5, previous_hash = $6, rotated_at = $7, last_used_at = $8,
    expires_at = $9, address = $10, user_agent = $11
WHERE account_id = $1 AND id = $2 AND token_hash = @read_with;

-- name: DeleteBrowser :execrows
DELETE FROM sallyport_browsers WHERE account_id = $1 AND id = $2;

-- name: DeleteBrowsers :exec
DELETE FROM sallyport_browsers WHERE account_id = $1;

-- name: SweepBrowsers :execrows
DELETE FROM sallyport_browsers WHERE id IN (
    SELECT d.id FROM sallyport_browsers d WHERE d.expires_at <= @now LIMIT @portion);
