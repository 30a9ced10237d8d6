package core

import "slices"

// inOrder puts authenticators into the order in which people are asked for them: the one that was used last in this browser, as
// far as the browser says; its owner's favourite; and then the latest used. What a browser says decides nothing else, and ids
// of others in it change nothing.
func inOrder(auths []Authenticator, last []string) []Authenticator {
	out := slices.Clone(auths)
	slices.SortStableFunc(out, func(a, b Authenticator) int { return b.LastUsedAt.Compare(a.LastUsedAt) })
	first := func(is func(Authenticator) bool) bool {
		i := slices.IndexFunc(out, is)
		if i > 0 {
			a := out[i]
			out = slices.Insert(slices.Delete(out, i, i+1), 0, a)
		}
		return i >= 0
	}
	first(func(a Authenticator) bool { return a.Favourite })
	for _, id := range last {
		if first(func(a Authenticator) bool { return a.ID == id }) {
			break
		}
	}
	return out
}
