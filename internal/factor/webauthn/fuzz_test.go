package webauthn_test

import (
	"testing"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/factor/webauthn/virtual"
)

// FuzzResponses: whatever a browser sends is answered, and nothing but the right answer is accepted.
func FuzzResponses(f *testing.F) {
	t := &testing.T{}
	c := ceremonies(t, false)
	m, err := make1(t, c, &virtual.Authenticator{Origin: origin})
	if err != nil {
		f.Fatal(err)
	}
	q := m.ask(t, c, false)
	f.Add(q.Response)
	f.Add(`{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","attestationObject":"oA"}}`)
	f.Fuzz(func(t *testing.T, response string) {
		in := core.NewPasskey{Challenge: q.Challenge, Handle: q.Handle}
		if p, err := c.Created(in, response); err == nil {
			t.Errorf("made: %+v", p)
		}
		_, read := c.Claims(response)
		asked := q
		asked.Response = response
		if _, err := c.Asserted(asked); err == nil && read != nil {
			t.Errorf("accepted what can't be read: %v", read)
		}
	})
}
