package core

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
)

// ChainEvent makes e the event that follows one with that sequence and hash in its account's chain; 0 and nil
// make it the first. Its hash covers everything that it says and the hash before it, so that no event can be
// changed or taken out of the middle without all that follow.
func ChainEvent(e Event, previousSeq int64, previous []byte) Event {
	e.Seq, e.Previous = previousSeq+1, previous
	e.Hash = e.chained()
	return e
}

// Intact says whether e still says what it said when it was chained.
func (e Event) Intact() bool { return e.Seq > 0 && bytes.Equal(e.Hash, e.chained()) }

// Follows says whether e is the event that came right after before.
func (e Event) Follows(before Event) bool {
	return e.Account == before.Account && e.Seq == before.Seq+1 && bytes.Equal(e.Previous, before.Hash)
}

// chained hashes the parts of an event, each after its length, so that no two events encode alike.
func (e Event) chained() []byte {
	var b []byte
	part := func(p []byte) {
		b = binary.BigEndian.AppendUint64(b, uint64(len(p)))
		b = append(b, p...)
	}
	b = binary.BigEndian.AppendUint64(b, uint64(e.Seq))
	b = binary.BigEndian.AppendUint64(b, uint64(e.At.UnixMilli()))
	part(e.Previous)
	for _, s := range []string{
		e.ID, e.Account, e.Kind, e.Outcome, e.Authenticator, e.Session, e.Address, e.UserAgent, e.Detail,
	} {
		part([]byte(s))
	}
	sum := sha256.Sum256(b)
	return sum[:]
}
