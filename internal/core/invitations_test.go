package core_test

import (
	"slices"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// An invitation that went to the wrong mailbox opens nothing any more, and is not mailed later.
func TestInvitationsAreTakenBack(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	invite := func(email string, groups ...string) (token string) {
		t.Helper()
		link, err := w.Invite(w.ctx, caller, email, groups)
		w.check(err)
		return linkToken(w, core.Message{Link: link})
	}
	listed := func(want ...string) (all []core.Invitation) {
		t.Helper()
		all, err := w.Invitations(w.ctx)
		w.check(err)
		var got []string
		for _, i := range all {
			got = append(got, i.Email)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
		return all
	}
	listed()
	_, err := w.Bootstrap(w.ctx)
	w.check(err)
	first := listed("")[0]
	if !first.First || !slices.Equal(first.Groups, []string{core.AdminGroup}) {
		t.Errorf("%+v", first)
	}
	_, err = w.RevokeInvitations(w.ctx, caller, first.ID)
	w.check(err)
	listed()
	wrong := invite("Bo@exmaple.org", "admin")
	w.clock.Add(time.Second)
	handed := invite("")
	w.clock.Add(time.Second)
	kept := invite("cy@example.org")
	all := listed("Bo@exmaple.org", "", "cy@example.org")
	if i := all[0]; !slices.Equal(i.Groups, []string{"admin"}) || i.First || i.ExpiresAt.Sub(i.CreatedAt) != 7*24*time.Hour {
		t.Errorf("%+v", i)
	}

	for _, none := range []string{"", "nobody@example.org", "bo", "no id"} {
		_, err := w.RevokeInvitations(w.ctx, caller, none)
		codeOf(t, err, core.CodeNotFound)
	}
	for i, which := range []string{"bo@EXMAPLE.org", all[1].ID} {
		ended, err := w.RevokeInvitations(w.ctx, caller, which)
		w.check(err)
		if len(ended) != 1 || ended[0].ID != all[i].ID {
			t.Errorf("%s: %+v", which, ended)
		}
	}
	listed("cy@example.org")
	if sent := w.post(); len(sent) != 1 || sent[0].To != "cy@example.org" {
		t.Errorf("mailed: %+v", sent)
	}
	register := func(name, token string) error {
		_, err := w.Register(w.ctx, caller, core.Registration{Username: name, Password: ownersPassword, Invitation: token})
		return err
	}
	codeOf(t, register("bo", wrong), core.CodeWrong)
	codeOf(t, register("di", handed), core.CodeWrong)
	w.check(register("cy", kept))
	listed()
	_, err = w.RevokeInvitations(w.ctx, caller, all[2].ID)
	codeOf(t, err, core.CodeNotFound)

	invite("old@example.org")
	w.clock.Add(7 * 24 * time.Hour)
	listed()
}
