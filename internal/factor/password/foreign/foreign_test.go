package foreign_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/factor/password/foreign"
)

const flaskSecuritySalt = "146585145368132386173505678016728509634"

// vector is a hash that the system named made of the password, or one put together from its parts in that spelling.
type vector struct{ Source, Stored, Password string }

func vectors(t testing.TB) []vector {
	t.Helper()
	file, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []vector
	if err := json.Unmarshal(file, &all); err != nil || len(all) < 100 {
		t.Fatalf("%d vectors, %v", len(all), err)
	}
	return all
}

func reader() foreign.Reader {
	return foreign.NewReader(salts(map[int]string{1: flaskSecuritySalt}))
}

func TestVectors(t *testing.T) {
	for i, v := range vectors(t) {
		t.Run(fmt.Sprintf("%d %s", i, v.Source), func(t *testing.T) {
			t.Parallel()
			h, err := reader().Parse(v.Stored)
			if err != nil {
				t.Fatalf("%s: %v", v.Stored, err)
			}
			start := time.Now()
			if !h.Matches([]byte(v.Password)) {
				t.Errorf("%s: %q is refused", v.Stored, v.Password)
			}
			others := []string{"x" + v.Password, "", strings.ToUpper(v.Password), v.Password[:len(v.Password)/2]}
			if time.Since(start) > 20*time.Millisecond {
				others = nil // the same scheme is there with less work
			}
			for _, other := range others {
				if h.Matches([]byte(other)) {
					t.Errorf("%s: %q is accepted for %q", v.Stored, other, v.Password)
				}
			}
		})
	}
}

func salts(all map[int]string) foreign.Secrets {
	return foreign.Secrets{FlaskSecuritySalt: func(number int) ([]byte, error) { return []byte(all[number]), nil }}
}

// Each character of a stored hash counts: one changed makes it unreadable, or that of another password.
func TestChangedHashes(t *testing.T) {
	for _, v := range vectors(t) {
		if !strings.Contains(v.Stored, "1000$") && !strings.Contains(v.Stored, "m=256,") && !strings.Contains(v.Stored, "$04$") {
			continue // the cheap ones are enough
		}
		start := strings.LastIndex(v.Stored, "$") + 1
		for i := start; i < len(v.Stored); i += 5 {
			changed := []byte(v.Stored)
			changed[i] = "Aa0"[strings.IndexByte("aA", changed[i])+1] // no bit that base64 leaves unused, but for the last
			if string(changed) == v.Stored {
				continue
			}
			if h, err := reader().Parse(string(changed)); err == nil && h.Matches([]byte(v.Password)) {
				t.Errorf("%s with its character %d changed still matches", v.Stored, i)
			}
		}
	}
}

// bcrypt is what it was: the 73rd byte doesn't count. With bcrypt_sha256 it does.
func TestBcryptLooksAt72Bytes(t *testing.T) {
	cut := 0
	for _, v := range vectors(t) {
		if len(v.Password) <= 72 || !strings.Contains(v.Stored, "$2b$") && !strings.Contains(v.Stored, "$2y$") &&
			!strings.Contains(v.Stored, "$2a$") && !strings.Contains(v.Stored, "bcrypt") {
			continue
		}
		h, err := reader().Parse(v.Stored)
		if err != nil {
			t.Fatal(err)
		}
		want := !strings.Contains(v.Stored, "sha256")
		if got := h.Matches([]byte(v.Password[:72])); got != want {
			t.Errorf("%s: the first 72 bytes match: %v", v.Stored, got)
		}
		if h.Matches([]byte(v.Password[:71])) {
			t.Errorf("%s: the first 71 bytes match", v.Stored)
		}
		cut++
	}
	if cut < 5 {
		t.Errorf("only %d vectors are of bcrypt", cut)
	}
}

func TestInstantAreTheDigests(t *testing.T) {
	for _, v := range vectors(t) {
		h, err := reader().Parse(v.Stored)
		if err != nil {
			t.Fatal(err)
		}
		name, _, _ := strings.Cut(v.Stored, "$")
		want := name == "md5" || name == "sha1" || name == "sha256" || name == "sha512"
		if h.Instant() != want {
			t.Errorf("%s: instant is %v", v.Stored, h.Instant())
		}
	}
}

func TestFlaskSecurityNeedsItsSalt(t *testing.T) {
	const hash = "$2b$04$abcdefghijklmnopqrstuuHTRCsgVFKSbpCPo0oCNgIBhdvR7ehuK"
	stored := foreign.FlaskSecurity(1) + hash
	if _, err := reader().Parse(stored); err != nil {
		t.Fatal(err)
	}
	if _, err := (foreign.Reader{}).Parse(stored); !errors.Is(err, foreign.ErrUnreadable) {
		t.Errorf("without salts: %v", err)
	}
	for _, mark := range []string{foreign.FlaskSecurity(2), "{flask-security:}", "{flask-security:01}", "{flask-security:+1}", "{flask-security:1", "{flask-security}"} {
		if _, err := reader().Parse(mark + hash); !errors.Is(err, foreign.ErrUnreadable) {
			t.Errorf("%s: %v", mark, err)
		}
	}
	down := errors.New("the database is down")
	broken := foreign.NewReader(foreign.Secrets{FlaskSecuritySalt: func(int) ([]byte, error) { return nil, down }})
	if _, err := broken.Parse(stored); !errors.Is(err, down) || errors.Is(err, foreign.ErrUnreadable) {
		t.Errorf("a salt that can't be looked for: %v", err)
	}
}

// Each application's salt is its own.
func TestFlaskSecurityOfSeveral(t *testing.T) {
	of := foreign.NewReader(salts(map[int]string{1: "another salt", 2: flaskSecuritySalt}))
	seen := 0
	for _, v := range vectors(t) {
		hash, double := strings.CutPrefix(v.Stored, foreign.FlaskSecurity(1))
		if !double || !strings.HasPrefix(hash, "$2b$04$") {
			continue
		}
		seen++
		for number, want := range map[int]bool{1: false, 2: true} {
			h, err := of.Parse(foreign.FlaskSecurity(number) + hash)
			if err != nil || h.Matches([]byte(v.Password)) != want {
				t.Errorf("%s with salt %d: %v", hash, number, err)
			}
		}
	}
	if seen == 0 {
		t.Error("there is no vector")
	}
}

func TestZeroHashMatchesNothing(t *testing.T) {
	var h foreign.Hash
	if h.Matches(nil) || h.Matches([]byte("password")) {
		t.Error("it matches")
	}
}

// What asks for too much is refused before it gets any.
func TestRefusedWithoutWork(t *testing.T) {
	const tail = "$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	for _, stored := range []string{
		"$argon2id$v=19$m=4194304,t=2,p=1" + tail, "$argon2i$v=19$m=4294967295,t=1,p=1" + tail,
		"$argon2d$v=19$m=262145,t=1,p=1" + tail, "$argon2id$v=19$m=262144,t=5,p=1" + tail,
		"argon2$argon2id$v=19$m=4194304,t=2,p=1" + tail,
		"$argon2id$v=19$m=64,t=65,p=1" + tail, "$argon2id$v=19$m=1024,t=1,p=17" + tail, "$argon2id$v=19$m=1024,t=0,p=1" + tail,
		"$argon2id$v=19$m=1024,t=1,p=0" + tail, "$argon2id$v=19$m=7,t=1,p=1" + tail, "$argon2id$v=19$m=99999999999,t=1,p=1" + tail,
		"$scrypt$ln=25,r=8,p=1" + tail, "$scrypt$ln=4294967295,r=8,p=1" + tail, "$scrypt$ln=19,r=8,p=1" + tail,
		"$scrypt$ln=17,r=8,p=9" + tail, "$scrypt$ln=4,r=65,p=1" + tail, "$scrypt$ln=0,r=8,p=1" + tail, "$scrypt$ln=14,r=0,p=1" + tail,
		"$pbkdf2-sha256$5000001" + tail, "$pbkdf2-sha256$0" + tail, "$pbkdf2-sha1$2500001" + tail, // two blocks of SHA-1
		"$2b$15$abcdefghijklmnopqrstuuHTRCsgVFKSbpCPo0oCNgIBhdvR7ehuK", "$2b$31$abcdefghijklmnopqrstuuHTRCsgVFKSbpCPo0oCNgIBhdvR7ehuK",
		"$2b$03$abcdefghijklmnopqrstuuHTRCsgVFKSbpCPo0oCNgIBhdvR7ehuK",
		"$bcrypt-sha256$v=2,t=2b,r=15$abcdefghijklmnopqrstuu$HTRCsgVFKSbpCPo0oCNgIBhdvR7ehuK",
		"$6$rounds=999999999$salt$" + strings.Repeat("a", 86), "$6$rounds=1000001$salt$" + strings.Repeat("a", 86), "$5$rounds=999$salt$" + strings.Repeat("a", 43),
		"scrypt:1048576:32:1$salt$" + strings.Repeat("ab", 64), "scrypt:32767:8:1$salt$" + strings.Repeat("ab", 64), "scrypt:1:8:1$salt$" + strings.Repeat("ab", 64),
		"scrypt:4294967296:8:1$salt$" + strings.Repeat("ab", 64), "pbkdf2:sha256:4000000000$salt$" + strings.Repeat("ab", 32),
		"pbkdf2_sha256$99999999$salt$s6jVFhBLaZdcpZOq9pX7JWfMC5NAhdfJ+T8T06h845w=", "scrypt$1073741824$salt$8$1$s6jVFhBLaZdcpZOq9pX7JWfMC5NAhdfJ+T8T06h845w=",
		"AQAAAAI" + "/////wAAABAAAQIDBAUGBwgJCgsMDQ4P+94U0zjMb4IQV/P0p4rCC8cBsR43qTs3kMNRDgGUc/M=", "AQAAAAIAAYag/////wABAgMEBQYHCAkKCwwNDg/73hTTOMxvghBX8/SnisILxwGxHjepOzeQw1EOAZRz8w==",
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		h, err := reader().Parse(stored)
		runtime.ReadMemStats(&after)
		if !errors.Is(err, foreign.ErrUnreadable) || h.Matches([]byte("password")) {
			t.Errorf("%s: %v", stored, err)
		}
		if took := after.TotalAlloc - before.TotalAlloc; took > 1<<20 {
			t.Errorf("%s: %d bytes taken to refuse it", stored, took)
		}
	}
}

func TestUnreadable(t *testing.T) {
	for _, stored := range []string{
		"hunter2", "plain$$hunter2", "$1$salt$qJH7.N4xYta3aEG/dfqo/0", "$y$j9T$salt$tag", "{SSHA}c2FsdA==", "$argon2id$", "$", "$$", "$2b$", "$2x$12$" + strings.Repeat("a", 53),
		"$2b$12$" + strings.Repeat("=", 53), "$5$salt", "$6$" + strings.Repeat("s", 17) + "$" + strings.Repeat("a", 86), "$argon2id$v=16$m=1024,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=1024,t=1,p=1$c29t$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "$argon2id$v=19$m=1024,t=1,p=1$c29tZXNhbHQ$CTFh",
		"$pbkdf2-sha256$1000$c2FsdA$", "$pbkdf2-md5$1000$c2FsdA$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "$pbkdf2-$1000$c2FsdA$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"pbkdf2:sha256:1000$salt", "pbkdf2:sha256:1000$salt$abcd", "pbkdf2:sha3:1000$salt$" + strings.Repeat("ab", 32), "pbkdf2:sha256:1e3$salt$" + strings.Repeat("ab", 32),
		"sha256$salt$abcd", "sha256$salt", "sha256$salt$" + strings.Repeat("zz", 32), "md5$$", "scrypt$salt$", "scrypt:1:2$salt$" + strings.Repeat("ab", 64),
		"pbkdf2_sha256$1000$salt$", "pbkdf2_sha256$1000$salt", "bcrypt$", "bcrypt_sha256$$2b$04$short", "argon2$x", "crypt$$abJnggxhB/yWI", "AQ==", "AQAAAAMAAYagAAAAEAABAgMEBQYHCAkKCwwNDg/73hTTOMxvghBX8/SnisILxwGxHjepOzeQw1EOAZRz8w==",
		"{nfkd}", "{flask-security:1}", "{flask-security:1}{nfkd}sha256$salt$" + strings.Repeat("ab", 32), strings.Repeat("$", 600), "$2b$04$" + strings.Repeat("a", 1<<20),
	} {
		h, err := reader().Parse(stored)
		if !errors.Is(err, foreign.ErrUnreadable) {
			t.Errorf("%.100q: %v, want refused", stored, err)
			continue
		}
		if h.Matches([]byte("hunter2")) {
			t.Errorf("%.100q: refused, and matches", stored)
		}
		if strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "CTFh") {
			t.Errorf("the error shows the stored hash: %v", err)
		}
	}
	for _, stored := range []string{"", "!", "!FVhNGXiM2bz1ANWpZJiAFkXzvqp6tIhwzgBJcxCS", "*", "*0", "{nfkd}!"} {
		if _, err := reader().Parse(stored); !errors.Is(err, foreign.ErrUnusable) || !errors.Is(err, foreign.ErrUnreadable) {
			t.Errorf("%q: %v, want unusable", stored, err)
		}
	}
}

// Whatever stands in a foreign column, it is read or refused for a reason that doesn't repeat it.
func FuzzParse(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add(v.Stored)
	}
	f.Add("$argon2id$v=19$m=4194304,t=2,p=1$$")
	r := reader()
	f.Fuzz(func(t *testing.T, stored string) {
		h, err := r.Parse(stored)
		if err == nil {
			return
		}
		if !errors.Is(err, foreign.ErrUnreadable) {
			t.Fatalf("Parse(%q): %v does not wrap ErrUnreadable", stored, err)
		}
		if h.Matches([]byte("password")) {
			t.Fatalf("Parse(%q): refused, and matches", stored)
		}
		if len(stored) > 24 && strings.Contains(err.Error(), stored) {
			t.Fatalf("the error shows the stored hash: %v", err)
		}
	})
}
