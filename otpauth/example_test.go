package otpauth_test

import (
	"fmt"
	"time"

	"github.com/sallyport/sallyport/otp"
	"github.com/sallyport/sallyport/otpauth"
)

// A provisioning URI, to be shown as a QR code.
func ExampleKey_RevealURI() {
	secret, err := otp.ImportSecret("JBSWY3DPEHPK3PXP") // otp.NewSecret() for a new one
	if err != nil {
		panic(err)
	}
	key := otpauth.Key{Issuer: "Secure App", Account: "alice@google.com", Secret: secret}
	uri, err := key.RevealURI()
	fmt.Println(uri, err)
	// Output: otpauth://totp/Secure%20App:alice%40google.com?secret=JBSWY3DPEHPK3PXP&issuer=Secure%20App <nil>
}

func ExampleKey_RevealURI_hotp() {
	secret, err := otp.ImportSecret("JBSWY3DPEHPK3PXP")
	if err != nil {
		panic(err)
	}
	key := otpauth.Key{Type: otpauth.HOTP, Issuer: "Secure App", Account: "alice@google.com", Secret: secret}
	uri, err := key.RevealURI()
	fmt.Println(uri, err)
	// Output: otpauth://hotp/Secure%20App:alice%40google.com?secret=JBSWY3DPEHPK3PXP&issuer=Secure%20App&counter=0 <nil>
}

func ExampleKey_RevealURI_steam() {
	secret, err := otp.ImportSecret("FMXNK4QEGKVPULRTADY6JIDK5VHUBGZW")
	if err != nil {
		panic(err)
	}
	key := otpauth.Key{Issuer: "Steam", Account: "gordon", Secret: secret, Options: otp.Options{Steam: true}}
	uri, err := key.RevealURI()
	fmt.Println(uri, err)
	// Output: otpauth://totp/Steam:gordon?secret=FMXNK4QEGKVPULRTADY6JIDK5VHUBGZW&issuer=Steam&encoder=steam <nil>
}

// From a scanned QR code to a code.
func ExampleParse() {
	key, err := otpauth.Parse("otpauth://totp/Secure%20App:alice%40google.com?secret=JBSWY3DPEHPK3PXP&issuer=Secure%20App")
	if err != nil {
		panic(err)
	}
	fmt.Println(key.Type, key.Issuer, key.Account, key.Secret, key.Options.Digits)
	codes, err := key.OTP()
	if err != nil {
		panic(err)
	}
	code, err := codes.TOTP(time.Unix(1700000000, 0))
	fmt.Println(code, err)
	// Output:
	// totp Secure App alice@google.com [secret] 6
	// 324550 <nil>
}

// Errors name what is wrong and never repeat what was read.
func ExampleParse_error() {
	_, err := otpauth.Parse("otpauth://totp/alice?secret=JBSWY3DPEHPK3PXP&digits=99")
	fmt.Println(err)
	// Output: otpauth: digits: must be a number from 6 to 8
}
