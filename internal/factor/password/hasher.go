package password

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/sallyport/sallyport/internal/factor/password/foreign"
)

// Params says what a hash costs and how many may be made at once. The zero value of each field is its default.
type Params struct {
	MemoryKiB uint32 // 19456 (19 MiB)
	Time      uint32 // passes over the memory: 2
	Threads   uint8  // lanes: 1

	Concurrency int           // hashes at once: runtime.GOMAXPROCS(0)
	QueueLength int           // how many may wait: 256
	MaxWait     time.Duration // longest expected wait: 2 s

	// Foreign is what imported hashes need that was kept outside the other system's database.
	Foreign foreign.Secrets

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
	cost    cost
	queue   *queue
	foreign foreign.Reader
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
	return &Hasher{
		cost: c, queue: newQueue(p.Concurrency, p.QueueLength, p.MaxWait), foreign: foreign.NewReader(p.Foreign),
	}, nil
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

// Hash returns the PHC string of a password's normalised form with a new random salt. It returns [ErrEmpty] or
// [ErrTooLong] before any work, a *[BusyError] when the queue is full, or the context's error if that ended while
// waiting.
func (h *Hasher) Hash(ctx context.Context, password []byte) (string, error) {
	if err := checkLength(password); err != nil {
		return "", err
	}
	made := phc{cost: h.cost, salt: make([]byte, saltBytes), tag: make([]byte, tagBytes)}
	rand.Read(made.salt) // never fails: crypto/rand ends the program instead
	if err := h.queue.do(ctx, func() { made.tag = made.key(Normalize(password)) }); err != nil {
		return "", err
	}
	return made.String(), nil
}

// Verify reports whether password is the one that stored was made from, and if so whether it should be hashed anew:
// because its cost is not the present one, it is another system's, or it is of a form that wasn't normalised. Only ok
// grants anything; it is false with every error. Errors are those of [Hasher.Hash], and one that wraps [ErrUnreadable]
// for a stored hash that is unknown, damaged or asks for too much: that account's answer must be a refusal, and it takes
// as long as any other.
func (h *Hasher) Verify(ctx context.Context, stored string, password []byte) (ok, needsRehash bool, err error) {
	want, err := h.parse(stored)
	if err != nil {
		if busy := h.VerifyDummy(ctx, password); busy != nil {
			return false, false, busy
		}
		return false, false, err
	}
	if err := checkLength(password); err != nil {
		return false, false, err
	}
	matched := -1
	err = h.queue.do(ctx, func() {
		for i, form := range forms(password) { // each of them, so that the time doesn't tell which
			if want.matches(form) && matched < 0 {
				matched = i
			}
		}
	})
	if err != nil || matched < 0 {
		return false, false, err
	}
	return true, want.outdated || matched > 0, nil
}

// InTurn runs the comparison of a password that is hashed elsewhere, in its turn among all others. Errors are a *[BusyError] when
// the queue is full, and the context's if that ended while waiting: work did not run then.
func (h *Hasher) InTurn(ctx context.Context, work func()) error { return h.queue.do(ctx, work) }

// VerifyDummy does the work of a Verify at the present cost for an account that doesn't exist or has no password. It
// answers nothing but the errors of [Hasher.Hash]: nil means that the work was done, and the password is wrong.
func (h *Hasher) VerifyDummy(ctx context.Context, password []byte) error {
	if err := checkLength(password); err != nil {
		return err
	}
	return h.queue.do(ctx, func() {
		for _, form := range forms(password) {
			h.nobody().matches(form)
		}
	})
}

// nobody is a hash of the present cost that no password has.
func (h *Hasher) nobody() phc {
	return phc{cost: h.cost, salt: make([]byte, saltBytes), tag: make([]byte, tagBytes)}
}

// comparison is what a stored hash comes to, ours or another system's.
type comparison struct {
	matches  func(form []byte) bool
	outdated bool
}

func (h *Hasher) parse(stored string) (comparison, error) {
	if own, err := parsePHC(stored); err == nil {
		outdated := own.cost != h.cost || len(own.salt) < saltBytes || len(own.tag) < tagBytes
		return comparison{matches: own.matches, outdated: outdated}, nil
	}
	other, err := h.foreign.Parse(stored)
	if err != nil {
		return comparison{}, err
	}
	matches := other.Matches
	if other.Instant() {
		matches = func(form []byte) bool {
			h.nobody().matches(form)
			return other.Matches(form)
		}
	}
	return comparison{matches: matches, outdated: true}, nil
}

// Readable says whether a stored hash is one that Verify would compute, of this package or of another system: nil, or an
// error that wraps [ErrUnreadable], gives the reason and doesn't hold the hash. It is for importers. That a hash needs a
// secret ([foreign.Secrets]) is no reason here.
func Readable(stored string) error {
	reader := foreign.NewReader(foreign.Secrets{FlaskSecuritySalt: func(int) ([]byte, error) { return []byte("any"), nil }})
	_, err := (&Hasher{foreign: reader}).parse(stored)
	return err
}
