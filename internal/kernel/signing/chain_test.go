// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing_test

import (
	"crypto/x509"
	"slices"
	"testing"

	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/kernel/signing/appearance"
	"tinhso.vn/internal/platform/pdf"
	"tinhso.vn/internal/platform/pdfread"
)

// plan is how a decision should be signed.
func (o *office) plan() []signing.Step {
	is := func(key string) func(*x509.Certificate) bool {
		want := o.cert(key)
		return func(c *x509.Certificate) bool { return c.Equal(want) }
	}
	return []signing.Step{
		{Field: "initial", Who: is("initial")},
		{Field: "signature", Who: is("leader")},
		{Field: "seal", Who: is("agency"), Fills: []string{"number", "day", "month", "year"}},
	}
}

func (o *office) value(areas map[papers.Area]pdf.Rect, area papers.Area, text string) signing.Fill {
	o.t.Helper()
	page, err := appearance.Value(o.fonts, areas[area], o.now, text, pdf.Style{Size: 13})
	o.must(err)
	return signing.Fill{Value: text, Appearance: page}
}

func TestDeviationsAreNamed(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	steps := o.steps()
	paper, areas := o.paper()
	plan := o.plan()
	kinds := func(document []byte) []signing.Deviation { return o.verify(document).Deviations(plan) }
	if got := kinds(steps[2]); len(got) != 0 {
		t.Errorf("as planned: %+v", got)
	}
	sealed, err := signing.StampDocument(t.Context(), steps[2], o.stamp)
	o.must(err)
	if got := kinds(sealed); len(got) != 0 {
		t.Errorf("as planned, with a stamp over all: %+v", got)
	}
	one := o.sign(paper, "initial", signing.Request{Field: "initial", Certify: true}, nil)
	early := o.sign(one, "leader", signing.Request{Field: "signature", Fill: map[string]signing.Fill{"number": o.value(areas, papers.AreaNumber, "7")}}, nil)
	delegated := o.sign(one, "agency", signing.Request{Field: "signature"}, nil)
	first := o.sign(paper, "leader", signing.Request{Field: "signature", Certify: true}, nil)
	second := o.sign(first, "initial", signing.Request{Field: "initial"}, nil)
	plain := o.sign(paper, "leader", signing.Request{Field: "signature"}, nil)
	more := o.sign(plain, "agency", signing.Request{Field: "more", Rect: &pdf.Rect{Page: 1}}, nil)
	for name, c := range map[string]struct {
		document []byte
		want     []signing.Deviation
	}{
		"half way": {steps[1], []signing.Deviation{{Kind: signing.DeviationMissing, Field: "seal"}}},
		"number before its turn": {
			o.sign(early, "agency", signing.Request{Field: "seal", Fill: map[string]signing.Fill{
				"day": o.value(areas, papers.AreaDay, "21"), "month": o.value(areas, papers.AreaMonth, "11"), "year": o.value(areas, papers.AreaYear, "2026"),
			}}, nil),
			[]signing.Deviation{{signing.DeviationFilled, "number", o.cert("agency").Subject.CommonName}},
		},
		"sealed without number": {o.sign(o.sign(one, "leader", signing.Request{Field: "signature"}, nil), "agency", signing.Request{Field: "seal"}, nil), []signing.Deviation{
			{Kind: signing.DeviationEmpty, Field: "number"},
			{Kind: signing.DeviationEmpty, Field: "day"},
			{Kind: signing.DeviationEmpty, Field: "month"},
			{Kind: signing.DeviationEmpty, Field: "year"},
		}},
		"a delegate": {delegated, []signing.Deviation{
			{signing.DeviationSigner, "signature", o.cert("agency").Subject.CommonName}, {Kind: signing.DeviationMissing, Field: "seal"},
		}},
		"leader first": {second, []signing.Deviation{
			{signing.DeviationOrder, "signature", o.cert("leader").Subject.CommonName}, {Kind: signing.DeviationMissing, Field: "seal"},
		}},
		"leader alone": {first, []signing.Deviation{
			{Kind: signing.DeviationMissing, Field: "initial"},
			{signing.DeviationOrder, "signature", o.cert("leader").Subject.CommonName},
			{Kind: signing.DeviationMissing, Field: "seal"},
		}},
		"one more": {more, []signing.Deviation{
			{Kind: signing.DeviationMissing, Field: "initial"},
			{signing.DeviationOrder, "signature", o.cert("leader").Subject.CommonName},
			{Kind: signing.DeviationMissing, Field: "seal"},
			{signing.DeviationExtra, "more", o.cert("agency").Subject.CommonName},
		}},
	} {
		if got := kinds(c.document); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %+v, want %+v", name, got, c.want)
		}
	}
	f, err := pdfread.Open(steps[2])
	o.must(err)
	pages, err := f.Pages()
	o.must(err)
	u := f.Update()
	d := f.Dict(pages[0]).Clone()
	d["Rotate"] = pdfread.Int(180)
	u.Set(pages[0], d)
	turned, _ := u.Bytes()
	if got := kinds(turned); !slices.Equal(got, []signing.Deviation{{Kind: signing.DeviationChange}}) {
		t.Errorf("turned page: %+v", got)
	}
}
