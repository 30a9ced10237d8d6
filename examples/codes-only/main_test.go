package main

import (
	"bufio"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/sallyporttest"
)

const password = "a long quiet river"

// dialogue is somebody at the terminal, whose app is read from what it shows.
type dialogue struct {
	t     *testing.T
	kit   *sallyporttest.Service
	staff accounts
}

// script answers each question: with what say gives for it, until that is "".
func (d dialogue) script(say func(question, shown string) string) (shown string, err error) {
	answers, typing := io.Pipe()
	screen, out := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := (&terminal{in: bufio.NewScanner(answers), out: out, staff: d.staff, engine: d.kit.Gate.Engine()}).run(d.t.Context())
		out.Close()
		done <- err
	}()
	var all, line strings.Builder
	buf := make([]byte, 4096)
	for {
		n, err := screen.Read(buf)
		all.Write(buf[:n])
		line.Write(buf[:n])
		if question, asks := strings.CutSuffix(line.String(), ": "); asks {
			question = question[strings.LastIndexByte(question, '\n')+1:]
			line.Reset()
			if answer := say(question, all.String()); answer == "" {
				typing.Close()
			} else {
				io.WriteString(typing, answer+"\n")
			}
		}
		if err != nil {
			return all.String(), <-done
		}
	}
}

func TestDialogue(t *testing.T) {
	staff := accounts{}
	if err := staff.add("1", "ann", password); err != nil {
		t.Fatal(err)
	}
	cfg := config(staff, nil)
	d := dialogue{t, sallyporttest.Open(t, sallyport.Config{
		Issuer: cfg.Issuer, Accounts: cfg.Accounts, SecondFactor: cfg.SecondFactor, Authenticators: cfg.Authenticators,
	}), staff}
	var app *sallyporttest.CodeApp
	secret := regexp.MustCompile(`or type ([A-Z2-7]+) into it`)
	commands := []string{"pay", "codes", "quit"}
	guesses := []string{"a guess", password}
	code := ""
	shown, err := d.script(func(question, shown string) string {
		switch question {
		case "Name":
			return "ann"
		case "Password":
			next := guesses[0]
			guesses = guesses[1:]
			return next
		case "What the app shows":
			app = d.kit.NewCodeApp(t, "otpauth://totp/ann?secret="+secret.FindStringSubmatch(shown)[1])
			code = app.Code(t)
			return code
		case "pay, codes, quit":
			next := commands[0]
			commands = commands[1:]
			return next
		}
		code = app.Code(t)
		return code
	})
	if err != nil {
		t.Fatal(err, shown)
	}
	for _, want := range []string{"Check your username or email address and your password", "▀", "Keep these", "Hello, ann. You are signed in at AAL2.", "Sent."} {
		if !strings.Contains(shown, want) {
			t.Errorf("%q is not in\n%s", want, shown)
		}
	}

	// The next time the code is asked for, and the one of before is not taken again.
	codes := []string{code, ""}
	guesses, commands = []string{password, password}, []string{"quit"}
	shown, err = d.script(func(question, _ string) string {
		switch question {
		case "Name":
			return "ann"
		case "Password":
			next := guesses[0]
			guesses = guesses[1:]
			return next
		case "Code, or a recovery code":
			next := codes[0]
			codes = codes[1:]
			if next == "" {
				next = app.Code(t)
			}
			return next
		}
		return "quit"
	})
	if err != nil || !strings.Contains(shown, "That code has been used") || !strings.Contains(shown, "Hello, ann") {
		t.Errorf("%v\n%s", err, shown)
	}
}

// TestAllOfAPasswordCounts: bcrypt reads 72 bytes, and whatever comes behind them would be right.
func TestAllOfAPasswordCounts(t *testing.T) {
	long := strings.Repeat("x", bcryptLimit)
	staff := accounts{}
	if err := staff.add("1", "ann", long); err != nil {
		t.Fatal(err)
	}
	for typed, want := range map[string]bool{long: true, long + "y": false} {
		if got, err := staff.CheckPassword(t.Context(), "1", typed); err != nil || got != want {
			t.Errorf("%d bytes: %v %v, want %v", len(typed), got, err, want)
		}
	}
}
