package assembly

import (
	"context"
	"log/slog"

	"github.com/sallyport/sallyport/internal/names"
	"github.com/sallyport/sallyport/internal/store"
)

// FillSkeletons guards usernames of the first release against names that look like them. Those that look like one
// another stay as they are, and are counted in the log.
func FillSkeletons(ctx context.Context, main *store.Store, log *slog.Logger) error {
	filled, alike, err := main.FillSkeletons(ctx, names.Skeleton)
	if filled > 0 {
		log.InfoContext(ctx, "usernames from before are now guarded against look-alikes", "usernames", filled)
	}
	if alike > 0 {
		log.WarnContext(ctx, "usernames that look like another one's were registered before look-alikes were refused; they stay as they are",
			"usernames", alike)
	}
	return err
}
