-- Reserve moves a counter that is neither locked nor delayed; no row means that it was left alone.
-- name: Reserve :one
INSERT INTO sallyport_counters (counter_key, failures, not_before, updated_at)
VALUES (@counter_key, 1, 0, cast(@now AS BIGINT))
ON CONFLICT (counter_key) DO UPDATE
SET failures = sallyport_counters.failures + 1, updated_at = cast(@now AS BIGINT)
WHERE sallyport_counters.not_before <= cast(@now AS BIGINT)
  AND (cast(@cap AS BIGINT) = 0 OR sallyport_counters.failures < cast(@cap AS BIGINT))
RETURNING failures;

-- name: GetCounter :one
SELECT failures, not_before FROM sallyport_counters WHERE counter_key = $1;

-- name: SetNotBefore :exec
UPDATE sallyport_counters SET not_before = $2 WHERE counter_key = $1;

-- name: ReturnOne :one
UPDATE sallyport_counters SET failures = failures - 1 WHERE counter_key = $1 AND failures > 0
RETURNING failures, not_before;

-- name: DeleteCounter :exec
DELETE FROM sallyport_counters WHERE counter_key = $1;

-- name: GetLimit :one
SELECT tat FROM sallyport_limits WHERE limit_key = $1;

-- CountLimited is throttle.Limit.Take without the refusal: the event has happened. It runs ahead by one span at most.
-- name: CountLimited :exec
INSERT INTO sallyport_limits (limit_key, tat)
VALUES (@limit_key, cast(@now AS BIGINT) + cast(@step AS BIGINT))
ON CONFLICT (limit_key) DO UPDATE
SET tat = CASE
    WHEN sallyport_limits.tat < cast(@now AS BIGINT) THEN cast(@now AS BIGINT) + cast(@step AS BIGINT)
    WHEN sallyport_limits.tat < cast(@now AS BIGINT) + cast(@span AS BIGINT) THEN sallyport_limits.tat + cast(@step AS BIGINT)
    ELSE sallyport_limits.tat
END;

-- TakeLimited is throttle.Limit.Take: a row is an event that was allowed, however many ask at once.
-- name: TakeLimited :one
INSERT INTO sallyport_limits (limit_key, tat)
VALUES (@limit_key, cast(@now AS BIGINT) + cast(@step AS BIGINT))
ON CONFLICT (limit_key) DO UPDATE
SET tat = CASE
    WHEN sallyport_limits.tat < cast(@now AS BIGINT) THEN cast(@now AS BIGINT) + cast(@step AS BIGINT)
    ELSE sallyport_limits.tat + cast(@step AS BIGINT)
END
WHERE sallyport_limits.tat + cast(@step AS BIGINT) <= cast(@now AS BIGINT) + cast(@span AS BIGINT)
RETURNING tat;
