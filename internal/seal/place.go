package seal

import "encoding/binary"

// Place is where a sealed value belongs. All four parts are needed; what is sealed in one place opens in no other.
type Place struct {
	Table, Column, Row, Account string
}

// bind returns the associated data: the envelope's header and the place, each part after its length, so that no two
// places encode alike.
func (p Place) bind(header []byte) ([]byte, error) {
	bound := appendPart(nil, header)
	for _, part := range [4]string{p.Table, p.Column, p.Row, p.Account} {
		if part == "" {
			return nil, ErrPlace
		}
		bound = appendPart(bound, []byte(part))
	}
	return bound, nil
}

func appendPart(b, part []byte) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(len(part)))
	return append(b, part...)
}
