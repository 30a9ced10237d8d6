package core

import "time"

// Approvals checks what bound browsers sign, and what they bring when they are bound. It remembers nothing and sees no
// account, session or store. Implementations are safe for concurrent use.
type Approvals interface {
	// ServerKey is what a page gives to PushManager.subscribe as applicationServerKey; "" where no messages are sent to
	// browsers. They are asked all the same: their pages look for prompts.
	ServerKey() string
	// Enrolled checks what a browser made to be bound, for the binding and challenge that it was made for. Any error means
	// that nothing was proved; an [Error] is told as it is.
	Enrolled(binding string, challenge []byte, response string) (PushBrowser, error)
	// Signed says whether the browser whose state this is signed the statement: nil, or why not.
	Signed(state []byte, statement PushStatement, signature string) error
	// Takes says whether messages can be sent to a subscription, the JSON text of a PushSubscription: nil, or an [Error]
	// that names the field.
	Takes(subscription string) error
}

// PushBrowser is a browser that proved to have a key.
type PushBrowser struct {
	State        []byte // what its signatures are checked with; kept sealed
	Subscription []byte // where messages reach it: the text that the browser gave; nil where none do
}

// PushStatement is what a bound browser signs, without what every statement begins with: the version and the site. No
// field holds a line break.
type PushStatement struct {
	Purpose PushPurpose
	Fields  []string
}

// PushPurpose is what a statement says. A signature under one is of no use for another.
type PushPurpose string

// The purposes.
const (
	PushBind      PushPurpose = "bind"      // binding, challenge, public key, hash of the subscription
	PushOpen      PushPurpose = "open"      // authenticator, challenge
	PushSubscribe PushPurpose = "subscribe" // authenticator, challenge, hash of the subscription
	PushAnswer    PushPurpose = "answer"    // authenticator, prompt, decision, number
)

// PushBinding is what a browser needs to be bound.
type PushBinding struct {
	Challenge string // base64url without padding, to be signed
	ServerKey string // see [Approvals]
}

// PromptState is what became of a prompt.
type PromptState string

// The states of a prompt. One that expired has ended.
const (
	PromptWaiting  PromptState = "waiting"
	PromptApproved PromptState = "approved"
	PromptDeclined PromptState = "declined"
	PromptEnded    PromptState = "ended"
)

// Prompted is a prompt as the login or session that asked may see it.
type Prompted struct {
	ID, Authenticator string
	State             PromptState
	Number            string // six digits, while it waits: what the owner types into the bound browser
	ExpiresAt         time.Time
}

// What a prompt asks for.
const (
	PromptSignIn  = "sign_in"
	PromptConfirm = "confirm"
	PromptAction  = "action"
)

// PromptShown is a prompt as the bound browser may see it. It never holds the number.
type PromptShown struct {
	ID, Purpose, Action         string // Action with PromptAction alone: the words of what will be done
	Account, Address, UserAgent string // what the owner knows the account by; of who asks
	AskedAt, ExpiresAt          time.Time
}

// BoundBrowser is the proof of who holds the key of a bound browser. It grants nothing but the sight of its prompts.
type BoundBrowser struct{ r *boundBrowserRecord }

type boundBrowserRecord struct {
	account, authenticator string
}

func (b BoundBrowser) record() *boundBrowserRecord {
	if b.r == nil {
		panic("core: a BoundBrowser that the machine did not make")
	}
	return b.r
}

// NumberDigits is how many digits are typed to approve a prompt (NIST SP 800-63B-4, 3.1.3.2: six at least).
const NumberDigits = 6

// The decisions of an answer.
const (
	DecisionApprove = "approve"
	DecisionDecline = "decline"
	DecisionNotMe   = "not_me"
)

// PromptAnswer is what a bound browser answers. The number is six digits with DecisionApprove, and "" otherwise. The
// signature is base64url.
type PromptAnswer struct {
	Authenticator, Prompt, Decision, Number, Signature string
}

// PromptOutcome is what an answer came to.
type PromptOutcome struct {
	// Mailed says with DecisionNotMe that the password opens nothing any more, and that a link for a new one went to the
	// account's address. Without it the password still holds, and has to be changed.
	Mailed bool
}

// Subscribing says where messages reach a bound browser from now on; with the subscription "", none do.
type Subscribing struct {
	Authenticator, Challenge, Signature, Subscription string
}

// PushMessage is a message to one browser.
type PushMessage struct {
	Subscription []byte // as [Approvals] took it; nil where there is none, which only Config.PromptAll lets happen
	Prompt       PromptShown
}

// OldPromptsKept is how long prompts are kept once they are over: who answers too late is told so, and may still say that it
// was somebody else.
const OldPromptsKept = time.Hour
