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
      AND (d.counter_key LIKE 'password:%' OR d.counter_key LIKE 'name:%' OR d.counter_key LIKE 'binding:%')
    LIMIT @portion);

-- name: SweepLimits :execrows
DELETE FROM sallyport_limits WHERE limit_key IN (
    SELECT d.limit_key FROM sallyport_limits d WHERE d.tat <= @now LIMIT @portion);

-- The blob 'key-check' belongs to the key ring (seal.Vault.Check) and no row refers to it.
-- name: ListOrphans :many
SELECT b.id FROM sallyport_secrets b
WHERE b.id > @after AND b.created_at <= @before AND b.id <> 'key-check'
  AND NOT EXISTS (SELECT 1 FROM sallyport_authenticators a WHERE a.secret_id = b.id)
  AND NOT EXISTS (SELECT 1 FROM sallyport_bindings p WHERE p.secret_id = b.id)
ORDER BY b.id LIMIT @portion;

-- DeleteOrphan asks again: it is this statement that decides.
-- name: DeleteOrphan :exec
DELETE FROM sallyport_secrets WHERE sallyport_secrets.id = @id
  AND NOT EXISTS (SELECT 1 FROM sallyport_authenticators a WHERE a.secret_id = sallyport_secrets.id)
  AND NOT EXISTS (SELECT 1 FROM sallyport_bindings p WHERE p.secret_id = sallyport_secrets.id);
