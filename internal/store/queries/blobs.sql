-- name: PutBlob :exec
INSERT INTO sallyport_secrets (id, account_id, sealed, created_at) VALUES ($1, $2, $3, $4);

-- name: GetBlob :one
SELECT sealed FROM sallyport_secrets WHERE id = $1 AND account_id = $2;

-- name: DeleteBlob :exec
DELETE FROM sallyport_secrets WHERE id = $1 AND account_id = $2;

-- name: ListSealed :many
SELECT id, account_id, sealed FROM sallyport_secrets WHERE id > @after ORDER BY id LIMIT @portion;

-- ReplaceSealed decides: of two who reseal, and of one who reseals while another deletes, the second does nothing.
-- name: ReplaceSealed :execrows
UPDATE sallyport_secrets SET sealed = @resealed WHERE id = @id AND sealed = @old;

-- A set whose codes were all replaced grants nothing any more.
-- name: CountRecoverySetsByKey :many
SELECT s.key_id, count(*) AS sets FROM sallyport_recovery_sets s
WHERE EXISTS (SELECT 1 FROM sallyport_recovery_codes c WHERE c.set_id = s.id AND c.replaced_at IS NULL)
GROUP BY s.key_id ORDER BY s.key_id;

-- name: CountAuthenticatorsOfSecret :one
SELECT (SELECT count(*) FROM sallyport_authenticators a WHERE a.secret_id = @id)
     + (SELECT count(*) FROM sallyport_push_browsers b WHERE b.subscription_id = @id) AS authenticators;

-- name: AnyAccountBlob :one
SELECT EXISTS (SELECT 1 FROM sallyport_secrets WHERE id NOT IN ('key-check', 'mac-key', 'secrets-apart'));
