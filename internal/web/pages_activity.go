package web

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// fewEvents is how many of the latest events the account page shows.
const fewEvents = 5

// activityData is what the page about an account's events shows.
type activityData struct {
	Events []eventRow
	Before int64 // where the next page continues; 0 where there is none
}

// eventRow is one event in words.
type eventRow struct {
	Says    string
	From    string // "Firefox on Linux, 192.0.2.7"
	At      time.Time
	Refused bool
}

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
	sc.Wide, sc.Data = true, activityData{Events: rows, Before: last}
	return s.render(w, http.StatusOK, "activity", sc)
}

// activity reads events and puts them into words. next continues the list behind the last one, 0 says that it ended.
func (s *site) activity(r *http.Request, sess core.Session, before int64) (rows []eventRow, next int64, err error) {
	events, next, err := s.Machine.Events(r.Context(), sess, before)
	if err != nil || len(events) == 0 {
		return nil, 0, err
	}
	bound, err := s.Machine.Authenticators(r.Context(), sess)
	if err != nil {
		return nil, 0, err
	}
	names := map[string]string{}
	for _, a := range bound {
		names[a.ID] = s.calledInText(a)
		if s.hasTwin(a, bound) {
			names[a.ID] = s.texts.text("event.added", names[a.ID], dated(a.CreatedAt))
		}
	}
	for _, e := range events {
		rows = append(rows, eventRow{Says: s.says(e, names), From: s.cameFrom(e), At: e.At, Refused: e.Outcome != "ok"})
	}
	return rows, next, nil
}

// cameFrom is what is known of an event's client; "" for what the service or its operator did.
func (s *site) cameFrom(e core.Event) string {
	switch {
	case e.UserAgent == "" && e.Address == "":
		return ""
	case e.Address == "":
		return s.browserName(e.UserAgent)
	}
	return s.texts.text("event.place", s.browserName(e.UserAgent), e.Address)
}

// says is an event as its account's owner reads it; names are what its authenticators are called.
func (s *site) says(e core.Event, names map[string]string) string {
	if e.Outcome != "ok" {
		return s.refusedSays(e, names)
	}
	words, known := eventWords(e.Kind)
	switch {
	case !known:
		return s.texts.text("event.other", e.Kind)
	case e.Kind == "signed_in" && e.Detail != "":
		return s.texts.text(signedInBy(e.Detail))
	case e.Detail != "" && words.detail != "":
		return s.texts.text(words.detail, e.Detail)
	case e.Authenticator != "" && words.with != "":
		return s.texts.text(words.with, s.appName(names, e.Authenticator))
	}
	return s.texts.text(words.text)
}

// refusedSays is what was tried, and why it failed.
func (s *site) refusedSays(e core.Event, names map[string]string) string {
	why := s.texts.text(refusal(e.Kind, e.Outcome))
	words, known := eventWords(e.Kind)
	switch {
	case !known || words.refused == "":
		return s.texts.text("event.other_refused", e.Kind, why)
	case e.Authenticator != "" && words.refusedWith != "":
		return s.texts.text(words.refusedWith, s.appName(names, e.Authenticator), why)
	}
	return s.texts.text(words.refused, why)
}

// appName is what an authenticator is called, or as much as is known of one that is gone.
func (s *site) appName(names map[string]string, id string) string {
	if names[id] == "" {
		return s.texts.text("event.an_app")
	}
	return names[id]
}

// hasTwin says whether another of them is called the same: only when they were added tells them apart.
func (s *site) hasTwin(a core.AuthenticatorInfo, all []core.AuthenticatorInfo) bool {
	return slices.ContainsFunc(all, func(b core.AuthenticatorInfo) bool {
		return b.ID != a.ID && s.calledInText(b) == s.calledInText(a)
	})
}

// calledInText is an authenticator's name in quotes, or what it is where it has none.
func (s *site) calledInText(a core.AuthenticatorInfo) string {
	if a.Label != "" {
		return s.texts.text("event.app", a.Label)
	}
	switch a.Kind {
	case core.KindTOTP:
		return s.texts.text("event.a_code_app")
	case core.KindHOTP:
		return s.texts.text("event.a_token")
	case core.KindWebAuthn:
		return s.texts.text("event.a_passkey")
	case core.KindSMS:
		return s.texts.text("event.a_phone")
	case core.KindEmail:
		return s.texts.text("event.a_mailbox")
	case core.KindPush:
		return s.texts.text("event.a_browser")
	}
	return ""
}
