// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/processes"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Process is a process with its versions, the newest first.
type Process struct {
	Base     string
	Title    i18n.Text
	Versions []Version
}

// Version is a version of a process.
type Version struct {
	workflow.Ref
	workflow.Running
	Title i18n.Text
	Basis string
	Added db.Time         // zero: no case has begun with it yet
	Steps int             // that people do
	Uses  []processes.Use // procedures of today
}

// Running is how many cases run on all versions.
func (p Process) Running() (sum workflow.Running) {
	for _, v := range p.Versions {
		sum.Cases += v.Cases
		sum.Late += v.Late
	}
	return sum
}

// all returns every process with its versions, by name, without counts. There
// are some hundreds; what was applied is remembered.
func (s *Service) all(ctx context.Context) ([]Process, error) {
	known, err := workflow.Versions(ctx, s.DB)
	if err != nil {
		return nil, err
	}
	uses, err := s.Catalogue.Uses(ctx)
	if err != nil {
		return nil, err
	}
	by := map[workflow.Ref]*Version{}
	for _, k := range known {
		h, err := s.head(ctx, k.Ref)
		if err != nil {
			return nil, err
		}
		by[k.Ref] = &Version{Ref: k.Ref, Title: h.title, Basis: h.basis, Added: k.Added, Steps: h.steps}
	}
	for _, u := range uses {
		v := by[u.Ref]
		if v == nil {
			d, found, err := s.Catalogue.Definition(ctx, u.Ref)
			if err != nil {
				return nil, err
			}
			if !found {
				continue
			}
			h := headOf(d)
			v = &Version{Ref: u.Ref, Title: h.title, Basis: h.basis, Steps: h.steps}
			by[u.Ref] = v
		}
		v.Uses = append(v.Uses, u)
	}
	group := map[string]*Process{}
	for _, v := range by {
		base := processes.Base(v.Flow)
		if group[base] == nil {
			group[base] = &Process{Base: base}
		}
		group[base].Versions = append(group[base].Versions, *v)
	}
	list := make([]Process, 0, len(group))
	for _, p := range group {
		slices.SortFunc(p.Versions, newer)
		p.Title = p.Versions[0].Title
		list = append(list, *p)
	}
	slices.SortFunc(list, func(a, b Process) int { return strings.Compare(a.Base, b.Base) })
	return list, nil
}

// newer sorts versions, the newest first; what no case has begun with is newest.
func newer(a, b Version) int {
	switch {
	case a.Version != b.Version:
		return b.Version - a.Version
	case a.Added.IsZero() != b.Added.IsZero():
		if a.Added.IsZero() {
			return -1
		}
		return 1
	case !a.Added.Equal(b.Added.Time):
		return b.Added.Compare(a.Added.Time)
	}
	return strings.Compare(a.Flow, b.Flow)
}

// List returns processes that a question finds, by name, behind one.
func (s *Service) List(ctx context.Context, actor identity.Actor, question, after string) (p Page[Process], err error) {
	defer errs.Wrap(&err, "list processes")

	scope, err := viewing(actor)
	if err != nil {
		return p, err
	}
	all, err := s.all(ctx)
	if err != nil {
		return p, err
	}
	words := strings.Fields(text.Fold(text.NFC(question)))
	var flows []string
	for _, one := range all {
		if one.Base <= after || !one.says(words) {
			continue
		}
		if len(p.Items) == PageSize {
			p.Next = p.Items[PageSize-1].Base
			break
		}
		p.Items = append(p.Items, one)
		for _, v := range one.Versions {
			if !slices.Contains(flows, v.Flow) {
				flows = append(flows, v.Flow)
			}
		}
	}
	running, err := workflow.CountRunning(ctx, s.DB, scope, flows, s.DB.Now())
	if err != nil {
		return p, err
	}
	for _, one := range p.Items {
		for i := range one.Versions {
			one.Versions[i].Running = running[one.Versions[i].Ref]
		}
	}
	return p, nil
}

// says reports whether every word is in the name of the process, or of a
// procedure that uses it.
func (p Process) says(words []string) bool {
	if len(words) == 0 {
		return true
	}
	var b strings.Builder
	b.WriteString(p.Base + " " + p.Title.VI + " " + p.Title.EN)
	for _, v := range p.Versions {
		for _, u := range v.Uses {
			b.WriteString(" " + u.Code + " " + u.Procedure + " " + u.Name.VI + " " + u.Name.EN)
		}
	}
	folded := text.Fold(text.NFC(b.String()))
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(folded, w) })
}
