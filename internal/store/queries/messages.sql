-- name: InsertMessage :exec
INSERT INTO sallyport_messages (id, payload, created_at, due_at, expires_at, attempts, unsure, claim, claimed_until)
VALUES ($1, $2, $3, $4, $5, 0, 0, '', 0);

-- name: AnyMessageDue :one
SELECT EXISTS (SELECT 1 FROM sallyport_messages WHERE due_at <= @now AND claimed_until <= @now);

-- A claim that lapsed is an attempt that nobody knows the end of; after two of those a message is not sent again.
-- name: DropMessages :exec
DELETE FROM sallyport_messages
WHERE due_at <= @now AND claimed_until <= @now AND (expires_at <= @now OR (claim <> '' AND unsure > 0));

-- ClaimMessages decides: the outer condition is looked at again when a row was locked by another worker.
-- name: ClaimMessages :many
UPDATE sallyport_messages
SET claim = @claim, claimed_until = @until, attempts = attempts + 1,
    unsure = unsure + CASE WHEN claim <> '' THEN 1 ELSE 0 END
WHERE sallyport_messages.claimed_until <= @now AND sallyport_messages.id IN (
    SELECT d.id FROM sallyport_messages d
    WHERE d.due_at <= @now AND d.claimed_until <= @now AND d.expires_at > @now
    ORDER BY d.due_at, d.id LIMIT @most)
RETURNING id, payload, due_at, expires_at, attempts;

-- A message that nobody holds has the empty claim: it is never proof.
-- name: FinishMessage :execrows
DELETE FROM sallyport_messages WHERE id = $1 AND claim = $2 AND claim <> '';

-- name: FinishUnsureMessage :execrows
DELETE FROM sallyport_messages WHERE id = $1 AND claim = $2 AND claim <> '' AND unsure > 0;

-- name: PostponeMessage :execrows
UPDATE sallyport_messages SET due_at = @due_at, claim = '', claimed_until = 0, unsure = unsure + @unsure
WHERE id = @id AND claim = @claim AND claim <> '';

-- One that is being sent just now is left to its worker.
-- name: SweepMessages :execrows
DELETE FROM sallyport_messages WHERE sallyport_messages.claimed_until <= @now AND sallyport_messages.id IN (
    SELECT d.id FROM sallyport_messages d WHERE d.expires_at <= @now AND d.claimed_until <= @now LIMIT @portion);
