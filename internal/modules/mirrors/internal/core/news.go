// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/mirrors"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// news is what a system says of one of its dossiers, in the names of DongBoHoSoMC
// (domain facts A.5); how it travels is not published. Times are yyyyMMddHHmmss of
// Viet Nam, and empty where there is none.
type news struct {
	MaHoSo           string
	MaHoSoTinh       string `json:",omitempty"` // ours, where it was ours before
	ThuTu            int64  // counts what is said of this dossier
	MaTTHC           string
	MaCoQuanThucHien string
	KenhThucHien     string `json:",omitempty"`
	TrangThaiHoSo    string
	LoaiDoiTuong     string `json:",omitempty"`
	ChuHoSo          string `json:",omitempty"`
	SoGiayToChuHoSo  string `json:",omitempty"`
	NgayNopHoSo      string
	NgayTiepNhan     string `json:",omitempty"`
	NgayHenTra       string `json:",omitempty"`
	NgayKetThucXuLy  string `json:",omitempty"`
	NgayTra          string `json:",omitempty"`
	SoKetQua         string `json:",omitempty"`
	DuongDan         string `json:",omitempty"`
}

// said is what we answer.
type said struct {
	Result string       `json:"result"` // new, taken, old, not_theirs, refused
	Code   string       `json:"MaHoSo"`
	Fields []errs.Field `json:"fields,omitempty"`
}

// Decode reads news, and nothing that it does not know.
func decode(body []byte) (n news, err error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&n); err != nil || d.More() {
		return n, connectors.ErrNews
	}
	return n, nil
}

// plain reports whether a code is letters, digits and few signs, as codes are.
func plain(code string) bool {
	return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.\-/]{1,59}$`).MatchString(code)
}

// read implements connectors.Partner.Read: words about one dossier are one lane.
func (s *Service) read(body []byte) (connectors.News, error) {
	n, err := decode(body)
	if err != nil || !plain(n.MaHoSo) || n.ThuTu < 1 {
		return connectors.News{}, connectors.ErrNews
	}
	return connectors.News{Operation: opTell, Purpose: "mirror", Lane: n.MaHoSo, Place: n.ThuTu}, nil
}

// heard takes news of a system. What is wrong with it is answered with every problem;
// what is not its to say changes nothing, and is kept as a difference.
func (s *Service) heard(ctx context.Context, actor identity.Actor, m Ministry, body []byte) (connectors.Reply, error) {
	n, err := decode(body)
	if err != nil {
		return connectors.Reply{}, err
	}
	mirror, err := s.mirror(ctx, m, n)
	var id dossiers.ID
	var how dossiers.Heard
	if err == nil {
		err = s.DB.Write(ctx, func(tx *db.Tx) error {
			if id, how, err = s.Dossiers.Mirror(ctx, tx, actor, mirror); err != nil || how != dossiers.HeardNot {
				return err
			}
			return s.notTheirs(ctx, tx, actor, m, id, mirror)
		})
	}
	if e, ok := errors.AsType[*errs.Error](err); ok && (e.Kind == errs.Invalid || e.Kind == errs.Conflict || e.Kind == errs.NotFound) {
		fields := e.Fields
		if len(fields) == 0 {
			fields = []errs.Field{{Name: "MaHoSo", Code: e.Code, Args: e.Args}}
		}
		answer, err := json.Marshal(said{"refused", n.MaHoSo, fields})
		return connectors.Reply{Refused: true, Status: 422, Error: "content", Body: answer}, err
	}
	if err != nil {
		return connectors.Reply{}, err
	}
	answer, err := json.Marshal(said{string(how), n.MaHoSo, nil})
	return connectors.Reply{Status: 200, Dossier: string(id), Reference: n.MaHoSo, Error: unapplied(how), Body: answer}, err
}

// unapplied names in a word what was not done; empty where it was.
func unapplied(how dossiers.Heard) string {
	if how == dossiers.HeardNot || how == dossiers.HeardOld {
		return string(how)
	}
	return ""
}

// notTheirs keeps what a system says of a status that it does not own.
func (s *Service) notTheirs(ctx context.Context, tx *db.Tx, actor identity.Actor, m Ministry, id dossiers.ID, said dossiers.Mirror) error {
	ours := ""
	if id != "" {
		r, err := s.Dossiers.RecordOf(ctx, tx, id)
		if err != nil {
			return err
		}
		ours = strconv.Itoa(int(r.Status))
	}
	kind := "differs"
	if id == "" {
		kind = "missing_here"
	}
	if err := s.Hub.Differ(ctx, tx, connectors.Difference{Partner: m.ID, Code: said.Code, Dossier: string(id), Kind: kind, Ours: ours, Theirs: strconv.Itoa(int(said.Status))}); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, mirrors.AuditNot, m.ID+" "+said.Code)
}

// statusOf reads a status of a system. The civil-status service publishes a table of
// its own (domain facts D.3): 1 taken, 2 more is wanted, 3 fit to be granted, 4 done, 0
// wrong; with 4 there is nothing left to hand over, because people get the paper there.
func statusOf(m Ministry, word string) (dossiers.Status, bool) {
	if m.Civil {
		st, known := map[string]dossiers.Status{"1": dossiers.Accepted, "2": dossiers.Supplement, "3": dossiers.Processing, "4": dossiers.Delivered, "0": dossiers.Refused}[word]
		return st, known
	}
	n, err := strconv.Atoi(word)
	return dossiers.Status(n), err == nil && n >= int(dossiers.Submitted) && n <= int(dossiers.Delivered)
}

// mirror puts news into our words; what is wrong is answered all at once.
func (s *Service) mirror(ctx context.Context, m Ministry, n news) (out dossiers.Mirror, err error) {
	var wrong []errs.Field
	bad := func(name, code string, args map[string]any) {
		wrong = append(wrong, errs.Field{Name: name, Code: code, Args: args})
	}
	out = dossiers.Mirror{
		Keeper: m.keeper(), Code: n.MaHoSo, Ours: n.MaHoSoTinh, Place: n.ThuTu, Result: short(n.SoKetQua, 200), Link: n.DuongDan,
		Owner: dossiers.Named{Kind: identity.Individual, Name: short(n.ChuHoSo, 400), Number: short(n.SoGiayToChuHoSo, 40)},
	}
	if n.LoaiDoiTuong == "2" {
		out.Owner.Kind = identity.Organisation
	}
	var known bool
	if out.Channel, known = channelOf(n.KenhThucHien); !known {
		bad("KenhThucHien", "mirrors.value", nil)
	}
	if out.Status, known = statusOf(m, n.TrangThaiHoSo); !known {
		bad("TrangThaiHoSo", "mirrors.value", nil)
	}
	for name, one := range map[string]struct {
		text string
		to   *db.Time
	}{
		"NgayNopHoSo": {n.NgayNopHoSo, &out.Submitted}, "NgayTiepNhan": {n.NgayTiepNhan, &out.Accepted}, "NgayHenTra": {n.NgayHenTra, &out.Due},
		"NgayKetThucXuLy": {n.NgayKetThucXuLy, &out.Finished}, "NgayTra": {n.NgayTra, &out.Delivered},
	} {
		if one.text == "" {
			continue
		}
		if *one.to, known = momentOf(one.text); !known {
			bad(name, "mirrors.time", nil)
		}
	}
	if n.NgayNopHoSo == "" {
		bad("NgayNopHoSo", "form.required", nil)
	}
	if n.MaHoSoTinh != "" && !plain(n.MaHoSoTinh) {
		bad("MaHoSoTinh", "mirrors.value", nil)
	}
	if out.Procedure, err = s.procedure(ctx, n.MaTTHC); err != nil {
		if !errors.Is(err, mirrors.ErrNoProc) {
			return out, err
		}
		bad("MaTTHC", mirrors.ErrNoProc.Code, map[string]any{"code": short(n.MaTTHC, 60)})
	}
	if out.Unit, err = s.unit(ctx, n.MaCoQuanThucHien); err != nil {
		if !errors.Is(err, mirrors.ErrNoUnit) {
			return out, err
		}
		bad("MaCoQuanThucHien", mirrors.ErrNoUnit.Code, map[string]any{"code": short(n.MaCoQuanThucHien, 60)})
	}
	whole(&out)
	return out, errs.BadInput(wrong)
}

// channelOf is KenhThucHien; what a system does not say came to the counter (domain facts A.4).
func channelOf(word string) (dossiers.Channel, bool) {
	switch word {
	case "", "1":
		return dossiers.Counter, true
	case "2":
		return dossiers.Online, true
	case "3":
		return dossiers.Post, true
	}
	return 0, false
}

// momentOf reads yyyyMMddHHmmss of Vietnam.
func momentOf(text string) (db.Time, bool) {
	at, err := time.ParseInLocation("20060102150405", text, calendar.Zone())
	if err != nil {
		return db.Time{}, false
	}
	return db.At(at), true
}

// whole adds the moments that a status implies and a system has left out: a dossier that
// is worked on was accepted, and one that is over has ended.
func whole(m *dossiers.Mirror) {
	first := func(all ...db.Time) db.Time {
		for _, t := range all {
			if !t.IsZero() {
				return t
			}
		}
		return db.Time{}
	}
	if m.Status != dossiers.Submitted && m.Status != dossiers.Refused {
		m.Accepted = first(m.Accepted, m.Submitted)
	}
	if m.Status.Ended() || m.Status == dossiers.Finished {
		m.Finished = first(m.Finished, m.Delivered, m.Accepted, m.Submitted)
	} else {
		m.Finished, m.Delivered = db.Time{}, db.Time{}
	}
	if m.Status == dossiers.Delivered {
		m.Delivered = first(m.Delivered, m.Finished)
	}
}

// short keeps what a stranger has written within bounds.
func short(v string, most int) string {
	v = strings.ToValidUTF8(v, "")
	if r := []rune(v); len(r) > most {
		return string(r[:most])
	}
	return v
}

// procedure finds the procedure of a national code, with or without the province behind
// it, or of our own name for it.
func (s *Service) procedure(ctx context.Context, code string) (procedures.ID, error) {
	if !plain(code) {
		return "", mirrors.ErrNoProc
	}
	v, err := s.Procedures.Get(ctx, procedures.ID(code))
	if err == nil {
		return v.ID, nil
	}
	if !errors.Is(err, procedures.ErrNotFound) {
		return "", err
	}
	national := regexp.MustCompile(`^\d\.\d{6}`).FindString(code)
	for _, one := range []string{code, national} {
		if v, found, err := s.Procedures.FindByCode(ctx, one); err != nil || found {
			return v.ID, err
		}
	}
	return "", mirrors.ErrNoProc
}

// unit finds the agency of a code, or of our own name for it.
func (s *Service) unit(ctx context.Context, code string) (orgs.ID, error) {
	if !plain(code) {
		return "", mirrors.ErrNoUnit
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
			return "", mirrors.ErrNoUnit
		}
	}
}
