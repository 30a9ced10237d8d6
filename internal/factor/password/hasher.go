package password

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"runtime"
	"time"
)

// Params says what a hash costs and how many may be made at once. The zero value of each field is its default.
type Params struct {
	MemoryKiB uint32 // 19456 (19 MiB)
	Time      uint32 // passes over the memory: 2
	Threads   uint8  // lanes: 1

	Concurrency int           // hashes at once: runtime.GOMAXPROCS(0)
	QueueLength int           // how many may wait: 256
	MaxWait     time.Duration // longest expected wait: 2 s

	// InsecureCheap allows a cost below what attackers have to be met with. It is for tests.
	InsecureCheap bool
}

const (
	saltBytes = 16
	tagBytes  = 32
)

// Hasher makes and checks password hashes. It is safe for concurrent use; a process should have one, since its limit
// on hashes at once is its own.
type Hasher struct {
	cost  cost
	queue *queue
}

// New returns a Hasher, or an error that names each parameter out of range. Cost has to be worth at least the least
// of OWASP's equivalents (7 MiB and 5 passes; memory times passes of 35 MiB) unless InsecureCheap.
func New(p Params) (*Hasher, error) {
	p = withDefaults(p)
	c := cost{memory: p.MemoryKiB, passes: p.Time, threads: p.Threads}
	var mistakes []error
	if !c.bounded() {
		mistakes = append(mistakes, fmt.Errorf("password: cost m=%d,t=%d,p=%d is out of range", c.memory, c.passes, c.threads))
	} else if !p.InsecureCheap && !strong(c) {
		mistakes = append(mistakes, fmt.Errorf("password: cost m=%d,t=%d is too low: use at least m=19456,t=2", c.memory, c.passes))
	}
	if p.Concurrency < 0 || p.Concurrency > 1024 {
		mistakes = append(mistakes, errors.New("password: concurrency has to be 1 to 1024"))
	}
	if p.QueueLength < 0 {
		mistakes = append(mistakes, errors.New("password: queue length has to be positive"))
	}
	if p.MaxWait < 0 || p.MaxWait > time.Minute {
		mistakes = append(mistakes, errors.New("password: longest wait has to be within a minute"))
	}
	if err := errors.Join(mistakes...); err != nil {
		return nil, err
	}
	return &Hasher{cost: c, queue: newQueue(p.Concurrency, p.QueueLength, p.MaxWait)}, nil
}

func withDefaults(p Params) Params {
	if p.MemoryKiB == 0 {
		p.MemoryKiB = 19 << 10
	}
	if p.Time == 0 {
		p.Time = 2
	}
	if p.Threads == 0 {
		p.Threads = 1
	}
	if p.Concurrency == 0 {
		p.Concurrency = runtime.GOMAXPROCS(0)
	}
	if p.QueueLength == 0 {
		p.QueueLength = 256
	}
	if p.MaxWait == 0 {
		p.MaxWait = 2 * time.Second
	}
	return p
}

func strong(c cost) bool {
	return c.memory >= 7<<10 && uint64(c.memory)*uint64(c.passes) >= 35<<10
}

// Hash returns the PHC string of a password with a new random salt. It returns [ErrEmpty] or [ErrTooLong] before any
// work, a *[BusyError] when the queue is full, or the context's error if that ended while waiting.
func (h *Hasher) Hash(ctx context.Context, password []byte) (string, error) {
	if err := checkLength(password); err != nil {
		return "", err
	}
	made := phc{cost: h.cost, salt: make([]byte, saltBytes), tag: make([]byte, tagBytes)}
	rand.Read(made.salt) // never fails: crypto/rand ends the program instead
	if err := h.queue.do(ctx, func() { made.tag = made.key(password) }); err != nil {
		return "", err
	}
	return made.String(), nil
}

// Verify reports whether password is the one that stored was made from, and if so whether it should be hashed anew
// because its cost is not the present one. Only ok grants anything; it is false with every error. Errors are those of
// [Hasher.Hash], and one that wraps [ErrUnreadable] for a stored hash that is damaged or asks for too much: that
// account's answer must be a refusal, and it takes as long as any other.
func (h *Hasher) Verify(ctx context.Context, stored string, password []byte) (ok, needsRehash bool, err error) {
	want, err := parsePHC(stored)
	if err != nil {
		if busy := h.VerifyDummy(ctx, password); busy != nil {
			return false, false, busy
		}
		return false, false, err
	}
	if err := checkLength(password); err != nil {
		return false, false, err
	}
	var got []byte
	if err := h.queue.do(ctx, func() { got = want.key(password) }); err != nil {
		return false, false, err
	}
	if subtle.ConstantTimeCompare(got, want.tag) != 1 {
		return false, false, nil
	}
	outdated := want.cost != h.cost || len(want.salt) < saltBytes || len(want.tag) < tagBytes
	return true, outdated, nil
}

// VerifyDummy does the work of a Verify at the present cost for an account that doesn't exist or has no password. It
// answers nothing but the errors of [Hasher.Hash]: nil means that the work was done, and the password is wrong.
func (h *Hasher) VerifyDummy(ctx context.Context, password []byte) error {
	if err := checkLength(password); err != nil {
		return err
	}
	nobody := phc{cost: h.cost, salt: make([]byte, saltBytes), tag: make([]byte, tagBytes)}
	return h.queue.do(ctx, func() { subtle.ConstantTimeCompare(nobody.key(password), nobody.tag) })
}
