package otp

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/sallyport/sallyport/otp"
	"github.com/sallyport/sallyport/otpauth"
)

// maxCounter bounds the counter that a token is bound at. What core counts up from there stays far below 2^63.
const maxCounter = 1<<62 - 1

// Where the secret of a HOTP key comes from. One that was made here has to be shown; one that was given is in the token
// already, and is shown to nobody again.
const (
	originMade  = "made"
	originGiven = "given"
)

// hotpState is what is sealed. As in state nothing has a default; the counter is a pointer since 0 is a counter.
type hotpState struct {
	Version   int    `json:"v"`
	Origin    string `json:"origin"`
	Secret    []byte `json:"secret"`
	Algorithm string `json:"algorithm"`
	Digits    int    `json:"digits"`
	Counter   *int64 `json:"counter"` // the first that is accepted; where the token is since then is in core's LastStep
}

// hotpKey is a state that was read.
type hotpKey struct {
	otp.Key
	origin  string
	counter int64
}

func encodeHOTP(k otpauth.Key, origin string) ([]byte, error) {
	key, err := k.OTP()
	if err != nil {
		return nil, err
	}
	if k.Counter < 0 || k.Counter > maxCounter {
		return nil, &otpauth.Error{Param: "counter", Reason: "must be below 2^62"}
	}
	o := key.Options()
	return json.Marshal(hotpState{
		Version: stateVersion, Origin: origin, Secret: key.Secret().Reveal(), Algorithm: o.Algorithm.String(),
		Digits: o.Digits, Counter: &k.Counter,
	})
}

// decodeHOTP never says what it read: an error goes to the log.
func decodeHOTP(sealed []byte) (hotpKey, error) {
	var s hotpState
	if err := read(sealed, &s); err != nil {
		return hotpKey{}, fmt.Errorf("hotp: %w", err)
	}
	switch {
	case s.Version != stateVersion:
		return hotpKey{}, fmt.Errorf("hotp: the state has version %d, this program knows %d", s.Version, stateVersion)
	case s.Origin != originMade && s.Origin != originGiven:
		return hotpKey{}, errors.New("hotp: the state does not say where its secret comes from")
	case s.Digits == 0:
		return hotpKey{}, errors.New("hotp: the state lacks digits")
	case s.Counter == nil || *s.Counter < 0 || *s.Counter > maxCounter:
		return hotpKey{}, errors.New("hotp: the state has no counter, or none that can be")
	}
	algorithm, err := otp.ParseAlgorithm(s.Algorithm)
	if err != nil {
		return hotpKey{}, fmt.Errorf("hotp: the state: %w", err)
	}
	secret, err := otp.ImportSecretBytes(s.Secret) // accepted once, so accepted again
	if err != nil {
		return hotpKey{}, fmt.Errorf("hotp: the state: %w", err)
	}
	key, err := otp.NewKey(secret, otp.Options{Algorithm: algorithm, Digits: s.Digits})
	if err != nil {
		return hotpKey{}, fmt.Errorf("hotp: the state: %w", err)
	}
	return hotpKey{Key: key, origin: s.Origin, counter: *s.Counter}, nil
}
