package web

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/sallyport/sallyport/internal/core"
)

// speech is which languages a request could be answered in. One goroutine has it; the account's is added once the session is
// known. Each is a tag of the catalogue, or "".
type speech struct {
	switched string // chosen in this browser, on a page
	account  string // of who is signed in
	accepted string // of Accept-Language, once it was looked at
	looked   bool
}

type speechKey struct{}

// listen has every request carry its speech.
func (s *site) listen(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.faceOf(r) == facePage {
			w.Header().Set("Vary", "Accept-Language, Cookie")
		} else {
			w.Header().Set("Vary", "Accept-Language")
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), speechKey{}, s.hear(r))))
	})
}

// hear begins the speech of a request. What was chosen with the switch is for pages.
func (s *site) hear(r *http.Request) *speech {
	sp := &speech{}
	if chosen := s.cookie(r, cookieLanguage); s.faceOf(r) == facePage && s.all.Has(chosen) {
		sp.switched = chosen
	}
	return sp
}

func (s *site) speechOf(r *http.Request) *speech {
	if sp, ok := r.Context().Value(speechKey{}).(*speech); ok {
		return sp
	}
	return s.hear(r) // a request to the application that we stand in
}

// accepted is what Accept-Language comes to. It is looked at when it is needed, and once.
func (s *site) accepted(r *http.Request, sp *speech) string {
	if !sp.looked {
		sp.accepted, sp.looked = s.all.Match(strings.Join(r.Header.Values("Accept-Language"), ",")), true
	}
	return sp.accepted
}

// wanted is the language that the request itself asks for; "" where it asks for none.
func (s *site) wanted(r *http.Request) string {
	sp := s.speechOf(r)
	if sp.switched != "" {
		return sp.switched
	}
	return s.accepted(r, sp)
}

// in is the catalogue that a request is answered in: of a page what was chosen on one in this browser, or the account's, or
// Accept-Language, or the service's; of JSON, Accept-Language goes first.
func (s *site) in(r *http.Request) texts {
	sp := s.speechOf(r)
	order := []string{sp.switched, sp.account}
	if s.faceOf(r) == faceJSON {
		order = []string{s.accepted(r, sp), sp.account}
	}
	for _, tag := range order {
		if tag != "" {
			return texts{s.all.In(tag)}
		}
	}
	return texts{s.all.In(s.accepted(r, sp))}
}

// speakTo has what follows in this request be in the language of who is signed in.
func (s *site) speakTo(r *http.Request, sess core.Session) {
	s.speechOf(r).account = sess.Language()
}

// tongue is one language of the switch.
type tongue struct{ Tag, Name, Direction string }

// tongues are all languages, each as it calls itself.
func (s *site) tongues() (all []tongue) {
	for _, tag := range s.all.Tags() {
		c := s.all.In(tag)
		all = append(all, tongue{tag, c.Name(), c.Direction()})
	}
	return all
}

// here is where the switch leads back to: the page that is shown, without a place to go on to that is none of ours.
func (s *site) here(r *http.Request) string {
	to := s.comeBackTo(r)
	query := r.URL.Query()
	if slices.ContainsFunc(query["return_to"], func(next string) bool { _, ok := safeReturn(next); return !ok }) {
		query.Del("return_to")
		to, _, _ = strings.Cut(to, "?")
		if len(query) > 0 && r.Method == http.MethodGet {
			to += "?" + query.Encode()
		}
	}
	return to
}

// postLanguage is the switch on every page. Whoever is not signed in may use it, too; who is, chooses for their account, and
// for the messages to it.
func (s *site) postLanguage(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	tag := f["language"]
	if err := s.Machine.ChooseLanguage(r.Context(), s.caller(r, core.TransportCookie), tag); err != nil {
		return err
	}
	s.setCookie(w, cookieLanguage, tag, knownFor)
	redirect(w, s.returnOr(f["return_to"], "/account"))
	return nil
}
