package assembly

import (
	"errors"
	"fmt"
	"testing"

	"github.com/sallyport/sallyport/internal/deliver"
)

// TestMistakesOfSendersAreTheirOwn: what a sender says of a setting is said of that one, whichever sender it is.
func TestMistakesOfSendersAreTheirOwn(t *testing.T) {
	for key, field := range map[string]string{
		"mail": "Mail", "mail_from": "MailFrom", "text": "Text", "text_from": "TextFrom", "text_secret": "TextSecret",
		"push_contact": "PushContact", "push_hosts": "PushHosts",
	} {
		err := Explain(fmt.Errorf("opening: %w", deliver.Mistakes{{Key: key, Value: "shown", Reason: "is odd", Cure: "Mend it"}}))
		var fault *Fault
		if !errors.As(err, &fault) || fault.Field != field || fault.Value != "shown" || fault.Reason != "is odd" || fault.Cure != "Mend it" {
			t.Errorf("%s: %#v", key, err)
		}
	}
	ours := deliver.Mistakes{{Key: "push_key", Reason: "there is no key"}}
	if err := Explain(ours); !errors.As(err, new(deliver.Mistakes)) || errors.As(err, new(*Fault)) {
		t.Errorf("what is no setting became one: %v", err)
	}
}
