// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/docx"
	"tinhso.vn/internal/platform/text"
)

// values are the facts of a dossier under the names that templates know; of is the
// unit that speaks.
func (s *Service) values(ctx context.Context, d store.Dossier, p store.Personal, of orgs.ID) (docx.Values, error) {
	out := docx.Values{Texts: map[string]string{}, Groups: map[string][]map[string]string{}}
	about, err := s.about(ctx, d, p)
	if err != nil {
		return out, err
	}
	v, err := s.follows(ctx, d)
	if err != nil {
		return out, err
	}
	above, err := orgs.Above(ctx, s.DB, of)
	if err != nil {
		return out, err
	}
	said, now := new(i18n.Catalogue).Printer(i18n.VI), s.DB.Now().In(zone())
	t := out.Texts
	set := func(pairs ...string) {
		for i := 0; i+1 < len(pairs); i += 2 {
			t[pairs[i]] = pairs[i+1]
		}
	}
	received := d.AcceptedAt
	if received.IsZero() {
		received = d.SubmittedAt
	}
	set("ho_so.ma", codeOr(d), "ho_so.thu_tuc", about.Procedure, "ho_so.ma_thu_tuc", about.ProcCode, "ho_so.ngay_nhan", said.Date(received.Time), "ho_so.gio_nhan", hourOf(received.Time),
		"ho_so.hen_tra", "", "ho_so.thoi_han", words(v),
		"chu_ho_so.ten", about.Owner.Name, "chu_ho_so.ten_hoa", strings.ToUpper(about.Owner.Name), "chu_ho_so.so_giay_to", about.Owner.ID, "chu_ho_so.dia_chi", about.Owner.Address,
		"chu_ho_so.dien_thoai", about.Owner.Phone, "chu_ho_so.thu_dien_tu", about.Owner.Mail, "nguoi_nop.ten", about.Submitter,
		"don_vi.ten", "", "don_vi.ten_hoa", "", "don_vi.cap_tren", "", "don_vi.cap_tren_hoa", "", "don_vi.viet_tat", "", "don_vi.dia_danh", placeName(above), "don_vi.mot_cua", about.Desk,
		"ngay.hom_nay", said.Date(now), "ngay.day_du", longDay(now), "tra_cuu.dia_chi", s.trackingAddress(codeOr(d)))
	if about.Submitter == "" {
		t["nguoi_nop.ten"] = about.Owner.Name
	}
	if !d.Due.IsZero() {
		t["ho_so.hen_tra"] = said.DateTime(d.Due.Time)
	}
	if len(above) > 0 {
		name := agencyName(above[0])
		set("don_vi.ten", name, "don_vi.ten_hoa", strings.ToUpper(name), "don_vi.viet_tat", short(above[0]))
	}
	if len(above) > 1 {
		name := agencyName(above[1])
		set("don_vi.cap_tren", name, "don_vi.cap_tren_hoa", strings.ToUpper(name))
	}
	return out, s.answersIn(ctx, d, p, out)
}

// answersIn adds what the form says.
func (s *Service) answersIn(ctx context.Context, d store.Dossier, p store.Personal, out docx.Values) error {
	filed, err := s.filedUnder(ctx, d)
	if err != nil {
		return err
	}
	form, err := s.forms.get(filed)
	if err != nil {
		return err
	}
	answers, err := form.DecodeJSON([]byte(p.Answers))
	if err != nil {
		return err
	}
	w, err := s.world(ctx)
	if err != nil {
		return err
	}
	said := new(i18n.Catalogue).Printer(i18n.VI)
	for _, step := range filed.Form.Steps { // what was not asked for says nothing
		for _, f := range step.Fields {
			if f.Type == forms.Group {
				group := form.Entries(answers, f.Key, said, w)
				for i := range group {
					group[i]["tt"] = strconv.Itoa(i + 1)
				}
				out.Groups[tableField+f.Key] = group
				continue
			}
			out.Texts[formField+f.Key] = ""
			if f.Type == forms.Money || f.Type == forms.Number {
				out.Texts[formField+f.Key+inWords] = aloud(fmt.Sprint(answers[f.Key]))
			}
		}
	}
	for _, row := range form.Summarise(answers, said, w) {
		if _, known := out.Texts[formField+row.Key]; known {
			out.Texts[formField+row.Key] = inSentence(row.Value)
		}
	}
	return nil
}

// aloud writes a whole number in words, with a capital; nothing where it is none.
func aloud(value string) string {
	n, err := strconv.ParseInt(strings.NewReplacer(".", "", " ", "").Replace(value), 10, 64)
	if err != nil {
		return ""
	}
	said := text.InWords(n)
	first, size := utf8.DecodeRuneInString(said)
	return string(unicode.ToUpper(first)) + said[size:]
}

// grouped writes a whole number with points: 1.500.000.
func grouped(value string) string {
	if n, err := strconv.ParseInt(value, 10, 64); err == nil {
		return new(i18n.Catalogue).Printer(i18n.VI).Number(n)
	}
	return value
}

func hourOf(t time.Time) string {
	t = t.In(zone())
	return fmt.Sprintf("%02d giờ %02d", t.Hour(), t.Minute())
}

// longDay writes a day as letters have it: days below 10 and the first two months
// with a zero (NĐ 30/2020/NĐ-CP).
func longDay(t time.Time) string {
	t = t.In(zone())
	month := strconv.Itoa(int(t.Month()))
	if t.Month() <= time.February {
		month = "0" + month
	}
	return fmt.Sprintf("ngày %02d tháng %s năm %d", t.Day(), month, t.Year())
}

// byTemplate draws a form of the one-stop shop by the template of the day on which
// it was written; false where there was none, and the program draws it itself. What
// is in more goes before what is in the dossier.
func (s *Service) byTemplate(ctx context.Context, k dossiers.TemplateKind, d store.Dossier, p store.Personal, on time.Time, more docx.Values) (paper papers.Paper, found bool, err error) {
	t, found, err := s.store.FindTemplate(ctx, s.DB, k, d.Procedure, db.At(on))
	if err != nil || !found {
		return paper, false, err
	}
	f, err := s.openTemplate(ctx, t)
	if err != nil {
		return paper, false, err
	}
	of := d.Received
	if k == dossiers.ForApology || k == dossiers.ForStop {
		of = d.Authority
	}
	values, err := s.values(ctx, d, p, of)
	if err != nil {
		return paper, false, err
	}
	values.Texts["ngay.hom_nay"], values.Texts["ngay.day_du"] = new(i18n.Catalogue).Printer(i18n.VI).Date(on), longDay(on)
	maps.Copy(values.Texts, more.Texts)
	maps.Copy(values.Groups, more.Groups)
	paper, err = s.drawFile(f, values, d.Name.VI, on, false)
	return paper, true, err
}
