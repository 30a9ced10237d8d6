package store

import (
	"context"
	"time"

	"github.com/sallyport/sallyport/internal/store/queries"
)

// SiteKeyTable is the table of the site's own keys, as their seals name it.
const SiteKeyTable = "sallyport_site_keys"

// SiteKey returns the sealed key of an id, or nil if there is none. A key never changes but for its seal.
func (s *Store) SiteKey(ctx context.Context, id string) ([]byte, error) {
	sealed, _, err := find(ctx, s, "find site key", func(ctx context.Context, q *queries.Queries) ([]byte, error) {
		return q.GetSiteKey(ctx, id)
	})
	return sealed, err
}

// KeepSiteKey stores a sealed key where there is none of that id, and returns the one that is there: of several processes
// that do so at once, all get the same.
func (s *Store) KeepSiteKey(ctx context.Context, id string, fresh []byte, now time.Time) ([]byte, error) {
	err := s.change(ctx, "insert site key", func(ctx context.Context, q *queries.Queries) error {
		return q.InsertSiteKey(ctx, queries.InsertSiteKeyParams{ID: id, Sealed: fresh, CreatedAt: millis(now)})
	})
	if err != nil {
		return nil, err
	}
	return s.SiteKey(ctx, id)
}
