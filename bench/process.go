package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is a program that is measured. It is used by one goroutine.
type process struct {
	cmd   *exec.Cmd
	log   *os.File
	stdin io.WriteCloser
	lines *bufio.Reader
	addr  string // where it listens, if it does
}

// start runs a program until it prints its first line. What it logs goes to a file, as a service's does.
func start(dir, binary string, args ...string) (*process, error) {
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(binary, args...)
	cmd.Dir, cmd.Stderr = dir, log
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, "SALLYPORT_") {
			cmd.Env = append(cmd.Env, pair)
		}
	}
	p := &process{cmd: cmd, log: log}
	if p.stdin, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.lines = bufio.NewReader(stdout)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	ready, err := p.lines.ReadString('\n')
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s did not start: %s", filepath.Base(binary), p.logged()), p.stop())
	}
	_, p.addr, _ = strings.Cut(strings.TrimRight(ready, ")\n"), "listening on ")
	return p, nil
}

// startChild runs this program as one of its children.
func startChild(dir string, args ...string) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return start(dir, self, append([]string{childWord}, args...)...)
}

func (p *process) logged() string {
	text, _ := os.ReadFile(p.log.Name())
	return string(text[max(0, len(text)-2000):])
}

// stop ends the process and waits for it.
func (p *process) stop() error {
	err := p.cmd.Process.Signal(syscall.SIGTERM)
	p.stdin.Close() //nolint:errcheck // the process is told either way
	if wait := p.cmd.Wait(); wait != nil {
		var status *exec.ExitError
		if !errors.As(wait, &status) || status.Sys().(syscall.WaitStatus).Signal() != syscall.SIGTERM {
			err = fmt.Errorf("%s: %w: %s", filepath.Base(p.cmd.Path), wait, p.logged())
		}
	}
	return errors.Join(err, p.log.Close())
}

// clockTick is USER_HZ, which Linux fixes at 100 for every program to see.
const clockTick = 10 * time.Millisecond

// cpu is the CPU time that the process has used, in the kernel too, to 10 ms.
func (p *process) cpu() (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(text), ") ") // the name may hold spaces
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0, fmt.Errorf("/proc/.../stat has %d fields", len(fields))
	}
	user, err1 := strconv.ParseInt(fields[11], 10, 64)
	system, err2 := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+system) * clockTick, errors.Join(err1, err2)
}

// peakMemory is the most that was resident at any time, in bytes.
func (p *process) peakMemory() (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if value, found := strings.CutPrefix(line, "VmHWM:"); found {
			kib, err := strconv.ParseInt(strings.Fields(value)[0], 10, 64)
			return kib << 10, err
		}
	}
	return 0, errors.New("/proc/.../status has no VmHWM")
}

// ownCPU is the CPU time that this process, the clients, has used.
func ownCPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
