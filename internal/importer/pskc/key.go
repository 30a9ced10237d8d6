package pskc

import (
	"strings"
	"time"
	"unicode"

	"github.com/sallyport/sallyport/otp"
)

const (
	minSecret  = 10 // bytes, as in key URIs of others
	maxSecret  = 128
	maxText    = 128 // bytes
	maxCounter = 1<<62 - 1
	minPeriod  = 15 // seconds
	maxPeriod  = 120
	noPeriod   = 30
)

// key is a KeyPackage before it is read whole. Who it is is known even when the rest is wrong.
type key struct {
	pkg, device, node *node // device may be nil
	id, serial        string
	err               error // why it is no key
}

func identify(pkg *node) key {
	k := key{pkg: pkg}
	if k.device, k.err = pkg.child(nsPSKC, "DeviceInfo"); k.err != nil {
		return k
	}
	if k.device != nil {
		if k.serial, k.err = words(k.device, "SerialNo"); k.err != nil {
			return k
		}
	}
	if k.node, k.err = pkg.need(nsPSKC, "Key"); k.err != nil {
		return k
	}
	if k.id = k.node.attr("Id"); k.id == "" { // RFC 6030, 4.1
		k.err = wrong(askVendor, "it has a key without an Id")
	} else {
		k.err = printable("Id", k.id)
	}
	return k
}

func (k key) problem(number int, err error) *Problem {
	p := problem(err)
	p.ID, p.Serial, p.Number = k.id, k.serial, number
	return p
}

func (k key) isPIN() bool { return profile(k.node.attr("Algorithm")) == "pin" }

// profile is the algorithm that a URI of the registry names, "" for one that has nothing to do with it. The drafts
// had # where the RFC has a colon, and files mix them.
func profile(uri string) string {
	name, isOurs := strings.CutPrefix(uri, nsPSKC)
	if !isOurs || name == "" || name[0] != ':' && name[0] != '#' {
		return ""
	}
	return name[1:]
}

func (k key) token(seal *sealing) (Token, error) {
	if k.err != nil {
		return Token{}, k.err
	}
	t := Token{ID: k.id, Serial: k.serial, Algorithm: profile(k.node.attr("Algorithm"))}
	if t.Algorithm != HOTP && t.Algorithm != TOTP {
		return Token{}, wrong("leave it out of the file", "its algorithm %s is neither HOTP nor TOTP", quote(k.node.attr("Algorithm")))
	}
	err := k.node.only("Issuer", "AlgorithmParameters", "KeyProfileId", "KeyReference", "FriendlyName", "Data", "UserId",
		"Policy", "Extensions")
	for _, read := range []func(*Token) error{k.names, k.format, k.policy, k.deviceDates} {
		if err == nil {
			err = read(&t)
		}
	}
	if err == nil {
		err = k.data(&t, seal)
	}
	if err != nil {
		return Token{}, err // nothing of a key that is wrong goes on
	}
	return t, nil
}

// names reads what is only told.
func (k key) names(t *Token) (err error) {
	for _, n := range []*node{k.pkg, k.device, k.node} {
		if n == nil {
			continue
		}
		if err := refuseCritical(n); err != nil {
			return err
		}
	}
	if k.device != nil {
		if t.Manufacturer, err = words(k.device, "Manufacturer"); err != nil {
			return err
		}
	}
	t.Issuer, err = words(k.node, "Issuer")
	return err
}

// words reads a text that people see; "" when it is not there.
func words(parent *node, local string) (string, error) {
	n, err := parent.child(nsPSKC, local)
	if err != nil || n == nil {
		return "", err
	}
	text, err := n.leaf()
	if err != nil {
		return "", err
	}
	return text, printable(local, text)
}

func printable(name, text string) error {
	if len(text) > maxText {
		return wrong(askVendor, "its %s is longer than %d bytes", name, maxText)
	}
	for _, r := range text {
		if !unicode.IsPrint(r) {
			return wrong(askVendor, "its %s has characters that can't be seen", name)
		}
	}
	return nil
}

// format reads what the codes are like (RFC 6030, 4.3.4 and 10.1).
func (k key) format(t *Token) error {
	params, err := k.node.need(nsPSKC, "AlgorithmParameters")
	if err != nil {
		return err
	}
	if err := params.only("Suite", "ResponseFormat"); err != nil {
		return err
	}
	response, err := params.need(nsPSKC, "ResponseFormat")
	if err != nil {
		return err
	}
	if response.attr("Encoding") != "DECIMAL" {
		return wrong(askVendor, "its codes are %s and not DECIMAL", quote(response.attr("Encoding")))
	}
	if check := response.attr("CheckDigits"); check != "" && check != "false" && check != "0" {
		return wrong("ask the vendor for tokens without check digits", "its codes have check digits, which are not supported")
	}
	digits, err := readNumber("the Length of ResponseFormat", response.attr("Length"), 6, 8)
	if err != nil {
		return err
	}
	t.Digits = int(digits)
	t.Hash, err = suite(params)
	return err
}

// suite reads the hash. The registry has no names for it; these are in use.
func suite(params *node) (otp.Algorithm, error) {
	n, err := params.child(nsPSKC, "Suite")
	if err != nil || n == nil {
		return otp.SHA1, err
	}
	text, err := n.leaf()
	if err != nil {
		return 0, err
	}
	hash, err := otp.ParseAlgorithm(strings.TrimPrefix(strings.ToUpper(text), "HMAC-"))
	if err != nil {
		return 0, wrong(askVendor, "its Suite %s is none of HMAC-SHA1, HMAC-SHA256 and HMAC-SHA512", quote(text))
	}
	return hash, nil
}

// data reads the secret and where the token is.
func (k key) data(t *Token, seal *sealing) error {
	data, err := k.node.need(nsPSKC, "Data")
	if err != nil {
		return err
	}
	if err := data.only("Secret", "Counter", "Time", "TimeInterval", "TimeDrift"); err != nil {
		return err
	}
	secret, err := data.child(nsPSKC, "Secret")
	if err != nil {
		return err
	}
	if secret == nil { // RFC 6030, figure 4
		return wrong("ask the vendor for a file with the seeds", "it has no secret, only a reference to one")
	}
	if t.Secret, err = readSecret(secret, seal); err != nil {
		return err
	}
	if t.Algorithm == HOTP {
		// RFC 6030, 10.1 wants a counter, and its own figure 7 has none: 0, where tokens start.
		t.Counter, err = plainNumber(data, "Counter", 0, maxCounter, 0)
		return err
	}
	// Time and TimeDrift are what somebody saw of the clock, and not where counting starts: codes prove where it is.
	seconds, err := plainNumber(data, "TimeInterval", minPeriod, maxPeriod, noPeriod)
	t.Period = time.Duration(seconds) * time.Second
	return err
}

func plainNumber(data *node, local string, least, most, fallback int64) (int64, error) {
	n, err := data.child(nsPSKC, local)
	if err != nil {
		return 0, err
	}
	if n == nil {
		return fallback, nil
	}
	plain, err := n.child(nsPSKC, "PlainValue")
	if err != nil {
		return 0, err
	}
	if plain == nil || len(n.children) > 1 {
		return 0, wrong("ask the vendor for a file in which only secrets are encrypted", "its %s is not a plain value", local)
	}
	text, err := plain.leaf()
	if err != nil {
		return 0, err
	}
	return readNumber(local, text, least, most)
}
