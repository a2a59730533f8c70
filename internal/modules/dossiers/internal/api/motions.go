// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"net/http"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/web"
)

func (o operations) motions() []web.Route {
	process, sign := needs(dossiers.PermProcess), needs(dossiers.PermSign)
	return []web.Route{
		web.Operation("GET /api/v1/motions", "What officers ask one to decide: another day, or to stop; the oldest first", sign, o.listMotions),
		web.Operation("GET /api/v1/motions/count", "How many wait for one's decision", sign, o.countMotions),
		web.Operation("POST /api/v1/dossiers/{id}/motions", "Ask a leader for another day, or to stop the dossier", process, o.move),
		web.Operation("POST /api/v1/dossiers/{id}/motions/{motion}/decision", "Agree, or decline with the words why; never to one's own", sign, o.decide),
		web.Operation("DELETE /api/v1/dossiers/{id}/motions/{motion}", "Take one's own motion back", process, o.dropMotion),
		web.RawOperation("GET /api/v1/dossiers/{id}/apology", "The apology for the day that was moved last (form 04)", readers(), givesPDF(purposeParam()), o.slip("xin-loi.pdf", o.svc.ApologySlip)),
		web.RawOperation("GET /api/v1/dossiers/{id}/stop", "The notice that a dossier is stopped or was taken back (form 05)", readers(), givesPDF(purposeParam()), o.slip("thong-bao-dung.pdf", o.svc.StopSlip)),
		web.RawOperation("GET /api/v1/dossiers/{id}/control", "Who had a dossier in hand, from when and until when (form 06); for the office", readers(), givesPDF(purposeParam()), o.slip("phieu-kiem-soat.pdf", o.svc.ControlSlip)),
	}
}

// slip answers with a paper about a dossier.
func (o operations) slip(name string, draw func(context.Context, identity.Actor, dossiers.ID, access.Purpose) ([]byte, error)) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		dossier, err := dossiers.ParseID(r.PathValue("id"))
		if err != nil {
			return err
		}
		paper, err := draw(r.Context(), identity.From(r.Context()), dossier, why(r))
		if err != nil {
			return err
		}
		headers(w, name, "application/pdf", int64(len(paper)))
		_, err = w.Write(paper)
		return err
	}
}

// DossierMotion is what an officer has asked a leader for.
type DossierMotion struct {
	ID      string  `json:"id"`
	Kind    string  `json:"kind" enum:"extend,stop"`
	Days    int     `json:"days,omitempty" doc:"working days to add"`
	Money   string  `json:"money,omitempty" enum:"none,keep,refund" doc:"what becomes of what was paid for a dossier that is stopped"`
	Reason  string  `json:"reason"`
	Basis   string  `json:"basis,omitempty" doc:"the rule"`
	Asker   string  `json:"asker"`
	AskedAt db.Time `json:"asked_at"`
	State   string  `json:"state" enum:"open,agreed,declined,dropped"`
	OldDue  db.Time `json:"old_due"`
	NewDue  db.Time `json:"new_due" doc:"of an open one: what it would be"`
	Words   string  `json:"words,omitempty" doc:"why it was declined"`
	Ender   string  `json:"ender,omitempty"`
	EndedAt db.Time `json:"ended_at"`
}

func toMotion(m core.Motion) DossierMotion {
	return DossierMotion{m.ID, string(m.Kind), m.Days, string(m.Money), m.Reason, m.Basis, m.Asker, m.AskedAt, string(m.State), m.OldDue, m.NewDue, m.Words, m.Ender, m.EndedAt}
}

func toMotions(all []core.Motion) []DossierMotion {
	out := []DossierMotion{}
	for _, m := range all {
		out = append(out, toMotion(m))
	}
	return out
}

// MotionItem is a motion with the dossier it is about.
type MotionItem struct {
	DossierMotion
	Dossier DossierSummary `json:"dossier"`
}

type motionsOut struct {
	Body struct {
		Items []MotionItem `json:"items"`
		Next  string       `json:"next,omitempty"`
	}
}

func (o operations) listMotions(ctx context.Context, in *PageIn) (*motionsOut, error) {
	page, err := o.svc.ListMotions(ctx, identity.From(ctx), in.After)
	if err != nil {
		return nil, err
	}
	out := &motionsOut{}
	out.Body.Items, out.Body.Next = []MotionItem{}, page.Next
	for _, i := range page.Items {
		out.Body.Items = append(out.Body.Items, MotionItem{toMotion(i.Motion), toSummary(i.Dossier)})
	}
	return out, nil
}

func (o operations) countMotions(ctx context.Context, _ *nothing) (*countOut, error) {
	return toCount(o.svc.CountMotions(ctx, identity.From(ctx)))
}

type moveIn struct {
	One
	Body struct {
		Kind   string `json:"kind" enum:"extend,stop"`
		Step   string `json:"step,omitempty" maxLength:"36" doc:"the open step, where there are several; empty: the one that is one's own"`
		Days   int    `json:"days,omitempty" doc:"working days to add"`
		Reason string `json:"reason" maxLength:"8000" doc:"people read it"`
		Basis  string `json:"basis,omitempty" maxLength:"2000" doc:"the rule; a stop needs one"`
		Money  string `json:"money,omitempty" enum:"none,keep,refund" doc:"of a stop"`
	}
}

type moveOut struct {
	Body struct {
		Motion string `json:"motion" doc:"its id"`
	}
}

func (o operations) move(ctx context.Context, in *moveIn) (*moveOut, error) {
	dossier, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	b, out := in.Body, &moveOut{}
	out.Body.Motion, err = o.svc.Move(ctx, identity.From(ctx), dossier, core.Wish{
		Kind: dossiers.MotionKind(b.Kind), Step: dossiers.TaskID(b.Step), Days: b.Days, Reason: b.Reason, Basis: b.Basis, Money: dossiers.Money(b.Money),
	})
	return out, err
}

// OneMotion names a motion about a dossier.
type OneMotion struct {
	One
	Motion string `path:"motion" maxLength:"36"`
}

func (in OneMotion) ids() (dossiers.ID, string, error) {
	dossier, err := dossiers.ParseID(in.ID)
	if err == nil && !id.Valid(in.Motion) {
		err = dossiers.ErrNoMotion
	}
	return dossier, in.Motion, err
}

type decideIn struct {
	OneMotion
	Body struct {
		Agree bool   `json:"agree"`
		Words string `json:"words,omitempty" maxLength:"8000" doc:"why not"`
	}
}

func (o operations) decide(ctx context.Context, in *decideIn) (*nothing, error) {
	dossier, motion, err := in.ids()
	if err != nil {
		return nil, err
	}
	return nil, o.svc.DecideMotion(ctx, identity.From(ctx), dossier, motion, core.Verdict{Agree: in.Body.Agree, Words: in.Body.Words})
}

func (o operations) dropMotion(ctx context.Context, in *OneMotion) (*nothing, error) {
	dossier, motion, err := in.ids()
	if err != nil {
		return nil, err
	}
	return nil, o.svc.DropMotion(ctx, identity.From(ctx), dossier, motion)
}
