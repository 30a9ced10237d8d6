-- name: LastEvent :one
SELECT seq, hash FROM sallyport_events WHERE account_id = $1 AND seq > 0 ORDER BY seq DESC LIMIT 1;

-- The unique index sallyport_events_chain keeps two events from following one.
-- InsertEvent leaves an event alone that is there: a commit whose answer was lost is tried again.
-- name: InsertEvent :exec
INSERT INTO sallyport_events (id, account_id, at, kind, outcome, authenticator_id, session_id, address, user_agent,
    detail, seq, previous, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (id) DO NOTHING;

-- name: ListEvents :many
SELECT * FROM sallyport_events WHERE account_id = @account_id AND seq < @before
ORDER BY seq DESC, at DESC, id DESC LIMIT @most;

-- ListSignIns looks through the newest events alone: refusals don't make it long. Who signed in before the password or the
-- address was taken back from somebody may have been them.
-- name: ListSignIns :many
WITH newest AS (
    SELECT e.seq, e.kind, e.outcome, e.address, e.user_agent FROM sallyport_events e WHERE e.account_id = @account_id
    ORDER BY e.seq DESC LIMIT @most)
SELECT n.address, n.user_agent FROM newest n
WHERE n.kind = 'signed_in' AND n.seq > coalesce((SELECT max(b.seq) FROM newest b
    WHERE b.kind IN ('password.exposed', 'push.not_me', 'password.reset', 'address.undone') AND b.outcome = 'ok'), -1)
ORDER BY n.seq DESC;

-- name: ListEventsAfter :many
SELECT * FROM sallyport_events WHERE (account_id, seq, id) > (cast(@account_id AS TEXT), cast(@seq AS BIGINT), cast(@id AS TEXT))
ORDER BY account_id, seq, id LIMIT @most;

-- Few events are recent: the limit that limits nothing keeps SQLite from walking along the accounts through all others.
-- name: ListEventHeads :many
SELECT e.* FROM (
    SELECT DISTINCT account_id FROM (
        SELECT d.account_id FROM sallyport_events d WHERE d.at >= @since AND d.seq > 0 LIMIT 9223372036854775807) r
    WHERE account_id > cast(@after AS TEXT) ORDER BY account_id LIMIT @most) h
JOIN sallyport_events e ON e.account_id = h.account_id
 AND e.seq = (SELECT max(l.seq) FROM sallyport_events l WHERE l.account_id = h.account_id AND l.seq > 0)
ORDER BY e.account_id;

-- ListDroppable lists accounts with old events, but not those of which only the last is.
-- name: ListDroppable :many
SELECT DISTINCT account_id FROM (
    SELECT d.account_id FROM sallyport_events d
    WHERE d.at < @before AND (
        EXISTS (SELECT 1 FROM sallyport_events n WHERE n.account_id = d.account_id AND (n.seq, n.at, n.id) > (d.seq, d.at, d.id))
        OR NOT EXISTS (SELECT 1 FROM sallyport_account_states s WHERE s.account_id = d.account_id))
    LIMIT 9223372036854775807) r
WHERE account_id > cast(@after AS TEXT) ORDER BY account_id LIMIT @portion;

-- DropEvents takes the oldest of one account: a clock that went back makes no hole in a chain. The last event of an
-- account that exists is what the next one follows.
-- name: DropEvents :execrows
DELETE FROM sallyport_events WHERE sallyport_events.id IN (
    SELECT d.id FROM sallyport_events d
    WHERE d.account_id = @account_id AND d.at < @before
      AND d.seq < coalesce((SELECT min(k.seq) FROM sallyport_events k
          WHERE k.account_id = @account_id AND k.seq > 0 AND k.at >= @before), 9223372036854775807)
      AND d.id <> coalesce((SELECT l.id FROM sallyport_events l
          WHERE l.account_id = @account_id
            AND EXISTS (SELECT 1 FROM sallyport_account_states s WHERE s.account_id = @account_id)
          ORDER BY l.seq DESC, l.at DESC, l.id DESC LIMIT 1), '')
    ORDER BY d.seq, d.at, d.id LIMIT @portion);

-- name: ListCheckpoints :many
SELECT * FROM sallyport_checkpoints WHERE number > @after ORDER BY number LIMIT @most;

-- name: LastCheckpoint :one
SELECT * FROM sallyport_checkpoints ORDER BY number DESC LIMIT 1;

-- name: InsertCheckpoint :execrows
INSERT INTO sallyport_checkpoints (number, at, sealed) VALUES ($1, $2, $3) ON CONFLICT (number) DO NOTHING;

-- Of two checkpoints one stays that says what both said. What another process has changed meanwhile is left alone.
-- name: DeleteCheckpoint :execrows
DELETE FROM sallyport_checkpoints WHERE number = @number AND sealed = @read;
