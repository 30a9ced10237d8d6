package pskc

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"testing"
)

// wrap is RFC 3394, 2.2.1, with any initial value.
func wrap(block cipher.Block, iv uint64, plain []byte) []byte {
	var b [aes.BlockSize]byte
	binary.BigEndian.PutUint64(b[:], iv)
	r, n := bytes.Clone(plain), len(plain)/8
	for j := range 6 {
		for i := 1; i <= n; i++ {
			copy(b[8:], r[(i-1)*8:])
			block.Encrypt(b[:], b[:])
			binary.BigEndian.PutUint64(b[:], binary.BigEndian.Uint64(b[:])^uint64(n*j+i))
			copy(r[(i-1)*8:], b[8:])
		}
	}
	return append(b[:8:8], r...)
}

// What is wrapped rightly is only believed when its length and its padding are those of RFC 5649.
func TestPaddingOfKeyWrap(t *testing.T) {
	block, err := aes.NewCipher(make([]byte, 16))
	if err != nil {
		t.Fatal(err)
	}
	plain := append(bytes.Repeat([]byte{7}, 20), 0, 0, 0, 0)
	for iv, want := range map[uint64]int{
		0xa6a6a6a6a6a6a6a6: 24, 0xa65959a600000014: 20, 0xa65959a600000015: 21, 0xa65959a600000018: 24,
		0xa65959a600000013: -1, // a byte of the padding is not zero
		0xa65959a600000010: -1, 0xa65959a600000000: -1, 0xa65959a600000019: -1, 0xa65959a6ffffffff: -1,
		0xa65959a700000014: -1, 0xa6a6a6a6a6a6a6a7: -1, 0: -1,
	} {
		got, ok := unwrap(block, wrap(block, iv, plain))
		if ok != (want >= 0) || ok && !bytes.Equal(got, plain[:want]) {
			t.Errorf("%x: %x, %v", iv, got, ok)
		}
	}
	if got, ok := unwrap(block, wrap(block, 0xa65959a600000010, make([]byte, 24))); ok {
		t.Errorf("a whole block of padding: %x", got)
	}
}
