// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api serves the vault of papers as JSON, and files as they are.
package api

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"

	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/holdings"
	"tinhso.vn/internal/modules/holdings/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// Routes returns the operations.
func Routes(s *core.Service) []web.Route {
	o := operations{s}
	own, digitise, revoke := needs(holdings.PermOwn), needs(holdings.PermDigitise), needs(holdings.PermRevoke)
	return []web.Route{
		web.Operation("GET /api/v1/vault/types", "Types of papers", needs(holdings.Permissions()...), o.types),
		web.Operation("GET /api/v1/vault/papers", "The papers of oneself, or of whom one represents, the newest first", own, o.list),
		web.Operation("GET /api/v1/vault/papers/{id}", "A paper: what it served for, who has looked, by which links it is shared", own, o.one),
		web.RawOperation("GET /api/v1/vault/papers/{id}/file", "The file of a paper; that it is read is recorded", own, gives("application/pdf", "image/png", "image/jpeg"), o.file),
		web.RawOperation("GET /api/v1/vault/papers/{id}/pages/{page}", "The picture of a page; 0 is the thumbnail", own, gives("image/jpeg"), o.picture),
		web.Operation("POST /api/v1/vault/papers/{id}/shares", "Share a paper by a link that ends; the link is told once", own, o.share),
		web.Operation("POST /api/v1/vault/papers/{id}/shares/{share}/withdraw", "End a link at once", own, o.withdraw),
		web.Operation("GET /api/v1/vault/incoming/{dossier}", "The files of a dossier, and which of them are in the vault", digitise, o.incoming),
		web.Operation("POST /api/v1/vault/incoming/{dossier}/{file}", "Put a file of an accepted dossier into the vault of its owner", digitise, o.digitise),
		web.Operation("GET /api/v1/vault/made", "What the unit has made from a dossier: its result, what was digitised; recorded", revoke, o.listMade),
		web.Operation("GET /api/v1/vault/made/{id}", "A paper that the unit issued or digitised; recorded", revoke, o.made),
		web.Operation("POST /api/v1/vault/made/{id}/revoke", "Say that it counts no more, and why", revoke, o.revoke),
		web.Operation("GET /api/v1/vault/figures", "What was entered, digitised and reused in the units of the actor", needs(holdings.PermRevoke, holdings.PermDigitise), o.figures),
	}
}

type operations struct{ svc *core.Service }

type nothing struct{}

func needs(ps ...identity.Permission) web.Access {
	names := make([]string, len(ps))
	for i, p := range ps {
		names[i] = string(p)
	}
	return web.Needs(names...)
}

func gives(types ...string) web.Raw { return web.Raw{Gives: types, Status: http.StatusOK} }

// OneIn names a paper.
type OneIn struct {
	ID string `path:"id" maxLength:"100"`
}

type typeBody struct {
	ID       string    `json:"id"`
	Name     i18n.Text `json:"name"`
	Code     string    `json:"code,omitempty" doc:"of the national list, where a source gives it"`
	Valid    string    `json:"valid" enum:"perpetual,months,stated"`
	Months   int       `json:"months,omitempty"`
	Verified bool      `json:"verified"`
}

type typesOut struct {
	Body struct {
		Items []typeBody `json:"items"`
	}
}

func (o operations) types(ctx context.Context, _ *struct{}) (*typesOut, error) {
	all, err := o.svc.ListTypes(ctx, identity.From(ctx))
	out := &typesOut{}
	out.Body.Items = []typeBody{}
	for _, t := range all {
		out.Body.Items = append(out.Body.Items, typeBody{t.ID, t.Name, t.Code, string(t.Valid), t.Months, !t.Unverified})
	}
	return out, err
}

// VaultPaper is a paper of the vault.
type VaultPaper struct {
	ID         string    `json:"id"`
	Type       string    `json:"type"`
	Name       i18n.Text `json:"name" doc:"of the type"`
	Number     string    `json:"number"`
	Issuer     string    `json:"issuer"`
	Issued     string    `json:"issued,omitempty"`
	Until      string    `json:"until,omitempty" doc:"the last day"`
	Perpetual  bool      `json:"perpetual,omitempty"`
	Scope      i18n.Text `json:"scope,omitzero"`
	Summary    string    `json:"summary,omitempty"`
	Officer    string    `json:"officer,omitempty"`
	Checked    string    `json:"checked,omitempty" enum:"original,certified," doc:"against what a copy was checked"`
	Signature  string    `json:"signature" enum:"none,valid,bad"`
	Source     string    `json:"source" enum:"result,intake,backfile"`
	At         db.Time   `json:"at"`
	State      string    `json:"state" enum:"valid,revoked,replaced"`
	Why        string    `json:"why,omitempty" doc:"a code: why it cannot be used today"`
	Replaces   string    `json:"replaces,omitempty"`
	ReplacedBy string    `json:"replaced_by,omitempty"`
	Ended      db.Time   `json:"ended_at,omitzero"`
	Reason     string    `json:"reason,omitempty"`
	FileName   string    `json:"file_name"`
	FileType   string    `json:"file_type"`
	Size       int64     `json:"size"`
	SHA256     string    `json:"sha256"`
}

func paper(p core.Paper) VaultPaper {
	out := VaultPaper{
		ID: p.ID, Type: p.Type.ID, Name: p.Type.Name, Number: p.Number, Issuer: p.Issuer, Issued: p.Issued, Until: p.Until, Perpetual: p.Perpetual, Scope: p.Type.Scope,
		Summary: p.Summary, Officer: p.Officer, Checked: p.Checked, Signature: string(p.Signed), Source: string(p.Source), At: p.At, State: string(p.State),
		Replaces: p.Replaces, ReplacedBy: p.ReplacedBy, Ended: p.Ended, Reason: p.Reason, FileName: p.File.Name, FileType: string(p.File.Type), Size: p.File.Size, SHA256: p.File.SHA256,
	}
	if p.Why != nil {
		out.Why = p.Why.Code
	}
	return out
}

type listIn struct {
	Type  string `query:"type" maxLength:"100"`
	State string `query:"state" maxLength:"20" doc:"valid, revoked or replaced"`
	Words string `query:"q" maxLength:"200"`
	After string `query:"after" maxLength:"100"`
}

type listOut struct {
	Body struct {
		Items []VaultPaper `json:"items"`
		Next  string       `json:"next,omitempty"`
	}
}

func (o operations) list(ctx context.Context, in *listIn) (*listOut, error) {
	v, err := o.svc.ListOwn(ctx, identity.From(ctx), core.Filter{Type: in.Type, State: holdings.State(in.State), Words: in.Words}, in.After)
	out := &listOut{}
	out.Body.Items, out.Body.Next = []VaultPaper{}, v.Next
	for _, p := range v.Items {
		out.Body.Items = append(out.Body.Items, paper(p))
	}
	return out, err
}

type lookBody struct {
	At   db.Time `json:"at"`
	What string  `json:"what" enum:"page,file,refused"`
	From string  `json:"from,omitempty" doc:"network address"`
}

type shareBody struct {
	ID        string     `json:"id"`
	Purpose   string     `json:"purpose"`
	Until     db.Time    `json:"until"`
	Most      int        `json:"most,omitempty"`
	Opened    int        `json:"opened"`
	Works     bool       `json:"works"`
	Withdrawn db.Time    `json:"withdrawn_at,omitzero"`
	Looks     []lookBody `json:"looks"`
}

type readingBody struct {
	Who     string    `json:"who"`
	Unit    i18n.Text `json:"unit"`
	At      time.Time `json:"at"`
	Event   string    `json:"event"`
	Purpose string    `json:"purpose"`
}

type usedBody struct {
	Dossier string  `json:"dossier"`
	Code    string  `json:"code"`
	At      db.Time `json:"at"`
}

type detailOut struct {
	Body struct {
		VaultPaper

		Uses     []usedBody    `json:"uses"`
		Readings []readingBody `json:"readings"`
		Next     string        `json:"next_readings,omitempty"`
		Shares   []shareBody   `json:"shares"`
	}
}

type detailIn struct {
	OneIn
	After string `query:"after" maxLength:"100" doc:"next_readings of the answer before"`
}

func (o operations) one(ctx context.Context, in *detailIn) (*detailOut, error) {
	d, err := o.svc.GetOwn(ctx, identity.From(ctx), in.ID, in.After)
	if err != nil {
		return nil, err
	}
	out := &detailOut{}
	out.Body.VaultPaper, out.Body.Next = paper(d.Paper), d.Readings.Next
	out.Body.Uses, out.Body.Readings, out.Body.Shares = []usedBody{}, []readingBody{}, []shareBody{}
	for _, u := range d.Uses {
		out.Body.Uses = append(out.Body.Uses, usedBody(u))
	}
	for _, r := range d.Readings.Items {
		out.Body.Readings = append(out.Body.Readings, readingBody{r.Who, r.Unit, r.At, string(r.Event), string(r.Purpose)})
	}
	for _, s := range d.Shares {
		b := shareBody{ID: s.ID, Purpose: s.Purpose, Until: s.Until, Most: s.Most, Opened: s.Opened, Works: s.Works, Withdrawn: s.Withdrawn, Looks: []lookBody{}}
		for _, l := range s.Looks {
			b.Looks = append(b.Looks, lookBody{l.At, l.What, l.Address})
		}
		out.Body.Shares = append(out.Body.Shares, b)
	}
	return out, nil
}

func (o operations) file(w http.ResponseWriter, r *http.Request) (err error) {
	content, f, err := o.svc.OpenOwn(r.Context(), identity.From(r.Context()), r.PathValue("id"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	headers(w, f.Name, string(f.Type), f.Size)
	return web.SendBytes(w, r, f.Size, f.SHA256, content, content.Part)
}

func (o operations) picture(w http.ResponseWriter, r *http.Request) (err error) {
	page, err := strconv.Atoi(r.PathValue("page"))
	if err != nil {
		return files.ErrNoPicture
	}
	content, p, err := o.svc.OpenOwnPicture(r.Context(), identity.From(r.Context()), r.PathValue("id"), page)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	headers(w, "", "image/jpeg", p.Size)
	_, err = io.Copy(w, content)
	return err
}

func headers(w http.ResponseWriter, name, kind string, size int64) {
	h := w.Header()
	h.Set("Content-Type", kind)
	if name != "" {
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	}
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, no-store")
}

type shareIn struct {
	OneIn
	Body struct {
		Purpose string `json:"purpose" maxLength:"1000"`
		Days    int    `json:"days" doc:"how long it works, at most 90"`
		Opens   int    `json:"opens,omitempty" doc:"how often the file may be opened; 0: as often as one likes"`
	}
}

type sharedOut struct {
	Body struct {
		ID      string  `json:"id"`
		Address string  `json:"address" doc:"the link; nobody can tell it again"`
		Until   db.Time `json:"until"`
	}
}

func (o operations) share(ctx context.Context, in *shareIn) (*sharedOut, error) {
	s, err := o.svc.ShareOwn(ctx, identity.From(ctx), in.ID, core.Sharing(in.Body))
	out := &sharedOut{}
	out.Body.ID, out.Body.Address, out.Body.Until = s.ID, s.Address, s.Until
	return out, err
}

type withdrawIn struct {
	OneIn
	Share string `path:"share" maxLength:"100"`
}

func (o operations) withdraw(ctx context.Context, in *withdrawIn) (*nothing, error) {
	return nil, o.svc.WithdrawShare(ctx, identity.From(ctx), in.ID, in.Share)
}

// IncomingIn names a dossier.
type IncomingIn struct {
	Dossier string `path:"dossier" maxLength:"100"`
}

type incomingFile struct {
	ID     string      `json:"id"`
	Name   string      `json:"name"`
	Paper  i18n.Text   `json:"paper" doc:"what the procedure calls it"`
	Type   string      `json:"type,omitempty" doc:"that the procedure names"`
	SHA256 string      `json:"sha256"`
	Vault  string      `json:"vault,omitempty" doc:"the paper of the vault it was taken from"`
	There  *VaultPaper `json:"there,omitempty" doc:"as it was put into the vault"`
}

type incomingOut struct {
	Body struct {
		Code     string         `json:"code"`
		Accepted bool           `json:"accepted"`
		Items    []incomingFile `json:"items"`
	}
}

func (o operations) incoming(ctx context.Context, in *IncomingIn) (*incomingOut, error) {
	id, err := dossiers.ParseID(in.Dossier)
	if err != nil {
		return nil, err
	}
	all, err := o.svc.ListIncoming(ctx, identity.From(ctx), id)
	if err != nil {
		return nil, err
	}
	out := &incomingOut{}
	out.Body.Code, out.Body.Accepted, out.Body.Items = all.Code, all.Accepted, []incomingFile{}
	for _, f := range all.Files {
		item := incomingFile{ID: f.ID, Name: f.Name, Paper: f.Paper.Name, Type: f.Paper.Type, SHA256: f.SHA256, Vault: f.Vault}
		if p, ok := all.There[f.ID]; ok {
			there := paper(p)
			item.There = &there
		}
		out.Body.Items = append(out.Body.Items, item)
	}
	return out, nil
}

type digitiseIn struct {
	IncomingIn
	File string `path:"file" maxLength:"100"`
	Body struct {
		Type      string `json:"type" maxLength:"100"`
		Number    string `json:"number" maxLength:"400"`
		Issuer    string `json:"issuer" maxLength:"1000"`
		Issued    string `json:"issued" maxLength:"10"`
		Until     string `json:"until,omitempty" maxLength:"10"`
		Perpetual bool   `json:"perpetual,omitempty"`
		Checked   string `json:"checked" maxLength:"20" doc:"against what the actor has checked it: original, certified"`
		Summary   string `json:"summary,omitempty" maxLength:"1000"`
	}
}

type madeOut struct {
	Body struct {
		ID string `json:"id"`
	}
}

func (o operations) digitise(ctx context.Context, in *digitiseIn) (*madeOut, error) {
	dossier, err := dossiers.ParseID(in.Dossier)
	if err != nil {
		return nil, err
	}
	b := in.Body
	id, err := o.svc.Digitise(ctx, identity.From(ctx), core.Digitising{
		Dossier: dossier, File: in.File, Type: b.Type, Number: b.Number, Issuer: b.Issuer, Issued: b.Issued, Until: b.Until, Perpetual: b.Perpetual, Checked: b.Checked, Summary: b.Summary,
	})
	out := &madeOut{}
	out.Body.ID = id
	return out, err
}

type madeIn struct {
	Dossier string `query:"dossier" maxLength:"100" required:"true" doc:"id"`
}

func (o operations) listMade(ctx context.Context, in *madeIn) (*listOut, error) {
	all, err := o.svc.ListMade(ctx, identity.From(ctx), in.Dossier)
	out := &listOut{}
	out.Body.Items = []VaultPaper{}
	for _, p := range all {
		out.Body.Items = append(out.Body.Items, paper(p))
	}
	return out, err
}

type paperOut struct{ Body VaultPaper }

func (o operations) made(ctx context.Context, in *OneIn) (*paperOut, error) {
	p, err := o.svc.GetMade(ctx, identity.From(ctx), in.ID)
	return &paperOut{Body: paper(p)}, err
}

type revokeIn struct {
	OneIn
	Body struct {
		Reason string `json:"reason" maxLength:"2000"`
	}
}

func (o operations) revoke(ctx context.Context, in *revokeIn) (*nothing, error) {
	return nil, o.svc.Revoke(ctx, identity.From(ctx), in.ID, in.Body.Reason)
}

type figuresIn struct {
	From string `query:"from" maxLength:"10" doc:"the first day, YYYY-MM-DD"`
	To   string `query:"to" maxLength:"10" doc:"the last day"`
}

type figuresOut struct {
	Body struct {
		Entered   int `json:"entered" doc:"results that came into the vault"`
		Digitised int `json:"digitised" doc:"papers that came in from files of dossiers and cabinets"`
		Reused    int `json:"reused" doc:"papers that dossiers took from the vault"`
		Dossiers  int `json:"dossiers" doc:"with one at least"`
	}
}

func (o operations) figures(ctx context.Context, in *figuresIn) (*figuresOut, error) {
	f, err := o.svc.CountFigures(ctx, identity.From(ctx), in.From, in.To)
	out := &figuresOut{}
	out.Body.Entered, out.Body.Digitised, out.Body.Reused, out.Body.Dossiers = f.Entered, f.Digitised, f.Reused, f.Dossiers
	return out, err
}
