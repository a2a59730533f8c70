// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core speaks with the National Public Service Portal: what of a dossier is
// said to it and in which words, and what becomes of what it brings.
package core

import (
	"context"
	"encoding/json"
	"io"
	"net/url"
	"strconv"

	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/holdings"
	"tinhso.vn/internal/modules/nationalportal"
	"tinhso.vn/internal/modules/nationalportal/internal/store"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/fetch"
)

// Settings are where the portal is; without URL there is none.
type Settings struct{ URL, User, Password string }

// Deps is everything the module needs, by name and without defaults.
type Deps struct {
	DB         *db.DB
	Hub        *connectors.Hub
	Settings   Settings
	Out        dossiers.Outward
	In         dossiers.Inward
	Cases      Cases
	Issued     Issued
	Money      payments.Notices
	Papers     holdings.Outside
	SignIn     string // where people of the portal sign in
	Procedures Catalogue
	Address    string // where people reach us: results are fetched below it
}

// Cases finds dossiers by their codes.
type Cases interface {
	FindCase(ctx context.Context, q db.Querier, codeOrID string) (dossiers.Case, bool, error)
}

// Issued opens what was issued for a dossier; false where nothing was. Whose reading
// it is, is recorded here.
type Issued interface {
	OpenIssued(ctx context.Context, id dossiers.ID) (dossiers.IssuedResult, io.ReadCloser, bool, error)
}

// Catalogue is what the module needs of procedures.
type Catalogue interface {
	procedures.Finder
	procedures.Coded
}

// Service runs the use cases.
type Service struct {
	Deps
	line *line
}

// New returns a service, and declares the portal to the hub.
func New(d Deps) *Service {
	s := &Service{Deps: d}
	s.line = &line{settings: d.Settings, client: fetch.New(fetch.Options{Configured: true, Limit: maxAnswer})}
	title := func(vi, en string) i18n.Text { return i18n.Text{VI: vi, EN: en} }
	if d.Hub == nil {
		return s
	}
	d.Hub.Declare(connectors.Partner{
		ID: nationalportal.Partner, Title: title("Cổng Dịch vụ công quốc gia", "National Public Service Portal"), Address: d.Settings.URL,
		Operations: []connectors.Operation{
			{Name: opSync, Title: title("Đồng bộ hồ sơ", "Synchronise a dossier")},
			{Name: opProgress, Title: title("Cập nhật tiến độ", "Progress of a dossier")},
			{Name: opBring, Title: title("Nhận hồ sơ", "A dossier comes in")},
			{Name: opList, Title: title("Lấy danh sách thủ tục", "List of procedures")},
			{Name: opProcedure, Title: title("Lấy thủ tục", "One procedure")},
			{Name: opLookUp, Title: title("Tra cứu hồ sơ", "Look a dossier up")},
			{Name: opResult, Title: title("Lấy kết quả", "The result is fetched")},
			{Name: opMoney, Title: title("Báo đã nộp phí", "A fee was paid there")},
			{Name: opVault, Title: title("Tra cứu kho giấy tờ", "Papers of somebody are looked for")},
			{Name: opVaultFile, Title: title("Lấy giấy tờ", "A paper is fetched")},
		},
		Call: s.line.call, Compare: s.compare, Again: s.again,
	})
	return s
}

// On reports whether there is a portal.
func (s *Service) On() bool { return s.Settings.URL != "" }

// JobFollow tells the portal what it does not know of a dossier.
const JobFollow jobs.Kind = "nationalportal.follow"

// subject is the body of JobFollow.
type subject struct {
	Dossier string `json:"dossier"`
}

// Changed is called in the transaction that changes a dossier.
func (s *Service) Changed(ctx context.Context, tx *db.Tx, id dossiers.ID) error {
	if !s.On() {
		return nil
	}
	return jobs.Enqueue(ctx, tx, JobFollow, subject{string(id)})
}

// Follow does JobFollow. It may run twice and at once with another: whoever holds the
// row of the dossier puts all lines that the portal was not told into the outbox.
func (s *Service) Follow(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "tell the portal")

	var of subject
	if err := json.Unmarshal(body, &of); err != nil || !s.On() {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error { return s.follow(ctx, tx, dossiers.ID(of.Dossier), false) })
}

// follow puts what the portal does not know of a dossier into the outbox; anew: also
// where it stands, once more.
func (s *Service) follow(ctx context.Context, tx *db.Tx, id dossiers.ID, anew bool) error {
	known, err := store.Lock(ctx, tx, string(id))
	if err != nil {
		return err
	}
	r, err := s.Out.RecordOf(ctx, tx, id)
	if err != nil {
		return err
	}
	if r.Keeper.Code != "" {
		return nil // whose system owns the status tells the portal
	}
	code := known.Code
	if code == "" {
		code = r.Code
	}
	if code == "" {
		return nil // it came another way and has no code yet: told when it is accepted, or never
	}
	lines, err := s.Out.Timeline(ctx, tx, id, known.Line)
	if err != nil {
		return err
	}
	for i, l := range lines { // what was done in an older system, that one has told
		if l.Kind == lineMoved {
			known.Line, known.Status = l.ID, int(l.Status)
			lines = lines[i+1:]
			break
		}
	}
	if anew && len(lines) == 0 {
		known.Saying++
		if err := s.sync(ctx, tx, r, code, r.Status, known.Status != 0, string(id)+"/again/"+strconv.FormatInt(known.Saying, 10)); err != nil {
			return err
		}
		known.Status = int(r.Status)
	}
	for _, l := range lines {
		if int(l.Status) != known.Status {
			if err := s.sync(ctx, tx, r, code, l.Status, known.Status != 0, l.ID); err != nil {
				return err
			}
			known.Status = int(l.Status)
		}
		if err := s.progress(ctx, tx, r, code, l); err != nil {
			return err
		}
		known.Line = l.ID
	}
	return store.Put(ctx, tx, known)
}

func (s *Service) send(ctx context.Context, tx *db.Tx, id dossiers.ID, operation, key string, body any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	return s.Hub.Send(ctx, tx, connectors.Message{
		Partner: nationalportal.Partner, Operation: operation, Lane: string(id), Dossier: string(id), Purpose: "sync", Key: key + "/" + operation, Body: raw,
	})
}

// sync puts a DongBoHoSoMC into the outbox.
func (s *Service) sync(ctx context.Context, tx *db.Tx, r dossiers.Record, code string, status dossiers.Status, updating bool, key string) error {
	name := func(id orgs.ID) string { return s.unitName(ctx, tx, id) }
	fees, err := s.Money.NoticesOf(ctx, tx, r.ID)
	if err != nil {
		return err
	}
	record := recordOf(code, r, status, name(r.Authority), name(r.Received), s.resultAt)
	record.charge(fees)
	return s.send(ctx, tx, r.ID, opSync, key, syncing{Updating: updating, Data: []syncRecord{record}})
}

// resultAt is where the portal fetches the result of the dossier that it knows by a code.
func (s *Service) resultAt(code string) string {
	return s.Address + "/api/v1/national-portal/dossiers/" + url.PathEscape(code) + "/result"
}

// progress puts a CapNhatTienDoHoSoMC into the outbox. It names no official: the
// public timeline does not either.
func (s *Service) progress(ctx context.Context, tx *db.Tx, r dossiers.Record, code string, l dossiers.Line) error {
	words := l.Step.VI
	if words == "" {
		words = saidOf(l.Kind)
	}
	return s.send(ctx, tx, r.ID, opProgress, l.ID, progressing{Data: []progress{{
		MaHoSo: code, ThoiDiemXuLy: stamp(l.At), PhongBanXuLy: s.unitName(ctx, tx, l.Unit), NoiDungXuLy: words, TrangThai: strconv.Itoa(int(l.Status)), NgayBatDau: stamp(l.At), NgayKetThucTheoQuyDinh: stamp(r.Due),
	}}})
}

// lineMoved is the line of the timeline with which a dossier came from an older system.
const lineMoved = "moved"

// saidOf is a kind of line in the words of the portal, which speaks Vietnamese.
func saidOf(kind string) string {
	words := map[string]string{
		"submitted": "Hồ sơ được gửi", "accepted": "Tiếp nhận hồ sơ", "refused": "Không tiếp nhận hồ sơ", "working": "Bắt đầu xử lý", "returned": "Trả lại bước trước",
		"issued": "Ban hành kết quả", "delivered": "Trả kết quả", "withdrawn": "Rút hồ sơ", "supplement": "Yêu cầu bổ sung", "supplemented": "Nhận bổ sung", "extended": "Gia hạn", "demanded": "Yêu cầu thực hiện nghĩa vụ tài chính", "paying": "Yêu cầu nộp phí, lệ phí", "paid": "Nhận chứng từ nộp tiền",
		"stopped": "Dừng xử lý", "transferred": "Chuyển cơ quan giải quyết", "revoked": "Thu hồi kết quả", "replaced": "Thay thế kết quả", "case": "Thay đổi trường hợp",
		"posted": "Giao bưu chính chuyển kết quả", "post_returned": "Bưu chính chuyển hoàn kết quả",
	}
	if said, known := words[kind]; known {
		return said
	}
	return "Xử lý hồ sơ"
}

func (s *Service) unitName(ctx context.Context, q db.Querier, id orgs.ID) string {
	u, err := orgs.Get(ctx, q, id)
	if err != nil {
		return string(id)
	}
	if u.AgencyName.VI != "" {
		return u.AgencyName.VI
	}
	return u.Name.VI
}

// again says once more, in the transaction, where a dossier stands.
func (s *Service) again(ctx context.Context, tx *db.Tx, dossier string) error {
	return s.follow(ctx, tx, dossiers.ID(dossier), true)
}
