package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/sallyport/sallyport/internal/core"
)

// An application sends a person here to have one action confirmed, and gets them back with a confirmation for it.

// confirmationParameter is the name under which the address that the person returns to gets the confirmation.
const confirmationParameter = "confirmation"

// checkAsked holds what an application asks for to what a person can read and be sent back from. These are mistakes of
// the application: no form can mend them.
func checkAsked(f form) error {
	if _, ok := safeReturn(f["return_to"]); !ok {
		return &core.Error{Code: core.CodeInvalid, Field: "return_to", Text: "confirm.return_to"}
	}
	if core.CheckAction(f["action"]) != nil {
		return &core.Error{Code: core.CodeInvalid, Field: "action", Text: "confirm.action"}
	}
	return nil
}

// confirmAction proves the person for this action alone, and sends them back with the confirmation.
func (s *site) confirmAction(w http.ResponseWriter, r *http.Request, sess core.Session, f form, in core.Response, field string) error {
	if err := checkAsked(f); err != nil {
		return err
	}
	made, err := s.Machine.ConfirmAction(r.Context(), s.caller(r, core.TransportCookie), sess, f["action"], in)
	if err != nil {
		return s.notConfirmed(r, sess, f, field, err)
	}
	redirect(w, withParameter(f["return_to"], confirmationParameter, made.Token))
	return nil
}

// withParameter adds a parameter to an address that [safeReturn] keeps, and takes away whatever had its name before. All
// else of query and fragment stays as it is.
func withParameter(to, name, value string) string {
	return edited(to, name, []string{name + "=" + url.QueryEscape(value)})
}

// withoutParameter takes a parameter away.
func withoutParameter(to, name string) string { return edited(to, name, nil) }

// edited is to without the parameters of that name, and with others after the rest.
func edited(to, name string, more []string) string {
	to, fragment, hasFragment := strings.Cut(to, "#")
	path, query, _ := strings.Cut(to, "?")
	var kept []string
	for _, pair := range strings.Split(query, "&") {
		key, _, _ := strings.Cut(pair, "=")
		if plain, err := url.QueryUnescape(key); pair != "" && (err != nil || plain != name) {
			kept = append(kept, pair)
		}
	}
	to = path
	if kept = append(kept, more...); len(kept) > 0 {
		to += "?" + strings.Join(kept, "&")
	}
	if hasFragment {
		to += "#" + fragment
	}
	return to
}
