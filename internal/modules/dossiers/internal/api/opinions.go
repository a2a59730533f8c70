// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"bytes"
	"context"
	"net/http"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/web"
)

func (o operations) opinions() []web.Route {
	advise := needs(dossiers.PermAdvise)
	asking := needs(dossiers.PermProcess, dossiers.PermSign)
	return []web.Route{
		web.Operation("GET /api/v1/opinions", "What one is asked for an opinion about, the most urgent first", advise, o.listAsked),
		web.Operation("GET /api/v1/opinions/count", "How many opinions are asked of oneself", advise, o.countAsked),
		web.Operation("GET /api/v1/opinions/{id}", "The papers of a dossier about which one is asked, until one has answered; that they are read is recorded", advise, o.getAsked),
		o.sized(web.Operation("POST /api/v1/opinions/{id}/answer", "Agree or disagree, in words, with a file where there is one", advise, o.answer)),
		web.Operation("POST /api/v1/opinions/{id}/close", "Go on without an answer, with the words why: silence is no consent", asking, o.closeOpinion),
		web.RawOperation("GET /api/v1/opinions/{id}/file", "The file that came with an opinion", readers(), givesFile(allowed(), purposeParam()), o.opinionFile),
		web.Operation("GET /api/v1/opinion-units", "The units that can be asked for an opinion", asking, o.consultable),
		web.Operation("POST /api/v1/dossiers/{id}/opinions", "Ask units for their opinion in one's own step", asking, o.consult),
	}
}

type opinionTarget struct {
	Unit string `json:"unit" maxLength:"100"`
	Post string `json:"post,omitempty" maxLength:"100" doc:"a role in the unit; empty: anybody there who may answer"`
}

type consultIn struct {
	One
	Body struct {
		Step     string          `json:"step,omitempty" maxLength:"36" doc:"the open step, where there are several; empty: the one that is one's own"`
		Question string          `json:"question" maxLength:"4000"`
		Days     int             `json:"days" doc:"working days to answer"`
		Units    []opinionTarget `json:"units" maxItems:"10"`
	}
}

type consultOut struct {
	Body struct {
		Opinions []string `json:"opinions" doc:"their ids"`
	}
}

func (o operations) consult(ctx context.Context, in *consultIn) (*consultOut, error) {
	dossier, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	c := core.Consultation{Step: dossiers.TaskID(in.Body.Step), Question: in.Body.Question, Days: in.Body.Days}
	for _, u := range in.Body.Units {
		c.Targets = append(c.Targets, core.Target{Unit: orgs.ID(u.Unit), Post: u.Post})
	}
	out := &consultOut{}
	out.Body.Opinions, err = o.svc.Consult(ctx, identity.From(ctx), dossier, c)
	return out, err
}

// DossierOpinion is what another unit was asked, with its answer.
type DossierOpinion struct {
	ID       string       `json:"id"`
	Step     i18n.Text    `json:"step"`
	Unit     i18n.Text    `json:"unit"`
	Post     string       `json:"post,omitempty"`
	Question string       `json:"question"`
	Asker    string       `json:"asker"`
	AskedAt  db.Time      `json:"asked_at"`
	Due      db.Time      `json:"due"`
	Late     bool         `json:"late" doc:"open past its time, or given after it"`
	State    string       `json:"state" enum:"open,agreed,disagreed,unanswered,dropped"`
	Words    string       `json:"words,omitempty" doc:"the answer, or why it was closed without one"`
	Ender    string       `json:"ender,omitempty"`
	EndedAt  db.Time      `json:"ended_at"`
	File     *opinionFile `json:"file,omitempty"`
}

type opinionFile struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Size int64  `json:"size" doc:"bytes"`
}

func toOpinion(p core.Opinion) DossierOpinion {
	out := DossierOpinion{p.ID, p.Step, p.Unit, p.Post, p.Question, p.Asker, p.AskedAt, p.Due, p.Late, p.State, p.Words, p.Ender, p.EndedAt, nil}
	if p.File != nil {
		out.File = &opinionFile{p.File.Name, string(p.File.Type), p.File.Size}
	}
	return out
}

func toOpinions(all []core.Opinion) []DossierOpinion {
	out := []DossierOpinion{}
	for _, p := range all {
		out = append(out, toOpinion(p))
	}
	return out
}

// AskedItem is a question with the dossier it is about.
type AskedItem struct {
	DossierOpinion
	Dossier DossierSummary `json:"dossier"`
}

type askedOut struct {
	Body struct {
		Items []AskedItem `json:"items"`
		Next  string      `json:"next,omitempty"`
	}
}

func (o operations) listAsked(ctx context.Context, in *PageIn) (*askedOut, error) {
	page, err := o.svc.ListAsked(ctx, identity.From(ctx), in.After)
	if err != nil {
		return nil, err
	}
	out := &askedOut{}
	out.Body.Items, out.Body.Next = []AskedItem{}, page.Next
	for _, i := range page.Items {
		out.Body.Items = append(out.Body.Items, AskedItem{toOpinion(i.Opinion), toSummary(i.Dossier)})
	}
	return out, nil
}

func (o operations) countAsked(ctx context.Context, _ *nothing) (*countOut, error) {
	return toCount(o.svc.CountAsked(ctx, identity.From(ctx)))
}

// opinionID reads the id of an opinion.
func opinionID(text string) (string, error) {
	if !id.Valid(text) {
		return "", dossiers.ErrNoOpinion
	}
	return text, nil
}

type askedCaseOut struct {
	Body struct {
		AskedItem
		Answers map[string]any `json:"answers"`
		Papers  []dossierPaper `json:"papers"`
	}
}

func (o operations) getAsked(ctx context.Context, in *One) (*askedCaseOut, error) {
	opinion, err := opinionID(in.ID)
	if err != nil {
		return nil, err
	}
	c, err := o.svc.GetAsked(ctx, identity.From(ctx), opinion)
	if err != nil {
		return nil, err
	}
	out := &askedCaseOut{}
	out.Body.AskedItem = AskedItem{toOpinion(c.Opinion), toSummary(c.Dossier)}
	out.Body.Answers, out.Body.Papers = c.Answers, attachments(c.Papers)
	return out, nil
}

type answerIn struct {
	One
	Body struct {
		Outcome  string `json:"outcome" maxLength:"20" doc:"agreed or disagreed"`
		Words    string `json:"words" maxLength:"4000"`
		FileName string `json:"file_name,omitempty" maxLength:"255"`
		File     []byte `json:"file,omitempty" doc:"in base64"`
	}
}

func (o operations) answer(ctx context.Context, in *answerIn) (*nothing, error) {
	opinion, err := opinionID(in.ID)
	if err != nil {
		return nil, err
	}
	a := core.Advice{Outcome: in.Body.Outcome, Words: in.Body.Words, FileName: in.Body.FileName}
	if len(in.Body.File) > 0 {
		a.File = bytes.NewReader(in.Body.File)
	}
	return nil, o.svc.AnswerOpinion(ctx, identity.From(ctx), opinion, a)
}

func (o operations) closeOpinion(ctx context.Context, in *reasonIn) (*nothing, error) {
	opinion, err := opinionID(in.ID)
	if err != nil {
		return nil, err
	}
	return nil, o.svc.CloseOpinion(ctx, identity.From(ctx), opinion, in.Body.Reason)
}

func (o operations) opinionFile(w http.ResponseWriter, r *http.Request) error {
	opinion, err := opinionID(r.PathValue("id"))
	if err != nil {
		return err
	}
	content, f, err := o.svc.OpenOpinionFile(r.Context(), identity.From(r.Context()), opinion, why(r))
	if err != nil {
		return err
	}
	return send(w, r, content, f)
}

type unitsOut struct {
	Body struct {
		Items []opinionUnit `json:"items"`
	}
}

type opinionUnit struct {
	ID   string    `json:"id"`
	Name i18n.Text `json:"name"`
}

func (o operations) consultable(ctx context.Context, _ *nothing) (*unitsOut, error) {
	all, err := o.svc.ListConsultable(ctx, identity.From(ctx))
	if err != nil {
		return nil, err
	}
	out := &unitsOut{}
	out.Body.Items = []opinionUnit{}
	for _, u := range all {
		out.Body.Items = append(out.Body.Items, opinionUnit{string(u.ID), u.Name})
	}
	return out, nil
}
