package otpauth

import (
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sallyport/sallyport/otp"
)

const (
	maxURI        = 2048 // longer than any that RevealURI builds
	maxParameters = 32
)

// Parse reads a key URI, of 2,048 bytes at most. It is an import: secrets from
// 80 bits up are accepted, since many services still make them; Secret.Bits
// tells the short ones. Secrets may have lower case, spaces, hyphens and
// padding, as in otp.ParseSecret.
//
// The type has to be totp or hotp, digits 6 to 8, period 15 to 120 seconds,
// counter 0 to 2^63-1 (0 if missing), algorithm SHA1, SHA256 or SHA512, encoder
// steam or absent; with Steam, digits mean nothing and are ignored. Parameters
// it does not know are ignored, as are a counter for totp and a period for
// hotp. A parameter that comes twice is an error, for parsers differ on which
// one counts; so is a fragment, which is a label with an unescaped #.
//
// The issuer may stand before a colon in the label, in the issuer parameter, or
// both. If both, they have to be equal but for case, and the parameter's
// spelling is kept. Names lose what Key describes. Every error is an *Error.
func Parse(uri string) (Key, error) {
	kind, label, query, err := split(uri)
	if err != nil {
		return Key{}, err
	}
	params, err := parseQuery(query)
	if err != nil {
		return Key{}, err
	}
	k := Key{Type: kind, Image: params["image"]}
	if err := k.setNames(label, params); err != nil {
		return Key{}, err
	}
	if err := k.setSecret(params); err != nil {
		return Key{}, err
	}
	if err := k.setOptions(params); err != nil {
		return Key{}, err
	}
	if k.Type == HOTP {
		if k.Counter, err = params.number("counter", 0, 1<<63-1, 0); err != nil {
			return Key{}, err
		}
	}
	return k.checked()
}

// split takes a URI apart without decoding: net/url would decode the label
// before the colon in it could be told from an encoded one.
func split(uri string) (kind Type, label, query string, err error) {
	const scheme = "otpauth://"
	switch {
	case len(uri) > maxURI:
		return 0, "", "", &Error{"uri", "longer than 2048 bytes"}
	case len(uri) < len(scheme) || !strings.EqualFold(uri[:len(scheme)], scheme):
		return 0, "", "", &Error{"uri", "must begin with otpauth://"}
	case strings.Contains(uri, "#"):
		return 0, "", "", &Error{"uri", "has a fragment; write # as %23"}
	}
	rest, query, _ := strings.Cut(uri[len(scheme):], "?")
	host, label, _ := strings.Cut(rest, "/")
	switch strings.ToLower(host) {
	case "totp":
		return TOTP, label, query, nil
	case "hotp":
		return HOTP, label, query, nil
	}
	return 0, "", "", &Error{"type", "must be totp or hotp"}
}

// parameters of a query by their name in lower case.
type parameters map[string]string

func parseQuery(query string) (parameters, error) {
	params := make(parameters)
	for count := 0; query != ""; count++ {
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		if pair == "" {
			continue
		}
		if count == maxParameters {
			return nil, &Error{"uri", "has more than 32 parameters"}
		}
		rawName, rawValue, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(rawName)
		if err != nil {
			return nil, &Error{"uri", "a parameter's name has a broken % escape"}
		}
		name = strings.ToLower(name)
		if _, isRepeated := params[name]; isRepeated {
			return nil, &Error{known(name), "comes twice; keep one"}
		}
		// Where + is not escaped, a form encoder wrote it for a space.
		if params[name], err = url.QueryUnescape(rawValue); err != nil {
			return nil, &Error{known(name), "has a broken % escape"}
		}
	}
	return params, nil
}

// known keeps what a stranger wrote as a name out of errors.
func known(name string) string {
	switch name {
	case "secret", "issuer", "algorithm", "digits", "period", "counter", "image", "encoder":
		return name
	}
	return "uri"
}

// number reads a decimal number, or gives fallback where there is none.
func (p parameters) number(name string, least, most, fallback int64) (int64, error) {
	text, isPresent := p[name]
	if !isPresent {
		return fallback, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < least || n > most || text[0] == '+' || text[0] == '-' {
		return 0, &Error{name, "must be a number from " + strconv.FormatInt(least, 10) + " to " + strconv.FormatInt(most, 10)}
	}
	return n, nil
}

func (k *Key) setNames(rawLabel string, params parameters) error {
	rawIssuer, rawAccount, hasIssuer := strings.Cut(rawLabel, ":")
	if !hasIssuer { // "%3A" separates too, where no plain colon does.
		rawIssuer, rawAccount = "", rawLabel
	}
	issuer, errIssuer := url.PathUnescape(rawIssuer)
	account, errAccount := url.PathUnescape(rawAccount)
	named := params["issuer"]
	if errIssuer != nil || errAccount != nil || !utf8.ValidString(issuer+account) {
		return &Error{"label", "has a broken % escape or is not UTF-8"}
	}
	if !utf8.ValidString(named) {
		return &Error{"issuer", "is not UTF-8"}
	}
	if before, after, isSplit := strings.Cut(account, ":"); isSplit && !hasIssuer {
		issuer, account = before, after
	}
	issuer, named = clean(issuer, maxIssuer), clean(named, maxIssuer)
	if issuer != "" && named != "" && !strings.EqualFold(issuer, named) {
		return &Error{"issuer", "differs from the issuer in the label; make them equal or drop one"}
	}
	k.Issuer, k.Account = named, account
	if named == "" {
		k.Issuer = issuer
	}
	return nil
}

func (k *Key) setSecret(params parameters) error {
	secret, err := otp.ImportSecret(params["secret"])
	if err != nil {
		return &Error{"secret", strings.TrimPrefix(err.Error(), "otp: ")}
	}
	k.Secret = secret
	return nil
}

func (k *Key) setOptions(params parameters) error {
	var err error
	if name, isPresent := params["algorithm"]; isPresent {
		if k.Options.Algorithm, err = otp.ParseAlgorithm(name); err != nil {
			return &Error{"algorithm", "must be SHA1, SHA256 or SHA512"}
		}
	}
	switch encoder := params["encoder"]; {
	case strings.EqualFold(encoder, "steam"):
		k.Options.Steam = true
	case encoder != "":
		return &Error{"encoder", "must be steam, or left out"}
	default:
		digits, err := params.number("digits", 6, 8, 6)
		if err != nil {
			return err
		}
		k.Options.Digits = int(digits)
	}
	if k.Type == TOTP {
		seconds, err := params.number("period", 15, 120, 30)
		if err != nil {
			return err
		}
		k.Options.Period = time.Duration(seconds) * time.Second
	}
	return nil
}
