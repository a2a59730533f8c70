// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"
	"strconv"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/kernel/registers"
	contract "tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// stateOf is where a record stands in its life, as far as the reader sees it.
func stateOf(v core.RecordView) string {
	state, _ := v.Record.Values[registers.LifeKey].(string)
	return state
}

// listedMost is how many records stand on a printed list.
const listedMost = 1_000

func certificatePath(d registers.Definition, code string) string {
	return bookPath(d) + "/giay/kiem-tra/" + url.PathEscape(code)
}

// printing are the pages of papers.
func (s site) printing() []web.Route {
	anybody := web.Public()
	const path = booksPath + "/{register}"
	return []web.Route{
		{Pattern: "GET " + path + "/in", Access: anybody, Handle: s.printList},
		{Pattern: "GET " + path + "/in/phieu/{record}/{print}", Access: anybody, Handle: s.printRecord},
		{Pattern: "POST " + path + "/in/giay/{record}/{print}", Access: anybody, Handle: s.certify},
		{Pattern: "GET " + path + "/giay/kiem-tra/{code}", Access: anybody, Handle: s.certificate},
		{Pattern: "POST " + path + "/giay/kiem-tra/{code}/ban-in", Access: anybody, Handle: s.printCertificate},
		{Pattern: "POST " + path + "/giay/kiem-tra/{code}/thu-hoi", Access: anybody, Handle: s.withdrawCertificate},
	}
}

// sendPaper answers with a paper.
func sendPaper(w http.ResponseWriter, name string, paper papers.Paper, err error) error {
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", `inline; filename="`+name+`.pdf"`)
	w.Header().Set("Cache-Control", "no-store")
	_, err = w.Write(paper.PDF)
	return err
}

// printList prints the list as it is looked at, of what the reader may export.
func (s site) printList(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	l, err := s.looked(r, r.Form)
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	found, err := s.svc.Take(r.Context(), p.Actor, l.Definition.ID, query(l.Register, l.Sent))
	if err != nil {
		return err
	}
	if found.Count > listedMost {
		return contract.ErrTooMany.With("most", listedMost)
	}
	var fields []registers.Field
	for _, f := range l.columns() {
		if found.Reaches(registers.Export, f.Key) && !f.Withheld() && f.Type != registers.Reference { // what it points to is named on the page alone
			fields = append(fields, f)
		}
	}
	listing := papers.Listing{
		Author: l.unit(p.Actor.Unit), Title: p.Text(l.Definition.Title), Head: recordHead(p, fields), Language: string(p.Lang()),
		Note: p.T("books.print.note", "words", l.words(p, l.Sent), "n", found.Count, "when", p.DateTime(p.Now)),
	}
	if listing.Author == "" {
		listing.Author = p.Text(l.Definition.Title)
	}
	if err := found.Each(r.Context(), func(rec registers.Record) error {
		var row []string
		for _, f := range fields {
			row = append(row, show(p, f, rec.Values[f.Key], l.unit))
		}
		listing.Rows = append(listing.Rows, append(row, l.unit(rec.Unit)))
		return nil
	}); err != nil {
		return err
	}
	paper, err := s.svc.Press().Listing(listing)
	return sendPaper(w, l.Definition.ID, paper, err)
}

// printRecord prints a sheet of a record, without personal data.
func (s site) printRecord(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	v, err := s.svc.Record(r.Context(), p.Actor, r.PathValue("register"), r.PathValue("record"))
	if err != nil {
		return err
	}
	sheetOf, ok := v.Definition.Print(r.PathValue("print"))
	if !ok || sheetOf.Certificate || !sheetOf.Open(stateOf(v)) {
		return contract.ErrNoPrint
	}
	fields, _ := v.Printed(sheetOf)
	unit := s.names(r.Context(), p)
	sheet := papers.Statement{
		Author: unit(v.Record.Unit), Title: p.Text(sheetOf.Name), Verdict: name(p, v, unit), Lead: p.Text(sheetOf.Words), Language: string(p.Lang()),
		Address: s.svc.Address(recordPath(v.Definition.ID, v.Record.ID)), Caption: p.Text(v.Definition.Title),
		Foot: []string{p.T("books.print.sheet_foot", "register", v.Definition.Title, "version", v.Record.Version, "when", p.DateTime(p.Now))},
	}
	for _, f := range fields {
		sheet.Facts = append(sheet.Facts, papers.Pair{Label: p.Text(f.Label), Value: value(p, f, v.Record, v.Named, unit)})
	}
	paper, err := s.svc.Press().Statement(sheet)
	return sendPaper(w, v.Definition.ID+"-"+sheetOf.ID, paper, err)
}

func (s site) certify(w http.ResponseWriter, r *http.Request) error {
	register := r.PathValue("register")
	code, err := s.svc.IssueCertificate(r.Context(), page.From(r.Context()).Actor, register, r.PathValue("record"), r.PathValue("print"))
	if err != nil {
		return err
	}
	return page.Done(w, r, certificatePath(registers.Definition{ID: register}, code), "books.certificate.issued")
}

// certificate says to everybody whether a certificate still holds.
func (s site) certificate(w http.ResponseWriter, r *http.Request) error {
	return s.showCertificate(w, r, nil)
}

func (s site) showCertificate(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p := page.From(r.Context())
	c, err := s.svc.GetCertificate(r.Context(), p.Actor, r.PathValue("register"), r.PathValue("code"))
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	v := page.View{Title: p.T("books.certificate.title"), Desk: p.Actor.Official(), Body: certificateBody(p, c, s.names(r.Context(), p), problem)}
	if problem != nil {
		v.Status = problem.Status
	}
	return p.Render(w, r, v)
}

// numbered is the number of a certificate as it is written: 12/2026.
func numbered(c core.Issued) string {
	return strconv.FormatInt(c.Number, 10) + "/" + strconv.Itoa(c.Year)
}

// certificateFacts are what is known of the certificate itself.
func certificateFacts(p page.Page, c core.Certificate, unit unitName) []ui.SummaryRow {
	rows := []ui.SummaryRow{
		fact(p.T("books.certificate.number"), numbered(c.Certificate)), fact(p.T("books.certificate.register"), p.Text(c.Definition.Title)),
		fact(p.T("books.certificate.issued_on"), p.DateTime(c.Issued.Time)), fact(p.T("books.records.unit"), unit(c.Unit)),
	}
	if c.Ended != nil {
		rows = append(rows, fact(p.T("books.certificate.ended_on"), p.DateTime(c.Ended.Time)))
	}
	if c.May {
		rows = append(rows, fact(p.T("books.history.who"), who(p, c.Login)))
		if c.EndedWhy != "" {
			rows = append(rows, fact(p.T("books.many.reason"), c.EndedWhy))
		}
	}
	return rows
}

// printCertificate prints a certificate that still holds. It is a post: reading
// what is personal on it is written down.
func (s site) printCertificate(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	c, err := s.svc.ReadCertificate(r.Context(), p.Actor, r.PathValue("register"), r.PathValue("code"))
	if err != nil {
		return err
	}
	unit := s.names(r.Context(), p)
	name := c.Definition.ID + "-" + strconv.FormatInt(c.Number, 10) + "-" + strconv.Itoa(c.Year)
	if c.Print.Layout == registers.LayoutDiploma {
		made, err := s.svc.Press().Diploma(s.diploma(p, c, unit))
		return sendPaper(w, name, made, err)
	}
	paper := papers.Statement{
		Author: unit(c.Unit), Title: p.Text(c.Print.Name), Verdict: p.T("books.certificate.numbered", "number", numbered(c.Certificate)), Lead: p.Text(c.Print.Words),
		Language: string(p.Lang()), Address: s.svc.Address(certificatePath(c.Definition, c.Code)), Caption: p.T("books.certificate.check"),
		Foot: []string{p.T("books.certificate.foot", "when", p.DateTime(c.Issued.Time), "register", c.Definition.Title)},
	}
	for _, f := range c.Shown {
		paper.Facts = append(paper.Facts, papers.Pair{Label: p.Text(f.Label), Value: value(p, f, c.Record, c.Named, unit)})
	}
	made, err := s.svc.Press().Statement(paper)
	return sendPaper(w, name, made, err)
}

func (s site) withdrawCertificate(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	p := page.From(r.Context())
	register, code := r.PathValue("register"), r.PathValue("code")
	if err := s.svc.WithdrawCertificate(r.Context(), p.Actor, register, code, r.PostForm.Get("reason")); err != nil {
		problem := web.Problem(err)
		if problem.Status != http.StatusUnprocessableEntity && problem.Status != http.StatusConflict {
			return err
		}
		p.Site.Explain(r, problem)
		return s.showCertificate(w, r, problem)
	}
	return page.Done(w, r, certificatePath(registers.Definition{ID: register}, code), "books.certificate.ended")
}
