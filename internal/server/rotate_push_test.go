package server

import (
	"testing"

	"github.com/sallyport/sallyport/internal/core"
)

// TestBoundBrowsersAreRotated: their keys, and where messages reach them.
func TestBoundBrowsersAreRotated(t *testing.T) {
	eachPlace(t, func(v *vaulted) {
		kept := map[string]string{}
		for _, purpose := range []string{string(core.KindPush), core.SubscriptionSecrets} {
			id, err := v.vault.Put(t.Context(), "ann", purpose, []byte("the "+purpose))
			v.check(err)
			kept[purpose] = id
		}
		first, mac := v.keys.Ring().ActiveID(), v.chain.ActiveID()
		v.reports(first+" active 4/0/0/0", mac+" hashes 0/0/0/0")
		second := v.rotate().Active
		v.reports(first+" removable 0/0/0/0", second+" active 4/0/0/0", mac+" hashes 0/0/0/0")
		v.check(v.remove(first))
		v.start()
		for purpose, id := range kept {
			if got, err := v.vault.Get(t.Context(), "ann", purpose, id); err != nil || string(got) != "the "+purpose {
				t.Errorf("%s: %q, %v", purpose, got, err)
			}
		}
	})
}
