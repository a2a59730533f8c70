// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/processes/internal/core"
	"tinhso.vn/internal/platform/web"
)

// question reads what a simulation is asked. What is as it was is left out; what
// is no number is refused, with the others.
func question(q url.Values, t workflow.Table) core.Question {
	out := core.Question{Hours: map[string]float64{}, Posts: map[string]string{}}
	for _, s := range t.Steps {
		if typed := strings.TrimSpace(q.Get("hours-" + s.ID)); typed != "" && typed != decimal(stepHours(s)) {
			hours, err := strconv.ParseFloat(strings.ReplaceAll(typed, ",", "."), 64)
			if err != nil {
				hours = math.NaN()
			}
			out.Hours[s.ID] = hours
		}
		if chosen := q.Get("post-" + s.ID); chosen != "" && chosen != s.Post {
			out.Posts[s.ID] = chosen
		}
	}
	if typed := q.Get("elastic"); typed != "" {
		share, err := strconv.ParseFloat(typed, 64)
		if err != nil {
			share = math.NaN()
		}
		out.Elastic = share
	}
	return out
}

func stepHours(s workflow.Step) float64 {
	return float64(s.Hours+s.Seal) + math.Round(float64(s.Minutes)/60*100)/100
}

// ask lets the past run, and falls back to the table as it is where the input
// makes no sense.
func (s site) ask(r *http.Request) (sim core.Simulation, wrong []web.ProblemField, err error) {
	of, err := ref(r)
	if err != nil {
		return sim, nil, err
	}
	actor := page.From(r.Context()).Actor
	if sim, err = s.svc.Simulate(r.Context(), actor, of, core.Question{}); err != nil {
		return sim, nil, err
	}
	q := question(r.URL.Query(), sim.Table)
	if !q.Changed() && q.Elastic == 0 {
		return sim, nil, nil
	}
	changed, err := s.svc.Simulate(r.Context(), actor, of, q)
	if fields, ours := problems(err, "elastic"); ours {
		return sim, fields, nil
	}
	return changed, nil, err
}

func (s site) simulate(w http.ResponseWriter, r *http.Request) error {
	sim, wrong, err := s.ask(r)
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	return p.Render(w, r, page.View{Title: p.T("processes.sim.title"), Desk: true, Status: status(wrong), Body: simulateBody(p, sim, r.URL.Query(), wrong)})
}

// simulateCSV is the same as a table.
func (s site) simulateCSV(w http.ResponseWriter, r *http.Request) error {
	sim, wrong, err := s.ask(r)
	if err != nil {
		return err
	}
	if len(wrong) > 0 {
		return web.ErrMalformed
	}
	p := page.From(r.Context())
	rows := [][]string{simulateHead(p)}
	for i, step := range sim.Result.Steps {
		now := sim.Now.Steps[i]
		rows = append(rows, []string{
			step.Name, post(p, now.Post), decimal(stepHours(sim.Table.Steps[i])), decimal(stepHours(now)), decimal(step.Was.P50), decimal(step.Was.P95), percent(p, step.Was.Late),
			decimal(step.Now.P50), decimal(step.Now.P95), percent(p, step.Now.Late),
		})
	}
	was, now := sim.Result.Was, sim.Result.Now
	rows = append(rows, []string{p.T("processes.sim.all"), "", "", "", decimal(was.P50), decimal(was.P95), percent(p, was.Late), decimal(now.P50), decimal(now.P95), percent(p, now.Late)})
	return sendCSV(w, "mo-phong-"+r.PathValue("id")+"-"+r.PathValue("version")+".csv", rows)
}
