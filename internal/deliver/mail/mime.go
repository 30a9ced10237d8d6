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

// encoded returns a checked message as it is sent: the same bytes for each attempt.
func (m Message) encoded(from *netmail.Address) ([]byte, error) {
	msg := mail.NewMsg(mail.WithCharset(mail.CharsetUTF8), mail.WithEncoding(mail.EncodingQP),
		mail.WithBoundary(m.boundary()), mail.WithNoDefaultUserAgent())
	msg.SetAddrHeaderFromMailAddress(mail.HeaderFrom, from)
	msg.SetAddrHeaderFromMailAddress(mail.HeaderTo, &netmail.Address{Address: m.To})
	msg.Subject(m.Subject)
	msg.SetDateWithValue(m.Date.UTC())
	msg.SetMessageIDWithValue(m.ID + "@" + idDomain(from.Address))
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834, 5: nobody's absence is to answer
	msg.SetBodyString(mail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(mail.TypeTextHTML, m.HTML)
	}
	var b bytes.Buffer
	if _, err := msg.WriteTo(&b); err != nil {
		return nil, &deliver.Error{Fault: deliver.Permanent, Err: fmt.Errorf("message cannot be encoded: %w", err)}
	}
	return b.Bytes(), nil
}

// idDomain is the sender's domain, or one that nobody has where that cannot stand in a Message-ID (RFC 5322, 3.6.4).
func idDomain(address string) string {
	_, domain, _ := strings.Cut(address, "@")
	if !isASCII(domain) {
		return "sallyport.invalid"
	}
	return domain
}
