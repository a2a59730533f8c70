// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package docx

import (
	"path"
	"slices"
	"strings"
)

// Warning names something of Word that stands in the filled document and that
// the PDF pages do not have, or have otherwise.
type Warning struct {
	Code      string // translation key
	Paragraph int    // from 1; 0: of the whole document
	Excerpt   string
}

// The codes of warnings.
const (
	WarnPicture  = "docx.warn.picture"  // pictures, shapes, text boxes: not drawn
	WarnHeader   = "docx.warn.header"   // headers and footers: not drawn; the page number is set by us
	WarnList     = "docx.warn.list"     // numbers and bullets that Word makes: not drawn
	WarnNested   = "docx.warn.nested"   // a table in a table: not drawn
	WarnMerged   = "docx.warn.merged"   // cells merged downwards: drawn as cells of their own
	WarnTracked  = "docx.warn.tracked"  // changes that nobody accepted: drawn as if accepted
	WarnNote     = "docx.warn.note"     // footnotes, comments: not drawn
	WarnFormula  = "docx.warn.formula"  // formulas and symbols: not drawn
	WarnSections = "docx.warn.sections" // pages of another size or in columns: all are drawn as the last
	WarnRaised   = "docx.warn.raised"   // letters above or below the line: drawn on it
)

// Warnings lists what the PDF pages will not have, by paragraph, each thing once
// a paragraph.
func (f *File) Warnings() []Warning {
	var all []Warning
	for i, para := range paragraphs(f.part(mainPart)) {
		said, _ := spoken(para)
		for _, one := range []struct {
			code  string
			names []string
		}{
			{WarnPicture, []string{"w:drawing", "w:pict"}},
			{WarnList, []string{"w:numPr"}},
			{WarnTracked, []string{"w:del", "w:moveFrom", "w:rPrChange", "w:pPrChange"}},
			{WarnNote, []string{"w:footnoteReference", "w:endnoteReference", "w:commentReference"}},
			{WarnFormula, []string{"m:oMath", "w:sym"}},
			{WarnRaised, []string{"w:vertAlign"}},
		} {
			if slices.ContainsFunc(one.names, func(name string) bool { return len(para.all(name)) > 0 }) {
				all = append(all, Warning{one.code, i + 1, excerpt(said)})
			}
		}
	}
	for _, cell := range f.body.all("w:tc") {
		if len(cell.all("w:tbl")) > 0 {
			all = append(all, Warning{Code: WarnNested, Excerpt: excerpt(cell.content())})
			break
		}
	}
	for _, merged := range f.body.all("w:vMerge") {
		if merged.attr("w:val") != "restart" {
			all = append(all, Warning{Code: WarnMerged})
			break
		}
	}
	if len(f.body.all("w:sectPr")) > 1 || len(f.body.all("w:cols")) > 0 && f.body.all("w:cols")[0].attr("w:num") > "1" {
		all = append(all, Warning{Code: WarnSections})
	}
	for _, p := range f.parts {
		base := path.Base(p.name)
		if p.root == nil || !strings.HasPrefix(base, "header") && !strings.HasPrefix(base, "footer") {
			continue
		}
		var texts []string
		for _, para := range paragraphs(p.root) {
			one, _ := spoken(para)
			texts = append(texts, one)
		}
		said := strings.Join(texts, " ")
		if strings.Trim(said, " \n\t0123456789") != "" || len(p.root.all("w:drawing")) > 0 || len(p.root.all("w:pict")) > 0 {
			all = append(all, Warning{Code: WarnHeader, Excerpt: excerpt(said)})
		}
	}
	return all
}
