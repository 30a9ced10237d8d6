// Package blocklist knows 365,000 passwords that are common, breached or expected, without a network: whatever of
// at least 8 code points stands in the public lists that README.md names, and above all what is long (NIST SP 800-63B-4,
// 3.1.1.2; ASVS 6.2.4 and 6.2.12).
//
// Use [Contains] when a password is set, not when one is checked. It compares the whole password, in one case and one
// Unicode form, and finds neither variants nor parts. It answers wrongly for fewer than one in a million passwords that
// are on no list, and never the other way. What an account's own words are it doesn't know; breaches since the lists were
// made neither.
//
// The list is 1 MB of sorted, truncated hashes, embedded and read in place: it can't be turned back into passwords except
// by guessing them.
package blocklist

import (
	"crypto/sha256"
	_ "embed"
	"encoding/binary"
	"math/bits"
	"slices"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// The filter that generate wrote.
//
//go:embed filter.bin
var embedded string

// MinLength is how many code points the shortest of the passwords have: policies ask for no fewer.
const MinLength = 8

// Contains reports whether a password is on the list, in any case and any Unicode form. It is safe for concurrent use.
func Contains(password []byte) bool {
	folded := Fold(password)
	return utf8.RuneCount(folded) >= MinLength && filter(embedded).holds(hash(folded))
}

// Fold returns the form in which passwords and words are compared: NFKC, case folded, NFKC (The Unicode Standard, 3.13,
// D146). What is not valid UTF-8 is returned as it is.
func Fold(password []byte) []byte {
	if !utf8.Valid(password) {
		return password
	}
	return norm.NFKC.Bytes(cases.Fold().Bytes(norm.NFKC.Bytes(password)))
}

// hash spreads passwords evenly; 64 bits are plenty for a filter that keeps fewer than 40.
func hash(folded []byte) uint64 {
	sum := sha256.Sum256(folded)
	return binary.BigEndian.Uint64(sum[:])
}

// filter is a Golomb-coded set, after BIP 158 but with an index. n hashes are brought into the range of n<<20, so that a
// stranger falls on one of them once in 2^20, then sorted and cut into ranges of 2^27, about 128 hashes each. A range
// holds the distance from each to the next: what exceeds 20 bits in ones and a zero, then the 20 bits.
//
//	n, uint32 | where each range begins and the last one ends, in bits, uint32 each | the ranges
//
// All numbers are big endian. With its index it takes 21.8 bits a hash; no set with so few wrong answers takes under 20.
type filter string

const (
	lowBits   = 20
	rangeBits = 27
)

func ranges(n uint64) uint64 { return (n<<lowBits)>>rangeBits + 1 }

func (f filter) uint32(at uint64) uint64 {
	return uint64(f[at])<<24 | uint64(f[at+1])<<16 | uint64(f[at+2])<<8 | uint64(f[at+3])
}

func (f filter) holds(hash uint64) bool {
	n := f.uint32(0)
	want, _ := bits.Mul64(hash, n<<lowBits)
	which := want >> rangeBits
	at, end := f.uint32(4+4*which), f.uint32(8+4*which)
	stream := f[4+4*(ranges(n)+1):]
	next := func() uint64 {
		bit := uint64(stream[at/8]>>(7-at%8)) & 1
		at++
		return bit
	}
	for value := which << rangeBits; at < end; {
		for next() == 1 {
			value += 1 << lowBits
		}
		low := uint64(0)
		for range lowBits {
			low = low<<1 | next()
		}
		if value += low; value >= want {
			return value == want
		}
	}
	return false
}

// Build makes the filter of those passwords, each of at least [MinLength] code points once folded. It is for generate.
func Build(passwords [][]byte) []byte {
	hashes := make([]uint64, len(passwords))
	for i, p := range passwords {
		hashes[i] = hash(Fold(p))
	}
	slices.Sort(hashes)
	hashes = slices.Compact(hashes)
	n := uint64(len(hashes))

	var stream bitWriter
	head := binary.BigEndian.AppendUint32(nil, uint32(n))
	for which := range ranges(n) {
		head = binary.BigEndian.AppendUint32(head, stream.bits)
		from := which << rangeBits
		for len(hashes) > 0 {
			value, _ := bits.Mul64(hashes[0], n<<lowBits)
			if value>>rangeBits != which {
				break
			}
			stream.write(value - from)
			from, hashes = value, hashes[1:]
		}
	}
	head = binary.BigEndian.AppendUint32(head, stream.bits)
	return append(head, stream.bytes...)
}

// bitWriter packs distances.
type bitWriter struct {
	bytes []byte
	bits  uint32
}

func (w *bitWriter) write(distance uint64) {
	for range distance >> lowBits {
		w.bit(1)
	}
	w.bit(0)
	for i := lowBits - 1; i >= 0; i-- {
		w.bit(byte(distance>>i) & 1)
	}
}

func (w *bitWriter) bit(b byte) {
	if w.bits%8 == 0 {
		w.bytes = append(w.bytes, 0)
	}
	w.bytes[w.bits/8] |= b << (7 - w.bits%8)
	w.bits++
}
