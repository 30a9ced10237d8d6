package pskc_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/sallyport/sallyport/internal/importer/pskc"
	"github.com/sallyport/sallyport/otp"
)

// Each row changes one thing of an example that is read otherwise.
func TestRefusals(t *testing.T) {
	const key = `key "12345678" (serial number "987654321"): `
	for _, tt := range []struct{ name, old, with, want string }{
		// XML
		{"figure3", `?>`, `?><!DOCTYPE x [<!ENTITY a "b">]>`, "the file: it has a document type or declares entities; ask the vendor"},
		{"figure3", `Issuer</Issuer>`, `&a;</Issuer>`, "not well-formed XML in UTF-8: line 16"},
		{"figure3", `encoding="UTF-8"`, `encoding="ISO-8859-1"`, "not well-formed XML in UTF-8"},
		{"figure3", `Issuer</Issuer>`, "\xff</Issuer>", "not well-formed XML in UTF-8"},
		{"figure3", `</KeyContainer>`, ``, "not well-formed"},
		{"figure3", `</KeyContainer>`, `</KeyContainer><KeyContainer/>`, "two root elements"},
		{"figure3", `</KeyContainer>`, `</KeyContainer>text`, "text outside its root element"},
		{"figure3", `<Issuer>`, `<Issuer a="1" a="2">`, `an element "Issuer" has an attribute twice`},
		{"figure3", `<Issuer>`, `<Issuer ` + manyAttributes(33) + `>`, `more than 32 attributes`},
		{"figure3", `<Issuer>`, strings.Repeat("<a>", 40) + strings.Repeat("</a>", 40) + `<Issuer>`, "nested more than 32 deep"},
		{"figure3", `Id="12345678"`, `Id="12345678" Id="2"`, `an element "Key" has an attribute twice`},
		// what it is
		{"figure3", `keyprov:pskc"`, `keyprov:container"`, "it follows a draft from before RFC 6030"},
		{"figure3", `xmlns="urn:ietf:params:xml:ns:keyprov:pskc"`, ``, `its root element is "KeyContainer"`},
		{"figure3", `Version="1.0"`, `Version="2.0"`, `its version is "2.0", and only 1.0 is known`},
		{"figure3", `Version="1.0"`, ``, `its version is "", and only 1.0 is known`},
		{"figure3", `<KeyPackage>`, `<KeyStore/><KeyPackage>`, `KeyContainer has an element "KeyStore", which is not understood`},
		// keys
		{"figure3", `Id="12345678"`, ``, `the key with serial number "987654321": it has a key without an Id`},
		{"figure3", `Id="12345678"`, `Id="` + strings.Repeat("1", 129) + `"`, "its Id is longer than 128 bytes"},
		{"figure3", `987654321`, "\u202e1", "its SerialNo has characters that can't be seen"},
		{"figure3", `987654321`, strings.Repeat("1", 129), "its SerialNo is longer than 128 bytes"},
		{"figure3", `<SerialNo>`, `<SerialNo>1</SerialNo><SerialNo>`, "DeviceInfo has two elements SerialNo"},
		{"figure3", `Issuer</Issuer>`, "<b/></Issuer>", key + "Issuer has elements where text belongs"},
		{"figure3", `<Issuer>`, `<Isuer/><Issuer>`, key + `Key has an element "Isuer", which is not understood`},
		{"figure3", `pskc:hotp`, `pskc:ocra`, key + `its algorithm "urn:ietf:params:xml:ns:keyprov:pskc:ocra" is neither HOTP nor TOTP; leave it out`},
		{"figure3", `urn:ietf:params:xml:ns:keyprov:pskc:hotp`, `http://www.yubico.com/#yubikey-aes`, "neither HOTP nor TOTP"},
		{"figure3", `pskc:hotp`, `pskchotp`, "neither HOTP nor TOTP"},
		{"figure3", `Algorithm=`, `algorithm=`, "neither HOTP nor TOTP"},
		{"figure3", `pskc:hotp`, `pskc:pin`, "neither HOTP nor TOTP"}, // a PIN of no key
		// codes
		{"figure3", `Length="8"`, `Length="9"`, key + "the Length of ResponseFormat has to be a number from 6 to 8"},
		{"figure3", `Length="8"`, `Length="5"`, "from 6 to 8"},
		{"figure3", `Length="8"`, ``, "from 6 to 8"},
		{"figure3", `Encoding="DECIMAL"`, `Encoding="HEXADECIMAL"`, `its codes are "HEXADECIMAL" and not DECIMAL`},
		{"figure3", `Encoding="DECIMAL"`, `Encoding="DECIMAL" CheckDigits="true"`, "its codes have check digits"},
		{"figure3", `<ResponseFormat`, `<Suite>HMAC-MD5</Suite><ResponseFormat`, `its Suite "HMAC-MD5" is none of`},
		{"figure3", `<ResponseFormat`, `<ChallengeFormat/><ResponseFormat`, `AlgorithmParameters has an element "ChallengeFormat"`},
		{"figure3", `<ResponseFormat`, `<Extensions/><ResponseFormat`, `AlgorithmParameters has an element "Extensions"`},
		{"figure3", `<Counter>`, `<x:Offset xmlns:x="urn:x"/><Counter>`, `Data has an element "Offset", which is not understood`},
		// secrets and counters
		{"figure3", `MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=`, `MTIzNDU2Nzg5`, key + "its secret has 9 bytes and not 10 to 128"},
		{"figure3", `MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=`, strings.Repeat("MTIz", 43), "its secret has 129 bytes"},
		{"figure3", `MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=`, `GEZDGNBVGY3TQOJQ!`, "PlainValue is empty or not base64"},
		{"figure3", `MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=`, `MTIzNDU2Nzg5MDEyMzQ1Njc4OTB=`, "not base64"},
		{"figure3", `MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=`, ``, "PlainValue is empty"},
		{"figure3", `<Secret>`, `<Secret><PlainValue>MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=</PlainValue></Secret><Secret>`, "Data has two elements Secret"},
		{"figure3", `</PlainValue>`, `</PlainValue><ValueMAC>AAAA</ValueMAC>`, "its Secret is plain, and has an encrypted value or a MAC"},
		{"figure3", `<PlainValue>0`, `<PlainValue>-1`, key + "Counter has to be a number from 0 to 4611686018427387903"},
		{"figure3", `<PlainValue>0`, `<PlainValue>4611686018427387904`, "Counter has to be a number"},
		{"figure3", `<PlainValue>0`, `<PlainValue>18446744073709551615`, "Counter has to be a number"},
		{"figure3", `<PlainValue>0`, `<PlainValue>AAAAAAAAAAA=`, "Counter has to be a number"},
		{"figure3", `<PlainValue>0`, `<PlainValue>1 2`, "Counter has to be a number"},
		{"figure3", `<Counter>`, `<Counter><ValueMAC>AAAA</ValueMAC>`, "its Counter is not a plain value"},
		{"figure6", `<PlainValue>0</PlainValue>`, `<EncryptedValue/>`, "its Counter is not a plain value"},
		// policy
		{"figure5", `<KeyUsage>OTP`, `<KeyUsage>Integrity`, key + "its policy does not allow it to be used for codes (KeyUsage); leave it out"},
		{"figure5", `PINUsageMode="Local"`, `PINUsageMode="Prepend"`, `its PIN is not checked by the token (PINUsageMode "Prepend")`},
		{"figure5", `PINUsageMode="Local"`, ``, `its PIN is not checked by the token (PINUsageMode "")`},
		{"figure5", `PINUsageMode="Local"`, `PINUsageMode="Local" Lock="1"`, `its PINPolicy has an attribute "Lock"`},
		{"figure5", `<KeyUsage>`, `<NumberOfTransactions>5</NumberOfTransactions><KeyUsage>`, `Policy has an element "NumberOfTransactions"`},
		{"figure5", `<KeyUsage>`, `<x:Rule xmlns:x="urn:x"/><KeyUsage>`, `Policy has an element "Rule", which is not understood`},
		{"figure5", `PINKeyId="123456781"`, `PINKeyId="1"`, `key "123456781" (serial number "987654321"): its algorithm`},
		{"figure10", `2006-05-01T00:00:00Z`, `1 May 2006`, `key "1" (serial number "654321"): its StartDate is no date and time`},
		{"figure10", `Id="4"`, `Id="1"`, `key "1" (serial number "9999999"): another key of the file has the same Id`},
		// extensions
		{"figure3", `</KeyPackage>`, `</KeyPackage><Extensions critical="true"/>`, "KeyContainer has an extension that must be understood"},
		{"figure3", `</Key>`, `<Extensions><x:y xmlns:x="urn:x" x:mustUnderstand="1"/></Extensions></Key>`, key + "Key has an extension"},
		{"figure3", `</DeviceInfo>`, `<Extensions mustUnderstand="1"/></DeviceInfo>`, key + "DeviceInfo has an extension"},
		{"figure3", `</Key>`, `</Key><Extensions mustUnderstand="1"/>`, key + "KeyPackage has an extension"},
		// encryption
		{"figure6", `<EncryptionKey>`, `<EncryptionKey><ds:KeyValue/>`, "with a key of another kind that is not supported"},
		{"figure6", `<ds:KeyName>Pre-shared-key</ds:KeyName>`, ``, "with a key of another kind that is not supported"},
		{"figure6", `hmac-sha1`, `hmac-md5`, `its MAC algorithm "http://www.w3.org/2000/09/xmldsig#hmac-md5" is none of`},
		{"figure6", `<MACKey>`, `<MACKeyReference/><MACKey>`, `MACMethod has an element "MACKeyReference"`},
		{"figure6", `aes128-cbc`, `tripledes-cbc`, `encrypted with "http://www.w3.org/2001/04/xmlenc#tripledes-cbc", which is not supported`},
		{"figure6", `aes128-cbc`, `aes256-cbc`, "a key of 256 bits, and the one that was given has 128"},
		{"figure6", `<EncryptedValue>`, `<EncryptedValue><ds:KeyInfo/>`, `EncryptedValue has an element "KeyInfo", which is not understood`},
		{"figure6", `<xenc:CipherData>`, `<xenc:CipherData><xenc:CipherValue/>`, "CipherData has two elements CipherValue"},
		{"figure6", `ESIzRFVmd4iZABEiM0RVZgKn6WjLaTC1sbeBMSvIhRejN9vJa2BOlSaMrR7I5wSX`, `ESIzRFVmd4iZABEiM0RVZg==`, "what is encrypted does not open"},
		{"figure6", `ESIzRFVmd4iZABEiM0RVZgKn6WjLaTC1sbeBMSvIhRejN9vJa2BOlSaMrR7I5wSX`, `ESIzRFVmd4iZABEiM0RVZgKn6WjLaTC1sbeBMSvIhRejN9s=`, "does not open"},
		// derivation
		{"figure7", `<IterationCount>1000`, `<IterationCount>2000001`, "the file: IterationCount has to be a number from 1 to 2000000"},
		{"figure7", `<IterationCount>1000`, `<IterationCount>0`, "IterationCount has to be a number"},
		{"figure7", `<KeyLength>16`, `<KeyLength>1000000`, "KeyLength has to be a number from 16 to 32"},
		{"figure7", `<KeyLength>16`, `<KeyLength>24`, "a key of 128 bits, and the one that was given has 192"},
		{"figure7", `<KeyLength>16`, `<KeyLength>17`, "a key of 128 bits, and the one that was given has 136"},
		{"figure7", `<Specified>Ej7/PEpyEpw=</Specified>`, `<OtherSource/>`, "Salt has no element Specified"},
		{"figure7", `Ej7/PEpyEpw=`, strings.Repeat("AAAA", 342), "its salt is longer than 1024 bytes"},
		{"figure7", `<PRF/>`, `<PRF Algorithm="hmac-md5"/>`, `its key is derived with "hmac-md5"`},
		{"figure7", `<PRF/>`, `<PRF>hmac-md5</PRF>`, `its key is derived with "hmac-md5"`},
		{"figure7", `pkcs-5v2-0#pbkdf2`, `pkcs-5v2-0#pbkdf1`, "its key is derived with"},
	} {
		text := file(t, tt.name)
		refused(t, tt.name+": "+tt.with, change(t, text, tt.old, tt.with), pskc.Options{Key: rfcKey, Passphrase: rfcPassphrase}, tt.want)
	}
}

func manyAttributes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `a%d="" `, i)
	}
	return b.String()
}

// Without a MAC, whoever can change a file could choose seeds (RFC 6030, 6).
func TestUnauthenticatedSeeds(t *testing.T) {
	const macKey = "ESIzRFVmd4iZABEiM0RVZgKn6WjLaTC1sbeBMSvIhRejN9vJa2BOlSaMrR7I5wSX"
	const key = `key "12345678" (serial number "987654321"): `
	opts := pskc.Options{Key: rfcKey}
	text := file(t, "figure6")
	noValue := cut(t, text, "<ValueMAC>", "</ValueMAC>")
	refused(t, "no ValueMAC", noValue, opts, key+"its encrypted secret has no ValueMAC; ask the vendor")
	noMethod := cut(t, text, "<MACMethod", "</MACMethod>")
	refused(t, "no MACMethod", noMethod, opts, key+"its secret has a ValueMAC, and the file does not say how it was made")
	refused(t, "neither", cut(t, noMethod, "<ValueMAC>", "</ValueMAC>"), opts, "no ValueMAC")
	// The drafts took the encryption key where there was no MAC key: not the RFC.
	refused(t, "no MACKey", cut(t, text, "<MACKey>", "</MACKey>"), opts, "MACMethod has no element MACKey")
	for _, n := range []int{0, 13, 129} {
		padding := bytes.Repeat([]byte{byte(16 - n%16)}, 16-n%16)
		weak := change(t, text, macKey, encrypt(t, append(make([]byte, n), padding...)))
		refused(t, "weak MAC key", weak, opts, fmt.Sprintf("its MAC key has %d bytes and not 14 to 128", n))
	}
	for _, padding := range []byte{0, 17, 32, 255} {
		padded := append(make([]byte, 31), padding)
		refused(t, "padding", change(t, text, macKey, encrypt(t, padded)), opts, "what is encrypted does not open")
	}
	refused(t, "no EncryptionKey", cut(t, text, "<EncryptionKey>", "</EncryptionKey>"), opts, "does not say with which key")
}

// encrypt is AES-128-CBC under the RFC's pre-shared key, of whole blocks.
func encrypt(t *testing.T, padded []byte) string {
	key, err := hex.DecodeString(rfcKey)
	if err != nil {
		t.Fatal(err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	body := make([]byte, aes.BlockSize+len(padded))
	cipher.NewCBCEncrypter(block, body[:aes.BlockSize]).CryptBlocks(body[aes.BlockSize:], padded)
	return base64.StdEncoding.EncodeToString(body)
}

// What the RFC lets others add, and what files in use have, changes nothing.
func TestTolerance(t *testing.T) {
	for _, tt := range []struct{ name, old, with string }{
		{"figure3", `<?xml`, "\ufeff<?xml"},
		{"figure3", `pskc:hotp`, `pskc#hotp`},
		{"figure3", `</Key>`, `<Extensions definition="urn:x"><x:y xmlns:x="urn:x">z</x:y></Extensions></Key>`},
		{"figure3", `</Key>`, `<Extensions critical="false"/></Key>`},
		{"figure3", `MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=`, "MTIzNDU2\n\tNzg5MDEy<!-- a comment -->MzQ1Njc4 OTA="},
		{"figure3", `<ResponseFormat`, `<Suite>HMAC-SHA1</Suite><ResponseFormat`},
		{"figure3", `Encoding="DECIMAL"`, `Encoding="DECIMAL" CheckDigits="false"`},
		{"figure3", `</DeviceInfo>`, `<StartDate>2020-01-01T00:00:00</StartDate></DeviceInfo>`},
		{"figure3", `<KeyPackage>`, `<EncryptionKey><Unused/></EncryptionKey><KeyPackage>`}, // nothing is encrypted
		{"figure7", `<PRF/>`, ``},
		{"figure7", `<PRF/>`, `<PRF Algorithm="http://www.w3.org/2000/09/xmldsig#hmac-sha1"/>`},
	} {
		tokens, err := read(change(t, file(t, tt.name), tt.old, tt.with), pskc.Options{Passphrase: rfcPassphrase})
		if err != nil || len(tokens) != 1 || !tokens[0].Secret.Equal(secretOf(t, rfcSecret)) {
			t.Errorf("%s, %s: %+v, %v", tt.name, tt.with, tokens, err)
		}
	}
}

func TestTimeBasedKeys(t *testing.T) {
	totp := change(t, file(t, "figure3"), "pskc:hotp", "pskc:totp")
	data := func(with string) string { return change(t, totp, "<Counter>", with+"<Counter>") }
	for with, want := range map[string]time.Duration{
		"": 30 * time.Second,
		"<Time><PlainValue>0</PlainValue></Time><TimeInterval><PlainValue>60</PlainValue></TimeInterval>":           time.Minute,
		"<TimeInterval><PlainValue>15</PlainValue></TimeInterval><TimeDrift><PlainValue>4</PlainValue></TimeDrift>": 15 * time.Second,
	} {
		tokens, err := read(data(with), pskc.Options{})
		if err != nil || tokens[0].Algorithm != pskc.TOTP || tokens[0].Period != want || tokens[0].Counter != 0 || tokens[0].Hash != otp.SHA1 {
			t.Errorf("%s: %+v, %v", with, tokens, err)
		}
	}
	for _, seconds := range []string{"0", "14", "121", "-30", "", "30s"} {
		refused(t, seconds, data("<TimeInterval><PlainValue>"+seconds+"</PlainValue></TimeInterval>"), pskc.Options{},
			"TimeInterval has to be a number from 15 to 120")
	}
}

// All or nothing, and everything that is wrong at once.
func TestAllOrNothing(t *testing.T) {
	text := file(t, "figure10")
	text = change(t, text, `Length="8"`, `Length="9"`)                                          // key 1
	text = strings.Replace(text, "MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=", "MTIz", 3)                     // and 2, 3
	tokens, err := read(change(t, text, "SerialNo>654321", "SerialNo>654 321"), pskc.Options{}) // 4 is well
	var all pskc.Problems
	if tokens != nil || !errors.As(err, &all) || len(all) != 3 {
		t.Fatalf("%v, %v", tokens, err)
	}
	if all[0].ID != "1" || all[0].Serial != "654 321" || all[1].Number != 2 || all[2].ID != "3" {
		t.Errorf("%v", err)
	}
	var one *pskc.Problem
	if !errors.As(err, &one) || one != all[0] {
		t.Errorf("the problems can't be had one by one: %v", one)
	}
}

func TestBounds(t *testing.T) {
	const small = `<KeyContainer Version="1.0" xmlns="urn:ietf:params:xml:ns:keyprov:pskc">%s</KeyContainer>`
	packages := func(n int) string { return fmt.Sprintf(small, strings.Repeat("<KeyPackage/>", n)) }
	refused(t, "no keys", packages(0), pskc.Options{}, "the file: it holds no keys")
	refused(t, "too many keys", packages(10_001), pskc.Options{}, "the file: it holds more than 10000 keys; ask for it in several parts")
	refused(t, "many keys", packages(10_000), pskc.Options{}, "pskc: key number 20: KeyPackage has no element Key; ask the vendor")
	refused(t, "many keys", packages(10_000), pskc.Options{}, "\npskc: and 9980 more")
	fill := func(n int) string { return strings.Repeat(" ", n-len(file(t, "figure3"))) + file(t, "figure3") }
	if _, err := read(strings.TrimSpace(file(t, "figure3"))+strings.Repeat(" ", 1<<19), pskc.Options{}); err != nil {
		t.Error(err)
	}
	refused(t, "too large", fill(1<<20+1), pskc.Options{}, "the file: it is larger than 1 MiB; ask for it in several parts")
	refused(t, "empty", "", pskc.Options{}, "the file: it is empty; check that this is the right file")
	refused(t, "no XML", "serial,secret\n1,2\n", pskc.Options{}, "text outside its root element")
	if _, err := pskc.Read(iotest.ErrReader(errors.New("gone")), pskc.Options{}); err == nil || !strings.Contains(err.Error(), "gone") {
		t.Errorf("a broken reader: %v", err)
	}
}

// What is large within its bounds costs memory in proportion: allocations tell, whatever else the machine does.
func TestHostileShapesAreCheap(t *testing.T) {
	for name, text := range map[string]string{
		"texts":      "<a>" + strings.Repeat("a<!---->", 1<<17-100) + "</a>",
		"attributes": "<a " + manyAttributes(90_000) + "/>",
		"elements":   "<a>" + strings.Repeat("<a/>", 1<<18-10) + "</a>",
		"depth":      strings.Repeat("<a>", 1<<18),
		"keys": `<KeyContainer Version="1.0" xmlns="urn:ietf:params:xml:ns:keyprov:pskc"><KeyPackage>` +
			strings.Repeat("<Key/>", 170_000) + `</KeyPackage></KeyContainer>`,
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := read(text, pskc.Options{}); err == nil {
			t.Errorf("%s were read", name)
		}
		runtime.ReadMemStats(&after)
		if spent := (after.TotalAlloc - before.TotalAlloc) >> 20; spent > 400 {
			t.Errorf("%s cost %d MiB", name, spent)
		}
	}
}

func TestNothingIsPrinted(t *testing.T) {
	opts := pskc.Options{Key: rfcKey, Passphrase: rfcPassphrase}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "options", opts)
	tokens, err := read(file(t, "figure6"), opts)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{fmt.Sprintf("%v %+v %#v %s", opts, opts, opts, opts), log.String(), fmt.Sprintf("%v %+v %#v", tokens, tokens, tokens)} {
		if strings.Contains(text, rfcKey) || strings.Contains(text, rfcPassphrase) || strings.Contains(text, rfcSecret) {
			t.Errorf("a secret is in %s", text)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"figure2", "figure3", "figure4", "figure5", "figure6", "figure7", "figure8", "figure9", "figure10"} {
		f.Add(file(f, name))
	}
	f.Add(file(f, "peer-preshared"))
	f.Fuzz(func(t *testing.T, text string) {
		opts := pskc.Options{Key: rfcKey}
		if strings.Contains(text, "<IterationCount>1000<") { // what costs more is bounded, and takes too long here
			opts.Passphrase = rfcPassphrase
		}
		tokens, err := read(text, opts)
		var all pskc.Problems
		if err != nil {
			if tokens != nil || !errors.As(err, &all) || len(all) == 0 || strings.ContainsAny(err.Error(), "\x1b\r\x00") {
				t.Fatalf("%v, %q", tokens, err)
			}
			return
		}
		if len(tokens) == 0 {
			t.Fatal("neither tokens nor an error")
		}
		for _, token := range tokens {
			bits := token.Secret.Bits()
			isHOTP := token.Algorithm == pskc.HOTP && token.Period == 0 && token.Counter >= 0 && token.Counter < 1<<62
			isTOTP := token.Algorithm == pskc.TOTP && token.Counter == 0 && token.Period >= 15*time.Second && token.Period <= 2*time.Minute
			if token.ID == "" || bits < 80 || bits > 1024 || token.Digits < 6 || token.Digits > 8 || isHOTP == isTOTP {
				t.Fatalf("%+v", token)
			}
		}
	})
}
