package e2e

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"
)

// A restart keeps what could not be sent, whether the program was told to stop or died.
func TestMailQueueOutlivesTheProgram(t *testing.T) {
	office := opened(t)
	e := estateOnSQLite(t, "--mail", office.setting())
	e.box = office.box()
	stopped, died := e.newOwner(t), e.newOwner(t)
	office.become(t, down)
	e.cs[0].call(t, http.StatusAccepted, "POST", "/recovery", "", object{"login": stopped.email})
	e.servers[0].logged(t, "message not sent; it is tried again")
	e.servers[0].finish(t)
	e.restart(t)
	e.cs[0].call(t, http.StatusAccepted, "POST", "/recovery", "", object{"login": died.email})
	e.servers[0].kill(t) // at once: that it was accepted has to be enough
	office.become(t, fine)
	e.restart(t)
	e.claimsLapse(t) // of what was under way
	for _, o := range []*owner{stopped, died} {
		l := e.box.await(t, o.email, mailReset, 1)
		e.cs[0].call(t, http.StatusNoContent, "POST", "/recovery/reset", "", object{"token": l.token, "password": "another staple, battery"})
	}
}

// The program dies when the mail server has taken a message and nobody has noted it: it comes twice at most, and what
// else was queued is not lost.
func TestMailDiesBetweenSendingAndNoting(t *testing.T) {
	office := opened(t)
	e := estateOnPostgres(t, 1, "--mail", office.setting())
	e.box = office.box()
	o, other := e.newOwner(t), e.newOwner(t)
	var once sync.Once
	dead := make(chan struct{})
	office.mu.Lock()
	office.accepted = func() {
		once.Do(func() {
			_ = e.servers[0].cmd.Process.Kill()
			<-e.servers[0].exited
			close(dead)
		})
	}
	office.mu.Unlock()
	e.cs[0].call(t, http.StatusAccepted, "POST", "/recovery", "", object{"login": o.email})
	<-dead
	e.servers[0].killed = true
	e.restart(t)
	e.cs[0].call(t, http.StatusAccepted, "POST", "/recovery", "", object{"login": other.email})
	e.box.await(t, other.email, mailReset, 1)
	if n := len(e.box.letters(t, o.email, mailReset)); n != 1 {
		t.Errorf("it came %d times before the claim of the dead process has lapsed", n)
	}
	e.claimsLapse(t)
	e.box.await(t, o.email, mailReset, 2)
	e.claimsLapse(t)
	time.Sleep(time.Second)
	both := e.box.letters(t, o.email, mailReset)
	if len(both) != 2 || both[0].id != both[1].id {
		t.Errorf("%d messages came, want the same twice", len(both))
	}
}

// claimsLapse is the five minutes that a message waits whose sender died, and has the outbox looked at.
func (e *estate) claimsLapse(t *testing.T) {
	t.Helper()
	e.execute(t, "update sallyport_messages set claimed_until = 0, due_at = 0")
	e.cs[0].call(t, http.StatusAccepted, "POST", "/recovery", "", object{"login": "somebody@example.net"})
}

// A message that expired while the mail server was down is not sent when it is back. What the program's own clock says
// of that is tested beside it, in internal/deliver: here the row's end is moved.
func TestMailThatExpiredIsNotSent(t *testing.T) {
	office := opened(t)
	e := estateOnPostgres(t, 1, "--mail", office.setting())
	e.box = office.box()
	late, good := e.newOwner(t), e.newOwner(t)
	office.become(t, down)
	e.cs[0].call(t, http.StatusAccepted, "POST", "/recovery", "", object{"login": late.email})
	e.servers[0].logged(t, "message not sent; it is tried again")
	e.execute(t, fmt.Sprintf("update sallyport_messages set expires_at = %d", time.Now().Add(-time.Second).UnixMilli()))
	e.cs[0].call(t, http.StatusAccepted, "POST", "/recovery", "", object{"login": good.email})
	office.become(t, fine)
	e.box.await(t, good.email, mailReset, 1)
	e.claimsLapse(t)
	time.Sleep(time.Second)
	if n := len(e.box.letters(t, late.email, mailReset)); n != 0 {
		t.Error("a link came that had expired")
	}
}

// Three replicas share the outbox: each message is sent by one of them.
func TestMailReplicasSendOnce(t *testing.T) {
	office := opened(t)
	e := estateOnPostgres(t, 3, "--mail", office.setting())
	e.box = office.box()
	const messages = 60
	var all sync.WaitGroup
	errs := make([]error, messages)
	for i := range messages {
		all.Go(func() {
			_, errs[i] = e.cs[i%3].try("POST", "/recovery", "", object{"login": fmt.Sprintf("nobody%d@example.org", i)})
		})
	}
	all.Wait()
	for i, err := range errs {
		ok(t, err)
		e.box.await(t, fmt.Sprintf("nobody%d@example.org", i), mailNobody, 1)
	}
	time.Sleep(time.Second)
	came, err := e.box.list()
	ok(t, err)
	if len(came) != messages {
		t.Errorf("%d messages were sent, want %d", len(came), messages)
	}
}
