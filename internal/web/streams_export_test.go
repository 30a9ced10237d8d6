package web

import "strconv"

// Streams are those of one service.
type Streams struct{ s *streams }

// NewStreams are none yet.
func NewStreams() Streams { return Streams{&streams{of: map[string]int{}}} }

// Open opens one each of so many browsers at an address, and says how many were let in, and what the last was told.
func (s Streams) Open(browsers int, address string) (open int, leave func(), last error) {
	for i := range browsers {
		left, err := s.s.enter(strconv.Itoa(i)+" at "+address, address)
		if last = err; err == nil {
			open, leave = open+1, left
		}
	}
	return open, leave, last
}
