package core

import "testing"

// FuzzParseKnown: the cookie is whatever a client sends.
func FuzzParseKnown(f *testing.F) {
	f.Add("k.ABCDEFGHIJKLMNOPQRSTUVWXYZ.m")
	f.Add("..")
	f.Fuzz(func(t *testing.T, cookie string) {
		k, ok := parseKnown(cookie)
		if ok && (k.key == "" || len(k.id) != idLength || len(k.macs) == 0 || len(k.macs) > knownAccounts) {
			t.Fatalf("%q gives %+v", cookie, k)
		}
	})
}
