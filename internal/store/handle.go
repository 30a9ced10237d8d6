package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/sallyport/sallyport/internal/store/queries"
)

// handle is a pool of connections and the statements that are prepared on it.
type handle struct {
	db       *sql.DB
	prepared *prepared     // nil where the driver prepares by itself
	names    *names        // nil where tables are found without a schema
	turn     chan struct{} // holds one, of whoever writes; nil where writers don't wait for each other here
}

// preparing is a handle that keeps statements.
func preparing(db *sql.DB) handle {
	return handle{db: db, prepared: &prepared{db: db, byText: map[string]*sql.Stmt{}}}
}

func (h handle) queries() *queries.Queries {
	return queries.New(gate{raw: h.db, prepared: h.prepared, names: h.names})
}

func (h handle) queriesIn(tx *sql.Tx) *queries.Queries { return queries.New(h.gateIn(tx)) }

func (h handle) gateIn(tx *sql.Tx) gate {
	return gate{raw: tx, tx: tx, prepared: h.prepared, names: h.names}
}

// enter waits for its turn to write, and returns what ends it.
func (h handle) enter(ctx context.Context) (leave func(), err error) {
	if h.turn == nil {
		return func() {}, nil
	}
	select {
	case h.turn <- struct{}{}:
		return func() { <-h.turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// prepared keeps statements for as long as the pool lives. The queries are constants, so it stays small.
type prepared struct {
	db     *sql.DB
	mu     sync.RWMutex
	byText map[string]*sql.Stmt
	wanted []string // seen inside a transaction, which may hold the only connection
	closed bool
}

func (p *prepared) get(query string) *sql.Stmt {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.byText[query]
}

func (p *prepared) want(query string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wanted = append(p.wanted, query)
}

// make prepares query. When that fails, the query is run as it is and says itself what is wrong with it.
func (p *prepared) make(ctx context.Context, query string) *sql.Stmt {
	stmt, err := p.db.PrepareContext(ctx, query)
	if err != nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if first, ok := p.byText[query]; ok || p.closed {
		stmt.Close() //nolint:errcheck // it was never used
		return first
	}
	p.byText[query] = stmt
	return stmt
}

// close closes the statements, for a pool that goes on without them.
func (p *prepared) close() error {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	var errs []error
	for _, stmt := range p.byText {
		errs = append(errs, stmt.Close())
	}
	clear(p.byText)
	p.closed = true
	return errors.Join(errs...)
}

// makeWanted prepares what transactions had to run unprepared. It must not be called inside one.
func (p *prepared) makeWanted(ctx context.Context) {
	if p == nil {
		return
	}
	p.mu.RLock()
	none := len(p.wanted) == 0
	p.mu.RUnlock()
	if none {
		return
	}
	p.mu.Lock()
	wanted := p.wanted
	p.wanted = nil
	p.mu.Unlock()
	for _, query := range wanted {
		p.make(ctx, query)
	}
}

// gate is where every statement passes: it finds the prepared one, and makes text storable.
type gate struct {
	raw      queries.DBTX
	tx       *sql.Tx
	prepared *prepared
	names    *names
}

func (g gate) statement(ctx context.Context, query string) *sql.Stmt {
	if g.prepared == nil {
		return nil
	}
	stmt := g.prepared.get(query)
	switch {
	case g.tx == nil && stmt == nil:
		return g.prepared.make(ctx, query)
	case g.tx == nil:
		return stmt
	case stmt == nil:
		g.prepared.want(query)
		return nil
	}
	return g.tx.StmtContext(ctx, stmt)
}

// ExecContext implements [queries.DBTX].
func (g gate) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	storable(args)
	query = g.names.qualified(query)
	if stmt := g.statement(ctx, query); stmt != nil {
		return stmt.ExecContext(ctx, args...)
	}
	return g.raw.ExecContext(ctx, query, args...)
}

// PrepareContext implements [queries.DBTX].
func (g gate) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	return g.raw.PrepareContext(ctx, g.names.qualified(query))
}

// QueryContext implements [queries.DBTX].
func (g gate) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	storable(args)
	query = g.names.qualified(query)
	if stmt := g.statement(ctx, query); stmt != nil {
		return stmt.QueryContext(ctx, args...)
	}
	return g.raw.QueryContext(ctx, query, args...)
}

// QueryRowContext implements [queries.DBTX].
func (g gate) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	storable(args)
	query = g.names.qualified(query)
	if stmt := g.statement(ctx, query); stmt != nil {
		return stmt.QueryRowContext(ctx, args...)
	}
	return g.raw.QueryRowContext(ctx, query, args...)
}

// storable replaces what PostgreSQL refuses to store as text: invalid UTF-8 and NUL. User agents may hold either, and
// an id from a URL that does is simply not found.
func storable(args []any) {
	for i, arg := range args {
		switch v := arg.(type) {
		case string:
			if !plain(v) {
				args[i] = replaced(v)
			}
		case sql.NullString:
			if !plain(v.String) {
				args[i] = sql.NullString{String: replaced(v.String), Valid: v.Valid}
			}
		}
	}
}

func plain(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

func replaced(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}
