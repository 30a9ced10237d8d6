package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/pages"
)

// showCodes answers with recovery codes, and a notice about what they came with; "" for none.
func (s *site) showCodes(w http.ResponseWriter, r *http.Request, sess core.Session, notice string, data pages.Codes) error {
	sc, err := s.screenFor(r, sess)
	if err != nil {
		return err
	}
	sc.Data = data
	if key := noticeKey(notice); key != "" {
		sc.Notice = s.in(r).text(key)
	}
	return s.render(w, r, http.StatusOK, "codes", sc)
}

func (s *site) pageRecoveryCodes(w http.ResponseWriter, r *http.Request, e core.Elevated) error {
	sess := e.Session()
	sc, err := s.screenFor(r, sess)
	if err != nil {
		return err
	}
	have, err := s.Machine.RecoveryCodes(r.Context(), sess)
	if err != nil {
		return err
	}
	apps, err := s.Machine.Authenticators(r.Context(), sess)
	if err != nil {
		return err
	}
	sc.Data = pages.NewCodes{Set: have.Set, Remaining: have.Remaining, Authenticator: len(apps) > 0}
	return s.render(w, r, http.StatusOK, "codes_new", sc)
}

func (s *site) postRecoveryCodes(w http.ResponseWriter, r *http.Request, e core.Elevated) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	codes, err := s.Machine.NewRecoveryCodes(r.Context(), s.caller(r, core.TransportCookie), e, f["replaces"])
	if err != nil {
		return err
	}
	return s.showCodes(w, r, e.Session(), "", pages.Codes{Codes: codes})
}

// maxCodes is how many codes a form may post back.
const maxCodes = 16

// postedCodes reads what the forms of the codes' page post back. Nothing but codes is ever echoed.
func postedCodes(f form) ([]string, error) {
	codes := strings.Fields(f["codes"])
	if len(codes) == 0 || len(codes) > maxCodes {
		return nil, &core.Error{Code: core.CodeInvalid, Field: "codes", Text: "recovery.not_posted"}
	}
	for _, code := range codes {
		if !hasCodeShape(code) {
			return nil, &core.Error{Code: core.CodeInvalid, Field: "codes", Text: "recovery.not_posted"}
		}
	}
	return codes, nil
}

// hasCodeShape holds for four groups of four symbols.
func hasCodeShape(code string) bool {
	parts := strings.Split(code, "-")
	for _, part := range parts {
		if len(part) != 4 || strings.Trim(part, "0123456789ABCDEFGHJKMNPQRSTVWXYZ") != "" {
			return false
		}
	}
	return len(parts) == 4
}

// postDownloadCodes makes a text file of the codes that the page posts back; they are not stored, so there
// is no other way to have them again.
func (s *site) postDownloadCodes(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	codes, err := postedCodes(f)
	if err != nil {
		return err
	}
	sc, err := s.screenFor(r, sess)
	if err != nil {
		return err
	}
	made, err := s.Machine.RecoveryCodes(r.Context(), sess)
	if err != nil {
		return err
	}
	head := s.in(r).text("recovery.file", s.Issuer, sc.Who, s.in(r).Day(made.CreatedAt), s.loginURL())
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+fileName(s.Issuer, "recovery-codes.txt")+`"`)
	fmt.Fprintf(w, "%s\n\n%s\n", head, strings.Join(codes, "\n"))
	return nil
}

func (s *site) loginURL() string { return s.publicly("/login") }

// fileName is the name of a downloaded file: what every file system takes, whatever the service's name.
func fileName(issuer, what string) string {
	words := strings.FieldsFunc(strings.ToLower(issuer), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	name := strings.Join(words, "-")
	name = strings.TrimRight(name[:min(len(name), 48)], "-")
	if name == "" {
		return what
	}
	return name + "-" + what
}

// postSavedCodes goes on once the person says that the codes are safe. It gates nothing but this page.
func (s *site) postSavedCodes(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	if f["saved"] != "" {
		to, back := safeReturn(f["return_to"])
		if !back && f["steps"] != "" {
			to = s.home() // a sign-in ends here
		}
		if to == "" || to == s.path("/account") {
			to = s.path("/account")
			s.leaveNotice(w, noticeCodesSaved)
		}
		redirect(w, to)
		return nil
	}
	codes, err := postedCodes(f)
	if err != nil {
		return err
	}
	sc, err := s.screenFor(r, sess)
	if err != nil {
		return err
	}
	back, _ := safeReturn(f["return_to"])
	steps, _ := strconv.Atoi(f["steps"]) // whatever else it is, it is none
	sc.Data = pages.Codes{Codes: codes, ReturnTo: back, Steps: min(max(steps, 0), 3)}
	unticked := &core.Error{Code: core.CodeInvalid, Field: "saved", Text: "recovery.not_saved"}
	return &formFailure{err: unticked, view: "codes", screen: sc, field: "saved"}
}
