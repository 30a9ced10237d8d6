package mail

import (
	"bytes"
	"errors"
	"strconv"

	"github.com/wneessen/go-mail/smtp"
)

// maxIterations is some tenths of a second of work; servers ask for 4,096 to 600,000 (RFC 7677, 4).
const maxIterations = 1_000_000

var errTooMuchWork = errors.New("the server asks for too much work")

// boundedScram refuses to work for a server without end: how much is the server's word, and no deadline would stop it.
type boundedScram struct {
	smtp.Auth
}

// Next is [smtp.Auth.Next], unless the server's first message (RFC 5802, 5.1) asks for too many iterations.
func (a boundedScram) Next(fromServer []byte, more bool) ([]byte, error) {
	for field := range bytes.SplitSeq(fromServer, []byte(",")) {
		count, isCount := bytes.CutPrefix(field, []byte("i="))
		if !isCount {
			continue
		}
		if n, err := strconv.Atoi(string(count)); err != nil || n < 1 || n > maxIterations {
			return nil, errTooMuchWork
		}
	}
	return a.Auth.Next(fromServer, more)
}
