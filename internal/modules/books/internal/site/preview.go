// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"fmt"

	"github.com/a-h/templ"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/ui"
)

// The parts of a register that Preview shows.
const (
	previewForm   = "bieu-mau"
	previewRecord = "ban-ghi"
)

// Preview shows a register that is being written as its pages would be, with
// made-up values: its form or one record; else its list.
func Preview(p page.Page, st registers.Standing, part string) templ.Component {
	switch part {
	case previewForm:
		return formPreview(p, form{Form: core.Form{Standing: st, Fields: entered(st)}, Typed: map[string]string{}})
	case previewRecord:
		return ui.SummaryList(ui.SummaryListParams{Rows: sampleRows(p, st)})
	}
	return ui.TableBox(sampleTable(p, st))
}

func entered(st registers.Standing) (fields []registers.Field) {
	act := registers.Add
	if !st.Can(act) {
		act = registers.Amend
	}
	for _, f := range st.Fields(act) {
		if f.Entered() {
			fields = append(fields, f)
		}
	}
	return fields
}

func sampleUnit(p page.Page) unitName {
	return func(id string) string {
		if id == sampleID {
			return p.T("books.preview.unit")
		}
		return id
	}
}

// sampleID stands where a value would be the id of something.
const sampleID = "preview"

// sample is a made-up value of a field: nothing of it is anybody's.
func sample(p page.Page, f registers.Field, n int) any {
	switch f.Type { //nolint:exhaustive // the others are shown by a word
	case registers.Integer:
		return int64(12 * n)
	case registers.Money:
		return int64(1_500_000 * n)
	case registers.Decimal:
		return "12.5"
	case registers.Date:
		return fmt.Sprintf("2026-11-2%d", n%10)
	case registers.DatePartial:
		return "2026-11"
	case registers.Boolean:
		return n%2 == 1
	case registers.Choice, registers.Choices:
		if len(f.Options) == 0 {
			return nil
		}
		value := f.Options[(n-1)%len(f.Options)].Value
		if f.Type == registers.Choices {
			return []string{value}
		}
		return value
	case registers.Unit:
		return sampleID
	case registers.Place:
		return registers.Point{Lat: 10_386_000 + int64(n)*1_000, Lon: 105_435_000}
	case registers.Org:
		return registers.Organisation{Name: p.T("books.preview.organisation")}
	case registers.Files:
		return []registers.File{{Name: p.T("books.preview.file")}}
	case registers.Shape:
		return registers.Geometry{}
	case registers.Group:
		return make([]registers.Row, n)
	case registers.Address:
		return registers.Location{Line: p.T("books.preview.address")}
	case registers.Code, registers.Reference:
		return p.T("books.preview.code")
	}
	return p.T("books.preview.text", "label", f.Label, "n", n)
}

// sampled is a made-up value as people would read it.
func sampled(p page.Page, f registers.Field, n int) string {
	if f.Withheld() {
		return p.T("books.preview.withheld")
	}
	if f.Type == registers.Code || f.Type == registers.Reference {
		return p.T("books.preview.code")
	}
	return show(p, f, sample(p, f, n), sampleUnit(p))
}

// samples is how many made-up records a list shows.
const samples = 3

func sampleTable(p page.Page, st registers.Standing) ui.TableParams {
	fields := columns(st)
	t := ui.TableParams{Caption: p.T("books.preview.list"), CaptionClasses: "ts-visually-hidden", Cards: true}
	for _, f := range fields {
		t.Head = append(t.Head, ui.TableCell{Text: measured(p, f)})
	}
	for n := range samples {
		var row []ui.TableCell
		for _, f := range fields {
			row = append(row, ui.TableCell{Text: sampled(p, f, n+1)})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func sampleRows(p page.Page, st registers.Standing) (rows []ui.SummaryRow) {
	for _, f := range st.Fields(registers.View) {
		rows = append(rows, fact(p.Text(f.Label), sampled(p, f, 1)))
	}
	return rows
}
