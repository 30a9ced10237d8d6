-- What is sealed in the main database, for the rotation of keys. Only a value that is still what was read is replaced.

-- name: ListSealedMessages :many
SELECT id, payload FROM sallyport_messages WHERE id > @after ORDER BY id LIMIT @portion;

-- name: ReplaceSealedMessage :execrows
UPDATE sallyport_messages SET payload = @sealed WHERE id = @id AND payload = @read;

-- name: ReplaceSealedCheckpoint :execrows
UPDATE sallyport_checkpoints SET sealed = @sealed WHERE number = @number AND sealed = @read;

-- name: GetSiteKey :one
SELECT sealed FROM sallyport_site_keys WHERE id = $1;

-- name: InsertSiteKey :exec
INSERT INTO sallyport_site_keys (id, sealed, created_at) VALUES (@id, @sealed, @created_at) ON CONFLICT DO NOTHING;

-- name: ListSealedSiteKeys :many
SELECT id, sealed FROM sallyport_site_keys WHERE id > @after ORDER BY id LIMIT @portion;

-- name: ReplaceSealedSiteKey :execrows
UPDATE sallyport_site_keys SET sealed = @sealed WHERE id = @id AND sealed = @read;

-- What no key opens any more, and is worth nothing then.
-- name: DropSealedMessage :execrows
DELETE FROM sallyport_messages WHERE id = @id AND payload = @read;

-- name: DropSealedSiteKey :execrows
DELETE FROM sallyport_site_keys WHERE id = @id AND sealed = @read;
