package sallyport

import (
	"errors"
	"strings"

	"github.com/sallyport/sallyport/internal/assembly"
	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/deliver/mail"
	"github.com/sallyport/sallyport/internal/deliver/push"
	"github.com/sallyport/sallyport/internal/deliver/text"
	"github.com/sallyport/sallyport/internal/endpoint"
	"github.com/sallyport/sallyport/internal/factor/password/breached"
	"github.com/sallyport/sallyport/internal/names"
)

// checkMessages checks who is written to, and how.
func (c Config) checkMessages(note func(*FieldError)) {
	noteMistakes(note, mail.Check(c.Mail, c.MailFrom))
	note(oneSender("Mail", mail.Shown(c.Mail), "Mailer", c.Mail != defaultMail && c.Mailer != nil))
	note(oneSender("Text", text.Shown(c.Text), "Texter", c.Text != defaultText && c.Texter != nil))
	note(oneSender("PushContact", push.ShownContact(c.PushContact), "Pusher", c.PushContact != "" && c.Pusher != nil))
	note(oneSender("PushHosts", strings.Join(c.PushHosts, ", "), "Pusher", len(c.PushHosts) > 0 && c.Pusher != nil))
	if c.SupportAddress != "" {
		note(checkAddress("SupportAddress", c.SupportAddress))
	}
	if c.BreachedPasswords != "" {
		note(checkBreached(c.BreachedPasswords))
	}
}

// oneSender refuses two that would send the same.
func oneSender(field, value, sender string, two bool) *FieldError {
	if !two {
		return nil
	}
	return &FieldError{
		Field: field, Value: value, Reason: "is given beside a " + sender + ", which would send in its place",
		Cure: "Give one of the two",
	}
}

// noteMistakes notes what a sender finds wrong with its settings, each at its field.
func noteMistakes(note func(*FieldError), err error) {
	var all deliver.Mistakes
	errors.As(err, &all)
	for _, m := range all {
		note(&FieldError{Field: assembly.Field(m.Key), Value: m.Value, Reason: m.Reason, Cure: m.Cure})
	}
}

func checkAddress(field, value string) *FieldError {
	if shown, _, err := names.Email(value); err != nil || shown != value {
		return &FieldError{
			Field: field, Value: value, Reason: "is not one email address", Cure: "Give an address such as help@example.org",
		}
	}
	return nil
}

func checkBreached(value string) *FieldError {
	if _, err := breached.New(breached.Config{URL: value}); err != nil {
		return &FieldError{
			Field: "BreachedPasswords", Value: endpoint.HideCredentials(value), Reason: err.Error(), Cure: "Give a URL such as https://api.pwnedpasswords.com",
		}
	}
	return nil
}

func checkGroups(groups []string) *FieldError {
	for _, g := range groups {
		if !core.ValidGroup(g) {
			return &FieldError{
				Field: "SecondFactorGroups", Value: g, Reason: "is no name of a group",
				Cure: "Give names of up to 64 letters, digits and dashes, such as staff",
			}
		}
	}
	return nil
}
