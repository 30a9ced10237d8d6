package mail

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	netmail "net/mail"
	"strings"

	"github.com/wneessen/go-mail"

	"github.com/sallyport/sallyport/internal/deliver"
)

// boundary separates the parts. Being made of their hash, it is in none of them, and the same for each attempt.
func (m Message) boundary() string {
	return fmt.Sprintf("part-%x", sha256.Sum256([]byte(m.ID+"\x00"+m.Text+"\x00"+m.HTML)))[:len("part-")+32]
}

// maxLine is how many bytes a line may have (RFC 5322, 2.1.1).
const maxLine = 998

// way is what a message passes through.
type way bool

const (
	sevenBit way = false // any mail server: nothing but ASCII
	eightBit way = true  // our own disk
)

// textEncoding leaves a text as it is wherever it may: quoted-printable takes links apart, and whoever reads the file,
// or searches through it, has what no browser opens.
func (w way) textEncoding(text string) mail.Encoding {
	for line := range strings.Lines(text) {
		if len(line) > maxLine {
			return mail.EncodingQP
		}
	}
	if isASCII(text) || w == eightBit {
		return mail.NoEncoding
	}
	return mail.EncodingQP
}

// encoded returns a checked message as it is sent: the same bytes for each attempt.
func (m Message) encoded(from *netmail.Address, through way) ([]byte, error) {
	msg := mail.NewMsg(mail.WithCharset(mail.CharsetUTF8), mail.WithEncoding(mail.EncodingQP),
		mail.WithBoundary(m.boundary()), mail.WithNoDefaultUserAgent())
	msg.SetAddrHeaderFromMailAddress(mail.HeaderFrom, from)
	msg.SetAddrHeaderFromMailAddress(mail.HeaderTo, &netmail.Address{Address: m.To})
	msg.Subject(m.Subject)
	msg.SetDateWithValue(m.Date.UTC())
	msg.SetMessageIDWithValue(m.ID + "@" + idDomain(from.Address))
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834, 5: nobody's absence is to answer
	text, encoding := m.Text, through.textEncoding(m.Text)
	if encoding != mail.EncodingQP {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	msg.SetBodyString(mail.TypeTextPlain, text, mail.WithPartEncoding(encoding))
	if m.HTML != "" {
		msg.AddAlternativeString(mail.TypeTextHTML, m.HTML)
	}
	var b bytes.Buffer
	if _, err := msg.WriteTo(&b); err != nil {
		return nil, &deliver.Error{Fault: deliver.Permanent, Err: fmt.Errorf("message cannot be encoded: %w", err)}
	}
	if encoding == mail.NoEncoding && isASCII(m.Text) {
		return calledSevenBit(b.Bytes()), nil
	}
	return b.Bytes(), nil
}

// calledSevenBit gives the text part, which comes first, the name of what it is. The package that writes messages has the
// name too, but writes something else under it.
func calledSevenBit(raw []byte) []byte {
	const header = "\nContent-Transfer-Encoding: "
	return bytes.Replace(raw, []byte(header+"8bit\r\n"), []byte(header+"7bit\r\n"), 1)
}

// idDomain is the sender's domain, or one that nobody has where that cannot stand in a Message-ID (RFC 5322, 3.6.4).
func idDomain(address string) string {
	_, domain, _ := strings.Cut(address, "@")
	if !isASCII(domain) {
		return "sallyport.invalid"
	}
	return domain
}
