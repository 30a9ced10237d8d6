-- name: PutBlob :exec
INSERT INTO sallyport_secrets (id, account_id, sealed, created_at) VALUES ($1, $2, $3, $4);

-- name: GetBlob :one
SELECT sealed FROM sallyport_secrets WHERE id = $1 AND account_id = $2;

-- name: DeleteBlob :exec
DELETE FROM sallyport_secrets WHERE id = $1 AND account_id = $2;

-- name: InsertEvent :exec
INSERT INTO sallyport_events (id, account_id, at, kind, authenticator_id, session_id, address, user_agent)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);
