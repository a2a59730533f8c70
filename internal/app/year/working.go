// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package year

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"tinhso.vn/internal/modules/procedures/proceduresmod"
)

// work does the open step of a dossier.
func (w *World) work(ctx context.Context, s *Scene, p *plan, chance *dice) (next time.Time, err error) {
	step, o, err := w.openStep(ctx, s, p)
	if err != nil {
		return next, err
	}
	if o == nil { // a timer is waited for
		return w.after(chance.between(300, 600))
	}
	me := w.inHand(s, o, step.Post, p)
	switch step.Action {
	case "appraise", "consult":
		return w.appraise(ctx, s, p, step, o, me, chance)
	case "draft":
		return w.draft(ctx, s, p, step, o, me, chance)
	case "sign":
		return w.sign(ctx, s, p, step, me, chance)
	case "issue":
		err = w.finish(ctx, s, p, me, "/issue", map[string]any{})
	case "deliver":
		receiver := map[string]any{"receiver": p.who.Name}
		if p.online && p.v.Online == "full" {
			receiver = map[string]any{"electronic": true}
		}
		return next, w.call(ctx, me, http.MethodPost, s.path()+"/deliver", receiver, nil)
	default:
		err = fmt.Errorf("nobody knows the action %q", step.Action)
	}
	if err != nil {
		return next, err
	}
	return w.goOn(s, p, step, chance)
}

// inHand is who does the open step: who has begun it, or stands in for them today.
func (w *World) inHand(s *Scene, o *office, role string, p *plan) string {
	n := slices.Index(o.staff[role], s.Hand)
	if n < 0 {
		return w.who(o, role, p)
	}
	if deputy, away := w.away(o, role, n); away {
		return o.staff[role][deputy]
	}
	return s.Hand
}

// openStep returns the step that is open, and the office that does it; no office
// where only time has to pass. Of a table the next step is known; of a drawing,
// the clerk asks where the dossier stands.
func (w *World) openStep(ctx context.Context, s *Scene, p *plan) (step proceduresmod.Step, o *office, err error) {
	if p.v.Flow.BPMN == "" {
		step, ok := w.steps[p.v.ID][s.Step]
		if !ok {
			return step, nil, fmt.Errorf("no step %q", s.Step)
		}
		if step.Unit == "received" {
			return step, p.received, nil
		}
		return step, p.decides, nil
	}
	var now struct {
		Step struct {
			Task string `json:"task"`
			ID   string `json:"id"`
			Unit string `json:"unit"`
		} `json:"step"`
	}
	if err := w.call(ctx, w.who(p.received, "clerk", p), http.MethodGet, s.path()+"?purpose=handling", nil, &now); err != nil {
		return step, nil, err
	}
	if now.Step.Task == "" {
		return step, nil, nil
	}
	step, ok := w.steps[p.v.ID][now.Step.ID]
	if o = w.byUnit[now.Step.Unit]; o == nil || !ok {
		return step, nil, fmt.Errorf("nobody does step %q in %q", now.Step.ID, now.Step.Unit)
	}
	s.Step = now.Step.ID
	return step, o, nil
}

// drafted reports whether there is a document to sign at a step: not where it only
// passes on a dossier before the result is drafted.
func (p *plan) drafted(step string) bool {
	for _, s := range p.v.Flow.Steps {
		if s.Action == "draft" {
			return true
		}
		if s.ID == step {
			return false
		}
	}
	return false
}

// finish does a step with its act, or only ends it where there is no document yet.
func (w *World) finish(ctx context.Context, s *Scene, p *plan, me, act string, body any) error {
	if !p.drafted(s.Step) {
		act, body = "/finish", map[string]any{"note": "Đồng ý chuyển hồ sơ."}
	}
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	return w.ask(ctx, me, act == "/sign", http.MethodPost, s.path()+act, "application/json", raw, nil)
}

func (w *World) open(ctx context.Context, s *Scene, me string) error {
	return w.call(ctx, me, http.MethodGet, s.path()+"?purpose=handling", nil, nil)
}

func (w *World) appraise(ctx context.Context, s *Scene, p *plan, step proceduresmod.Step, o *office, me string, chance *dice) (next time.Time, err error) {
	if err := w.open(ctx, s, me); err != nil {
		return next, err
	}
	switch {
	case p.asked && s.Asked == 0, p.askedAgain && s.Asked == 1:
		s.Hand = me
		return w.askFor(ctx, s, p, me, chance)
	case p.advised && !s.Advised:
		s.Hand = me
		return w.consult(ctx, s, p, o, me, chance)
	}
	ended := map[string]any{"note": pick(chance, notes())}
	if len(step.Next) > 1 && p.v.Flow.BPMN == "" {
		ended["choice"] = step.Next[0] // a table asks which way
	}
	err = w.call(ctx, me, http.MethodPost, s.path()+"/finish", ended, nil)
	if err != nil {
		return next, err
	}
	return w.goOn(s, p, step, chance)
}

// draft writes the result and hands it to a leader.
func (w *World) draft(ctx context.Context, s *Scene, p *plan, step proceduresmod.Step, o *office, me string, chance *dice) (next time.Time, err error) {
	if err := w.open(ctx, s, me); err != nil {
		return next, err
	}
	fields := map[string]string{}
	for _, f := range p.v.Template.Fields {
		fields[f.Key] = Words(f.Type, f.Key, len(f.Options), func(i int) string { return f.Options[i].Value })
	}
	if err := w.call(ctx, me, http.MethodPut, s.path()+"/result", map[string]any{"fields": fields}, nil); err != nil {
		return next, err
	}
	s.Signer, s.Drafter = w.who(o, "leader", p), me
	signer, err := w.account(ctx, s.Signer)
	if err != nil {
		return next, err
	}
	if err := w.call(ctx, me, http.MethodPost, s.path()+"/send-to-sign", map[string]any{"signer": signer}, nil); err != nil {
		return next, err
	}
	return w.goOn(s, p, step, chance)
}

func (w *World) account(ctx context.Context, login string) (string, error) {
	if id, known := w.accounts[login]; known {
		return id, nil
	}
	id, err := w.Account(ctx, login)
	if err == nil {
		w.accounts[login] = id
	}
	return id, err
}

// sign is the leader, who sometimes gives it back.
func (w *World) sign(ctx context.Context, s *Scene, p *plan, step proceduresmod.Step, me string, chance *dice) (next time.Time, err error) {
	if p.drafted(step.ID) {
		me = s.Signer
	}
	if err := w.open(ctx, s, me); err != nil {
		return next, err
	}
	if p.givenBack && !s.Back && step.Back != "" && p.drafted(step.ID) {
		if err := w.call(ctx, me, http.MethodPost, s.path()+"/return", map[string]any{"reason": pick(chance, givenBack())}, nil); err != nil {
			return next, err
		}
		s.Back, s.Step, s.Hand = true, step.Back, s.Drafter
		return w.later(s, p, chance)
	}
	if err := w.finish(ctx, s, p, me, "/sign", map[string]any{}); err != nil {
		return next, err
	}
	return w.goOn(s, p, step, chance)
}
