package web_test

import "testing"

// An authenticator whose secret is lost is not called turned off after wrong codes, and not shown as if it worked.
func TestPagesSayWhatCannotBeRead(t *testing.T) {
	const unreadable = "It can't be checked at the moment. If that stays so, remove it and set it up again."
	v := newWorld(t, required()).visitor()
	v.setUp()
	id := v.get("/account").shows(200, "10 left").lacks(unreadable).authenticators()[0]
	a, err := v.w.machine.Lookup(t.Context(), "ana")
	must(t, err)
	bound, err := v.w.store.Authenticators(t.Context(), a.ID)
	must(t, err)
	must(t, v.w.store.Secrets(v.w.clock.Now).DeleteBlob(t.Context(), bound[0].SecretID, a.ID))
	for _, path := range []string{"/account", "/account/authenticators/" + id} {
		v.get(path).shows(200, unreadable).lacks("Turned off after too many wrong codes")
	}
}
