// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"context"
	"net/http"
	"net/url"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/ui"
)

// mailPath is where envelopes are opened that the post has brought.
const mailPath = "/tiep-nhan/buu-chinh"

// The inputs that say in which envelope papers came.
const (
	consignmentInput = "consignment"
	cameInput        = "came"
)

// mailing is what comes by post.
type mailing interface {
	CheckMail(m core.Mail) (core.Mail, error)
	ListMail(ctx context.Context, actor identity.Actor, consignment, before string) (core.Page[core.MailItem], error)
	SendLetter(ctx context.Context, actor identity.Actor, id dossiers.ID, letter string) error
}

// envelope is the page on which a clerk opens one: first its code and its day, then
// which procedure the papers are for.
type envelope struct {
	mail     core.Mail // as it was typed
	read     bool      // both are right
	question string
	offers   []procedures.Version
	before   []core.MailItem // what the same consignment was opened for already
	opened   core.Page[core.MailItem]
	wrong    *problem
}

func (s site) mail(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	e := envelope{mail: core.Mail{Consignment: r.FormValue(consignmentInput), Came: r.FormValue(cameInput)}, question: r.FormValue("q")}
	var err error
	if r.Form.Has(cameInput) {
		checked, wrong := s.svc.CheckMail(core.Mail{Consignment: e.mail.Consignment, Came: isoDay(e.mail.Came)})
		if e.wrong, err = wrongOrNil(r, wrong); err != nil {
			return err
		}
		if e.read = e.wrong == nil; e.read {
			e.mail = checked
		}
	}
	if !e.read {
		if e.opened, err = s.svc.ListMail(r.Context(), p.Actor, "", r.FormValue("after")); err != nil {
			return err
		}
	} else {
		if e.offers, err = s.Catalogue.Offer(r.Context(), e.question, offered); err != nil {
			return err
		}
		if e.mail.Consignment != "" {
			same, err := s.svc.ListMail(r.Context(), p.Actor, e.mail.Consignment, "")
			if err != nil {
				return err
			}
			e.before = same.Items
		}
	}
	return show(w, r, page.View{Title: p.T("dossiers.page.mail.title"), Desk: true, Before: back(p, "/tiep-nhan"), Body: mailBody(p, e)}, e.wrong)
}

// wrongOrNil is wrongWith for what may be right.
func wrongOrNil(r *http.Request, err error) (*problem, error) {
	if err == nil {
		return nil, nil //nolint:nilnil // nothing is wrong
	}
	return wrongWith(r, err, cameInput)
}

// mailAction leads to the page for envelopes.
func mailAction(p page.Page) ui.DeskAction {
	return ui.DeskAction{ButtonParams: ui.ButtonParams{Text: p.T("dossiers.page.mail.title"), Href: mailPath, Classes: "ts-button--secondary"}}
}

// hidden carries the envelope to the next page.
func (e envelope) hidden() []ui.HiddenField {
	return []ui.HiddenField{{Name: consignmentInput, Value: e.mail.Consignment}, {Name: cameInput, Value: e.mail.Came}}
}

// mailIn reads the envelope of a draft that begins; nil where there is none.
func mailIn(form url.Values) *core.Mail {
	if !form.Has(cameInput) {
		return nil
	}
	return &core.Mail{Consignment: form.Get(consignmentInput), Came: isoDay(form.Get(cameInput))}
}

// mailText says in a line how papers came: "Bưu gửi RX123, đến ngày 20/11/2026".
func mailText(p page.Page, m core.Mail) string {
	if m.Consignment == "" {
		return p.T("dossiers.page.mail.letter_on", "day", dayOf(p, m.Came))
	}
	return p.T("dossiers.page.mail.came_on", "code", m.Consignment, "day", dayOf(p, m.Came))
}

func mailList(p page.Page, items []core.MailItem) ui.WorkListParams {
	list := ui.WorkListParams{Caption: p.T("dossiers.page.mail.opened"), Head: []string{
		p.T("dossiers.page.mail.consignment"), p.T("dossiers.page.mail.came"), p.T("dossiers.page.col.dossier"), p.T("dossiers.page.mail.opener"), p.T("dossiers.page.mail.receipt"),
	}}
	for _, m := range items {
		code := m.Consignment
		if code == "" {
			code = p.T("dossiers.page.mail.ordinary")
		}
		name, href := mailed(p, m)
		of := ui.WorkCell{Text: name, Href: href, Sub: p.Text(m.Name)}
		list.Rows = append(list.Rows, ui.WorkRow{Cells: []ui.WorkCell{
			{Text: code}, {Text: dayOf(p, m.Came), Numeric: true}, of, {Text: m.Opener, Sub: p.DateTime(m.OpenedAt.Time)}, {Text: receiptText(p, m)},
		}})
	}
	return list
}

// mailed says what became of an envelope, and where that is: a draft is only for who began it.
func mailed(p page.Page, m core.MailItem) (name, href string) {
	switch {
	case m.Code != "":
		return m.Code, at("xu-ly", string(m.ID))
	case m.Reference != "":
		return m.Reference, at("xu-ly", string(m.ID))
	case m.OpenedBy == p.Actor.Account:
		return p.T("dossiers.page.mine.draft"), at("nhap", string(m.ID))
	}
	return p.T("dossiers.page.mine.draft"), ""
}

// receiptText says whether the receipt is on its way back.
func receiptText(p page.Page, m core.MailItem) string {
	switch {
	case m.Letter != "":
		return p.T("dossiers.page.mail.sent_with", "code", m.Letter)
	case m.Code != "":
		return p.T("dossiers.page.mail.not_sent")
	}
	return "–"
}

// sendLetter notes that the receipt goes to people by post.
func (s site) sendLetter(w http.ResponseWriter, r *http.Request) error {
	form, err := formOf(r)
	if err != nil {
		return err
	}
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	if err := s.svc.SendLetter(r.Context(), p.Actor, id, form.Get("letter")); err != nil {
		wrong, err := wrongWith(r, err, "letter")
		if err != nil {
			return err
		}
		f, err := s.svc.Get(r.Context(), p.Actor, id, access.Handling)
		if err != nil {
			return err
		}
		return s.receivedPage(w, r, f, form.Get("letter"), wrong)
	}
	return page.Done(w, r, at("tiep-nhan", string(id), "xong"), "dossiers.page.mail.letter_done")
}

// reachable reports how the person is told: a phone or a mailbox is told of the code
// and the day by the program.
func reachable(f core.Full) bool {
	return f.Owner.Phone != "" || f.Owner.Email != "" || f.Submitter.Phone != "" || f.Submitter.Email != ""
}

// whoKey asks who brings the papers, or who has sent them.
func whoKey(d core.Draft) string {
	if d.Mail != nil {
		return "dossiers.page.parties.who_sends"
	}
	return "dossiers.page.parties.who_brings"
}

// filing says what is filed, where, and how it came.
func filing(p page.Page, d core.Draft) []ui.SummaryRow {
	rows := []ui.SummaryRow{row(p.T("dossiers.page.procedure"), p.Text(d.Procedure.Name)), row(p.T("dossiers.page.unit"), p.Text(d.Unit.Name))}
	if d.Mail != nil {
		rows = append(rows, row(p.T("dossiers.page.mail.row"), mailText(p, d.Mail.Mail)))
	}
	return rows
}
