package letter_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/core"
)

// Whoever helps copies the command from the message: a shell has to read it as what it is, whatever the account is called
// and whatever an embedding application has for ids.
func TestHelpNamesTheWholeCommand(t *testing.T) {
	for _, id := range []string{"GEZDGNBVGY3TQOJQ", "it's", "a b", "$(touch evil)", "`touch evil`", `a"b\`, "-rf", "a;b|c&d>e", "*", "!!"} {
		m := messages()["help"]
		m.Account, m.Name = id, `$(touch "evil") '; rm`
		mail, err := writer(t, "https://example.org", "Example").Write("id", m)
		must(t, err)
		command := commandIn(t, mail.Text)
		shell := exec.Command("sh", "-c", `sallyport() { printf '%s\n' "$@"; }; `+command)
		shell.Dir = t.TempDir()
		out, err := shell.CombinedOutput()
		want := "account\nreset-authenticators\n" + id + "\n--reason\nasked for help with signing in\n"
		if err != nil || string(out) != want {
			t.Errorf("%q is read as %q, %v; want %q", command, out, err, want)
		}
		if strings.Contains(command, "evil") && !strings.Contains(id, "evil") {
			t.Errorf("%q says what the account's owner chose", command)
		}
	}
}

func commandIn(t *testing.T, text string) string {
	t.Helper()
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "sallyport ") {
			return strings.TrimSpace(line)
		}
	}
	t.Fatalf("no command in:\n%s", text)
	return ""
}

func TestOnlyHelpHasACommand(t *testing.T) {
	for name, m := range messages() {
		mail, err := writer(t, "https://example.org", "Example").Write("id", m)
		must(t, err)
		if has := strings.Contains(mail.Text, "\nsallyport "); has != (m.Kind == core.MailHelp) {
			t.Errorf("%s: a command: %v", name, has)
		}
	}
}
