-- Of several requests for an account's first handle, one decides.
-- name: InsertUserHandle :exec
INSERT INTO sallyport_user_handles (account_id, handle) VALUES ($1, $2) ON CONFLICT (account_id) DO NOTHING;

-- name: SetUserHandle :execrows
INSERT INTO sallyport_user_handles (account_id, handle) VALUES ($1, $2) ON CONFLICT (account_id) DO NOTHING;

-- name: GetUserHandle :one
SELECT handle FROM sallyport_user_handles WHERE account_id = $1;

-- name: ListPasskeys :many
SELECT * FROM sallyport_passkeys WHERE account_id = $1 ORDER BY authenticator_id;

-- name: PasskeyByCredential :one
SELECT * FROM sallyport_passkeys WHERE credential_hash = $1;

-- name: InsertPasskey :execrows
INSERT INTO sallyport_passkeys (authenticator_id, account_id, credential_hash, sign_count, backed_up)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (credential_hash) DO NOTHING;

-- UsePasskey decides: of two answers with one count, one is a copy's. Those that never count are let through.
-- name: UsePasskey :execrows
UPDATE sallyport_passkeys SET sign_count = @sign_count, backed_up = @backed_up
WHERE account_id = @account_id AND authenticator_id = @authenticator_id
  AND (sign_count < @sign_count OR (sign_count = 0 AND cast(@sign_count AS BIGINT) = 0));

-- TakeChallenge decides: of all answers to one challenge, exactly one is noted.
-- name: TakeChallenge :execrows
INSERT INTO sallyport_used_challenges (hash, expires_at) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING;

-- name: SweepChallenges :execrows
DELETE FROM sallyport_used_challenges WHERE hash IN (
    SELECT d.hash FROM sallyport_used_challenges d WHERE d.expires_at <= @now LIMIT @portion);

-- name: SetPasskeysOnly :exec
UPDATE sallyport_account_states SET passkeys_only = $2 WHERE account_id = $1;
