// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"fmt"
	"strings"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Past is a version in the history of its procedure.
type Past struct {
	procedures.Version
	AppliedAt   db.Time
	From, To    string // days on which it is listed; To is empty where no end is known
	Listed      bool   // on its days
	Differences []procedures.Difference
}

// maxPast is how many versions a history shows.
const maxPast = 50

// History returns the versions of a procedure, the last first, each with what
// differs from the one before; procedures.ErrNotFound where there is none.
func (s *Service) History(ctx context.Context, id procedures.ID) (all []Past, err error) {
	defer errs.Wrap(&err, "history of procedure %s", id)

	kept, err := store.Versions(ctx, s.db, string(id), maxPast)
	if err != nil {
		return nil, err
	}
	if len(kept) == 0 {
		return nil, procedures.ErrNotFound
	}
	for _, k := range kept {
		v, err := s.version(ctx, string(id), k.SHA)
		if err != nil {
			return nil, err
		}
		one := Past{Version: v, AppliedAt: k.AppliedAt, From: k.ValidFrom, To: k.ValidTo, Listed: k.Listed}
		if one.To == store.Forever {
			one.To = ""
		}
		all = append(all, one)
	}
	for i := range len(all) - 1 {
		all[i].Differences = Differences(all[i+1].Version, all[i].Version)
	}
	return all, nil
}

// DescribeVersion is Describe for a version whatever the day: what was abolished
// stays readable.
func (s *Service) DescribeVersion(ctx context.Context, id procedures.ID, sha string) (d Description, err error) {
	defer errs.Wrap(&err, "describe procedure %s in version %s", id, sha)

	v, err := s.GetVersion(ctx, id, sha)
	if err != nil {
		return d, err
	}
	return s.describe(ctx, v)
}

// Published implements procedures.Publications.
func (s *Service) Published(ctx context.Context, from, to string, limit int) (all []procedures.Publication, err error) {
	defer errs.Wrap(&err, "decisions of procedures")

	found, err := store.ListDecided(ctx, s.db, from, to, limit)
	for _, d := range found {
		all = append(all, procedures.Publication(d))
	}
	return all, err
}

// Differences says in words what differs from one version to the next. Words of
// what is counted are the same in both languages.
func Differences(a, b procedures.Version) (all []procedures.Difference) {
	add := func(key string, from, to i18n.Text) {
		if from != to {
			all = append(all, procedures.Difference{Key: "procedures.differs." + key, From: from, To: to})
		}
	}
	plain := func(key, from, to string) { add(key, i18n.Text{VI: from}, i18n.Text{VI: to}) }
	add("name", a.Name, b.Name)
	plain("code", a.Code, b.Code)
	add("field", a.Field, b.Field)
	add("result", a.ResultName, b.ResultName)
	add("conditions", a.Conditions, b.Conditions)
	add("steps", a.Steps, b.Steps)
	add("statutory", spanText(a.Statutory), spanText(b.Statutory))
	add("reduced", spanText(a.Reduced), spanText(b.Reduced))
	add("online_statutory", spanText(a.OnlineStatutory), spanText(b.OnlineStatutory))
	add("online_reduced", spanText(a.OnlineReduced), spanText(b.OnlineReduced))
	add("same_day", yesText(a.SameDay), yesText(b.SameDay))
	add("fee", feeText(a.Fee), feeText(b.Fee))
	add("papers", paperText(a.Papers), paperText(b.Papers))
	add("cases", caseText(a.Cases), caseText(b.Cases))
	plain("unit", string(a.AuthorityUnit), string(b.AuthorityUnit))
	plain("route", a.Route, b.Route)
	plain("online", a.Online, b.Online)
	add("paperless", yesText(a.Paperless), yesText(b.Paperless))
	add("boundary_free", yesText(a.BoundaryFree), yesText(b.BoundaryFree))
	add("decision", decidedText(a.Decision), decidedText(b.Decision))
	plain("form", versioned(a.Form.ID, a.Form.Version), versioned(b.Form.ID, b.Form.Version))
	plain("flow", versioned(a.Flow.ID, a.Flow.Version), versioned(b.Flow.ID, b.Flow.Version))
	plain("template", versioned(a.Template.ID, a.Template.Version), versioned(b.Template.ID, b.Template.Version))
	plain("bases", strings.Join(a.LegalBases, ", "), strings.Join(b.LegalBases, ", "))
	plain("valid_from", a.ValidFrom, b.ValidFrom)
	plain("valid_to", a.ValidTo, b.ValidTo)
	return all
}

func versioned(id string, version int) string {
	if id == "" {
		return ""
	}
	return fmt.Sprintf("%s (%d)", id, version)
}

func spanText(d procedures.Duration) i18n.Text {
	switch {
	case d.Amount == 0:
		return i18n.Text{}
	case d.Unit == "hours":
		return i18n.Text{VI: fmt.Sprintf("%d giờ làm việc", d.Amount), EN: fmt.Sprintf("%d working hours", d.Amount)}
	case d.Working:
		return i18n.Text{VI: fmt.Sprintf("%d ngày làm việc", d.Amount), EN: fmt.Sprintf("%d working days", d.Amount)}
	}
	return i18n.Text{VI: fmt.Sprintf("%d ngày", d.Amount), EN: fmt.Sprintf("%d days", d.Amount)}
}

func yesText(is bool) i18n.Text {
	if is {
		return i18n.Text{VI: "có", EN: "yes"}
	}
	return i18n.Text{}
}

func feeText(f procedures.Fee) i18n.Text {
	switch f.Kind {
	case "none":
		return i18n.Text{VI: "không thu", EN: "free"}
	case "amount":
		money := new(i18n.Catalogue).Printer(i18n.VI).Money(f.Amount)
		return i18n.Text{VI: money, EN: money}
	case "table":
		return i18n.Text{VI: "theo bảng mức thu", EN: "by a table"}
	}
	return i18n.Text{}
}

func paperText(papers []procedures.Paper) (t i18n.Text) {
	for _, p := range papers {
		join(&t, p.Name)
	}
	return t
}

func caseText(cases []procedures.Case) (t i18n.Text) {
	for _, c := range cases {
		join(&t, c.Name)
	}
	return t
}

func join(t *i18n.Text, name i18n.Text) {
	if name.EN == "" {
		name.EN = name.VI
	}
	if t.VI != "" {
		t.VI, t.EN = t.VI+"; ", t.EN+"; "
	}
	t.VI, t.EN = t.VI+name.VI, t.EN+name.EN
}

func decidedText(d *procedures.Deciding) i18n.Text {
	if d == nil {
		return i18n.Text{}
	}
	return i18n.Text{VI: d.Number + " (" + d.Signed + ")"}
}
