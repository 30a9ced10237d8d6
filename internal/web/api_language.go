package web

import (
	"net/http"

	"github.com/sallyport/sallyport/internal/core"
)

// languageAnswer is the language of an account, and those that it may have.
type languageAnswer struct {
	Language  string   `json:"language"` // "" while none was chosen: the service's
	Languages []string `json:"languages"`
}

// apiLanguage tells what the account's pages and messages are in.
func (s *site) apiLanguage(w http.ResponseWriter, _ *http.Request, sess core.Session) error {
	return writeJSON(w, http.StatusOK, languageAnswer{sess.Language(), s.Machine.Languages()})
}

type languageBody struct {
	Language *string `json:"language"`
}

// apiSetLanguage has them in another one.
func (s *site) apiSetLanguage(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	var in languageBody
	if err := readJSON(r, &in); err != nil {
		return err
	}
	if in.Language == nil {
		return missing("language")
	}
	if err := s.Machine.SetLanguage(r.Context(), s.caller(r, sess.Transport()), sess, *in.Language); err != nil {
		return err
	}
	return noContent(w)
}
