package core

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// event is what happened as it was meant to.
func event(kind string, c Caller, account, authenticator string, now time.Time) Event {
	return Event{
		ID: newID(), Account: account, At: now, Kind: kind, Outcome: "ok", Authenticator: authenticator,
		Address: c.Address, UserAgent: c.UserAgent, Request: c.RequestID,
	}
}

// logEvents writes one line for each event that was written, under its own name. The detail stays out: it has addresses,
// and words that somebody typed.
func (m *Machine) logEvents(ctx context.Context, events []Event) {
	for _, e := range events {
		m.cfg.Log.LogAttrs(ctx, slog.LevelInfo, "event",
			slog.String("event", e.Kind), slog.String("outcome", e.Outcome), slog.String("account", e.Account),
			slog.String("address", e.Address), slog.String("request", e.Request), slog.String("id", e.ID),
			slog.String("authenticator", e.Authenticator), slog.String("session", e.Session))
	}
}

// note writes the one log line of what was attempted, whether or not it became an event. It never holds what was typed: people type
// passwords into the field for names.
func (m *Machine) note(ctx context.Context, c Caller, name, account string, err error) {
	attrs := []slog.Attr{
		slog.String("event", name), slog.String("outcome", noteOutcome(err)),
		slog.String("account", account), slog.String("address", c.Address), slog.String("request", c.RequestID),
	}
	if e, ok := err.(*Error); ok {
		if e.Reason != "" {
			attrs = append(attrs, slog.String("reason", e.Reason))
		}
		if e.Code == CodeWrong || e.Code == CodeAlreadyUsed || e.Code == CodeClockDrift || e.Code == CodeLocked {
			m.refused(c, name, account, e)
		}
	}
	level := slog.LevelInfo
	if noteOutcome(err) == string(CodeInternal) {
		attrs = append(attrs, slog.String("error", err.Error()))
		if !errors.Is(ctx.Err(), context.Canceled) { // not the client that went away before its answer
			level = slog.LevelError
		}
	}
	m.cfg.Log.LogAttrs(ctx, level, "authentication", attrs...)
}

func noteOutcome(err error) string {
	switch e := err.(type) {
	case nil:
		return "ok"
	case *Error:
		return string(e.Code)
	case *MoreNeeded:
		return "more_needed"
	case *BindNeeded:
		return "must_bind"
	case *BindAgain:
		return "bind_again"
	case *ConfirmNeeded:
		return "confirm_address"
	}
	return string(CodeInternal)
}
