// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package year

import (
	"context"
	"net/http"
	"time"

	"tinhso.vn/internal/kernel/calendar"
)

// askFor asks people for what is missing.
func (w *World) askFor(ctx context.Context, s *Scene, p *plan, me string, chance *dice) (next time.Time, err error) {
	missing := []map[string]string{{"what": pick(chance, extras()), "why": pick(chance, whys())}}
	for _, paper := range p.v.Papers {
		if paper.Required && chance.chance(0.6) && len(missing) < 3 {
			missing = append(missing, map[string]string{"paper": paper.ID, "why": pick(chance, whys())})
		}
	}
	ask := map[string]any{"missing": missing, "again": s.Asked > 0}
	if s.Asked > 0 {
		ask["again_reason"] = "Giấy tờ bổ sung lần trước chưa khớp với tờ khai, cần đối chiếu lại."
	}
	if err := w.call(ctx, me, http.MethodPost, s.path()+"/supplement", ask, nil); err != nil {
		return next, err
	}
	s.Asked++
	if s.Next == triage && p.unanswered { // the time is over before anybody has come
		s.Next = expiring
		days := w.Calendar.Supplement().Amount + 1 + chance.under(4)
		return w.Calendar.Due(w.Clock.Now(), calendar.Duration{Amount: days, Unit: calendar.WorkingDay})
	}
	s.Next = supplying
	return w.after(chance.between(2, 50) * 60)
}

// supply brings what was asked for.
func (w *World) supply(ctx context.Context, s *Scene, p *plan, chance *dice) (next time.Time, err error) {
	me, body := w.who(p.received, "clerk", p), map[string]any{"message": pick(chance, answers())}
	if p.online {
		me = p.citizen
	}
	if err := w.call(ctx, me, http.MethodPost, s.path()+"/supplement/supply", body, nil); err != nil {
		return next, err
	}
	if s.Step == "" {
		s.Next = triage
		return w.after(chance.between(20, 240))
	}
	s.Next = working
	return w.later(s, p, chance)
}

// consult asks another agency for its opinion.
func (w *World) consult(ctx context.Context, s *Scene, p *plan, o *office, me string, chance *dice) (next time.Time, err error) {
	of := w.adviser(o, p)
	var asked struct {
		Opinions []string `json:"opinions"`
	}
	err = w.call(ctx, me, http.MethodPost, s.path()+"/opinions", map[string]any{
		"question": pick(chance, questions()), "days": 3 + chance.under(5), "units": []map[string]string{{"unit": of.unit.ID}},
	}, &asked)
	if err != nil {
		return next, err
	}
	s.Advised, s.Opinions, s.Next = true, asked.Opinions, advising
	return w.after(chance.between(3, 56) * 60)
}

// adviser is the agency that is asked about a dossier.
func (w *World) adviser(o *office, p *plan) *office {
	var others []*office
	for _, other := range w.offices {
		if other != o && (other == p.received || !isCommune(other.unit)) {
			others = append(others, other)
		}
	}
	return others[throw(w.Options.Seed, "adviser", p.who.Number).under(len(others))]
}

// advise answers, and where nobody does, closes the question.
func (w *World) advise(ctx context.Context, s *Scene, p *plan, chance *dice) (next time.Time, err error) {
	o := p.received
	if step := w.steps[p.v.ID][s.Step]; step.Unit != "received" {
		o = p.decides
	}
	for _, opinion := range s.Opinions {
		if chance.chance(0.08) {
			err = w.call(ctx, w.inHand(s, o, "officer", p), http.MethodPost, "/api/v1/opinions/"+opinion+"/close",
				map[string]string{"reason": "Đã quá hạn mà đơn vị được hỏi chưa trả lời; đơn vị tự thẩm định và chịu trách nhiệm."}, nil)
		} else {
			outcome, words := "agreed", pick(chance, agreements())
			if chance.chance(0.1) {
				outcome, words = "disagreed", "Đề nghị xem lại: thông tin trong hồ sơ chưa khớp với dữ liệu đơn vị đang quản lý."
			}
			err = w.call(ctx, w.who(w.adviser(o, p), "officer", p), http.MethodPost, "/api/v1/opinions/"+opinion+"/answer",
				map[string]string{"outcome": outcome, "words": words}, nil)
		}
		if err != nil {
			return next, err
		}
	}
	s.Opinions, s.Next = nil, working
	return w.later(s, p, chance)
}
