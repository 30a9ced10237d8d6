package letter_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/deliver"
)

// prompts are one of each wording.
func prompts() map[string]core.Message {
	out := map[string]core.Message{}
	for _, purpose := range []string{core.PromptSignIn, core.PromptConfirm, core.PromptAction} {
		shown := core.PromptShown{
			ID: "0198-prompt", Purpose: purpose, Account: "ann", Address: "203.0.113.7", UserAgent: firefox, AskedAt: at, ExpiresAt: at.Add(3 * time.Minute),
		}
		if purpose == core.PromptAction {
			shown.Action = "Pay 12.50 to\r\nEve"
		}
		out[purpose] = core.Message{
			Kind: core.PushPrompt, Account: "0198", Browser: "0198-browser", At: at, ExpiresAt: at.Add(3 * time.Minute),
			Push: &core.PushMessage{Subscription: []byte("{}"), Prompt: shown},
		}
	}
	return out
}

func TestPush(t *testing.T) {
	w := writer(t, "https://login.example.org/auth", "Example")
	for purpose, want := range map[string]string{
		core.PromptSignIn:  `"title":"Is this you, signing in to Example?","body":"ann, with Firefox on Linux, from 203.0.113.7. Open to answer."`,
		core.PromptConfirm: `"title":"Is this you, at Example?","body":"ann, with Firefox on Linux, from 203.0.113.7. Open to answer."`,
		core.PromptAction:  `"title":"Do you want this, at Example?","body":"Pay 12.50 to Eve\nann, with Firefox on Linux, from 203.0.113.7. Open to answer."`,
	} {
		got, err := w.Push(prompts()[purpose])
		must(t, err)
		if want := `{"v":1,"prompt":"0198-prompt","authenticator":"0198-browser",` + want + `}`; string(got) != want {
			t.Errorf("%s:\n%s\nwant\n%s", purpose, got, want)
		}
	}
}

// TestPushesLookAlike: whatever people are called and do, a prompt is JSON of valid UTF-8 within the 1,024 bytes that
// lengths are rounded up to, its delimiter included.
func TestPushesLookAlike(t *testing.T) {
	for _, long := range []string{strings.Repeat("x", 2000), strings.Repeat("🙂", 500), strings.Repeat("<&>", 700), strings.Repeat("a.b/", 500), "\xff" + strings.Repeat("ü", 1000)} {
		w := writer(t, "https://example.org", long)
		for purpose, m := range prompts() {
			p := &m.Push.Prompt
			p.Account, p.UserAgent, p.Address = long, long, long
			if p.Action != "" {
				p.Action = long
			}
			got, err := w.Push(m)
			must(t, err)
			if len(got) > 1023 || !utf8.Valid(got) || !json.Valid(got) {
				t.Errorf("%s: %d bytes: %s", purpose, len(got), got)
			}
		}
	}
}

// TestWhatIsNoPrompt is refused for good: above all what has a code, which is for another screen.
func TestWhatIsNoPrompt(t *testing.T) {
	w := writer(t, "https://example.org", "Example")
	for what, change := range map[string]func(*core.Message){
		"a mail":                func(m *core.Message) { m.Kind = core.MailCode },
		"without a prompt":      func(m *core.Message) { m.Push = nil },
		"without an id":         func(m *core.Message) { m.Push.Prompt.ID = "" },
		"without a browser":     func(m *core.Message) { m.Browser = "" },
		"with a code":           func(m *core.Message) { m.Code = "483920" },
		"with a link":           func(m *core.Message) { m.Link = "/x" },
		"for nothing":           func(m *core.Message) { m.Push.Prompt.Purpose = "" },
		"an action of no words": func(m *core.Message) { m.Push.Prompt.Purpose = core.PromptAction },
	} {
		m := prompts()[core.PromptSignIn]
		change(&m)
		if got, err := w.Push(m); deliver.FaultOf(err) != deliver.Permanent || got != nil || strings.Contains(err.Error(), "483920") {
			t.Errorf("%s: %s, %v", what, got, err)
		}
	}
}
