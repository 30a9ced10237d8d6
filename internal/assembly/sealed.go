package assembly

import (
	"context"
	"maps"
	"slices"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/seal"
	"github.com/sallyport/sallyport/internal/store"
)

// SealedColumns are all that is sealed, for who changes keys or counts what rests on them.
func SealedColumns(main *store.Store, secrets seal.Rows) []seal.Column {
	column := func(name, table string, rows seal.Rows) seal.Column {
		return seal.Column{Name: name, Rows: rows, Places: func(r seal.Row) []seal.Place {
			return []seal.Place{rowPlace(table, r.ID)}
		}}
	}
	return []seal.Column{
		column("messages", core.MessageTable, main.SealedMessages()),
		column("checkpoints", core.CheckpointTable, main.SealedCheckpoints()),
		column("site keys", store.SiteKeyTable, main.SealedSiteKeys()),
		// Its purposes are the kinds of authenticators: all that the contract has, so that no kind is forgotten here.
		seal.BlobColumn(secrets, string(core.KindTOTP), "hotp", "webauthn", "push", core.SubscriptionSecrets, "email", "sms"),
	}
}

func rowPlace(table, row string) seal.Place {
	return seal.Place{Table: table, Column: "sealed", Row: row, Account: "-"}
}

// followKeys looks at the key file, and at which key the database is sealed under. When the keys are others than before,
// it counts what is sealed under none of them, and says so.
func (h *House) followKeys(ctx context.Context) error {
	if err := h.Keys.Ready(ctx); err != nil {
		return err
	}
	ring := h.Keys.Ring()
	if h.counted.Load() == ring {
		return nil
	}
	counts := map[string]int{}
	for _, c := range SealedColumns(h.Store, h.secrets) {
		if err := c.CountUnder(ctx, counts); err != nil {
			return err
		}
	}
	h.counted.Store(ring)
	for _, id := range slices.Sorted(maps.Keys(counts)) {
		if _, given := h.givenUp[id]; !given && !ring.Holds(id) {
			h.cfg.Log.WarnContext(ctx, "values are sealed under a key that the key file does not hold: the authenticators among them refuse; `sallyport key verify` says more",
				"missing", id, "values", counts[id])
		}
	}
	return nil
}
