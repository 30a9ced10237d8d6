-- name: InsertTicket :exec
INSERT INTO sallyport_tickets (id, account_id, purpose, owner_id, token_hash, key_id, code_hash, epoch, subject, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: EndTickets :exec
DELETE FROM sallyport_tickets WHERE account_id = $1 AND purpose = $2 AND owner_id = $3;

-- name: TicketByToken :one
SELECT * FROM sallyport_tickets WHERE token_hash = $1;

-- name: TicketByCode :one
SELECT * FROM sallyport_tickets WHERE code_hash = $1 LIMIT 1;

-- name: LatestTicket :one
SELECT * FROM sallyport_tickets WHERE account_id = $1 AND purpose = $2 AND owner_id = $3
ORDER BY created_at DESC, id DESC LIMIT 1;

-- name: ListTickets :many
SELECT * FROM sallyport_tickets WHERE account_id = $1 AND purpose = $2 ORDER BY created_at, id;

-- TakeTicket decides: of all requests with one ticket, exactly one deletes it.
-- name: TakeTicket :execrows
DELETE FROM sallyport_tickets WHERE id = $1;

-- EndTicket is TakeTicket of a ticket that has to be of a purpose, and of no account.
-- name: EndTicket :execrows
DELETE FROM sallyport_tickets WHERE id = $1 AND account_id = '' AND purpose = $2;

-- name: DropTickets :exec
DELETE FROM sallyport_tickets WHERE account_id = $1 AND purpose = $2 AND created_at >= @since;

-- name: InsertConfirmation :exec
INSERT INTO sallyport_confirmations (id, account_id, session_id, epoch, token_hash, action_hash, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- TakeConfirmation decides, and everything that a confirmation is for has to be the same.
-- name: TakeConfirmation :execrows
DELETE FROM sallyport_confirmations
WHERE token_hash = @token_hash AND account_id = @account_id AND session_id = @session_id AND epoch = @epoch
  AND action_hash = @action_hash AND expires_at > @now;

-- name: SweepTickets :execrows
DELETE FROM sallyport_tickets WHERE id IN (
    SELECT d.id FROM sallyport_tickets d WHERE d.expires_at <= @now LIMIT @portion);

-- name: SweepConfirmations :execrows
DELETE FROM sallyport_confirmations WHERE id IN (
    SELECT d.id FROM sallyport_confirmations d WHERE d.expires_at <= @now LIMIT @portion);
