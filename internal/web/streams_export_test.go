package web

// OpenStreams opens one stream each of so many browsers, and says how many were let in, and what the last was told.
func OpenStreams(browsers int) (open int, last error) {
	s := &streams{of: map[string]int{}}
	for i := range browsers {
		if _, last = s.enter(string(rune('A' + i))); last == nil {
			open++
		}
	}
	return open, last
}
