// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"net/http"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

func (o operations) rights() []web.Route {
	request, approve := needs(personnel.PermRequest, personnel.PermAll), needs(personnel.PermApprove, personnel.PermAll)
	grants := needs(personnel.PermRequest, personnel.PermApprove, personnel.PermAll, personnel.PermInspect)
	reviews := needs(personnel.PermReview, personnel.PermAll, personnel.PermInspect)
	return []web.Route{
		web.Operation("GET /api/v1/role-grants", "Roles beside the post, asked for and decided, the newest first", grants, o.listGrants),
		web.Operation("GET /api/v1/role-grants/roles", "Roles that can be lent", request, o.grantRoles),
		web.Operation("GET /api/v1/role-grants/clashes", "Who holds roles that nobody may hold together", needs(personnel.PermInspect, personnel.PermAll), o.clashes),
		web.Operation("POST /api/v1/role-grants", "Ask for a role for somebody, for a time", request, o.requestGrant),
		web.Operation("POST /api/v1/role-grants/{id}/decide", "Give or refuse what somebody else has asked for", approve, o.decideGrant),
		web.Operation("POST /api/v1/role-grants/{id}/revoke", "Take a lent role back before its end", approve, o.revokeGrant),
		web.Operation("GET /api/v1/rights/why", "Why somebody may do something, or what would be needed", needs(personnel.PermView, personnel.PermInspect, personnel.PermAll), o.why),
		web.Operation("GET /api/v1/rights/viewers", "Who may see a dossier, and who has", needs(personnel.PermView, personnel.PermInspect), o.sees),
		web.Operation("GET /api/v1/rights-reviews", "Reviews of rights, the newest first", reviews, o.listCampaigns),
		web.Operation("POST /api/v1/rights-reviews", "Begin a review of every right", needs(personnel.PermAll), o.openCampaign),
		web.Operation("GET /api/v1/rights-reviews/{id}", "A review with the rights in scope", reviews, o.getCampaign),
		web.Operation("POST /api/v1/rights-reviews/{id}", "Keep or end rights under review", needs(personnel.PermReview), o.review),
		web.RawOperation("GET /api/v1/rights-reviews/{id}/report", "A review as a CSV file", reviews, web.Raw{Gives: []string{"text/csv"}, Status: http.StatusOK}, o.report),
		web.RawOperation("GET /api/v1/rights-reviews/{id}/paper", "The record of a review as a PDF", reviews, web.Raw{Gives: []string{"application/pdf"}, Status: http.StatusOK}, o.paper),
		web.Operation("GET /api/v1/emergencies", "Dossiers that were opened out of scope, the newest first", needs(personnel.PermEmergency, personnel.PermInspect), o.listEmergencies),
		web.Operation("POST /api/v1/emergencies", "Open one dossier out of scope for an hour, with an alarm", needs(personnel.PermEmergency), o.openEmergency),
		web.Operation("POST /api/v1/emergencies/{id}/judge", "Say whether an emergency was one", needs(personnel.PermInspect), o.judge),
	}
}

// RoleGrant is a role beside the post.
type RoleGrant struct {
	ID     string `json:"id"`
	State  string `json:"state" enum:"asked,granted,refused,revoked"`
	Login  string `json:"login"`
	Role   string `json:"role"`
	Unit   string `json:"unit"`
	From   string `json:"from"`
	Until  string `json:"until" doc:"the last day"`
	Reason string `json:"reason"`
	By     string `json:"by" doc:"login of who asked"`
}

type grantsIn struct {
	State  string `query:"state" maxLength:"20" doc:"asked, granted, refused or revoked"`
	Before string `query:"before" maxLength:"100" doc:"next of the page before"`
}

type grantsOut struct {
	Body struct {
		Items []RoleGrant `json:"items"`
		Next  string      `json:"next,omitempty" doc:"send it as before"`
	}
}

func (o operations) listGrants(ctx context.Context, in *grantsIn) (*grantsOut, error) {
	p, err := o.svc.ListGrants(ctx, identity.From(ctx), in.State, in.Before)
	out := &grantsOut{}
	out.Body.Items, out.Body.Next = []RoleGrant{}, p.Next
	for _, g := range p.Items {
		out.Body.Items = append(out.Body.Items, RoleGrant{g.ID, g.State, g.Who.Login, g.Role.VI, g.Unit.VI, g.From, g.Until, g.Reason, g.By.Login})
	}
	return out, err
}

type rolesOut struct {
	Body struct {
		Items []string `json:"items"`
	}
}

func (o operations) grantRoles(ctx context.Context, _ *nothing) (*rolesOut, error) {
	all, err := o.svc.GrantRoles(ctx, identity.From(ctx))
	out := &rolesOut{}
	out.Body.Items = []string{}
	for _, r := range all {
		out.Body.Items = append(out.Body.Items, string(r.ID))
	}
	return out, err
}

type clash struct {
	Login string `json:"login"`
	A     string `json:"a"`
	B     string `json:"b"`
	Why   string `json:"why"`
}

type clashesOut struct {
	Body struct {
		Items []clash `json:"items"`
	}
}

func (o operations) clashes(ctx context.Context, _ *nothing) (*clashesOut, error) {
	all, err := o.svc.ListClashes(ctx, identity.From(ctx))
	out := &clashesOut{}
	out.Body.Items = []clash{}
	for _, c := range all {
		out.Body.Items = append(out.Body.Items, clash{c.Who.Login, c.A.VI, c.B.VI, c.Why.VI})
	}
	return out, err
}

type requestIn struct {
	Body struct {
		Login   string `json:"login" maxLength:"100"`
		Role    string `json:"role" maxLength:"100"`
		Unit    string `json:"unit" maxLength:"200"`
		Subtree bool   `json:"subtree,omitempty"`
		From    string `json:"from" maxLength:"10" doc:"YYYY-MM-DD"`
		Until   string `json:"until" maxLength:"10" doc:"the last day, YYYY-MM-DD"`
		Reason  string `json:"reason" maxLength:"2000"`
	}
}

func (o operations) requestGrant(ctx context.Context, in *requestIn) (*made, error) {
	id, err := o.svc.RequestGrant(ctx, identity.From(ctx), core.Request(in.Body))
	if err != nil {
		return nil, err
	}
	out := &made{}
	out.Body.ID = id
	return out, nil
}

type decideIn struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Give  bool   `json:"give"`
		Words string `json:"words,omitempty" maxLength:"2000" doc:"needed to refuse"`
	}
}

func (o operations) decideGrant(ctx context.Context, in *decideIn) (*nothing, error) {
	return nil, o.svc.DecideGrant(ctx, identity.From(ctx), in.ID, in.Body.Give, in.Body.Words)
}

type wordsIn struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Words string `json:"words" maxLength:"2000"`
	}
}

func (o operations) revokeGrant(ctx context.Context, in *wordsIn) (*nothing, error) {
	return nil, o.svc.RevokeGrant(ctx, identity.From(ctx), in.ID, in.Body.Words)
}

type whyIn struct {
	Login      string `query:"login" maxLength:"100"`
	Permission string `query:"permission" maxLength:"100" doc:"absent: see a dossier"`
	What       string `query:"what" maxLength:"200" doc:"code of a dossier, or a unit"`
}

type way struct {
	Post       Holding   `json:"post"`
	Permission string    `json:"permission"`
	Path       []orgs.ID `json:"path" doc:"from the unit asked about up to that of the post"`
}

type whyOut struct {
	Body struct {
		Ways   []way    `json:"ways"`
		Single []string `json:"single" doc:"reasons why the single dossier is open: part, emergency"`
		Needed []string `json:"needed" doc:"roles one of which would be needed"`
	}
}

func (o operations) why(ctx context.Context, in *whyIn) (*whyOut, error) {
	a, err := o.svc.Why(ctx, identity.From(ctx), core.Question(*in))
	if err != nil {
		return nil, err
	}
	out := &whyOut{}
	out.Body.Ways, out.Body.Single, out.Body.Needed = []way{}, []string{}, []string{}
	for _, c := range a.Chains {
		one := way{Post: holding(c.Post, o.svc.DB.Now()), Permission: string(c.Permission)}
		for _, u := range c.Path {
			one.Path = append(one.Path, u.ID)
		}
		out.Body.Ways = append(out.Body.Ways, one)
	}
	for _, t := range a.Things {
		out.Body.Single = append(out.Body.Single, string(t.Why))
	}
	for _, n := range a.Needs {
		out.Body.Needed = append(out.Body.Needed, string(n.Role.ID))
	}
	return out, nil
}

type seesIn struct {
	Code  string `query:"code" maxLength:"100" doc:"of the dossier"`
	After string `query:"after" maxLength:"400" doc:"next of the page before"`
}

type viewer struct {
	Login      string   `json:"login"`
	Name       string   `json:"name"`
	Permission string   `json:"permission"`
	Post       *Holding `json:"post,omitempty"`
	Why        string   `json:"why,omitempty" doc:"part or emergency, where it is no post"`
}

type reading struct {
	Login   string  `json:"login"`
	Name    string  `json:"name"`
	At      db.Time `json:"at"`
	Event   string  `json:"event"`
	Purpose string  `json:"purpose"`
}

type seesOut struct {
	Body struct {
		May  []viewer  `json:"may"`
		Have []reading `json:"have" doc:"the last readings, the newest first"`
		Next string    `json:"next,omitempty" doc:"send it as after"`
	}
}

func (o operations) sees(ctx context.Context, in *seesIn) (*seesOut, error) {
	v, err := o.svc.WhoSees(ctx, identity.From(ctx), in.Code, in.After)
	if err != nil {
		return nil, err
	}
	out := &seesOut{}
	out.Body.May, out.Body.Have, out.Body.Next = []viewer{}, []reading{}, v.May.Next
	for _, m := range v.May.Items {
		one := viewer{Login: m.Who.Login, Name: m.Who.Name, Permission: string(m.Permission), Why: string(m.Why)}
		if m.Why == "" {
			h := holding(m.Post, o.svc.DB.Now())
			one.Post = &h
		}
		out.Body.May = append(out.Body.May, one)
	}
	for _, h := range v.Have {
		out.Body.Have = append(out.Body.Have, reading{h.Who.Login, h.Who.Name, h.At, string(h.Event), string(h.Purpose)})
	}
	return out, nil
}

// RightsReview is a review of rights with how far it is.
type RightsReview struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Ends     string   `json:"ends" doc:"the last day to answer"`
	Suspends bool     `json:"suspends" doc:"what is not answered is suspended"`
	Closed   *db.Time `json:"closed,omitempty"`
	All      int64    `json:"all"`
	Open     int64    `json:"open"`
	Kept     int64    `json:"kept"`
	Ended    int64    `json:"ended"`
}

func rightsReview(c core.Campaign) RightsReview {
	r := RightsReview{ID: c.ID, Name: c.Name, Ends: c.Ends, Suspends: c.Suspends, All: c.All, Open: c.Open, Kept: c.Kept, Ended: c.Taken}
	if !c.Closed.IsZero() {
		r.Closed = &c.Closed
	}
	return r
}

type campaignsOut struct {
	Body struct {
		Items []RightsReview `json:"items"`
		Next  string         `json:"next,omitempty" doc:"send it as before"`
	}
}

func (o operations) listCampaigns(ctx context.Context, in *listIn) (*campaignsOut, error) {
	p, err := o.svc.ListCampaigns(ctx, identity.From(ctx), in.Before)
	out := &campaignsOut{}
	out.Body.Items, out.Body.Next = []RightsReview{}, p.Next
	for _, c := range p.Items {
		out.Body.Items = append(out.Body.Items, rightsReview(c))
	}
	return out, err
}

type openIn struct {
	Body struct {
		Name     string `json:"name" maxLength:"2000"`
		Ends     string `json:"ends" maxLength:"10" doc:"the last day to answer, YYYY-MM-DD"`
		Suspends bool   `json:"suspends,omitempty"`
	}
}

func (o operations) openCampaign(ctx context.Context, in *openIn) (*made, error) {
	id, err := o.svc.OpenCampaign(ctx, identity.From(ctx), in.Body.Name, in.Body.Ends, in.Body.Suspends)
	if err != nil {
		return nil, err
	}
	out := &made{}
	out.Body.ID = id
	return out, nil
}

type campaignIn struct {
	ID    string `path:"id" maxLength:"100"`
	All   bool   `query:"all" doc:"what is answered too"`
	After string `query:"after" maxLength:"400" doc:"next of the page before"`
}

type item struct {
	Login   string  `json:"login"`
	Name    string  `json:"name"`
	Holding Holding `json:"holding"`
	Verdict string  `json:"verdict,omitempty" doc:"keep, end, suspended or unanswered; absent: open"`
}

type campaignOut struct {
	Body struct {
		RightsReview
		Items []item `json:"items"`
		Next  string `json:"next,omitempty" doc:"send it as after"`
	}
}

func (o operations) getCampaign(ctx context.Context, in *campaignIn) (*campaignOut, error) {
	sh, err := o.svc.GetCampaign(ctx, identity.From(ctx), in.ID, !in.All, in.After)
	if err != nil {
		return nil, err
	}
	out := &campaignOut{}
	out.Body.RightsReview, out.Body.Items, out.Body.Next = rightsReview(sh.Campaign), []item{}, sh.Next
	for _, i := range sh.Items {
		out.Body.Items = append(out.Body.Items, item{i.Who.Login, i.Who.Name, holding(i.Post, o.svc.DB.Now()), i.Verdict})
	}
	return out, nil
}

type reviewIn struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Holdings []string `json:"holdings" maxItems:"100"`
		Verdict  string   `json:"verdict" maxLength:"20" doc:"keep or end"`
	}
}

type reviewOut struct {
	Body struct {
		Answered int `json:"answered"`
	}
}

func (o operations) review(ctx context.Context, in *reviewIn) (*reviewOut, error) {
	n, err := o.svc.Review(ctx, identity.From(ctx), in.ID, in.Body.Holdings, in.Body.Verdict)
	out := &reviewOut{}
	out.Body.Answered = n
	return out, err
}

func (o operations) report(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Cache-Control", "private, no-store")
	return o.svc.ReportCampaign(r.Context(), identity.From(r.Context()), r.PathValue("id"), w)
}

func (o operations) paper(w http.ResponseWriter, r *http.Request) error {
	body, err := o.svc.PaperCampaign(r.Context(), identity.From(r.Context()), r.PathValue("id"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Cache-Control", "private, no-store")
	_, err = w.Write(body) //nolint:gosec // a PDF, to save
	return err
}

// EmergencyOpening is a dossier that was opened out of scope.
type EmergencyOpening struct {
	ID      string  `json:"id"`
	Code    string  `json:"code" doc:"of the dossier"`
	Login   string  `json:"login"`
	Reason  string  `json:"reason"`
	Opened  db.Time `json:"opened"`
	Until   db.Time `json:"until"`
	Verdict string  `json:"verdict,omitempty" enum:"justified,unjustified"`
}

type emergenciesOut struct {
	Body struct {
		Items []EmergencyOpening `json:"items"`
		Next  string             `json:"next,omitempty" doc:"send it as before"`
	}
}

func (o operations) listEmergencies(ctx context.Context, in *listIn) (*emergenciesOut, error) {
	p, err := o.svc.ListEmergencies(ctx, identity.From(ctx), in.Before)
	out := &emergenciesOut{}
	out.Body.Items, out.Body.Next = []EmergencyOpening{}, p.Next
	for _, e := range p.Items {
		out.Body.Items = append(out.Body.Items, EmergencyOpening{e.ID, e.Code, e.Who.Login, e.Reason, e.Opened, e.Until, e.Verdict})
	}
	return out, err
}

type alarmIn struct {
	Body struct {
		Code   string `json:"code" maxLength:"100" doc:"of the dossier"`
		Reason string `json:"reason" maxLength:"2000"`
	}
}

type alarmOut struct {
	Body struct {
		Dossier string `json:"dossier" doc:"id: it can be read for an hour"`
	}
}

func (o operations) openEmergency(ctx context.Context, in *alarmIn) (*alarmOut, error) {
	id, err := o.svc.OpenEmergency(ctx, identity.From(ctx), in.Body.Code, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	out := &alarmOut{}
	out.Body.Dossier = id
	return out, nil
}

type judgeIn struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Verdict string `json:"verdict" maxLength:"20" doc:"justified or unjustified"`
		Words   string `json:"words" maxLength:"2000"`
	}
}

func (o operations) judge(ctx context.Context, in *judgeIn) (*nothing, error) {
	return nil, o.svc.JudgeEmergency(ctx, identity.From(ctx), in.ID, in.Body.Verdict, in.Body.Words)
}
