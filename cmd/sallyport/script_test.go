package main

import (
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sallyport/sallyport/internal/store/storetest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"sallyport": main})
}

// TestScripts runs testdata/*.txtar, in which this test binary is the command sallyport.
func TestScripts(t *testing.T) {
	p := params("sallyport.db")
	p.Dir = "testdata"
	testscript.Run(t, p)
}

// TestScriptsOnPostgres runs those that are about what is in the database once more, on PostgreSQL.
func TestScriptsOnPostgres(t *testing.T) {
	for _, name := range []string{
		"events", "account", "account_delays", "account_reset", "account_password", "import_flask", "secrets_apart", "key_lost",
	} {
		p := params(storetest.Postgres(t))
		p.Files = []string{"testdata/" + name + ".txtar"}
		testscript.Run(t, p)
	}
}

// TestScriptsInASchema: search_path leads nowhere.
func TestScriptsInASchema(t *testing.T) {
	server, schema := storetest.PostgresNames(t)
	p := params(server)
	setup := p.Setup
	p.Setup = func(env *testscript.Env) error {
		env.Setenv("SALLYPORT_TEST_SCHEMA", schema)
		return setup(env)
	}
	p.Files = []string{"testdata/postgres/schema.txtar"}
	testscript.Run(t, p)
}

func params(database string) testscript.Params {
	return testscript.Params{
		Setup: func(env *testscript.Env) error {
			env.Values[serving{}] = &serving{}
			env.Setenv("SALLYPORT_TEST_DATABASE", database)
			env.Setenv("GORACE", "atexit_sleep_ms=10") // else each command waits a second before it ends
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serve": startServing, "logs": logs, "shut": shutServing, "exits": exits, "answers": answers, "mode": mode, "capture": capture,
			"calls": calls, "race": race, "sql": statement, "checkpoint": checkpoint,
			"bind": bind, "before": before,
		},
		RequireExplicitExec: true,
	}
}

// TestScriptsRunToTheirEnd: testscript has a command stop, which ends a script there and calls it passed.
func TestScriptsRunToTheirEnd(t *testing.T) {
	scripts, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(scripts) < 5 {
		t.Fatalf("%d scripts, %v", len(scripts), err)
	}
	for _, script := range append(scripts, "testdata/postgres/schema.txtar") {
		text, err := os.ReadFile(script)
		if err != nil {
			t.Fatal(err)
		}
		if regexp.MustCompile(`(?m)^\s*(\[.*\] *)?(stop|skip)\b`).Match(text) {
			t.Errorf("%s does not run to its end", script)
		}
	}
}

// serving is the server of one script.
type serving struct{ cmd *exec.Cmd }

// serve ARGUMENTS... starts a server and waits for its ready line. $URL and $LISTEN are what that line names; the
// server's output is in the files serve.out and serve.err.
func startServing(ts *testscript.TestScript, _ bool, args []string) {
	cmd := exec.Command("sallyport", append([]string{"serve"}, args...)...)
	cmd.Dir, cmd.Env = ts.MkAbs("."), []string{"PATH=" + os.Getenv("PATH")}
	out, err := os.Create(ts.MkAbs("serve.out"))
	ts.Check(err)
	defer out.Close()
	log, err := os.Create(ts.MkAbs("serve.err"))
	ts.Check(err)
	defer log.Close()
	cmd.Stdout, cmd.Stderr = out, log
	ts.Check(cmd.Start())
	ts.Value(serving{}).(*serving).cmd = cmd
	ts.Defer(func() { cmd.Process.Kill() }) //nolint:errcheck // it has ended, unless the script failed
	// A minute: templates of one's own are all tried before, which takes seconds under the race detector.
	for range 1200 {
		if line := ts.ReadFile("serve.out"); strings.HasSuffix(line, "\n") {
			words := strings.Fields(line)
			ts.Setenv("URL", words[3])
			ts.Setenv("LISTEN", strings.TrimSuffix(words[6], ")"))
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	ts.Fatalf("no ready line; the log is:\n%s", ts.ReadFile("serve.err"))
}

// logs REGEXP waits until the server has logged such a line: work beside requests begins when it is ready, and not before.
func logs(ts *testscript.TestScript, _ bool, args []string) {
	line := regexp.MustCompile("(?m)" + args[0])
	for range 200 {
		if line.MatchString(ts.ReadFile("serve.err")) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	ts.Fatalf("nothing like %q was logged:\n%s", args[0], ts.ReadFile("serve.err"))
}

// shut SIGNAL sends SIGTERM or SIGINT to the server, which has to end with status 0. (A stop would end the script.)
func shutServing(ts *testscript.TestScript, _ bool, args []string) {
	cmd := ts.Value(serving{}).(*serving).cmd
	signals := map[string]os.Signal{"SIGTERM": syscall.SIGTERM, "SIGINT": syscall.SIGINT}
	ts.Check(cmd.Process.Signal(signals[args[0]]))
	if err := cmd.Wait(); err != nil {
		ts.Fatalf("%s: %v", args[0], err)
	}
}

// answers STATUS URL looks at the status of a GET, as a browser that follows redirects and keeps cookies.
func answers(ts *testscript.TestScript, _ bool, args []string) {
	jar, err := cookiejar.New(nil)
	ts.Check(err)
	resp, err := (&http.Client{Jar: jar}).Get(args[1])
	ts.Check(err)
	resp.Body.Close()
	if !strings.HasPrefix(resp.Status, args[0]) {
		ts.Fatalf("%s answers %s, want %s", args[1], resp.Status, args[0])
	}
}

// exits STATUS COMMAND... runs a command that has to end with that status; its output is left in the files stdout and
// stderr.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	status := "0"
	if exit, ok := err.(*exec.ExitError); ok {
		status = strings.TrimPrefix(exit.String(), "exit status ")
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if status != args[0] {
		ts.Fatalf("%s ended with %s, want %s", strings.Join(args[1:], " "), status, args[0])
	}
}

// mode OCTAL FILE looks at a file's permissions.
func mode(ts *testscript.TestScript, _ bool, args []string) {
	info, err := os.Stat(ts.MkAbs(args[1]))
	ts.Check(err)
	if got := info.Mode().Perm().String(); got != args[0] {
		ts.Fatalf("%s has mode %s, want %s", args[1], got, args[0])
	}
}
