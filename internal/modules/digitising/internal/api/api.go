// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api serves the digitising of old papers as JSON. Scans come as uploads
// in parts (/api/v1/uploads).
package api

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/digitising"
	"tinhso.vn/internal/modules/digitising/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// Routes returns the operations.
func Routes(s *core.Service) []web.Route {
	o := operations{s}
	scan, sign := web.Needs(string(digitising.PermScan)), web.Needs(string(digitising.PermSign))
	both := web.Needs(string(digitising.PermScan), string(digitising.PermSign))
	return []web.Route{
		web.Operation("GET /api/v1/digitising/batches", "Batches of old papers of the actor's units, the newest first", both, o.list),
		web.Operation("POST /api/v1/digitising/batches", "Open a batch", scan, o.open),
		web.Operation("GET /api/v1/digitising/batches/{batch}", "A batch: how far its scans are read, its papers; recorded", both, o.batch),
		web.Operation("POST /api/v1/digitising/batches/{batch}/scans", "Take a complete upload as a scan; it is read in the background", scan, o.add),
		web.Operation("GET /api/v1/digitising/batches/{batch}/papers/{paper}", "A paper with its pages and what was recognised; recorded", both, o.paper),
		web.Operation("POST /api/v1/digitising/batches/{batch}/papers/{paper}/check", "Say what the paper says, as a person has read it", scan, o.check),
		web.Operation("POST /api/v1/digitising/batches/{batch}/papers/{paper}/sign", "Seal a checked paper as an electronic copy; it goes into the vault of its owner", sign, o.sign),
		web.Operation("GET /api/v1/digitising/batches/{batch}/sample", "What a second person looks at in a batch, and what they found", both, o.look),
		web.Operation("POST /api/v1/digitising/batches/{batch}/sample", "Draw the papers that a second person looks at", scan, o.draw),
		web.Operation("POST /api/v1/digitising/batches/{batch}/sample/{paper}", "Say what a second look at a paper found; the last one decides about the batch", both, o.judge),
		web.Operation("POST /api/v1/digitising/batches/{batch}/papers/{paper}/join", "Put the pages of a paper behind those of the paper before it", scan, o.join),
		web.Operation("POST /api/v1/digitising/batches/{batch}/pages/{page}/split", "Make the pages from one on a paper of their own", scan, o.split),
		web.Operation("GET /api/v1/digitising/batches/{batch}/export", "All papers of a batch with what a person has read on them; recorded", both, o.export),
		web.Operation("GET /api/v1/digitising/rates", "Who has checked how much between two days, and how much of it a second look found wrong", both, o.rates),
		web.Operation("POST /api/v1/digitising/batches/{batch}/pages/{page}/drop", "Leave a page out of its paper, or take it back", scan, o.drop),
	}
}

type operations struct{ svc *core.Service }

type nothing struct{}

// BatchIn names a batch.
type BatchIn struct {
	Batch string `path:"batch" maxLength:"100"`
}

// PaperIn names a paper of a batch.
type PaperIn struct {
	BatchIn

	Paper string `path:"paper" maxLength:"100"`
}

type batchBody struct {
	ID       string         `json:"id"`
	Unit     string         `json:"unit"`
	Type     string         `json:"type"`
	Against  string         `json:"against" enum:"original,certified"`
	Box      string         `json:"box"`
	Shelf    string         `json:"shelf,omitempty"`
	Years    string         `json:"years,omitempty"`
	OpenedAt db.Time        `json:"opened_at"`
	Papers   map[string]int `json:"papers" doc:"how many are in which state"`
}

func batch(b core.Batch) batchBody {
	out := batchBody{b.ID, b.Unit, b.Type, b.Against, b.Box, b.Shelf, b.Years, b.At, map[string]int{}}
	for s, n := range b.Counts {
		out.Papers[string(s)] = n
	}
	return out
}

type listIn struct {
	After string `query:"after" maxLength:"100"`
}

type listOut struct {
	Body struct {
		Items []batchBody `json:"items"`
		Next  string      `json:"next,omitempty"`
	}
}

func (o operations) list(ctx context.Context, in *listIn) (*listOut, error) {
	all, next, err := o.svc.ListBatches(ctx, identity.From(ctx), in.After)
	out := &listOut{}
	out.Body.Items, out.Body.Next = []batchBody{}, next
	for _, b := range all {
		out.Body.Items = append(out.Body.Items, batch(b))
	}
	return out, err
}

type openIn struct {
	Body struct {
		Type    string `json:"type" maxLength:"100"`
		Against string `json:"against" maxLength:"20" doc:"what the papers are: original, certified"`
		Box     string `json:"box" maxLength:"400"`
		Shelf   string `json:"shelf,omitempty" maxLength:"400"`
		Years   string `json:"years,omitempty" maxLength:"400"`
		Share   int    `json:"share,omitempty" doc:"of 100 papers that a second person looks at before anything is sealed"`
		Most    *int   `json:"most_wrong,omitempty" doc:"of 100 papers of the sample that may be wrong before the batch goes back, from 0 to 20; nothing: 5"`
	}
}

type madeOut struct {
	Body struct {
		ID string `json:"id"`
	}
}

func (o operations) open(ctx context.Context, in *openIn) (*madeOut, error) {
	id, err := o.svc.OpenBatch(ctx, identity.From(ctx), core.NewBatch{Type: in.Body.Type, Against: in.Body.Against, Box: in.Body.Box, Shelf: in.Body.Shelf, Years: in.Body.Years, Share: in.Body.Share, MostWrong: in.Body.Most})
	out := &madeOut{}
	out.Body.ID = id
	return out, err
}

type scanBody struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Pages  int    `json:"pages" doc:"0 until it is known"`
	Done   int    `json:"done" doc:"pages that were read"`
	State  string `json:"state" enum:"reading,read,failed"`
	Reason string `json:"reason,omitempty" doc:"a code"`
}

type fieldBody struct {
	Value string `json:"value"`
	Sure  int    `json:"sure" doc:"of 100"`
}

// DigitisedPaper is a paper of a batch, with what was recognised on it.
type DigitisedPaper struct {
	ID      string               `json:"id"`
	State   string               `json:"state" enum:"ready,checked,signed,entered,stopped"`
	Version int                  `json:"version"`
	Fields  map[string]fieldBody `json:"fields" doc:"number, issued, owner, owner_number, issuer"`
	Vault   string               `json:"vault,omitempty" doc:"paper of the vault"`
	Reason  string               `json:"reason,omitempty" doc:"a code: why the vault did not take it"`
}

func paper(p core.Paper) DigitisedPaper {
	out := DigitisedPaper{p.ID, string(p.State), p.Version, map[string]fieldBody{}, p.Vault, p.Reason}
	for name, f := range p.Facts.Fields {
		out.Fields[name] = fieldBody(f)
	}
	return out
}

type detailIn struct {
	BatchIn

	After string `query:"after" maxLength:"100"`
}

type detailOut struct {
	Body struct {
		Batch      batchBody        `json:"batch"`
		Scans      []scanBody       `json:"scans"`
		Papers     []DigitisedPaper `json:"papers"`
		Next       string           `json:"next,omitempty"`
		Recognises bool             `json:"recognises" doc:"false: there is no Tesseract on the server"`
	}
}

func (o operations) batch(ctx context.Context, in *detailIn) (*detailOut, error) {
	d, err := o.svc.GetBatch(ctx, identity.From(ctx), in.Batch, in.After)
	if err != nil {
		return nil, err
	}
	out := &detailOut{}
	out.Body.Batch, out.Body.Scans, out.Body.Papers, out.Body.Next, out.Body.Recognises = batch(d.Batch), []scanBody{}, []DigitisedPaper{}, d.Next, !d.Absent
	for _, s := range d.Scans {
		out.Body.Scans = append(out.Body.Scans, scanBody{s.ID, s.Name, s.Pages, s.Done, s.State, s.Reason})
	}
	for _, p := range d.Papers {
		out.Body.Papers = append(out.Body.Papers, paper(p))
	}
	return out, nil
}

type addIn struct {
	BatchIn

	Body struct {
		Upload string `json:"upload" maxLength:"100"`
	}
}

func (o operations) add(ctx context.Context, in *addIn) (*madeOut, error) {
	id, err := o.svc.AddUpload(ctx, identity.From(ctx), in.Batch, in.Body.Upload)
	out := &madeOut{}
	out.Body.ID = id
	return out, err
}

type pageBody struct {
	ID      string   `json:"id"`
	Number  int      `json:"number" doc:"in the scan"`
	Turned  int      `json:"turned" doc:"degrees to the right"`
	Dropped bool     `json:"dropped"`
	Flags   []string `json:"flags" doc:"blank, blurred, coarse, code"`
}

type paperOut struct {
	Body struct {
		DigitisedPaper

		Pages []pageBody `json:"pages"`
		Next  string     `json:"next,omitempty" doc:"the next paper that nobody has checked"`
	}
}

func (o operations) paper(ctx context.Context, in *PaperIn) (*paperOut, error) {
	v, err := o.svc.GetPaper(ctx, identity.From(ctx), in.Batch, in.Paper)
	if err != nil {
		return nil, err
	}
	out := &paperOut{}
	out.Body.DigitisedPaper, out.Body.Pages, out.Body.Next = paper(v.Paper), []pageBody{}, v.Next
	for _, p := range v.Pages {
		out.Body.Pages = append(out.Body.Pages, pageBody{p.ID, p.Number, p.Turned, p.Dropped, append([]string{}, p.Flags...)})
	}
	return out, nil
}

type checkIn struct {
	PaperIn

	Body struct {
		Version     int    `json:"version" doc:"of the paper, as it was read"`
		Number      string `json:"number" maxLength:"1200"`
		Issued      string `json:"issued" maxLength:"20" doc:"YYYY-MM-DD"`
		Owner       string `json:"owner" maxLength:"1200"`
		OwnerNumber string `json:"owner_number" maxLength:"40"`
		Issuer      string `json:"issuer" maxLength:"1200"`
		Another     bool   `json:"another,omitempty" doc:"it is another paper, although one of the same type, number and issuer was checked before"`
	}
}

func (o operations) check(ctx context.Context, in *checkIn) (*nothing, error) {
	b := in.Body
	return nil, o.svc.Check(ctx, identity.From(ctx), in.Batch, in.Paper, core.Checking{Version: b.Version, Another: b.Another, Values: map[string]string{
		core.FieldNumber: b.Number, core.FieldIssued: b.Issued, core.FieldOwner: b.Owner, core.FieldOwnerNumber: b.OwnerNumber, core.FieldIssuer: b.Issuer,
	}})
}

func (o operations) sign(ctx context.Context, in *PaperIn) (*nothing, error) {
	return nil, o.svc.Sign(ctx, identity.From(ctx), in.Batch, in.Paper)
}

type dropIn struct {
	BatchIn

	Page string `path:"page" maxLength:"100"`
	Body struct {
		Drop bool `json:"drop" doc:"false takes it back"`
	}
}

func (o operations) drop(ctx context.Context, in *dropIn) (*nothing, error) {
	return nil, o.svc.DropPage(ctx, identity.From(ctx), in.Batch, in.Page, in.Body.Drop)
}
