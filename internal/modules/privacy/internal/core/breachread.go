// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"io"
	"strconv"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/privacy"
	"tinhso.vn/internal/modules/privacy/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/pdf"
)

// MaxEvidence is how large a file of evidence may be, in bytes.
const MaxEvidence = 50 << 20

func evidenceOf(breach string) files.Subject {
	return files.Subject{Kind: "privacy.breach", ID: breach}
}

// Alert is a breach with the clock that is nearest.
type Alert struct {
	privacy.Breach
	Due        db.Time // zero: none runs
	What       string  // breach_serious, breach_authority, breach_subjects
	Late, Soon bool    // past; less than twelve hours before
	Who        string  // name of who is responsible
}

// near is how long before a deadline of a breach it is shown as near.
const near = 12 * time.Hour

func (s *Service) alert(ctx context.Context, b privacy.Breach) Alert {
	a := Alert{Breach: b, Who: s.Name(ctx, b.Responsible)}
	a.Due, a.What = b.Next()
	if !a.Due.IsZero() {
		now := s.DB.Now().Time
		a.Late = a.Due.Before(now)
		a.Soon = !a.Late && a.Due.Before(now.Add(near))
	}
	return a
}

// ListBreaches returns breaches, the newest first, before one.
func (s *Service) ListBreaches(ctx context.Context, actor identity.Actor, before string) (p Page[Alert], err error) {
	defer errs.Wrap(&err, "list breaches")

	if _, err := access.Everywhere(actor, privacy.PermBreach); err != nil {
		return p, err
	}
	if before != "" && !id.Valid(before) {
		before = ""
	}
	found, err := s.store.ListBreaches(ctx, s.DB, before, PageSize+1)
	all := make([]Alert, len(found))
	for i, b := range found {
		all[i] = s.alert(ctx, b)
	}
	return cut(all, func(a Alert) string { return a.ID }), err
}

// ListAlerts returns the breaches the actor is responsible for whose clock runs,
// the nearest first.
func (s *Service) ListAlerts(ctx context.Context, actor identity.Actor) (all []Alert, err error) {
	defer errs.Wrap(&err, "list clocks of breaches")

	if _, err := access.Everywhere(actor, privacy.PermBreach); err != nil {
		return nil, err
	}
	found, err := s.store.ClocksOf(ctx, s.DB, actor.Account, PageSize)
	for _, b := range found {
		all = append(all, s.alert(ctx, b))
	}
	return all, err
}

// CountBreaches returns how many breaches are open.
func (s *Service) CountBreaches(ctx context.Context, actor identity.Actor) (int64, error) {
	if _, err := access.Everywhere(actor, privacy.PermBreach); err != nil {
		return 0, err
	}
	return s.store.CountBreaches(ctx, s.DB)
}

// Entry is a line of the log of a breach.
type Entry struct {
	What, Words, By     string
	At                  db.Time
	File, FileName, SHA string
	Broken              bool // this line, or one before it, is not what was written
}

// Case is a breach with its log.
type Case struct {
	Alert
	Log    []Entry
	Broken bool // the log is not what was written
	Mine   bool // the actor is responsible
}

// GetBreach returns a breach with its log; that it was read is recorded.
func (s *Service) GetBreach(ctx context.Context, actor identity.Actor, breach string) (c Case, err error) {
	defer errs.Wrap(&err, "get breach %s", breach)

	if _, err := access.Everywhere(actor, privacy.PermBreach); err != nil {
		return c, err
	}
	if !id.Valid(breach) {
		return c, privacy.ErrNotFound
	}
	var b privacy.Breach
	var entries []store.Entry
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		found, err := s.store.GetBreach(ctx, tx, breach)
		if err != nil {
			return err
		}
		lines, err := s.store.Entries(ctx, tx, breach)
		if err != nil {
			return err
		}
		b, entries = found, lines
		return audit.Record(ctx, tx, actor, privacy.AuditBreachRead, breach)
	}); err != nil {
		return c, err
	}
	c = Case{Alert: s.alert(ctx, b), Mine: b.Responsible == actor.Account}
	before := ""
	for _, e := range entries {
		want, err := sum(before, e)
		if err != nil {
			return c, err
		}
		before = e.Sum
		c.Broken = c.Broken || want != e.Sum
		v := Entry{What: e.What, Words: e.Words, By: s.Name(ctx, e.Account), At: e.At, File: e.File, FileName: e.FileName, SHA: e.SHA, Broken: c.Broken}
		if e.What == "described" {
			v.Words = "" // the older values are in the database, not on the page
		}
		c.Log = append(c.Log, v)
	}
	c.Broken = c.Broken || len(entries) == 0
	return c, nil
}

// evidenceTypes are the types of files of evidence.
func evidenceTypes() []files.Type {
	return []files.Type{files.PDF, files.PNG, files.JPEG, files.DOCX, files.XLSX, files.ODT, files.Text}
}

// AddEvidence adds a file to a breach; its hash stands in the log.
func (s *Service) AddEvidence(ctx context.Context, actor identity.Actor, breach, name, said string, content io.Reader) (err error) {
	defer errs.Wrap(&err, "evidence of breach %s", breach)

	if _, err := access.Everywhere(actor, privacy.PermBreach); err != nil {
		return err
	}
	said, wrong := words("held_by", said, true)
	if err := errs.BadInput(wrong); err != nil {
		return err
	}
	staged, err := s.Files.Receive(ctx, content, files.Meta{Name: name, Allow: evidenceTypes(), Limit: MaxEvidence})
	if err != nil {
		return err
	}
	return s.work(ctx, actor, breach, func(tx *db.Tx, _ *privacy.Breach) (store.Entry, audit.Event, error) {
		f, err := s.Files.Keep(ctx, tx, staged, evidenceOf(breach), actor.Account)
		return store.Entry{What: "evidence", Words: said, File: string(f.ID), FileName: f.Name, SHA: f.SHA256}, privacy.AuditBreachLogged, err
	})
}

// OpenEvidence opens a file of a breach.
func (s *Service) OpenEvidence(ctx context.Context, actor identity.Actor, breach, file string) (content files.Content, f files.File, err error) {
	defer errs.Wrap(&err, "open evidence of breach %s", breach)

	if _, err := access.Everywhere(actor, privacy.PermBreach); err != nil {
		return nil, f, err
	}
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := files.Get(ctx, tx, evidenceOf(breach), files.ID(file)); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, privacy.AuditBreachRead, breach)
	}); err != nil {
		return nil, f, err
	}
	return s.Files.Open(ctx, s.DB, evidenceOf(breach), files.ID(file))
}

// natureWords are the natures as the report calls them (domain facts F.5).
func natureWords() map[string]string {
	return map[string]string{
		"n1": "mã độc", "n2": "xâm nhập", "n3": "từ chối dịch vụ", "n4": "lộ, mất dữ liệu", "n5": "phá hoại nội dung", "n6": "lừa đảo, giả mạo",
		"n7": "nhà cung cấp", "n8": "nội bộ", "n9": "khác",
	}
}

// PrintBreach draws the notice to the authority as a PDF with the fields that
// form 08 of NĐ 356/2025 is known to have. Its layout has not been compared with
// the official one.
func (s *Service) PrintBreach(ctx context.Context, actor identity.Actor, breach string) (_ []byte, code string, err error) {
	defer errs.Wrap(&err, "print breach %s", breach)

	c, err := s.GetBreach(ctx, actor, breach)
	if err != nil {
		return nil, "", err
	}
	d := s.paper("THÔNG BÁO VI PHẠM QUY ĐỊNH VỀ BẢO VỆ DỮ LIỆU CÁ NHÂN", s.DB.Now().Time)
	d.Paragraph("Theo Mẫu 08 Nghị định số 356/2025/NĐ-CP (bố cục chưa đối chiếu với công báo)", pdf.Para{Style: pdf.Style{Size: 11, Italic: true}, Align: pdf.Center})
	d.Skip(4)
	for _, f := range [][2]string{
		{"Mã hồ sơ", c.Code}, {"Nội dung", c.Title}, {"Thời điểm phát hiện (T0)", moment(c.FoundAt)}, {"Người, nguồn phát hiện", c.FoundBy},
		{"Hệ thống, cấp độ", c.System}, {"Loại sự cố", natureWords()[c.Nature]}, {"Mức độ (nội bộ)", c.Severity}, {"Diễn biến", c.Description},
		{"Loại dữ liệu cá nhân", c.Data}, {"Số người bị ảnh hưởng (ước tính)", strconv.Itoa(c.Subjects)}, {"Biện pháp đã thực hiện", c.Measures},
		{"Có nguy cơ gây hại", yes(c.Harm)}, {"Người phụ trách", c.Who}, {"Hạn thông báo cơ quan chuyên trách", moment(c.AuthorityDue)},
		{"Đã thông báo cơ quan chuyên trách", moment(c.Told)}, {"Đã thông báo người bị ảnh hưởng", moment(c.SubjectsTold)}, {"Bài học", c.Lessons},
	} {
		fact(d, f[0], f[1])
	}
	d.Paragraph("Diễn biến xử lý", pdf.Para{Style: pdf.Style{Size: 13, Bold: true}, Before: 6})
	t := pdf.Table{Columns: []pdf.Column{{Title: "Lúc", Share: 2}, {Title: "Người ghi", Share: 2}, {Title: "Nội dung", Share: 5}}, Style: pdf.Style{Size: 11}}
	for _, e := range c.Log {
		said := logWords()[e.What]
		if e.Words != "" {
			said += ": " + e.Words
		}
		if e.SHA != "" {
			said += " (" + e.FileName + ", SHA-256 " + e.SHA + ")"
		}
		t.Rows = append(t.Rows, []string{moment(e.At), e.By, said})
	}
	d.Table(t)
	body, err := d.Bytes()
	return body, c.Code, err
}

func yes(b bool) string {
	if b {
		return "có"
	}
	return "không"
}

// logWords are the lines of a log as the report calls them.
func logWords() map[string]string {
	return map[string]string{
		"opened": "Mở hồ sơ", "described": "Cập nhật mô tả", "noted": "Ghi nhận", "taken": "Nhận phụ trách", "evidence": "Chứng cứ",
		"breach_serious": "Báo cáo ban đầu", "breach_authority": "Thông báo cơ quan chuyên trách", "breach_subjects": "Thông báo người bị ảnh hưởng", "closed": "Đóng hồ sơ",
	}
}
