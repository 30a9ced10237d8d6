-- name: InsertLogin :exec
INSERT INTO sallyport_logins (id, token_hash, account_id, epoch, transport, evidence, remember, return_to, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: LoginByToken :one
SELECT id, token_hash, account_id, epoch, transport, evidence, remember, return_to, created_at, expires_at
FROM sallyport_logins WHERE token_hash = $1;

-- name: DeleteLogin :execrows
DELETE FROM sallyport_logins WHERE id = $1;
