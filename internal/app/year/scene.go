// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package year

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/modules/procedures/proceduresmod"
)

// Scene is a dossier under way: the N-th of its day. All that has been decided
// about it follows from the seed; the rest of the fields say how far it is.
type Scene struct {
	Day  string    `json:"day"`
	N    int       `json:"n"`
	At   time.Time `json:"at"` // of what happens next
	Next moment    `json:"next"`
	ID   string    `json:"id,omitempty"`
	Step string    `json:"step,omitempty"` // of the flow

	Asked    int      `json:"asked,omitempty"`    // how often people were asked for more
	Back     bool     `json:"back,omitempty"`     // a leader has given it back
	Opinions []string `json:"opinions,omitempty"` // that are waited for
	Advised  bool     `json:"advised,omitempty"`
	Hand     string   `json:"hand,omitempty"` // login of who has begun the step
	Left     float64  `json:"left,omitempty"` // minutes of work from taking the step in hand until it is done
	Drafter  string   `json:"drafter,omitempty"`
	Tries    int      `json:"tries,omitempty"`  // in vain, one behind the other
	Signer   string   `json:"signer,omitempty"` // login of who was asked to sign
}

// maxTries is how often somebody tries what is refused.
const maxTries = 6

// moment is what comes next for a dossier.
type moment string

const (
	filing     moment = ""
	triage     moment = "triage"
	taking     moment = "taking" // somebody takes the open step in hand
	working    moment = "working"
	supplying  moment = "supplying"  // people look for what is missing
	expiring   moment = "expiring"   // they do not come back
	advising   moment = "advising"   // another agency is asked
	withdrawal moment = "withdrawal" // people do not want it any more
)

func (s *Scene) compare(o *Scene) int {
	if c := strings.Compare(s.Day, o.Day); c != 0 {
		return c
	}
	return s.N - o.N
}

func (s *Scene) path() string { return "/api/v1/dossiers/" + s.ID }

// happen implements event.
func (s *Scene) happen(ctx context.Context, w *World) (next time.Time, err error) {
	p, err := w.plan(s)
	if err != nil {
		return next, err
	}
	chance := throw(w.Options.Seed, "act", s.Day, fmt.Sprint(s.N), string(s.Next), s.Step, fmt.Sprint(s.Asked, s.Back))
	switch s.Next {
	case filing:
		next, err = w.file(ctx, s, &p, chance)
	case triage:
		next, err = w.triage(ctx, s, &p, chance)
	case taking:
		next, err = w.take(ctx, s, &p)
	case working:
		next, err = w.work(ctx, s, &p, chance)
	case supplying:
		next, err = w.supply(ctx, s, &p, chance)
	case expiring:
		err = w.refuse(ctx, s, &p, "Đã quá thời hạn bổ sung mà người nộp chưa hoàn thiện hồ sơ theo phiếu yêu cầu.")
	case advising:
		next, err = w.advise(ctx, s, &p, chance)
	case withdrawal:
		err = w.call(ctx, p.citizen, http.MethodPost, s.path()+"/withdraw",
			map[string]string{"reason": pick(chance, withdrawals())}, nil)
	}
	if r, ok := errors.AsType[refused](err); ok && r.status == http.StatusConflict && s.ID != "" {
		if s.Tries == maxTries {
			return time.Time{}, nil // it stays as it is, for whoever visits
		}
		s.Tries++ // somebody else was there first, or has it in hand: people look again later
		w.refusals++
		w.Trouble(err)
		s.At, err = w.after(float64(s.Tries) * 90)
		return s.At, err
	}
	if err != nil {
		return next, fmt.Errorf("dossier %s/%d (%s, %s, %s %s): %w", s.Day, s.N, p.v.ID, p.received.unit.ID, s.Next, s.Step, err)
	}
	s.At, s.Tries = next, 0
	return next, nil
}

// after returns a moment so many minutes of work later, by the clock of offices.
func (w *World) after(minutes float64) (time.Time, error) {
	return w.Calendar.Due(w.Clock.Now(), calendar.Duration{Amount: max(1, int(minutes)), Unit: calendar.WorkingMinute})
}

// who is the one of a role in an office who has a dossier in hand, or who stands
// in for them today.
func (w *World) who(o *office, role string, p *plan) string {
	all := o.staff[role]
	weights := []float64{6, 3, 2}[:min(3, len(all))]
	if len(all) > len(weights) {
		weights = []float64{6, 5, 4, 4, 3, 3, 2}[:min(7, len(all))]
	}
	n := throw(w.Options.Seed, "who", role, o.unit.ID, p.who.Number).weigh(weights)
	if deputy, away := w.away(o, role, n); away {
		return all[deputy]
	}
	return all[n]
}

// triage is the clerk, who looks at what came.
func (w *World) triage(ctx context.Context, s *Scene, p *plan, chance *dice) (next time.Time, err error) {
	clerk := w.who(p.received, "clerk", p)
	switch {
	case p.refused:
		return next, w.refuse(ctx, s, p, pick(chance, refusals()))
	case p.askedFirst && s.Asked == 0:
		return w.askFor(ctx, s, p, clerk, chance)
	}
	if err := w.call(ctx, clerk, http.MethodPost, s.path()+"/accept", map[string]any{}, nil); err != nil {
		return next, err
	}
	s.Next, s.Step = working, ""
	for _, step := range p.v.Flow.Steps {
		if step.Action == "accept" {
			return w.goOn(s, p, step, chance)
		}
	}
	return w.after(60)
}

func (w *World) refuse(ctx context.Context, s *Scene, p *plan, why string) error {
	return w.call(ctx, w.who(p.received, "clerk", p), http.MethodPost, s.path()+"/refuse", map[string]any{"reason": why}, nil)
}

// goOn says when the step behind one is done.
func (w *World) goOn(s *Scene, p *plan, done proceduresmod.Step, chance *dice) (time.Time, error) {
	s.Hand = ""
	if s.Step = done.ID; len(done.Next) > 0 {
		s.Step = done.Next[0] // of a drawing this is a guess, and asked again
	}
	return w.later(s, p, chance)
}

// later says when the open step is done.
func (w *World) later(s *Scene, p *plan, chance *dice) (time.Time, error) {
	hours := float64(max(1, w.steps[p.v.ID][s.Step].Hours))
	if p.v.SameDay {
		hours = min(hours, 1.2)
	}
	minutes := hours * 60 * p.temper * chance.between(0.75, 1.15)
	at, err := w.after(minutes)
	if err == nil && w.inHandEarly(s, p) {
		first := min(minutes*chance.between(0.05, 0.35), 8*60)
		s.Next, s.Left = taking, minutes-first
		return w.after(first)
	}
	if err != nil || !p.withdrawn || s.Next != working {
		return at, err
	}
	if action := w.steps[p.v.ID][s.Step].Action; action == "appraise" || action == "draft" || action == "consult" {
		if change := w.Clock.Now().Add(time.Duration(chance.between(3, 40)*60) * time.Minute); change.Before(at) {
			s.Next = withdrawal
			return change, nil
		}
	}
	return at, nil
}

// inHandEarly reports whether somebody takes a step in hand long before it is done,
// and not with it: on the desks that are shown, while they are full.
func (w *World) inHandEarly(s *Scene, p *plan) bool {
	d, err := calendar.ParseDate(s.Day)
	if err != nil || s.Next != working || s.Hand != "" || p.withdrawn || p.v.SameDay || p.v.Flow.BPMN != "" || !w.rush(d) || p.decides.share < visited {
		return false
	}
	action := w.steps[p.v.ID][s.Step].Action
	return action == "appraise" || action == "draft"
}

// take takes the open step in hand.
func (w *World) take(ctx context.Context, s *Scene, p *plan) (next time.Time, err error) {
	step, o, err := w.openStep(ctx, s, p)
	if err != nil {
		return next, err
	}
	me := w.inHand(s, o, step.Post, p)
	if err := w.call(ctx, me, http.MethodPost, s.path()+"/claim", map[string]any{}, nil); err != nil {
		return next, err
	}
	s.Hand, s.Next = me, working
	return w.after(s.Left)
}
