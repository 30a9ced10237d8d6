package web

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"reflect"

	"github.com/sallyport/sallyport/internal/browser"
	"github.com/sallyport/sallyport/internal/core"
)

// What a bound browser calls. No session and no cookie is looked at: the signature is all that counts.

// nobody is the caller of these: whatever cookies came along say nothing.
func (s *site) nobody(r *http.Request) core.Caller {
	return core.Caller{Address: clientAddress(r, s.TrustedProxies), UserAgent: cut(r.UserAgent(), 256), RequestID: requestID(r)}
}

type askBrowserBody struct {
	Authenticator string `json:"authenticator"`
}

type browserChallengeAnswer struct {
	Challenge string `json:"challenge"`
	ExpiresAt string `json:"expires_at"`
}

// namedBrowser holds the id of a bound browser to what can be one.
func namedBrowser(id string) error {
	switch {
	case id == "":
		return missing("authenticator")
	case len(id) > maxID:
		return errNotFound
	}
	return nil
}

// apiAskBrowser gives a bound browser something to sign. Nothing is stored.
func (s *site) apiAskBrowser(w http.ResponseWriter, r *http.Request) error {
	var in askBrowserBody
	if err := readJSON(r, &in); err != nil {
		return err
	}
	if err := namedBrowser(in.Authenticator); err != nil {
		return err
	}
	challenge, ends, err := s.Machine.AskBrowser(r.Context(), in.Authenticator)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, browserChallengeAnswer{
		Challenge: base64.RawURLEncoding.EncodeToString(challenge), ExpiresAt: stamp(ends),
	})
}

type openPromptsBody struct {
	Authenticator string `json:"authenticator"`
	Challenge     string `json:"challenge"`
	Signature     string `json:"signature"`
}

// promptView is a prompt as the bound browser sees it. The number is not in it: typing it there is what proves that who
// approves sees the page that asks.
type promptView struct {
	ID        string `json:"id"`
	Purpose   string `json:"purpose"`
	Action    string `json:"action,omitempty"`
	Issuer    string `json:"issuer"`
	Account   string `json:"account"`
	Address   string `json:"address"`
	Client    string `json:"client"`
	AskedAt   string `json:"asked_at"`
	ExpiresAt string `json:"expires_at"`
	Digits    int    `json:"digits"`
}

type promptsAnswer struct {
	Prompts []promptView `json:"prompts"`
}

func (s *site) viewPrompts(r *http.Request, all []core.PromptShown) promptsAnswer {
	out := promptsAnswer{Prompts: []promptView{}}
	for _, p := range all {
		out.Prompts = append(out.Prompts, promptView{
			ID: p.ID, Purpose: p.Purpose, Action: p.Action, Issuer: s.Issuer, Account: p.Account, Address: p.Address,
			Client:  browser.Describe(s.in(r).Catalogue, p.UserAgent),
			AskedAt: stamp(p.AskedAt), ExpiresAt: stamp(p.ExpiresAt), Digits: core.NumberDigits,
		})
	}
	return out
}

// apiPrompts shows a bound browser what it is asked: once, or as it changes.
func (s *site) apiPrompts(w http.ResponseWriter, r *http.Request) error {
	var in openPromptsBody
	if err := readJSON(r, &in); err != nil {
		return err
	}
	if err := namedBrowser(in.Authenticator); err != nil {
		return err
	}
	b, err := s.Machine.BoundBrowserFrom(r.Context(), s.nobody(r), in.Authenticator, in.Challenge, in.Signature)
	if err != nil {
		return err
	}
	if wantsEvents(r) {
		return s.stream(w, r, in.Authenticator, func() (any, error) {
			all, err := s.Machine.Prompts(r.Context(), b)
			return s.viewPrompts(r, all), err
		})
	}
	all, err := s.Machine.Prompts(r.Context(), b)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, s.viewPrompts(r, all))
}

type answerPromptBody struct {
	Authenticator string `json:"authenticator"`
	Prompt        string `json:"prompt"`
	Decision      string `json:"decision"`
	Number        string `json:"number"`
	Signature     string `json:"signature"`
}

// notMeAnswer says what became of the account, for its owner to know what to do.
type notMeAnswer struct {
	Mailed bool `json:"mailed"`
}

// apiAnswerPrompt approves a prompt, declines it, or says that it was somebody else's.
func (s *site) apiAnswerPrompt(w http.ResponseWriter, r *http.Request) error {
	var in answerPromptBody
	if err := readJSON(r, &in); err != nil {
		return err
	}
	if err := namedBrowser(in.Authenticator); err != nil {
		return err
	}
	if len(in.Prompt) > maxID {
		return errNotFound
	}
	done, err := s.Machine.AnswerPrompt(r.Context(), s.nobody(r), core.PromptAnswer(in))
	if err != nil {
		return err
	}
	if in.Decision == core.DecisionNotMe {
		return writeJSON(w, http.StatusOK, notMeAnswer{Mailed: done.Mailed})
	}
	return noContent(w)
}

type subscriptionBody struct {
	Authenticator string           `json:"authenticator"`
	Challenge     string           `json:"challenge"`
	Signature     string           `json:"signature"`
	Subscription  subscriptionText `json:"subscription"`
}

// subscriptionText is what PushSubscription.toJSON() gave, as it came: its very text was signed. "" was null.
type subscriptionText struct {
	text  string
	given bool
}

// UnmarshalJSON takes an object or null.
func (t *subscriptionText) UnmarshalJSON(b []byte) error {
	t.given = true
	if b[0] == '{' {
		t.text = string(b)
	} else if string(b) != "null" {
		return &json.UnmarshalTypeError{Value: "value", Type: reflect.TypeFor[subscriptionText]()} // a struct: an object is wanted
	}
	return nil
}

// apiSubscribe says where messages reach a bound browser from now on; with null, none do.
func (s *site) apiSubscribe(w http.ResponseWriter, r *http.Request) error {
	var in subscriptionBody
	if err := readJSON(r, &in); err != nil {
		return err
	}
	if err := namedBrowser(in.Authenticator); err != nil {
		return err
	}
	if !in.Subscription.given {
		return missing(subscriptionField)
	}
	err := s.Machine.Subscribe(r.Context(), s.nobody(r), core.Subscribing{
		Authenticator: in.Authenticator, Challenge: in.Challenge, Signature: in.Signature, Subscription: in.Subscription.text,
	})
	if err != nil {
		return err
	}
	return noContent(w)
}
