-- name: SetFavourite :exec
INSERT INTO sallyport_favourites (account_id, authenticator_id) VALUES ($1, $2)
ON CONFLICT (account_id) DO UPDATE SET authenticator_id = excluded.authenticator_id;

-- name: DropFavourite :exec
DELETE FROM sallyport_favourites WHERE account_id = $1;
