package main

import (
	"context"
	"crypto/rand"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// cluster is a PostgreSQL server on which databases are made, and dropped again.
type cluster struct {
	url       string
	databases []string
}

const clusterWriters = 8

// seed makes a house in a database of its own. Only the seeding may lose what it wrote, and be faster for it.
func (c *cluster) seed(ctx context.Context, dir string, accounts int) (house, error) {
	u, err := url.Parse(c.url)
	if err != nil {
		return house{}, errors.New(testPostgres + " is no URL") // the error would name the password
	}
	name := "sallyport_bench_" + strings.ToLower(rand.Text()[:10])
	if err := c.admin(ctx, "CREATE DATABASE "+name); err != nil {
		return house{}, err
	}
	c.databases = append(c.databases, name)
	u.Path = "/" + name
	final := u.String()
	hurried := u.Query()
	hurried.Set("synchronous_commit", "off")
	u.RawQuery = hurried.Encode()
	h, err := seed(ctx, u.String(), dir, accounts, clusterWriters)
	h.database = final
	if err != nil {
		return h, err
	}
	return h, execute(ctx, final, "VACUUM ANALYZE")
}

func (c *cluster) admin(ctx context.Context, statement string) error {
	return execute(ctx, c.url, statement)
}

func execute(ctx context.Context, url, statement string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, statement)
	return errors.Join(err, conn.Close(ctx))
}

// close drops the databases, even when the run was interrupted.
func (c *cluster) close() error {
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	var errs []error
	for _, name := range c.databases {
		errs = append(errs, c.admin(ctx, "DROP DATABASE "+name+" WITH (FORCE)"))
	}
	return errors.Join(errs...)
}
