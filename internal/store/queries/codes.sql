-- name: InsertMessageCode :exec
INSERT INTO sallyport_message_codes (id, account_id, owner_id, authenticator_id, epoch, key_id, hash, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: ListMessageCodes :many
SELECT * FROM sallyport_message_codes WHERE account_id = $1 AND owner_id = $2 AND authenticator_id = $3
ORDER BY created_at DESC, id DESC;

-- name: DropOldMessageCodes :exec
DELETE FROM sallyport_message_codes
WHERE sallyport_message_codes.account_id = @account_id AND sallyport_message_codes.owner_id = @owner_id
  AND sallyport_message_codes.authenticator_id = @authenticator_id AND sallyport_message_codes.id NOT IN (
    SELECT c.id FROM sallyport_message_codes c
    WHERE c.account_id = @account_id AND c.owner_id = @owner_id AND c.authenticator_id = @authenticator_id
    ORDER BY c.created_at DESC, c.id DESC LIMIT @keep);

-- TakeMessageCode decides: of all requests with one code, exactly one deletes it.
-- name: TakeMessageCode :execrows
DELETE FROM sallyport_message_codes WHERE account_id = $1 AND id = $2;

-- name: EndMessageCodes :exec
DELETE FROM sallyport_message_codes WHERE account_id = $1 AND owner_id = $2 AND authenticator_id = $3;

-- name: NoteUse :exec
UPDATE sallyport_authenticators SET last_used_at = @now WHERE account_id = @account_id AND id = @id;

-- Expired ones stay a while: who types one is told that it came too late.
-- name: SweepMessageCodes :execrows
DELETE FROM sallyport_message_codes WHERE id IN (
    SELECT d.id FROM sallyport_message_codes d WHERE d.expires_at <= @before LIMIT @portion);
