package push

import (
	"crypto/ecdh"
	"net/netip"
	"time"
)

var (
	Public = public
	Record = record
)

// AtPort makes the options dial another port than 443.
func (o Options) AtPort(port string) Options {
	o.port = port
	return o
}

// SealWith encrypts with a key and a salt that are given, and without padding.
func SealWith(ephemeral *ecdh.PrivateKey, salt, text []byte, to Subscription) ([]byte, error) {
	return sealWith(ephemeral, salt, padded(text, 1), to)
}

func Seal(text []byte, to Subscription) ([]byte, error) { return seal(text, to) }

func (k Key) Authorization(origin, contact string, now time.Time) (string, error) {
	return k.authorization(origin, contact, now)
}

func (k Key) Sign(text []byte) ([]byte, error) { return k.sign(text) }

func NotPublic() []netip.Prefix { return notPublic }
