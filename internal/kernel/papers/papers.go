// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package papers lays out the papers of an administration: a receipt, a
// request, a refusal, a letter or decision in the frame of Decree 30/2020/NĐ-CP,
// Annex I. It is pure: data in, PDF out, the same bytes each time. It reads no
// database, decides nothing and signs nothing; it only says where a signature,
// a seal, a number and a date belong.
package papers

import (
	"fmt"
	"strings"
	"time"

	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/pdf"
)

// ErrIncomplete says which fields a paper cannot do without.
var ErrIncomplete = errs.New(errs.Invalid, "papers.incomplete")

// Simulated is the mark of everything made in a demonstration.
const Simulated = "MÔ PHỎNG – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"

// Area names a place kept free on a paper.
type Area string

// The places kept free. A paper has those its kind needs.
const (
	AreaNumber    Area = "number"    // digits after "Số:", before the notation
	AreaDay       Area = "day"       // digits after "ngày"
	AreaMonth     Area = "month"     // digits after "tháng"
	AreaYear      Area = "year"      // digits after "năm"
	AreaInitial   Area = "initial"   // ký nháy of who answers for the content
	AreaSignature Area = "signature" // image of the signature, box 7c
	AreaSeal      Area = "seal"      // seal of the agency, over a third of the signature
)

// Paper is a finished document.
type Paper struct {
	PDF   []byte
	Areas map[Area]pdf.Rect // PDF points
}

// Order returns the paper's areas in the order they are filled.
func (p Paper) Order() []Area {
	var order []Area
	for _, a := range []Area{AreaInitial, AreaSignature, AreaNumber, AreaDay, AreaMonth, AreaYear, AreaSeal} {
		if _, ok := p.Areas[a]; ok {
			order = append(order, a)
		}
	}
	return order
}

// Press is what printing needs and the content does not say.
type Press struct {
	Fonts pdf.Fonts // a serif like Times New Roman
	Made  time.Time // the day of creation inside the file; the caller's clock
	Zone  *time.Location
	Mark  string // printed across each page; Simulated in a demonstration
}

func (p Press) in(t time.Time) time.Time {
	if p.Zone == nil {
		return t
	}
	return t.In(p.Zone)
}

// moment writes a time as people read it: 14 giờ 30 phút, ngày 21 tháng 11 năm 2026.
func (p Press) moment(t time.Time) string {
	if t.IsZero() {
		return "…… giờ …… phút, ngày …… tháng …… năm ……"
	}
	t = p.in(t)
	return fmt.Sprintf("%02d giờ %02d phút, ngày %s", t.Hour(), t.Minute(), day(t))
}

func day(t time.Time) string {
	return fmt.Sprintf("%s tháng %s năm %d", two(t.Day(), 10), two(int(t.Month()), 3), t.Year())
}

// two pads as the decree asks: days below 10 and months 1 and 2 get a zero.
func two(n, below int) string {
	if n < below {
		return fmt.Sprintf("0%d", n)
	}
	return fmt.Sprint(n)
}

// need lists the fields whose value is empty.
func need(pairs ...string) error {
	var missing []errs.Field
	for i := 0; i+1 < len(pairs); i += 2 {
		if strings.TrimSpace(pairs[i+1]) == "" {
			missing = append(missing, errs.Field{Name: pairs[i], Code: "papers.required"})
		}
	}
	if missing == nil {
		return nil
	}
	e := *ErrIncomplete
	e.Fields = missing
	return &e
}
