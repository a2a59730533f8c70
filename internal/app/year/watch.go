// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package year

import (
	"context"
	"net/http"
	"strings"
)

// nights on which somebody reads what they need not, in days before the end.
func nights() []int { return []int{58, 41, 23, 12, 3} }

// strange: now and again an officer of the pack reads dossiers at night.
func (w *World) strange(before int, add adder) {
	for i, night := range nights() {
		if night != before {
			continue
		}
		var some []*office
		for _, o := range w.offices {
			if len(w.cast.in[o.unit.ID]["officer"]) > 0 && isCommune(o.unit) {
				some = append(some, o)
			}
		}
		if len(some) == 0 {
			return
		}
		o := some[i%len(some)]
		login := w.cast.in[o.unit.ID]["officer"][0]
		add(22*60+40, "reading at night", func(ctx context.Context, w *World, _ *dice) error {
			for n, id := range w.filedIn(o) {
				if n == 6 {
					break
				}
				if err := w.call(ctx, login, http.MethodGet, "/api/v1/dossiers/"+id+"?purpose=handling", nil, nil); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

// guarding: the auditor asks about unusual readings, who has read explains, and
// most is closed; the last ones wait.
func (w *World) guarding(before int, add adder) {
	auditor := w.cast.first("auditor")
	if auditor == "" || before < 2 {
		return
	}
	if before%5 == 0 {
		add(9*60+20, "alerts", func(ctx context.Context, w *World, chance *dice) error { return w.guard(ctx, auditor, before, chance) })
	}
}

func (w *World) guard(ctx context.Context, auditor string, before int, chance *dice) error {
	type list struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	of := func(state string) (l list, err error) {
		err = w.call(ctx, auditor, http.MethodGet, "/api/v1/alerts?state="+state, nil, &l)
		return l, err
	}
	explained, err := of("explained")
	if err != nil {
		return err
	}
	for _, a := range explained.Items {
		if before < 15 {
			break // the explanation lies on the desk
		}
		if err := w.call(ctx, auditor, http.MethodPost, "/api/v1/alerts/"+a.ID+"/decision", map[string]any{"decision": "closed", "reason": pick(chance, closing())}, nil); err != nil {
			return err
		}
	}
	fresh, err := of("new")
	if err != nil {
		return err
	}
	for _, a := range fresh.Items {
		if err := w.call(ctx, auditor, http.MethodPost, "/api/v1/alerts/"+a.ID+"/question", map[string]any{"words": "Đề nghị giải trình lý do xem dữ liệu ngoài giờ làm việc."}, nil); err != nil {
			if strings.Contains(err.Error(), "400") || strings.Contains(err.Error(), "409") {
				continue // of several readers nobody can be asked
			}
			return err
		}
	}
	return w.explain(ctx, before, chance)
}

// explain: who is asked answers, but for the last days.
func (w *World) explain(ctx context.Context, before int, chance *dice) error {
	if before < 8 {
		return nil
	}
	for _, unit := range w.offices {
		for _, login := range w.cast.in[unit.unit.ID]["officer"] {
			var asked struct {
				Items []struct{ ID, State string } `json:"items"`
			}
			if err := w.call(ctx, login, http.MethodGet, "/api/v1/me/questions", nil, &asked); err != nil {
				return err
			}
			for _, q := range asked.Items {
				if q.State != "asked" {
					continue
				}
				if err := w.call(ctx, login, http.MethodPost, "/api/v1/me/questions/"+q.ID+"/explanation", map[string]any{"words": pick(chance, explaining())}, nil); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
