-- name: InsertRecoverySet :exec
INSERT INTO sallyport_recovery_sets (id, account_id, key_id, counter_key, created_at) VALUES ($1, $2, $3, $4, $5);

-- name: InsertRecoveryCode :exec
INSERT INTO sallyport_recovery_codes (account_id, hash, set_id) VALUES ($1, $2, $3);

-- name: ListRecoveryCounters :many
SELECT counter_key FROM sallyport_recovery_sets WHERE account_id = $1;

-- ForgetRetiredSets keeps the set that is retired next: its codes can be told from wrong ones.
-- name: ForgetRetiredSets :exec
DELETE FROM sallyport_recovery_sets WHERE sallyport_recovery_sets.account_id = $1 AND NOT EXISTS (
    SELECT 1 FROM sallyport_recovery_codes l WHERE l.set_id = sallyport_recovery_sets.id AND l.replaced_at IS NULL);

-- name: RetireRecoveryCodes :exec
UPDATE sallyport_recovery_codes SET replaced_at = cast(@now AS BIGINT) WHERE account_id = @account_id AND replaced_at IS NULL;

-- name: DropRecoverySets :exec
DELETE FROM sallyport_recovery_sets WHERE account_id = $1;

-- TakeLookupSecret decides: a code is used once, and only while its set is the live one.
-- name: TakeLookupSecret :execrows
UPDATE sallyport_recovery_codes SET used_at = cast(@now AS BIGINT)
WHERE account_id = @account_id AND hash = @hash AND used_at IS NULL AND replaced_at IS NULL;

-- name: CountLookupSecrets :one
SELECT count(*) FROM sallyport_recovery_codes WHERE account_id = $1 AND used_at IS NULL AND replaced_at IS NULL;

-- name: GetRecoverySet :one
SELECT r.id, r.key_id, r.created_at, coalesce(c.failures, 0) AS failures,
       (SELECT count(*) FROM sallyport_recovery_codes n WHERE n.set_id = r.id AND n.used_at IS NULL) AS remaining
FROM sallyport_recovery_sets r
LEFT JOIN sallyport_counters c ON c.counter_key = r.counter_key
WHERE r.account_id = $1 AND EXISTS (
    SELECT 1 FROM sallyport_recovery_codes l WHERE l.set_id = r.id AND l.replaced_at IS NULL);

-- name: FindLookupSecret :one
SELECT set_id, used_at, replaced_at FROM sallyport_recovery_codes WHERE account_id = $1 AND hash = $2;

-- name: ListLookupKeys :many
SELECT DISTINCT key_id FROM sallyport_recovery_sets WHERE account_id = $1 ORDER BY key_id;
