package otp_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"fmt"
	"hash"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/sallyport/sallyport/otp"
)

// reference is RFC 4226, section 5.3, step by step and with the standard
// library's HMAC.
func reference(raw []byte, algorithm otp.Algorithm, digits int, counter int64) string {
	newHash := map[otp.Algorithm]func() hash.Hash{otp.SHA1: sha1.New, otp.SHA256: sha256.New, otp.SHA512: sha512.New}[algorithm]
	mac := hmac.New(newHash, raw)
	binary.Write(mac, binary.BigEndian, counter)
	sum := mac.Sum(nil)
	offset := sum[len(sum)-1] & 0xf
	number := int64(binary.BigEndian.Uint32(sum[offset:]) & 0x7fffffff)
	return fmt.Sprintf("%0*d", digits, number%int64(math.Pow10(digits)))
}

// The HMAC on the stack is the standard library's, for every length of secret.
func TestAgainstStandardHMAC(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.SliceOfN(rapid.Byte(), 1, 128).Draw(t, "raw")
		algorithm := otp.Algorithm(rapid.IntRange(0, 2).Draw(t, "algorithm"))
		digits := rapid.IntRange(6, 8).Draw(t, "digits")
		counter := rapid.Int64Min(0).Draw(t, "counter")
		secret, err := otp.ImportSecretBytes(raw)
		if err != nil {
			t.Fatal(err)
		}
		key, err := otp.NewKey(secret, otp.Options{Algorithm: algorithm, Digits: digits})
		if err != nil {
			t.Fatal(err)
		}
		code, err := key.HOTP(counter)
		if want := reference(raw, algorithm, digits, counter); err != nil || code.String() != want {
			t.Fatalf("got %s, %v; want %s", code, err, want)
		}
	})
}

func TestVerifyTOTPWindow(t *testing.T) {
	key := newKey(t, seed20, otp.Options{})
	now := time.Unix(1111111109, 0)
	for _, row := range []struct {
		window      otp.Window
		first, last int
	}{
		{otp.Window{}, 0, 0},
		{otp.Window{Behind: 1, Ahead: 1}, -1, 1},
		{otp.Window{Behind: 2}, -2, 0},
		{otp.Window{Ahead: 3}, 0, 3},
		{otp.Window{Behind: -5, Ahead: -5}, 0, 0},
		{otp.Window{Behind: 1 << 40, Ahead: 1 << 40}, -otp.MaxWindow, otp.MaxWindow},
	} {
		for k := -15; k <= 15; k++ {
			code, err := key.TOTP(now.Add(time.Duration(k) * 30 * time.Second))
			if err != nil {
				t.Fatal(err)
			}
			step, ok := key.VerifyTOTPWithin(code.String(), now, row.window)
			if want := row.first <= k && k <= row.last; ok != want {
				t.Errorf("%+v, %+d steps: accepted is %t", row.window, k, ok)
			} else if ok && step != now.Unix()/30+int64(k) || !ok && step != 0 {
				t.Errorf("%+v, %+d steps: matched %d", row.window, k, step)
			}
			if _, ok := key.VerifyTOTP(code.String(), now); ok != (-1 <= k && k <= 1) {
				t.Errorf("default window, %+d steps: accepted is %t", k, ok)
			}
		}
	}
}

func TestVerifyHOTPLookAhead(t *testing.T) {
	key := newKey(t, seed20, otp.Options{Digits: 8})
	const next = 1000
	for _, row := range []struct{ lookAhead, tried int }{
		{math.MinInt, 1}, {0, 1}, {1, 1}, {5, 5}, {otp.DefaultLookAhead, 10}, {100, 100}, {math.MaxInt, 100},
	} {
		for counter := int64(next - 5); counter < next+110; counter++ {
			code, err := key.HOTP(counter)
			if err != nil {
				t.Fatal(err)
			}
			got, ok := key.VerifyHOTPWithin(code.String(), next, row.lookAhead)
			if want := counter >= next && counter < next+int64(row.tried); ok != want || ok && got != counter {
				t.Errorf("look-ahead %d, counter %d: %d, %t", row.lookAhead, counter, got, ok)
			}
			if got, ok := key.VerifyHOTP(code.String(), next); ok != (counter >= next && counter < next+10) || ok && got != counter {
				t.Errorf("default look-ahead, counter %d: %d, %t", counter, got, ok)
			}
		}
	}
}

// Of two steps with the same code the later one is returned, so that the code
// cannot pass a second time; of two counters the earlier one, so that chance
// does not carry the verifier ahead.
func TestSameCodeTwice(t *testing.T) {
	key := newKey(t, seed20, otp.Options{})
	first := twin(t, key)
	code, err := key.HOTP(first)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []int64{first, first + 1} {
		if step, ok := key.VerifyTOTP(code.String(), time.Unix(at*30, 0)); !ok || step != first+1 {
			t.Errorf("TOTP at step %d: matched %d, %t", at, step, ok)
		}
	}
	if counter, ok := key.VerifyHOTP(code.String(), first-3); !ok || counter != first {
		t.Errorf("HOTP: matched %d, %t", counter, ok)
	}
	if drift, ok := key.SearchDrift(code.String(), time.Unix((first-3)*30, 0), 10); !ok || drift.Steps != 3 {
		t.Errorf("drift: %+v, %t", drift, ok)
	}
}

// twin is a counter whose code is the next one's as well.
func twin(t *testing.T, key otp.Key) int64 {
	t.Helper()
	const found = 910737
	a, _ := key.HOTP(found)
	b, _ := key.HOTP(found + 1)
	if a.String() != b.String() {
		t.Fatalf("%s and %s", a, b)
	}
	return found
}

func TestCanonicalCodesOnly(t *testing.T) {
	now := time.Unix(1111111109, 0) // 081804
	for digits, good := range map[int]string{6: "081804", 7: "7081804", 8: "07081804"} {
		key := newKey(t, seed20, otp.Options{Digits: digits})
		if _, ok := key.VerifyTOTP(good, now); !ok {
			t.Fatalf("%s was refused", good)
		}
		for _, code := range []string{
			"", " ", good[1:], "0" + good, good + "0", " " + good, good + " ", good[:3] + " " + good[3:], "+" + good[1:], "-" + good[1:],
			good[:digits-1] + "O", good[:digits-1] + "\x00", "８１８０４", "٠٨١٨٠٤", "1e5000", "0x1404", "NaN",
		} {
			if step, ok := key.VerifyTOTP(code, now); ok || step != 0 {
				t.Errorf("%d digits: %q was accepted", digits, code)
			}
			if _, ok := key.VerifyHOTP(code, now.Unix()/30); ok {
				t.Errorf("%d digits: %q was accepted as HOTP", digits, code)
			}
			if _, ok := key.SearchDrift(code, now, 10); ok {
				t.Errorf("%d digits: %q was found", digits, code)
			}
			if _, ok := key.ResyncHOTP(now.Unix()/30, 10, good, code); ok {
				t.Errorf("%d digits: %q resynchronised", digits, code)
			}
		}
	}
	// Worth the same number, were '.' a digit of value '.' - '0'.
	if _, ok := newKey(t, seed20, otp.Options{}).VerifyTOTP("08155.", now); ok {
		t.Error("a character below 0 counted as a digit")
	}
	steam := newKey(t, seed20, otp.Options{Steam: true})
	code, err := steam.TOTP(now)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := steam.VerifyTOTP(code.String(), now); !ok {
		t.Error("Steam: refused")
	}
	for _, typed := range []string{code.String()[:4], code.String() + "2", code.String()[:4] + "A", code.String()[:4] + "é", "", "00000"} {
		if _, ok := steam.VerifyTOTP(typed, now); ok {
			t.Errorf("Steam: %q was accepted", typed)
		}
	}
}

func TestEndsOfCounters(t *testing.T) {
	key := newKey(t, seed20, otp.Options{Digits: 8})
	last, err := key.HOTP(math.MaxInt64)
	if err != nil {
		t.Fatal(err)
	}
	before, err := key.HOTP(math.MaxInt64 - 1)
	if err != nil {
		t.Fatal(err)
	}
	for next := int64(math.MaxInt64 - 3); next > 0; next++ { // until it wraps
		if counter, ok := key.VerifyHOTPWithin(last.String(), next, otp.MaxLookAhead); !ok || counter != math.MaxInt64 {
			t.Errorf("next %d: %d, %t", next, counter, ok)
		}
	}
	if counter, ok := key.ResyncHOTP(math.MaxInt64-5, otp.MaxResyncReach, before.String(), last.String()); !ok || counter != math.MaxInt64 {
		t.Errorf("resync at the end: %d, %t", counter, ok)
	}
	zero, err := key.HOTP(0)
	if err != nil {
		t.Fatal(err)
	}
	one, err := key.HOTP(1)
	if err != nil {
		t.Fatal(err)
	}
	// Past the end there is no counter 0, and none below it.
	if _, ok := key.VerifyHOTPWithin(zero.String(), math.MaxInt64-3, otp.MaxLookAhead); ok {
		t.Error("the counter wrapped")
	}
	if _, ok := key.ResyncHOTP(math.MaxInt64-3, otp.MaxResyncReach, zero.String(), one.String()); ok {
		t.Error("the counter wrapped in a resync")
	}
	// Nor one that is negative as an int64 and more than 2^63-1 in the HMAC.
	wrapped := []string{reference([]byte(seed20), otp.SHA1, 8, math.MinInt64), reference([]byte(seed20), otp.SHA1, 8, math.MinInt64+1)}
	if _, ok := key.VerifyHOTPWithin(wrapped[0], math.MaxInt64, otp.MaxLookAhead); ok {
		t.Error("there is a counter past 2^63-1")
	}
	if _, ok := key.ResyncHOTP(math.MaxInt64, otp.MaxResyncReach, wrapped...); ok {
		t.Error("there is a counter past 2^63-1 in a resync")
	}
	for _, next := range []int64{-1, -5, math.MinInt64} {
		if _, err := key.HOTP(next); err == nil {
			t.Errorf("counter %d has a code", next)
		}
		if counter, ok := key.VerifyHOTP(zero.String(), next); ok || counter != 0 {
			t.Errorf("next %d verified", next)
		}
		if _, ok := key.ResyncHOTP(next, 10, zero.String(), one.String()); ok {
			t.Errorf("next %d resynchronised", next)
		}
	}
}

func TestEndsOfTime(t *testing.T) {
	key := newKey(t, seed20, otp.Options{})
	zone := time.FixedZone("", -12*3600)
	for _, at := range []time.Time{
		{}, time.Unix(-1, 0), time.Unix(0, -1), time.Date(1969, 12, 31, 23, 59, 59, 0, time.UTC), time.Date(-5000, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), time.Unix(math.MaxInt64, 0), time.Unix(math.MinInt64, 0), time.Unix(1<<62, 0),
	} {
		if code, err := key.TOTP(at); err == nil {
			t.Errorf("%v has the code %s", at, code)
		}
		if step, err := key.StepAt(at); err == nil || step != (otp.Step{}) {
			t.Errorf("%v has the step %+v", at, step)
		}
		for _, code := range []string{"755224", "287082", "000000"} {
			if _, ok := key.VerifyTOTPWithin(code, at, otp.Window{Behind: 10, Ahead: 10}); ok {
				t.Errorf("%v verified", at)
			}
			if _, ok := key.SearchDrift(code, at, 1000); ok {
				t.Errorf("%v has a drift", at)
			}
		}
	}
	for _, at := range []time.Time{
		time.Unix(0, 0), time.Date(1970, 1, 1, 0, 0, 0, 0, zone),
		time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC), time.Date(9999, 12, 31, 11, 59, 59, 0, zone),
	} {
		code, err := key.TOTP(at)
		if err != nil {
			t.Fatal(err)
		}
		if step, ok := key.VerifyTOTPWithin(code.String(), at, otp.Window{Behind: 10, Ahead: 10}); !ok || step != at.Unix()/30 {
			t.Errorf("%v: %d, %t", at, step, ok)
		}
	}
	end := time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
	after := reference([]byte(seed20), otp.SHA1, 6, end.Unix()/30+1)
	if _, ok := key.VerifyTOTPWithin(after, end, otp.Window{Ahead: 10}); ok {
		t.Error("a step after the year 9999 matched")
	}
	// Step 0 has nothing behind it: were there a step -1, this would be it.
	before := reference([]byte(seed20), otp.SHA1, 6, -1)
	if _, ok := key.VerifyTOTP(before, time.Unix(0, 0)); ok {
		t.Error("a negative step matched")
	}
}

func TestStepAt(t *testing.T) {
	key := newKey(t, seed20, otp.Options{Period: 45 * time.Second})
	zone := time.FixedZone("", 5*3600+1800)
	at := time.Unix(45*1000+44, 5e8).In(zone)
	step, err := key.StepAt(at)
	if err != nil || step.Number != 1000 || step.Start.Unix() != 45000 || step.Start.Location() != zone || step.End.Sub(at) != 500*time.Millisecond {
		t.Errorf("%+v, %v", step, err)
	}
	if next, err := key.StepAt(step.End); err != nil || next.Number != 1001 || !next.Start.Equal(step.End) {
		t.Errorf("the end of one step is not the start of the next: %+v, %v", next, err)
	}
}

func TestResyncHOTP(t *testing.T) {
	key := newKey(t, seed20, otp.Options{})
	code := func(counter int64) string {
		c, err := key.HOTP(counter)
		if err != nil {
			t.Fatal(err)
		}
		return c.String()
	}
	for name, row := range map[string]struct {
		reach int
		codes []string
		last  int64
		ok    bool
	}{
		"two in a row":      {100, []string{code(50), code(51)}, 51, true},
		"three in a row":    {100, []string{code(50), code(51), code(52)}, 52, true},
		"eight in a row":    {100, []string{code(10), code(11), code(12), code(13), code(14), code(15), code(16), code(17)}, 17, true},
		"nine":              {100, []string{code(10), code(11), code(12), code(13), code(14), code(15), code(16), code(17), code(18)}, 0, false},
		"first in reach":    {100, []string{code(109), code(110)}, 110, true},
		"out of reach":      {100, []string{code(110), code(111)}, 0, false},
		"at the start":      {100, []string{code(10), code(11)}, 11, true},
		"before the start":  {100, []string{code(9), code(10)}, 0, false},
		"reach of one":      {-3, []string{code(10), code(11)}, 11, true},
		"reach of two":      {1, []string{code(11), code(12)}, 0, false},
		"longest reach":     {math.MaxInt, []string{code(1009), code(1010)}, 1010, true},
		"past the longest":  {math.MaxInt, []string{code(1010), code(1011)}, 0, false},
		"one missing":       {100, []string{code(50), code(52)}, 0, false},
		"wrong order":       {100, []string{code(51), code(50)}, 0, false},
		"the same twice":    {100, []string{code(50), code(50)}, 0, false},
		"second wrong":      {100, []string{code(50), "000000"}, 0, false},
		"third wrong":       {100, []string{code(50), code(51), "000000"}, 0, false},
		"one code":          {100, []string{code(50)}, 0, false},
		"no code":           {100, nil, 0, false},
		"one not canonical": {100, []string{code(50), code(51) + " "}, 0, false},
	} {
		if last, ok := key.ResyncHOTP(10, row.reach, row.codes...); ok != row.ok || last != row.last {
			t.Errorf("%s: %d, %t", name, last, ok)
		}
	}
}

func TestSearchDrift(t *testing.T) {
	key := newKey(t, seed20, otp.Options{Digits: 8})
	now := time.Unix(1111111109, 0)
	for _, reach := range []int{-1, 0, 1, 20, 1 << 40} {
		bound := min(max(reach, 0), otp.MaxDriftReach)
		for _, k := range []int{0, 1, -1, 2, -2, 20, -20, 21, -21, otp.MaxDriftReach, -otp.MaxDriftReach, otp.MaxDriftReach + 1} {
			off := time.Duration(k) * 30 * time.Second
			code, err := key.TOTP(now.Add(off))
			if err != nil {
				t.Fatal(err)
			}
			drift, found := key.SearchDrift(code.String(), now, reach)
			if want := -bound <= k && k <= bound; found != want {
				t.Errorf("reach %d, %+d steps: found is %t", reach, k, found)
			} else if found && drift != (otp.Drift{Steps: k, Off: off}) || !found && drift != (otp.Drift{}) {
				t.Errorf("reach %d, %+d steps: %+v", reach, k, drift)
			}
		}
	}
}

func TestZeroKey(t *testing.T) {
	var key otp.Key
	now := time.Unix(59, 0)
	if _, err := key.TOTP(now); err == nil {
		t.Error("TOTP")
	}
	if _, err := key.HOTP(0); err == nil {
		t.Error("HOTP")
	}
	if _, err := key.StepAt(now); err == nil {
		t.Error("StepAt")
	}
	for _, code := range []string{"", "0", "000000"} {
		if _, ok := key.VerifyTOTP(code, now); ok {
			t.Error("VerifyTOTP")
		}
		if _, ok := key.VerifyHOTP(code, 0); ok {
			t.Error("VerifyHOTP")
		}
		if _, ok := key.SearchDrift(code, now, 1); ok {
			t.Error("SearchDrift")
		}
		if _, ok := key.ResyncHOTP(0, 1, code, code); ok {
			t.Error("ResyncHOTP")
		}
	}
	if text := (otp.Code{}).String(); text != "" {
		t.Errorf("the zero Code is %q", text)
	}
	if _, err := otp.NewKey(otp.Secret{}, otp.Options{}); err == nil {
		t.Error("a key was made of no secret")
	}
}

func FuzzVerify(f *testing.F) {
	f.Add([]byte(seed20), uint8(0), uint8(6), int64(1111111109), "081804")
	f.Add([]byte(seed32), uint8(1), uint8(8), int64(59), "46119246")
	f.Add([]byte(seed64), uint8(2), uint8(7), int64(-1), "0693936")
	f.Add([]byte("x"), uint8(3), uint8(5), int64(math.MaxInt64), "2TC8B")
	f.Fuzz(func(t *testing.T, raw []byte, algorithm, digits uint8, unix int64, typed string) {
		secret, err := otp.ImportSecretBytes(raw)
		if err != nil {
			return
		}
		options := otp.Options{Algorithm: otp.Algorithm(algorithm), Digits: int(digits), Steam: digits == 5}
		key, err := otp.NewKey(secret, options)
		if err != nil {
			return
		}
		at := time.Unix(unix, 0)
		step, ok := key.VerifyTOTP(typed, at)
		if isThere := verifiesBySearch(key, typed, at); ok != isThere {
			t.Fatalf("accepted is %t, and a search says %t", ok, isThere)
		}
		if ok && (step < 0 || step < unix/30-1 || step > unix/30+1) {
			t.Fatalf("matched %d at %d", step, unix/30)
		}
		if counter, ok := key.VerifyHOTP(typed, unix); ok && (counter < unix || counter-unix >= otp.DefaultLookAhead) {
			t.Fatalf("matched %d for %d", counter, unix)
		}
	})
}

// verifiesBySearch compares typed with the codes that a code app would show.
func verifiesBySearch(key otp.Key, typed string, at time.Time) bool {
	if _, err := key.StepAt(at); err != nil {
		return false
	}
	for k := -1; k <= 1; k++ {
		if code, err := key.TOTP(at.Add(time.Duration(k) * 30 * time.Second)); err == nil && code.String() == typed {
			return true
		}
	}
	return false
}
