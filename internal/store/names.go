package store

import (
	"sync"

	"github.com/sallyport/sallyport/internal/store/migrations"
)

// names puts a schema before the names of tables. The queries are constants, and each is written anew once. A search_path
// would do as well if every connection kept it: those of a pool that others use don't, nor does PgBouncer between transactions.
type names struct {
	schema string
	mu     sync.RWMutex
	byText map[string]string // of query to query
}

func newNames(schema string) *names {
	if schema == "" {
		return nil
	}
	return &names{schema: schema, byText: map[string]string{}}
}

func (n *names) qualified(query string) string {
	if n == nil {
		return query
	}
	n.mu.RLock()
	made, known := n.byText[query]
	n.mu.RUnlock()
	if known {
		return made
	}
	made = migrations.Qualify(n.schema, query)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.byText[query] = made
	return made
}
