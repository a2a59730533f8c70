// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api is the door at which the National Public Service Portal brings
// dossiers, and the look-up of its catalogue.
package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/nationalportal"
	"tinhso.vn/internal/modules/nationalportal/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/web"
)

// maxDossier is how large a dossier with all its files may be, in base64.
const maxDossier = 96 << 20

// Routes returns the operations.
func Routes(svc *core.Service) []web.Route {
	o := operations{svc}
	view := web.Needs(string(nationalportal.PermView))
	bring := web.Operation("POST /api/v1/national-portal/dossiers", "A dossier that was filed on the National Public Service Portal, with its files; the same code again gets the same receipt",
		web.Needs(string(nationalportal.PermBring)), o.bring)
	bring.MaxBody = maxDossier
	result := web.RawOperation("GET /api/v1/national-portal/dossiers/{code}/result", "The result that was issued for a dossier, for the portal to fetch; the code is that by which the portal knows it",
		web.Needs(string(nationalportal.PermBring)), web.Raw{Gives: []string{string(files.PDF)}, Status: http.StatusOK}, o.result)
	return append(o.vault(),
		bring, result,
		web.Operation("POST /api/v1/national-portal/payments", "A fee was paid on the portal; the same payment again gets the same answer", web.Needs(string(nationalportal.PermBring)), o.paid),
		web.Operation("GET /api/v1/national-portal/arrivals", "Dossiers that the portal brought: taken, or refused with what was wrong", view, o.arrivals),
		web.Operation("GET /api/v1/national-portal/procedures", "The national catalogue, asked of the portal (LayDanhSachTTHC)", view, o.procedures),
		web.Operation("GET /api/v1/national-portal/procedures/{code}", "One procedure of the national catalogue, asked of the portal (LayThuTuc)", view, o.procedure),
	)
}

type operations struct{ svc *core.Service }

// PortalPerson is a person or organisation of a dossier of the portal.
type PortalPerson struct {
	Kind    string `json:"LoaiDoiTuong" enum:"1,2" doc:"1 cá nhân, 2 tổ chức"`
	Name    string `json:"HoTen" maxLength:"400"`
	Number  string `json:"SoDinhDanh" maxLength:"40"`
	Phone   string `json:"SoDienThoai,omitempty" maxLength:"40"`
	Email   string `json:"Email,omitempty" maxLength:"200"`
	Address string `json:"DiaChi,omitempty" maxLength:"600"`
	Born    string `json:"NgaySinh,omitempty" maxLength:"10" doc:"yyyy-mm-dd"`
}

func (p PortalPerson) somebody() core.Somebody {
	return core.Somebody{LoaiDoiTuong: p.Kind, HoTen: p.Name, SoDinhDanh: p.Number, SoDienThoai: p.Phone, Email: p.Email, DiaChi: p.Address, NgaySinh: p.Born}
}

// PortalFile is a file of a dossier of the portal.
type PortalFile struct {
	Name    string `json:"TenTepDinhKem" maxLength:"300"`
	Paper   string `json:"MaThanhPhanHoSo" maxLength:"100"`
	Content []byte `json:"NoiDung"`
}

type bringIn struct {
	Body struct {
		Code      string         `json:"MaHoSo" maxLength:"60" doc:"by which the portal knows it"`
		Procedure string         `json:"MaTTHC" maxLength:"60" doc:"national code, with or without the province, or our name of a procedure without one"`
		Agency    string         `json:"MaCoQuanThucHien" maxLength:"60" doc:"code of the agency that shall receive it, or our name of it"`
		Case      string         `json:"TruongHop,omitempty" maxLength:"100"`
		Owner     PortalPerson   `json:"ChuHoSo"`
		Submitter *PortalPerson  `json:"NguoiNop,omitempty" doc:"missing: the owner files"`
		Basis     string         `json:"QuanHe,omitempty" enum:"parent,guardian,authorised,legal" doc:"by what right NguoiNop files"`
		BasisNote string         `json:"CanCuQuanHe,omitempty" maxLength:"600"`
		Answers   map[string]any `json:"NoiDungKeKhai" doc:"answers to the form of the procedure"`
		Files     []PortalFile   `json:"TaiLieuNop" maxItems:"60"`
		Filed     string         `json:"ThoiDiemNop,omitempty" maxLength:"14" doc:"yyyyMMddHHmmss"`
	}
}

type bringOut struct{ Body core.Receipt }

func (o operations) bring(ctx context.Context, in *bringIn) (*bringOut, error) {
	b := core.Brought{
		MaHoSo: in.Body.Code, MaTTHC: in.Body.Procedure, MaCoQuanThucHien: in.Body.Agency, TruongHop: in.Body.Case, ChuHoSo: in.Body.Owner.somebody(),
		QuanHe: in.Body.Basis, CanCuQuanHe: in.Body.BasisNote, ThoiDiemNop: in.Body.Filed,
	}
	if in.Body.Submitter != nil {
		s := in.Body.Submitter.somebody()
		b.NguoiNop = &s
	}
	var err error
	if b.NoiDungKeKhai, err = json.Marshal(in.Body.Answers); err != nil {
		return nil, err
	}
	for _, f := range in.Body.Files {
		b.TaiLieuNop = append(b.TaiLieuNop, core.BroughtFile{TenTepDinhKem: f.Name, MaThanhPhanHoSo: f.Paper, NoiDung: f.Content})
	}
	r, err := o.svc.Bring(ctx, identity.From(ctx), b)
	return &bringOut{r}, err
}

func (o operations) result(w http.ResponseWriter, r *http.Request) (err error) {
	content, err := o.svc.Result(r.Context(), identity.From(r.Context()), r.PathValue("code"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	h := w.Header()
	h.Set("Content-Type", string(files.PDF))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, no-store")
	_, err = io.Copy(w, content)
	return err
}

type paidIn struct {
	Body struct {
		Code    string `json:"MaHoSo" maxLength:"60" doc:"by which the portal knows the dossier"`
		Order   string `json:"MaPhiLePhi" maxLength:"60" doc:"of what was to be paid, as the portal was told it"`
		Payment string `json:"MaGiaoDich" maxLength:"60" doc:"of the payment on the portal"`
		Amount  int64  `json:"SoTien" doc:"đồng"`
		At      string `json:"ThoiGianGD,omitempty" maxLength:"14" doc:"yyyyMMddHHmmss"`
	}
}

type paidOut struct{ Body core.Settlement }

func (o operations) paid(ctx context.Context, in *paidIn) (*paidOut, error) {
	b := in.Body
	done, err := o.svc.TakePaid(ctx, identity.From(ctx), core.Paid{MaHoSo: b.Code, MaPhiLePhi: b.Order, MaGiaoDich: b.Payment, SoTien: b.Amount, ThoiGianGD: b.At})
	return &paidOut{done}, err
}

// PortalArrival is a dossier that the portal brought.
type PortalArrival struct {
	Code      string       `json:"code"`
	Procedure string       `json:"procedure"`
	Agency    string       `json:"agency"`
	Dossier   string       `json:"dossier,omitempty"`
	Reference string       `json:"reference,omitempty"`
	Problems  []errs.Field `json:"problems"`
	Files     int          `json:"files"`
	Times     int          `json:"times" doc:"how often it came with other content"`
	At        db.Time      `json:"at"`
}

type arrivalsIn struct {
	State  string `query:"state" enum:"taken,refused" default:"refused"`
	Before string `query:"before" maxLength:"100"`
}

type arrivalsOut struct {
	Body struct {
		Items []PortalArrival `json:"items"`
		Next  string          `json:"next,omitempty"`
	}
}

func (o operations) arrivals(ctx context.Context, in *arrivalsIn) (*arrivalsOut, error) {
	all, next, err := o.svc.Arrivals(ctx, identity.From(ctx), in.State == "taken", in.Before)
	out := &arrivalsOut{}
	out.Body.Items, out.Body.Next = []PortalArrival{}, next
	for _, a := range all {
		out.Body.Items = append(out.Body.Items, PortalArrival{a.Code, a.Procedure, a.Unit, a.Dossier, a.Reference, append([]errs.Field{}, a.Problems...), a.Files, a.Times, a.At})
	}
	return out, err
}

type proceduresOut struct {
	Body struct {
		Items []core.Listed `json:"items"`
	}
}

func (o operations) procedures(ctx context.Context, _ *struct{}) (*proceduresOut, error) {
	all, err := o.svc.ListNational(ctx, identity.From(ctx))
	out := &proceduresOut{}
	out.Body.Items = append([]core.Listed{}, all...)
	return out, err
}

type procedureIn struct {
	Code string `path:"code" maxLength:"60"`
}

type procedureOut struct{ Body core.National }

func (o operations) procedure(ctx context.Context, in *procedureIn) (*procedureOut, error) {
	n, err := o.svc.Procedure(ctx, identity.From(ctx), in.Code)
	return &procedureOut{n}, err
}
