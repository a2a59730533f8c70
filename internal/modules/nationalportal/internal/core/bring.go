// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/nationalportal"
	"tinhso.vn/internal/modules/nationalportal/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Brought is a dossier as the portal brings it, in the names of DongBoHoSoMC.
type Brought struct {
	MaHoSo           string
	MaTTHC           string
	MaCoQuanThucHien string
	TruongHop        string `json:",omitempty"`
	ChuHoSo          Somebody
	NguoiNop         *Somebody `json:",omitempty"` // missing: the owner files
	QuanHe           string    `json:",omitempty"` // parent, guardian, authorised, legal
	CanCuQuanHe      string    `json:",omitempty"`
	NoiDungKeKhai    json.RawMessage
	TaiLieuNop       []BroughtFile
	ThoiDiemNop      string `json:",omitempty"`
}

// Somebody is a person or organisation of a dossier that is brought.
type Somebody struct {
	LoaiDoiTuong string // 1 person, 2 organisation
	HoTen        string
	SoDinhDanh   string
	SoDienThoai  string `json:",omitempty"`
	Email        string `json:",omitempty"`
	DiaChi       string `json:",omitempty"`
	NgaySinh     string `json:",omitempty"` // yyyy-mm-dd
}

// BroughtFile is a file with its content.
type BroughtFile struct {
	TenTepDinhKem   string
	MaThanhPhanHoSo string
	NoiDung         []byte // base64 in JSON
}

func (b Somebody) named() dossiers.Named {
	n := dossiers.Named{Kind: identity.Individual, Name: b.HoTen, Number: b.SoDinhDanh, Phone: b.SoDienThoai, Email: b.Email, Address: b.DiaChi, Born: b.NgaySinh}
	if b.LoaiDoiTuong == ownerOrganisation {
		n.Kind = identity.Organisation
	}
	return n
}

// Receipt is what the portal is answered.
type Receipt struct {
	Code      string `json:"MaHoSo"`
	Reference string `json:"SoTiepNhan"` // by which the citizen tracks it here
	Status    string `json:"TrangThaiHoSo"`
}

// Bring takes a dossier that the portal brings: the same again gets the same receipt,
// other content under the code of one that was taken is refused. What is wrong is
// answered with every problem and kept to look at.
func (s *Service) Bring(ctx context.Context, actor identity.Actor, b Brought) (r Receipt, err error) {
	defer errs.Wrap(&err, "take a dossier of the portal")

	if _, err := access.Require(actor, nationalportal.PermBring); err != nil {
		return r, err
	}
	if b.MaHoSo = strings.TrimSpace(b.MaHoSo); !plain(b.MaHoSo) {
		return r, errs.BadInput([]errs.Field{{Name: "MaHoSo", Code: "nationalportal.code"}})
	}
	raw, err := json.Marshal(b)
	if err != nil {
		return r, err
	}
	reply, _, err := s.Hub.Receive(ctx, actor, connectors.Inbound{Partner: nationalportal.Partner, Operation: opBring, Key: b.MaHoSo, Purpose: "intake", Body: raw},
		func(ctx context.Context) (connectors.Reply, error) { return s.take(ctx, actor, b) })
	if err != nil {
		return r, err
	}
	if reply.Refused {
		var fields []errs.Field
		if err := json.Unmarshal(reply.Body, &fields); err != nil {
			return r, err
		}
		return r, errs.BadInput(fields)
	}
	return r, json.Unmarshal(reply.Body, &r)
}

// plain reports whether a code is letters, digits and few signs, as codes are: their
// grammar after 2025 is not published.
func plain(code string) bool {
	return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.\-/]{3,59}$`).MatchString(code)
}

// take makes a dossier of what came, or says what is wrong with it.
func (s *Service) take(ctx context.Context, actor identity.Actor, b Brought) (connectors.Reply, error) {
	a := nationalportal.Arrival{Code: b.MaHoSo, Procedure: short(b.MaTTHC), Unit: short(b.MaCoQuanThucHien), Files: len(b.TaiLieuNop)}
	in, err := s.arrived(ctx, b)
	var id dossiers.ID
	if err == nil {
		id, a.Reference, err = s.In.TakeArrived(ctx, actor, in)
	}
	if e, ok := errors.AsType[*errs.Error](err); ok && (e.Kind == errs.Invalid || e.Kind == errs.Malformed || e.Kind == errs.Conflict || e.Kind == errs.NotFound || e.Kind == errs.TooLarge) {
		if a.Problems = e.Fields; len(a.Problems) == 0 {
			a.Problems = []errs.Field{{Name: "MaHoSo", Code: e.Code, Args: e.Args}}
		}
		return s.refuse(ctx, actor, a)
	}
	if err != nil {
		return connectors.Reply{}, err
	}
	a.Taken, a.Dossier = true, string(id)
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		known, err := store.Lock(ctx, tx, string(id))
		if err != nil {
			return err
		}
		known.Code = b.MaHoSo
		if err := store.Put(ctx, tx, known); err != nil {
			return err
		}
		if err := store.PutArrival(ctx, tx, a); err != nil {
			return err
		}
		if err := s.Changed(ctx, tx, id); err != nil { // the mark of its arrival may have come before the code was known
			return err
		}
		return audit.Record(ctx, tx, actor, nationalportal.AuditTaken, b.MaHoSo)
	})
	if err != nil {
		return connectors.Reply{}, err
	}
	body, err := json.Marshal(Receipt{Code: b.MaHoSo, Reference: a.Reference, Status: "1"})
	return connectors.Reply{Status: 200, Dossier: string(id), Reference: a.Reference, Body: body}, err
}

// refuse keeps what was wrong with a dossier, and answers it.
func (s *Service) refuse(ctx context.Context, actor identity.Actor, a nationalportal.Arrival) (connectors.Reply, error) {
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := store.PutArrival(ctx, tx, a); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, nationalportal.AuditRefused, a.Code)
	}); err != nil {
		return connectors.Reply{}, err
	}
	body, err := json.Marshal(a.Problems)
	return connectors.Reply{Refused: true, Status: 422, Error: "content", Body: body}, err
}

// short keeps what a stranger has written within bounds.
func short(v string) string {
	if len(v) > 60 {
		return "…"
	}
	return strings.ToValidUTF8(v, "")
}

// arrived puts what came into our words.
func (s *Service) arrived(ctx context.Context, b Brought) (in dossiers.Arrived, err error) {
	procedure, err := s.procedure(ctx, b.MaTTHC)
	if err != nil {
		return in, err
	}
	unit, err := s.unit(ctx, b.MaCoQuanThucHien)
	if err != nil {
		return in, err
	}
	in = dossiers.Arrived{Key: b.MaHoSo, Procedure: procedure, Case: b.TruongHop, Unit: unit, Basis: dossiers.Basis(b.QuanHe), BasisNote: b.CanCuQuanHe, Owner: b.ChuHoSo.named(), Answers: b.NoiDungKeKhai}
	if len(in.Answers) == 0 {
		in.Answers = []byte("{}")
	}
	if b.NguoiNop != nil {
		in.Submitter = b.NguoiNop.named()
	} else {
		in.Basis = dossiers.Self
	}
	for _, f := range b.TaiLieuNop {
		in.Files = append(in.Files, dossiers.ArrivedFile{Paper: f.MaThanhPhanHoSo, Name: f.TenTepDinhKem, Content: f.NoiDung})
	}
	return in, nil
}

// procedure finds the procedure of a national code, with or without the province
// behind it; one without a code that is certain is known by our own name for it.
func (s *Service) procedure(ctx context.Context, code string) (procedures.ID, error) {
	wrong := errs.BadInput([]errs.Field{{Name: "MaTTHC", Code: nationalportal.ErrProcedure.Code}})
	if !plain(code) {
		return "", wrong
	}
	v, err := s.Procedures.Get(ctx, procedures.ID(code))
	if err == nil {
		return v.ID, nil
	}
	if !errors.Is(err, procedures.ErrNotFound) {
		return "", err
	}
	national := regexp.MustCompile(`^\d\.\d{6}`).FindString(code)
	if national == "" {
		return "", wrong
	}
	for _, one := range []string{code, national} {
		if v, found, err := s.Procedures.FindByCode(ctx, one); err != nil || found {
			return v.ID, err
		}
	}
	return "", wrong
}

// unit finds the agency of a code, or of our own name for it.
func (s *Service) unit(ctx context.Context, code string) (orgs.ID, error) {
	wrong := errs.BadInput([]errs.Field{{Name: "MaCoQuanThucHien", Code: nationalportal.ErrUnit.Code}})
	if !plain(code) {
		return "", wrong
	}
	u, err := orgs.Get(ctx, s.DB, orgs.ID(code))
	if err == nil {
		return u.ID, nil
	}
	if !errors.Is(err, orgs.ErrNotFound) {
		return "", err
	}
	today := calendar.On(s.DB.Now().Time).String()
	for after := orgs.ID(""); ; {
		some, err := orgs.ListAll(ctx, s.DB, today, after, batch)
		if err != nil {
			return "", err
		}
		for _, u := range some {
			if u.Code == code || u.ProvisionalCode == code {
				return u.ID, nil
			}
			after = u.ID
		}
		if len(some) < batch {
			return "", wrong
		}
	}
}
