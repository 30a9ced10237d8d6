-- Sweeping goes in portions: SQLite has one writer, and nobody should wait for the broom.

-- name: SweepLogins :execrows
DELETE FROM sallyport_logins WHERE id IN (
    SELECT d.id FROM sallyport_logins d WHERE d.expires_at <= @now LIMIT @portion);

-- name: SweepSessions :execrows
DELETE FROM sallyport_sessions WHERE id IN (
    SELECT d.id FROM sallyport_sessions d WHERE d.expires_at <= @now LIMIT @portion);

-- name: SweepBindings :execrows
DELETE FROM sallyport_bindings WHERE id IN (
    SELECT d.id FROM sallyport_bindings d WHERE d.expires_at <= @now LIMIT @portion);

-- Those of authenticators and recovery codes stay: a cap has no end.
-- name: SweepCounters :execrows
DELETE FROM sallyport_counters WHERE counter_key IN (
    SELECT d.counter_key FROM sallyport_counters d
    WHERE d.updated_at <= @before AND d.not_before <= @now
      AND (d.counter_key LIKE 'password:%' OR d.counter_key LIKE 'name:%' OR d.counter_key LIKE 'binding:%'
           OR d.counter_key LIKE 'ticket:%')
    LIMIT @portion);

-- name: SweepLimits :execrows
DELETE FROM sallyport_limits WHERE limit_key IN (
    SELECT d.limit_key FROM sallyport_limits d WHERE d.tat <= @now LIMIT @portion);

-- Secrets may live in another database: what is old there is listed there, what is in use is asked here.
-- The blobs 'key-check', 'mac-key', 'keys-given-up' and 'secrets-apart' belong to package seal, and no row refers to them.
-- name: ListOldSecrets :many
SELECT id FROM sallyport_secrets
WHERE id > @after AND created_at <= @before AND id NOT IN ('key-check', 'mac-key', 'keys-given-up', 'secrets-apart')
ORDER BY id LIMIT @portion;

-- Only a help: two databases may not sort alike.
-- name: ListSecretsInUse :many
SELECT a.secret_id FROM sallyport_authenticators a WHERE a.secret_id >= @first AND a.secret_id <= @last
UNION
SELECT p.secret_id FROM sallyport_bindings p WHERE p.secret_id >= @first AND p.secret_id <= @last
UNION
SELECT b.subscription_id FROM sallyport_push_browsers b WHERE b.subscription_id >= @first AND b.subscription_id <= @last
LIMIT @portion;

-- SecretInUse decides, and is one statement: a binding becomes an authenticator in one transaction.
-- name: SecretInUse :one
SELECT cast(EXISTS (SELECT 1 FROM sallyport_authenticators a WHERE a.secret_id = @id)
         OR EXISTS (SELECT 1 FROM sallyport_bindings p WHERE p.secret_id = @id)
         OR EXISTS (SELECT 1 FROM sallyport_push_browsers b WHERE b.subscription_id = @id) AS BOOLEAN) AS in_use;

-- name: DeleteOrphan :exec
DELETE FROM sallyport_secrets WHERE id = @id;
