-- name: InsertPushBrowser :exec
INSERT INTO sallyport_push_browsers (authenticator_id, account_id, subscription_id) VALUES ($1, $2, $3);

-- name: GetPushBrowser :one
SELECT * FROM sallyport_push_browsers WHERE authenticator_id = $1;

-- name: SubscriptionsOf :many
SELECT subscription_id FROM sallyport_push_browsers WHERE account_id = $1 AND subscription_id <> '';

-- SetSubscription names the one that it was read with: of two that change it, one starts again.
-- name: SetSubscription :execrows
UPDATE sallyport_push_browsers SET subscription_id = @renewed
WHERE account_id = @account_id AND authenticator_id = @authenticator_id AND subscription_id = @read_with;

-- name: InsertPrompt :exec
INSERT INTO sallyport_prompts (id, account_id, owner_id, authenticator_id, epoch, purpose, action, mailed, key_id, state, tries,
    address, user_agent, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11, $12, $13, $14);

-- name: GetPrompt :one
SELECT * FROM sallyport_prompts WHERE account_id = $1 AND id = $2;

-- name: LatestPrompt :one
SELECT * FROM sallyport_prompts WHERE account_id = $1 AND owner_id = $2
ORDER BY created_at DESC, state = 'ended', id DESC LIMIT 1;

-- Whoever asked may be gone: nobody is left then who could use an approval.
-- name: OpenPrompts :many
SELECT p.* FROM sallyport_prompts p JOIN sallyport_account_states s ON s.account_id = p.account_id
WHERE p.account_id = @account_id AND p.authenticator_id = @authenticator_id AND p.state = 'waiting' AND p.expires_at > @now
  AND p.epoch = s.epoch AND NOT s.disabled
  AND (EXISTS (SELECT 1 FROM sallyport_logins l WHERE l.id = p.owner_id)
       OR EXISTS (SELECT 1 FROM sallyport_sessions n WHERE n.id = p.owner_id))
ORDER BY p.created_at, p.id;

-- name: EndPrompts :exec
UPDATE sallyport_prompts SET state = 'ended'
WHERE account_id = $1 AND owner_id = $2 AND state IN ('waiting', 'approved');

-- TryPrompt counts an answer before its number is compared; no row means that the prompt takes none.
-- name: TryPrompt :one
UPDATE sallyport_prompts SET tries = tries + 1
WHERE account_id = @account_id AND id = @id AND authenticator_id = @authenticator_id AND state = 'waiting'
  AND expires_at > @now AND tries < @most
RETURNING tries;

-- MarkPrompt decides: of all answers to a prompt, exactly one is its answer.
-- name: MarkPrompt :execrows
UPDATE sallyport_prompts SET state = @becomes
WHERE sallyport_prompts.account_id = @account_id AND sallyport_prompts.id = @id
  AND sallyport_prompts.authenticator_id = @authenticator_id AND sallyport_prompts.epoch = @epoch
  AND sallyport_prompts.state = 'waiting' AND sallyport_prompts.expires_at > @now
  AND (EXISTS (SELECT 1 FROM sallyport_logins l WHERE l.id = sallyport_prompts.owner_id)
       OR EXISTS (SELECT 1 FROM sallyport_sessions n WHERE n.id = sallyport_prompts.owner_id));

-- TakePrompt decides: of all requests with one approval, exactly one deletes it.
-- name: TakePrompt :execrows
DELETE FROM sallyport_prompts
WHERE account_id = @account_id AND owner_id = @owner_id AND id = @id AND authenticator_id = @authenticator_id
  AND epoch = @epoch AND purpose = @purpose AND action = @action AND state = 'approved' AND expires_at > @now;

-- Those that are over stay a while: who comes too late is told so, and may still say that it was somebody else.
-- name: SweepPrompts :execrows
DELETE FROM sallyport_prompts WHERE id IN (
    SELECT d.id FROM sallyport_prompts d WHERE d.expires_at <= @before LIMIT @portion);
