package e2e

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// form posts a form as a browser does, with cookies by their names, and follows nothing.
func (c *client) form(t testing.TB, path string, cookies map[string]string, pairs ...string) *http.Response {
	t.Helper()
	fields := url.Values{}
	for _, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		fields.Add(name, value)
	}
	req, err := http.NewRequest(http.MethodPost, strings.TrimSuffix(c.base, "/api/v1")+path, strings.NewReader(fields.Encode()))
	ok(t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	for name, value := range cookies {
		req.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	res, err := c.http.Transport.RoundTrip(req)
	ok(t, err)
	ok(t, res.Body.Close())
	return res
}

// A01: fifteen characters where a password stands alone, eight where a second factor is enforced; and a short password
// keeps the second factor from being taken away.
func TestShortPasswordsNeedASecondFactor(t *testing.T) {
	lax, strict := estateOnSQLite(t), estateOnSQLite(t, "--second-factor", "required")
	try := func(e *estate, name, password string) (status, page int) {
		got, err := e.cs[0].try("POST", "/accounts", "", object{"username": name, "password": password, "transport": "bearer"})
		ok(t, err)
		return got.status, e.cs[0].form(t, "/register", nil, "username="+name+"p", "password="+password).StatusCode
	}
	for i, tt := range []struct {
		e        *estate
		password string
		json     int
	}{
		{lax, "kettle drum 14", 422}, {lax, "kettle drum 15!", 201}, {strict, "kettle7", 422}, {strict, "kettle 8", 202},
	} {
		json, page := try(tt.e, fmt.Sprint("short", i), tt.password)
		if json != tt.json || (page == http.StatusSeeOther) != (tt.json < 400) {
			t.Errorf("%q: %d over JSON and %d on the page, want %d", tt.password, json, page, tt.json)
		}
	}
	c := strict.cs[0]
	in := c.call(t, http.StatusAccepted, "POST", "/login", "", object{"login": "short3", "password": "kettle 8", "transport": "bearer"})
	b := c.call(t, http.StatusCreated, "POST", "/login/authenticators", in.text("token"), object{"kind": "totp"})
	app := &codeApp{secret: b.text("secret")}
	done := c.call(t, http.StatusCreated, "POST", "/login/authenticators/"+b.text("id")+"/confirm", in.text("token"), object{"response": app.first(t)})
	up := c.call(t, http.StatusOK, "POST", "/session/elevate", done.text("token"), respond("totp", app.next(t)))
	session := up.text("token")
	id := c.call(t, http.StatusOK, "GET", "/authenticators", session, nil)["authenticators"].([]any)[0].(map[string]any)["id"].(string)
	strict.admin(t, "account", "policy", "short3", "optional")
	c.call(t, http.StatusConflict, "DELETE", "/authenticators/"+id, session, nil)
	c.call(t, http.StatusUnprocessableEntity, "PUT", "/password", session, object{"current": "kettle 8", "new": "kettle drum 14"})
	c.call(t, http.StatusNoContent, "PUT", "/password", session, object{"current": "kettle 8", "new": "kettle drum 15!"})
	c.call(t, http.StatusNoContent, "DELETE", "/authenticators/"+id, session, nil)
}

// A03: length is no weapon. What is too long is refused before it is hashed, for known and unknown names alike.
func TestLongPasswordsCostNothing(t *testing.T) {
	s, _ := onSQLite(t)
	c := api(s)
	known := newPerson(t, c).name
	try := func(name string, length, want int) {
		t.Helper()
		password := strings.Repeat("x", length)
		got, err := c.try("POST", "/login", "", object{"login": name, "password": password})
		ok(t, err)
		if got.status != want {
			t.Fatalf("a password of %d bytes: %v, want %d", length, got, want)
		}
		if page := c.form(t, "/login", nil, "login="+name, "password="+password); page.StatusCode != want {
			t.Fatalf("a password of %d bytes on the page: %d, want %d", length, page.StatusCode, want)
		}
	}
	before := s.cpu(t)
	for i := range 10 { // each two hashes, the second of them on the page
		name := fmt.Sprint("nobody", i)
		for _, status := range []int{
			c.form(t, "/login", nil, "login="+name, "password=wrong and wrong").StatusCode,
			c.form(t, "/login", nil, "login="+name, "password=wrong and wrong").StatusCode,
		} {
			if status != http.StatusUnprocessableEntity {
				t.Fatalf("a wrong password: %d", status)
			}
		}
	}
	hashing := (s.cpu(t) - before) / 20
	for _, long := range []struct{ length, want int }{{1025, 422}, {15000, 422}, {20000, 413}, {1 << 20, 413}} {
		for _, name := range []string{known, "nobody at all"} {
			before, begun := s.cpu(t), time.Now()
			for range 10 {
				try(name, long.length, long.want)
			}
			// Without a hash it is a sixtieth of one; a machine that is busy adds some.
			if each := (s.cpu(t) - before) / 20; each > hashing/6 {
				t.Errorf("%s: refusing %d bytes costs %v, a hash about %v", name, long.length, each, hashing)
			}
			t.Logf("%d bytes, 20 refusals: %v, %v of the processor; a hash %v", long.length, time.Since(begun).Round(time.Millisecond), s.cpu(t)-before, hashing)
		}
	}
}

// cpu is the processor time that the server has used.
func (s *server) cpu(t testing.TB) time.Duration {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("/proc says how much work was done")
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	ok(t, err)
	fields := strings.Fields(string(stat[strings.LastIndex(string(stat), ")")+1:]))
	user, err := strconv.Atoi(fields[11])
	ok(t, err)
	system, err := strconv.Atoi(fields[12])
	ok(t, err)
	return time.Duration(user+system) * 10 * time.Millisecond
}

// resident is the most memory that the server has had, in MiB.
func (s *server) resident(t testing.TB) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	ok(t, err)
	_, rest, found := strings.Cut(string(status), "VmHWM:")
	if !found {
		t.Skip("/proc says how much memory was used")
	}
	kib, err := strconv.Atoi(strings.Fields(rest)[0])
	ok(t, err)
	return kib / 1024
}

// A07: common passwords that are long enough are refused, and so are those made of the account's or the service's name;
// the answer says why.
func TestCommonPasswordsAreRefused(t *testing.T) {
	e := estateOnSQLite(t)
	o := e.newOwner(t)
	refused := func(password, why string) {
		t.Helper()
		got, err := e.cs[0].try("PUT", "/password", o.session, object{"current": o.password, "new": password})
		ok(t, err)
		if got.status != http.StatusUnprocessableEntity || got.code() != "weak_password" || !strings.Contains(got.body.text("detail"), why) {
			t.Errorf("%q: %v, want it refused because it is %q", password, got, why)
		}
	}
	list := commonPasswords(t, "top15.txt.gz")
	if len(list) < 500 {
		t.Fatalf("%d passwords are on the list", len(list))
	}
	for _, password := range list {
		refused(password, "among the most common")
	}
	local, _, _ := strings.Cut(o.email, "@")
	for _, own := range []string{o.name + "sallyport2026!!", o.name, strings.ToUpper(o.name), "Sallyport-" + o.name + "-1", local + local, "sallyportsallyport1"} {
		refused(own, "made of your name or of this service's")
	}
	e.cs[0].call(t, http.StatusNoContent, "PUT", "/password", o.session, object{"current": o.password, "new": "a kettle, " + o.name + " and nine harbours"})
	if page := e.cs[0].form(t, "/register", nil, "username=somebody9", "password="+list[0]); page.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("%q on the page: %d", list[0], page.StatusCode)
	}
}

func commonPasswords(t testing.TB, name string) (all []string) {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "internal", "factor", "password", "blocklist", "testdata", name))
	ok(t, err)
	defer f.Close() //nolint:errcheck // it was read
	unzipped, err := gzip.NewReader(f)
	ok(t, err)
	for lines := bufio.NewScanner(unzipped); lines.Scan(); {
		all = append(all, lines.Text())
	}
	return all
}

const hashOfToday = "$argon2id$v=19$m=19456,t=2,p=1$"

// stored is the hash that the database has of a person's password.
func (e *estate) stored(t testing.TB, name string) (hash string) {
	t.Helper()
	db := openFile(t, e.database())
	defer db.Close() //nolint:errcheck // it was read
	ok(t, db.QueryRow("select hash from sallyport_passwords join sallyport_accounts on id = account_id where username = ?", name).Scan(&hash))
	return hash
}

func (e *estate) plantHash(t testing.TB, name, hash string) {
	t.Helper()
	e.execute(t, "update sallyport_passwords set hash = '"+hash+"' where account_id in (select id from sallyport_accounts where username = '"+name+"')")
}

// entered says whether a password was right: who has one that is too short to sign in alone sets up a second factor then.
func entered(got reply) bool {
	return got.status == http.StatusCreated || got.status == http.StatusAccepted && got.body["status"] == "must_bind"
}

// A12: a hash of another system, or of parameters that are not today's, is made anew by the first sign-in; what is
// stored says how it was made.
func TestHashesAreMadeAnew(t *testing.T) {
	e := estateOnSQLite(t)
	o := e.newUnconfirmed(t)
	if hash := e.stored(t, o.name); !strings.HasPrefix(hash, hashOfToday) {
		t.Errorf("what is stored is %.40s", hash)
	}
	raw, err := os.ReadFile(filepath.Join("..", "internal", "factor", "password", "foreign", "testdata", "vectors.json"))
	ok(t, err)
	var vectors []struct{ Source, Stored, Password string }
	ok(t, json.Unmarshal(raw, &vectors))
	vectors = append(vectors, struct{ Source, Stored, Password string }{
		"the reference implementation, 64 MiB", "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "password",
	})
	seen := map[string]bool{}
	for _, v := range vectors {
		kind, _, _ := strings.Cut(strings.TrimPrefix(v.Stored, "$"), "$")
		if seen[kind] || strings.Contains(v.Source, "double") { // which needs a salt from that system's settings
			continue
		}
		seen[kind] = true
		e.plantHash(t, o.name, v.Stored)
		if got := o.signIn(t, e.cs[0], v.Password+"x"); got.status != http.StatusUnauthorized {
			t.Errorf("%s, %.30s, with a wrong password: %v", v.Source, v.Stored, got)
		}
		if hash := e.stored(t, o.name); hash != v.Stored {
			t.Errorf("%s: a wrong password changed the hash to %.40s", v.Source, hash)
		}
		got := o.signIn(t, e.cs[0], v.Password)
		if hash := e.stored(t, o.name); !entered(got) || !strings.HasPrefix(hash, hashOfToday) {
			t.Errorf("%s, %.30s: %v, and then %.40s is stored", v.Source, v.Stored, got, hash)
			continue
		}
		if again := o.signIn(t, e.cs[0], v.Password); !entered(again) {
			t.Errorf("%s: with the hash that was made anew: %v", v.Source, again)
		}
	}
	if len(seen) < 6 {
		t.Errorf("only %d kinds of hashes were tried: %v", len(seen), seen)
	}
}

// A13: a stored hash can't ask for more work or memory than there is.
func TestHostileHashesCostNothing(t *testing.T) {
	e := estateOnSQLite(t)
	o := e.newUnconfirmed(t)
	const rest = "$c29tZXNhbHRzb21lc2FsdA$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	before := e.servers[0].resident(t)
	for _, hash := range []string{
		"$argon2id$v=19$m=786432,t=1,p=1" + rest, "$argon2id$v=19$m=4194304,t=1,p=1" + rest,
		"$argon2id$v=19$m=19456,t=4294967295,p=1" + rest, "$argon2id$v=19$m=4294967295,t=4294967295,p=255" + rest,
		"$argon2id$v=19$m=99999999999999999999,t=2,p=1" + rest, "$2b$31$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkY8jIucDrjc8deX1s.",
		"pbkdf2:sha256:4294967295$salt$2001e5787055833f216405ac48d94533ee6785b0986571826e1db0cee30c4da1", "scrypt:1073741824:8:1$salt$00", "$7$", "",
	} {
		e.plantHash(t, o.name, hash)
		begun := time.Now()
		got := o.signIn(t, e.cs[0], o.password)
		for got.status == http.StatusTooManyRequests {
			e.execute(t, "delete from sallyport_counters")
			begun, got = time.Now(), o.signIn(t, e.cs[0], o.password)
		}
		if got.status != http.StatusUnauthorized || got.code() != "wrong" {
			t.Errorf("%.60q: %v, want it refused like a wrong password", hash, got)
		}
		if took := time.Since(begun); took > 5*time.Second {
			t.Errorf("%.60q took %v", hash, took)
		}
	}
	if grown := e.servers[0].resident(t) - before; grown > 100 {
		t.Errorf("the server has grown by %d MiB", grown)
	}
}
