-- What is sealed in the main database, for the rotation of keys. Only a value that is still what was read is replaced.

-- name: ListSealedMessages :many
SELECT id, payload FROM sallyport_messages WHERE id > @after ORDER BY id LIMIT @portion;

-- name: ReplaceSealedMessage :execrows
UPDATE sallyport_messages SET payload = @sealed WHERE id = @id AND payload = @read;

-- name: ReplaceSealedCheckpoint :execrows
UPDATE sallyport_checkpoints SET sealed = @sealed WHERE number = @number AND sealed = @read;
