// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package procedurestest makes procedures for the tests of other modules. It is
// not part of the program.
package procedurestest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"sync"
	"testing"

	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/procedures"
)

// Version returns a small procedure that is complete: a form of two questions,
// a flow of six steps and a result. Change what the test is about, then Seal it.
func Version(tb testing.TB, change ...func(*procedures.Version)) procedures.Version {
	tb.Helper()
	v := procedures.Version{
		ID: "xac-nhan-cu-tru", Code: "1.000001", Verified: true, Source: "test",
		Name:       i18n.Text{VI: "Xác nhận thông tin về cư trú", EN: "Confirm a residence"},
		Field:      i18n.Text{VI: "Cư trú", EN: "Residence"},
		ResultName: i18n.Text{VI: "Giấy xác nhận cư trú", EN: "Confirmation"},
		Levels:     []string{"commune"}, Authority: []orgs.Kind{orgs.Commune, orgs.Ward, orgs.SpecialZone},
		Audience: []string{"individual"}, Route: "LOCAL", Online: "full",
		Statutory: procedures.Duration{Amount: 5, Unit: "days", Working: true, Verified: true},
		Reduced:   procedures.Duration{Amount: 3, Unit: "days", Working: true, Verified: true},
		Fee:       procedures.Fee{Kind: "none", Verified: true},
		Papers: []procedures.Paper{
			{ID: "to-khai", Name: i18n.Text{VI: "Tờ khai"}, Required: true, Original: 1, Verified: true},
			{ID: "giay-to", Name: i18n.Text{VI: "Giấy tờ kèm theo"}, Copy: 1, Verified: true},
		},
		Form: forms.Definition{ID: "xac-nhan-cu-tru", Version: 1, Title: forms.Text{VI: "Tờ khai xác nhận cư trú"}, Steps: []forms.Step{
			{ID: "owner", Title: forms.Text{VI: "Người đề nghị"}, Fields: []forms.Field{
				{Key: "full_name", Type: forms.Line, Label: forms.Text{VI: "Họ và tên"}, Required: true, Max: "100", Personal: "identity", Prefill: "owner.name"},
			}},
			{ID: "need", Title: forms.Text{VI: "Nội dung đề nghị"}, Fields: []forms.Field{
				{Key: "reason", Type: forms.Paragraphs, Label: forms.Text{VI: "Lý do"}, Max: "500"},
			}},
		}},
		Flow: procedures.Flow{ID: "xac-nhan-cu-tru", Version: 1, Title: i18n.Text{VI: "Xác nhận cư trú"}, Steps: []procedures.Step{
			{ID: "accept", Name: i18n.Text{VI: "Tiếp nhận"}, Post: "one_stop_clerk", Unit: "received", Hours: 4, Action: "accept", Next: []string{"appraise"}},
			{ID: "appraise", Name: i18n.Text{VI: "Thẩm định"}, Post: "case_officer", Unit: "authority", Hours: 8, Action: "appraise", Next: []string{"draft"}},
			{ID: "draft", Name: i18n.Text{VI: "Dự thảo kết quả"}, Post: "case_officer", Unit: "authority", Hours: 4, Action: "draft", Next: []string{"sign"}},
			{ID: "sign", Name: i18n.Text{VI: "Ký duyệt"}, Post: "leader", Unit: "authority", Hours: 4, Action: "sign", Next: []string{"issue"}, Back: "draft"},
			{ID: "issue", Name: i18n.Text{VI: "Vào sổ, đóng dấu"}, Post: "records_clerk", Unit: "authority", Hours: 2, Action: "issue", Next: []string{"deliver"}},
			{ID: "deliver", Name: i18n.Text{VI: "Trả kết quả"}, Post: "one_stop_clerk", Unit: "received", Hours: 2, Action: "deliver"},
		}},
		Template: procedures.Template{
			ID: "xac-nhan-cu-tru", Version: 1, Title: i18n.Text{VI: "Giấy xác nhận cư trú"}, DocType: "GXN",
			AgencyLines: []string{"{agency_upper}"}, NumberSuffix: "GXN-UBND", Place: "{place}", Heading: []string{"GIẤY XÁC NHẬN"},
			Subject:     "Thông tin về cư trú",
			Fields:      []procedures.TemplateField{{Key: "finding", Label: i18n.Text{VI: "Nội dung xác nhận"}, Type: "text", Required: true}},
			Body:        []string{"{agency} xác nhận:", "Ông (bà): {form.full_name}", "Nội dung: {finding}"},
			SignerLines: []string{"TM. ỦY BAN NHÂN DÂN", "{signer_title}"}, Recipients: []string{"Người được xác nhận"},
		},
		Keywords: []string{"giấy cư trú"}, LifeEvents: []string{"giay-to-tuy-than"},
	}
	for _, f := range change {
		f(&v)
	}
	Seal(tb, &v)
	return v
}

// Seal gives a version its checksum.
func Seal(tb testing.TB, v *procedures.Version) {
	tb.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	sum := sha256.Sum256(raw)
	v.SHA = hex.EncodeToString(sum[:])
}

// Finder answers with the versions it was given. The last one of an id is the
// one of today.
type Finder struct {
	mu   sync.Mutex
	all  []procedures.Version
	gone map[procedures.ID]bool
}

// NewFinder returns a finder of versions.
func NewFinder(all ...procedures.Version) *Finder { return &Finder{all: all} }

// Add makes a version the one of today.
func (f *Finder) Add(v procedures.Version) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all = append(f.all, v)
}

// Abolish ends a procedure: from now on there is none of today.
func (f *Finder) Abolish(id procedures.ID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.gone = map[procedures.ID]bool{id: true}
}

// Get implements procedures.Finder.
func (f *Finder) Get(_ context.Context, id procedures.ID) (procedures.Version, error) {
	f.mu.Lock()
	gone := f.gone[id]
	f.mu.Unlock()
	if gone {
		return procedures.Version{}, procedures.ErrNotFound
	}
	return f.last(func(v procedures.Version) bool { return v.ID == id })
}

// GetVersion implements procedures.Finder.
func (f *Finder) GetVersion(_ context.Context, id procedures.ID, sha string) (procedures.Version, error) {
	return f.last(func(v procedures.Version) bool { return v.ID == id && v.SHA == sha })
}

func (f *Finder) last(is func(procedures.Version) bool) (procedures.Version, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, v := range slices.Backward(f.all) {
		if is(v) {
			return v, nil
		}
	}
	return procedures.Version{}, procedures.ErrNotFound
}
