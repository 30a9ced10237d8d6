package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// withoutRandomness in the environment makes this test binary run the program named after it, from which the kernel keeps
// random numbers.
const withoutRandomness = "SALLYPORT_TEST_NO_RANDOMNESS"

// K06: a program that gets no random numbers ends, and serves nobody with what is none.
func TestNoRandomnessIsNoService(t *testing.T) {
	if os.Getenv(withoutRandomness) != "" {
		t.Fatal(execWithoutRandomness(os.Getenv(withoutRandomness)))
	}
	if runtime.GOARCH != "amd64" && runtime.GOARCH != "arm64" {
		t.Skip("the number of the system call is not known here")
	}
	dir := t.TempDir()
	cmd := exec.Command(os.Args[0], "-test.run=^TestNoRandomnessIsNoService$")
	cmd.Dir = dir
	cmd.Env = append(ownEnviron(), withoutRandomness+"="+program, "SALLYPORT_TEST_BINARY="+program)
	said := &journal{}
	cmd.Stdout, cmd.Stderr = said, said
	ok(t, cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		if err == nil || strings.Contains(said.String(), "is ready") || !strings.Contains(said.String(), "random") {
			t.Errorf("without random numbers: %v\n%s", err, tail(said.String()))
		}
	case <-time.After(startTimeout):
		_ = cmd.Process.Kill()
		t.Errorf("without random numbers it goes on: %s", tail(said.String()))
	}
	if keys, _ := filepath.Glob(filepath.Join(dir, "*.key")); len(keys) > 0 {
		t.Error("it made a key ring of what is not random")
	}
}

// execWithoutRandomness becomes the program, with a filter under which getrandom(2) is refused. It returns only when that
// fails.
func execWithoutRandomness(file string) error {
	getrandom := map[string]uint32{"amd64": 318, "arm64": 278}[runtime.GOARCH]
	const load, equal, answer, refuse, allow = 0x20, 0x15, 0x06, 0x00050000 | uint32(syscall.EPERM), 0x7fff0000
	filter := []syscall.SockFilter{
		{Code: load, K: 0}, // the number of the system call
		{Code: equal, K: getrandom, Jt: 0, Jf: 1},
		{Code: answer, K: refuse},
		{Code: answer, K: allow},
	}
	rules := syscall.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	runtime.LockOSThread() // a filter is the thread's, and goes along with what it executes
	const setNoNewPrivileges, setSeccomp, filterMode = 38, 22, 2
	if _, _, errno := syscall.RawSyscall6(syscall.SYS_PRCTL, setNoNewPrivileges, 1, 0, 0, 0, 0); errno != 0 {
		return errno
	}
	if _, _, errno := syscall.RawSyscall6(syscall.SYS_PRCTL, setSeccomp, filterMode, uintptr(unsafe.Pointer(&rules)), 0, 0, 0); errno != 0 {
		return errno
	}
	return syscall.Exec(file, []string{file, "serve", "--listen", "127.0.0.1:0"}, ownEnviron())
}
