package web

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/pages"
)

// fewEvents is how many of the latest events the account page shows.
const fewEvents = 5

func (s *site) pageActivity(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	sc, err := s.screenFor(r, sess)
	if err != nil {
		return err
	}
	before, err := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64)
	if err != nil || before < 0 {
		before = 0 // whatever it was, the latest are no mistake
	}
	rows, last, err := s.activity(r, sess, before)
	if err != nil {
		return err
	}
	sc.Wide, sc.Data = true, pages.Activity{Events: rows, Before: last}
	return s.render(w, r, http.StatusOK, "activity", sc)
}

// activity reads events and puts them into words. next continues the list behind the last one, 0 says that it ended.
func (s *site) activity(r *http.Request, sess core.Session, before int64) (rows []pages.EventRow, next int64, err error) {
	events, next, err := s.Machine.Events(r.Context(), sess, before)
	if err != nil || len(events) == 0 {
		return nil, 0, err
	}
	bound, err := s.Machine.Authenticators(r.Context(), sess)
	if err != nil {
		return nil, 0, err
	}
	names, c := map[string]string{}, s.in(r)
	for _, a := range bound {
		names[a.ID] = c.calledInText(a)
		if c.hasTwin(a, bound) {
			names[a.ID] = c.text("event.added", names[a.ID], c.Moment(a.CreatedAt))
		}
	}
	for _, e := range events {
		rows = append(rows, pages.EventRow{Says: c.says(e, names), From: c.cameFrom(e), At: e.At, Refused: e.Outcome != "ok"})
	}
	return rows, next, nil
}

// cameFrom is what is known of an event's client; "" for what the service or its operator did.
func (c texts) cameFrom(e core.Event) string {
	switch {
	case e.UserAgent == "" && e.Address == "":
		return ""
	case e.Address == "":
		return c.browserName(e.UserAgent)
	}
	return c.text("event.place", c.browserName(e.UserAgent), e.Address)
}

// says is an event as its account's owner reads it; names are what its authenticators are called.
func (c texts) says(e core.Event, names map[string]string) string {
	if e.Outcome != "ok" {
		return c.refusedSays(e, names)
	}
	words, known := eventWords(e.Kind)
	switch {
	case !known:
		return c.text("event.other", e.Kind)
	case e.Kind == "signed_in" && e.Detail != "":
		return c.text(signedInBy(e.Detail))
	case e.Detail != "" && words.detail != "":
		return c.text(words.detail, e.Detail)
	case e.Authenticator != "" && words.with != "":
		return c.text(words.with, c.appName(names, e.Authenticator))
	}
	return c.text(words.text)
}

// refusedSays is what was tried, and why it failed.
func (c texts) refusedSays(e core.Event, names map[string]string) string {
	why := c.text(refusal(e.Kind, e.Outcome))
	words, known := eventWords(e.Kind)
	switch {
	case !known || words.refused == "":
		return c.text("event.other_refused", e.Kind, why)
	case e.Authenticator != "" && words.refusedWith != "":
		return c.text(words.refusedWith, c.appName(names, e.Authenticator), why)
	}
	return c.text(words.refused, why)
}

// appName is what an authenticator is called, or as much as is known of one that is gone.
func (c texts) appName(names map[string]string, id string) string {
	if names[id] == "" {
		return c.text("event.an_app")
	}
	return names[id]
}

// hasTwin says whether another of them is called the same: only when they were added tells them apart.
func (c texts) hasTwin(a core.AuthenticatorInfo, all []core.AuthenticatorInfo) bool {
	return slices.ContainsFunc(all, func(b core.AuthenticatorInfo) bool {
		return b.ID != a.ID && c.calledInText(b) == c.calledInText(a)
	})
}

// calledInText is an authenticator's name in quotes, or what it is where it has none.
func (c texts) calledInText(a core.AuthenticatorInfo) string {
	if a.Label != "" {
		return c.text("event.app", a.Label)
	}
	switch a.Kind {
	case core.KindTOTP:
		return c.text("event.a_code_app")
	case core.KindHOTP:
		return c.text("event.a_token")
	case core.KindWebAuthn:
		return c.text("event.a_passkey")
	case core.KindSMS:
		return c.text("event.a_phone")
	case core.KindEmail:
		return c.text("event.a_mailbox")
	case core.KindPush:
		return c.text("event.a_browser")
	}
	return ""
}
