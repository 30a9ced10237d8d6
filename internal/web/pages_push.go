package web

import (
	"encoding/json"
	"html/template"
	"net/http"

	"github.com/sallyport/sallyport/internal/browser"
	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/pages"
	"github.com/sallyport/sallyport/qr"
)

// hasWorker says whether a page is one that registers the worker.
func hasWorker(view string) bool { return view == "push" || view == "setup_push" }

// workerPolicy lets a page register the worker, and be installed, beside what every page may.
func (s *site) workerPolicy() string { return s.policy() + "; worker-src 'self'; manifest-src 'self'" }

// allowsPush says whether browsers can be bound here at all.
func (s *site) allowsPush() bool { return s.allowsKind(core.KindPush) }

// pagePush is for whoever holds a key: it looks at no cookie but the notice, and knows nobody.
func (s *site) pagePush(w http.ResponseWriter, r *http.Request) error {
	if !s.allowsPush() {
		return errNotFound
	}
	if s.cookie(r, cookieApproves) != "" { // as long as the page is used
		s.setCookie(w, cookieApproves, "1", knownFor)
	}
	return s.render(w, r, http.StatusOK, "push", pages.Page{Notice: s.notice(w, r), Data: pages.Push{
		ServerKey: s.Machine.PushServerKey(), Elsewhere: s.Machine.PromptsElsewhere(),
	}})
}

// pageWorker serves the worker of that page. It stands under a name that never changes, since
// browsers look there for a newer one.
func (s *site) pageWorker(w http.ResponseWriter, _ *http.Request) error {
	if !s.allowsPush() {
		return errNotFound
	}
	h := w.Header()
	h.Set("Content-Type", "text/javascript; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	h.Set("Service-Worker-Allowed", s.path("/push")) // its own folder begins one step further down
	_, _ = w.Write(s.views.file("worker.js"))
	return nil
}

// manifest is a W3C Web Application Manifest.
type manifest struct {
	ID        string         `json:"id"`
	Name      string         `json:"name"`
	ShortName string         `json:"short_name"`
	Lang      string         `json:"lang"`
	StartURL  string         `json:"start_url"`
	Scope     string         `json:"scope"`
	Display   string         `json:"display"`
	Icons     []manifestIcon `json:"icons"`

	BackgroundColor string `json:"background_color"`
	ThemeColor      string `json:"theme_color"`
}

type manifestIcon struct {
	Src     string `json:"src"`
	Sizes   string `json:"sizes"`
	Type    string `json:"type"`
	Purpose string `json:"purpose"`
}

func (s *site) pageManifest(w http.ResponseWriter, r *http.Request) error {
	if !s.allowsPush() {
		return errNotFound
	}
	icon := func(size, purpose string) manifestIcon {
		src := s.path("/static/" + s.views.hashed["icon"+size+".png"])
		return manifestIcon{Src: src, Sizes: size + "x" + size, Type: "image/png", Purpose: purpose}
	}
	text, err := json.Marshal(manifest{
		ID: s.path("/push"), Name: s.Issuer, ShortName: s.Issuer, Lang: s.in(r).text("language"),
		StartURL: s.path("/push"), Scope: s.path("/push"), Display: "standalone",
		Icons:           []manifestIcon{icon("192", "any"), icon("512", "any"), icon("192", "maskable"), icon("512", "maskable")},
		BackgroundColor: "#ffffff", ThemeColor: "#1d3f8f",
	})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/manifest+json")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(text)
	return nil
}

// nameBrowser names a browser that nobody named after what it is.
func (s *site) nameBrowser(r *http.Request, in *core.NewAuthenticator) {
	if in.Kind == core.KindPush && in.Label == "" {
		in.Label = s.nameOfBrowser(r)
	}
}

// nameOfBrowser is what sent a request, as the name of a bound browser; "" where that is not known.
func (s *site) nameOfBrowser(r *http.Request) string {
	agent := cut(r.UserAgent(), 256)
	if name, _ := browser.Read(agent); name == "" {
		return ""
	}
	return tidyLabel(browser.Describe(s.in(r).Catalogue, agent))
}

// forPush puts in what the page says when browsers are set up: what this one is called, and where another one is set up, as
// text and to scan.
func (s *site) forPush(r *http.Request, data *pages.NewAuthenticator, path string) error {
	if data.Kind != string(core.KindPush) {
		return nil
	}
	if data.Label == "" {
		data.Label = s.nameOfBrowser(r)
	}
	data.Elsewhere = s.publicly(path)
	code, err := qr.Encode(data.Elsewhere, qr.M)
	if err != nil {
		return err
	}
	data.QR = template.HTML(code.SVG(s.in(r).text("push.elsewhere_qr"))) // drawn here, of nothing that needs escaping
	return nil
}

// boundBrowser is the id of what was bound, where that is a browser.
func boundBrowser(b core.Bound) string {
	if b.Authenticator.Kind == core.KindPush {
		return b.Authenticator.ID
	}
	return ""
}
