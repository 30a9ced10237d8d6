package otp

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/sallyport/sallyport/otp"
)

// stateVersion is raised when state changes its meaning, not when it gains a form that old programs refuse anyway.
const stateVersion = 1

// state is what is sealed. Nothing in it has a default: a state with a part missing is damaged.
type state struct {
	Version   int    `json:"v"`
	Secret    []byte `json:"secret"`
	Algorithm string `json:"algorithm"`
	Digits    int    `json:"digits"`
	Period    int    `json:"period"` // seconds
}

func encode(k otp.Key) ([]byte, error) {
	o := k.Options()
	return json.Marshal(state{
		Version: stateVersion, Secret: k.Secret().Reveal(), Algorithm: o.Algorithm.String(),
		Digits: o.Digits, Period: int(o.Period / time.Second),
	})
}

// decode never says what it read: an error goes to the log.
func decode(sealed []byte) (otp.Key, error) {
	var s state
	if err := read(sealed, &s); err != nil {
		return otp.Key{}, fmt.Errorf("totp: %w", err)
	}
	if s.Version != stateVersion {
		return otp.Key{}, fmt.Errorf("totp: the state has version %d, this program knows %d", s.Version, stateVersion)
	}
	return s.key()
}

// read decodes one JSON object, and nothing that it does not know. Its errors hold nothing of what it read.
func read(sealed []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(sealed))
	d.DisallowUnknownFields()
	if d.Decode(into) != nil {
		return errors.New("the state is not readable")
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("the state has something behind its end")
	}
	return nil
}

func (s state) key() (otp.Key, error) {
	if s.Digits == 0 || s.Period == 0 {
		return otp.Key{}, errors.New("totp: the state lacks digits or period")
	}
	algorithm, err := otp.ParseAlgorithm(s.Algorithm)
	if err != nil {
		return otp.Key{}, fmt.Errorf("totp: the state: %w", err)
	}
	secret, err := otp.ImportSecretBytes(s.Secret) // accepted once, so accepted again
	if err != nil {
		return otp.Key{}, fmt.Errorf("totp: the state: %w", err)
	}
	return otp.NewKey(secret, otp.Options{
		Algorithm: algorithm, Digits: s.Digits, Period: time.Duration(s.Period) * time.Second,
	})
}
