// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"net/http"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/core"
	"tinhso.vn/internal/platform/web"
)

func (o operations) units() []web.Route {
	view, all := needs(personnel.PermView, personnel.PermAll, personnel.PermInspect), needs(personnel.PermAll)
	return []web.Route{
		web.Operation("GET /api/v1/org-units", "A level of the tree of units on a day, or units by words", view, o.listUnits),
		web.RawOperation("GET /api/v1/org-units/export", "All units of a day as a CSV file", view, web.Raw{Query: []web.Param{{Name: "day"}}, Gives: []string{"text/csv"}, Status: http.StatusOK}, o.exportUnits),
		web.Operation("GET /api/v1/org-units/{unit}", "A unit as of a day, with its history", view, o.getUnit),
		web.Operation("POST /api/v1/org-units/{unit}/decisions", "Enter a decision about a unit", all, o.enterUnit),
		web.Operation("POST /api/v1/org-units/{unit}/positions", "Add a position to a unit", all, o.addPosition),
	}
}

// OrgUnit is a unit on a day.
type OrgUnit struct {
	ID        orgs.ID `json:"id"`
	Parent    orgs.ID `json:"parent,omitempty"`
	Kind      string  `json:"kind"`
	Name      string  `json:"name"`
	NameEN    string  `json:"name_en,omitempty"`
	Short     string  `json:"short,omitempty"`
	Code      string  `json:"code,omitempty"`
	ValidFrom string  `json:"valid_from,omitempty"`
	ValidTo   string  `json:"valid_to,omitempty"`
	Children  int     `json:"children,omitempty" doc:"right under it"`
}

func orgUnit(u orgs.Unit, children int) OrgUnit {
	return OrgUnit{u.ID, u.Parent, string(u.Kind), u.Name.VI, u.Name.EN, u.Short, u.Agency(), u.ValidFrom, u.ValidTo, children}
}

type treeIn struct {
	Parent string `query:"parent" maxLength:"100" doc:"absent: the roots"`
	Words  string `query:"words" maxLength:"200" doc:"instead of a parent"`
	Day    string `query:"day" maxLength:"10" doc:"YYYY-MM-DD; absent: today"`
	After  string `query:"after" maxLength:"100" doc:"next of the page before"`
}

type treeOut struct {
	Body struct {
		Items []OrgUnit `json:"items"`
		Next  string    `json:"next,omitempty" doc:"send it as after"`
	}
}

func (o operations) listUnits(ctx context.Context, in *treeIn) (*treeOut, error) {
	t, err := o.svc.ListUnits(ctx, identity.From(ctx), core.TreeQuery(*in))
	out := &treeOut{}
	out.Body.Items, out.Body.Next = []OrgUnit{}, t.Next
	for _, b := range t.Items {
		out.Body.Items = append(out.Body.Items, orgUnit(b.Unit, b.Children))
	}
	return out, err
}

type unitIn struct {
	Unit string `path:"unit" maxLength:"100"`
	Day  string `query:"day" maxLength:"10" doc:"YYYY-MM-DD; absent: today"`
}

type unitVersion struct {
	OrgUnit
	From     string `json:"from,omitempty"`
	To       string `json:"to,omitempty"`
	Decision string `json:"decision,omitempty"`
	Applied  bool   `json:"applied" doc:"false: its day has not come"`
}

type unitOut struct {
	Body struct {
		OrgUnit
		There    bool          `json:"there" doc:"false: the unit was not there on the day"`
		OldCode  string        `json:"old_code,omitempty" doc:"DDD.DD.DD.HHH"`
		Versions []unitVersion `json:"versions"`
		From     []orgs.ID     `json:"from" doc:"predecessors"`
		To       []orgs.ID     `json:"to" doc:"successors"`
	}
}

func (o operations) getUnit(ctx context.Context, in *unitIn) (*unitOut, error) {
	f, err := o.svc.GetUnit(ctx, identity.From(ctx), in.Unit, in.Day)
	if err != nil {
		return nil, err
	}
	out := &unitOut{}
	b := &out.Body
	b.OrgUnit, b.There, b.OldCode, b.Versions, b.From, b.To = orgUnit(f.Unit, 0), f.There, f.OldCode, []unitVersion{}, []orgs.ID{}, []orgs.ID{}
	for _, v := range f.Versions {
		b.Versions = append(b.Versions, unitVersion{orgUnit(v.Unit, 0), v.From, v.To, v.Decision, v.Applied})
	}
	for _, t := range f.From {
		b.From = append(b.From, t.Unit)
	}
	for _, t := range f.To {
		b.To = append(b.To, t.Unit)
	}
	return out, nil
}

type unitDecisionIn struct {
	Unit string `path:"unit" maxLength:"100"`
	Body struct {
		Kind     string `json:"kind" maxLength:"20" doc:"create, alter, end or merge"`
		Number   string `json:"number" maxLength:"2000"`
		Date     string `json:"date" maxLength:"10" doc:"YYYY-MM-DD"`
		From     string `json:"from" maxLength:"10" doc:"the first day on which it counts; may be to come"`
		Parent   string `json:"parent,omitempty" maxLength:"200"`
		UnitKind string `json:"unit_kind,omitempty" maxLength:"40"`
		Name     string `json:"name,omitempty" maxLength:"2000"`
		NameEN   string `json:"name_en,omitempty" maxLength:"2000"`
		Short    string `json:"short,omitempty" maxLength:"40"`
		Code     string `json:"code,omitempty" maxLength:"40" doc:"either form"`
		Address  string `json:"address,omitempty" maxLength:"2000"`
		Phone    string `json:"phone,omitempty" maxLength:"40"`
		Into     string `json:"into,omitempty" maxLength:"200" doc:"of merge"`
		Carry    bool   `json:"carry,omitempty" doc:"of merge: people hold the same posts there"`
	}
}

func (o operations) enterUnit(ctx context.Context, in *unitDecisionIn) (*nothing, error) {
	b := in.Body
	return nil, o.svc.EnterUnit(ctx, identity.From(ctx), core.UnitDecision{
		Kind: b.Kind, Number: b.Number, Date: b.Date, From: b.From, Unit: in.Unit, Parent: b.Parent, UnitKind: b.UnitKind, Name: b.Name, NameEN: b.NameEN,
		Short: b.Short, Code: b.Code, Address: b.Address, Phone: b.Phone, Into: b.Into, Carry: b.Carry,
	})
}

type positionIn struct {
	Unit string `path:"unit" maxLength:"100"`
	Body struct {
		Title   string `json:"title" maxLength:"2000"`
		SignsAs string `json:"signs_as,omitempty" maxLength:"200"`
		Role    string `json:"role" maxLength:"100"`
		Subtree bool   `json:"subtree,omitempty"`
		Seats   int    `json:"seats"`
		Number  string `json:"number" maxLength:"2000" doc:"of the decision"`
		From    string `json:"from" maxLength:"10" doc:"YYYY-MM-DD"`
	}
}

func (o operations) addPosition(ctx context.Context, in *positionIn) (*made, error) {
	b := in.Body
	id, err := o.svc.AddPosition(ctx, identity.From(ctx), orgs.Position{
		Unit: orgs.ID(in.Unit), Title: i18n.Text{VI: b.Title}, SignsAs: b.SignsAs, Role: b.Role, Subtree: b.Subtree, Seats: b.Seats,
	}, orgs.Decision{Number: b.Number, From: b.From})
	if err != nil {
		return nil, err
	}
	out := &made{}
	out.Body.ID = id
	return out, nil
}

func (o operations) exportUnits(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	return o.svc.ExportUnits(r.Context(), identity.From(r.Context()), r.FormValue("day"), false, w)
}
