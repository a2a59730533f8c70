// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

const (
	transfersPath = "/chuyen-ho-so"
	transferStop  = "chuyen-tham-quyen"
)

// sending is the page on which a dossier is sent to the unit that decides.
type sending struct {
	full  core.Full
	units []orgs.Unit
	form  url.Values
	wrong *problem
}

// options are the units that decide such dossiers, below an empty line.
func (v sending) options(p page.Page) []ui.SelectItem {
	items := []ui.SelectItem{{Text: p.T("dossiers.page.transfer.choose")}}
	for _, u := range v.units {
		items = append(items, ui.SelectItem{Value: string(u.ID), Text: p.Text(u.Name)})
	}
	return items
}

func (s site) transferForm(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	return s.transferPage(w, r, id, sending{form: url.Values{}})
}

func (s site) transferPage(w http.ResponseWriter, r *http.Request, id dossiers.ID, v sending) (err error) {
	p := page.From(r.Context())
	if v.full, err = s.svc.Get(r.Context(), p.Actor, id, access.Handling); err != nil {
		return err
	}
	if v.units, err = s.svc.ListDeciders(r.Context(), v.full.Version, v.full.Received); err != nil {
		return err
	}
	return show(w, r, page.View{
		Title: p.T("dossiers.page.transfer.title"), Desk: true, Before: back(p, at("xu-ly", string(id))), Body: transferBody(p, v),
	}, v.wrong)
}

func (s site) transferred(w http.ResponseWriter, r *http.Request) error {
	form, err := formOf(r)
	if err != nil {
		return err
	}
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	sheets := 0
	if text := strings.TrimSpace(form.Get("sheets")); text != "" {
		if sheets, err = strconv.Atoi(text); err != nil {
			sheets = -1 // not a number: told like one that is too small
		}
	}
	transfer, err := s.svc.Transfer(r.Context(), page.From(r.Context()).Actor, id, core.TransferWish{
		To: orgs.ID(form.Get("to")), Reason: form.Get("reason"), Basis: form.Get("basis"), Sheets: sheets,
	})
	if err != nil {
		wrong, err := wrongWith(r, err, "to")
		if err != nil {
			return err
		}
		return s.transferPage(w, r, id, sending{form: form, wrong: wrong})
	}
	return page.Done(w, r, transfersPath+"/"+transfer, "dossiers.page.transfer.sent")
}

func (s site) transfers(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	sent := r.FormValue("muc") == "da-chuyen" || !p.Actor.May(dossiers.PermAccept) // officers send, and receive nothing
	found, err := s.svc.ListTransfers(r.Context(), p.Actor, !sent, r.FormValue("after"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("dossiers.page.menu.transfers"), Desk: true, Body: transfersBody(p, found, sent)})
}

// transferList is the list of one side.
func transferList(p page.Page, items []core.Transferred) ui.WorkListParams {
	list := ui.WorkListParams{Caption: p.T("dossiers.page.menu.transfers"), Head: []string{
		p.T("dossiers.page.col.dossier"), p.T("dossiers.page.transfer.from"), p.T("dossiers.page.transfer.to"), p.T("dossiers.page.transfer.reason"), p.T("dossiers.page.transfer.state"),
	}}
	for _, i := range items {
		other := ui.WorkCell{Text: p.DateTime(i.SentAt.Time), Sub: p.T("dossiers.page.transfer.state." + string(i.State))}
		if i.State == dossiers.TransferReturned {
			other.Tone = ui.ToneLate
		}
		list.Rows = append(list.Rows, ui.WorkRow{Value: i.ID, Cells: []ui.WorkCell{
			{Text: codeOf(i.Dossier), Href: transfersPath + "/" + i.ID, Sub: p.Text(i.Dossier.Name)}, {Text: p.Text(i.From), Sub: i.Sender}, {Text: p.Text(i.To), Sub: i.Ender}, {Text: short(i.Reason), Sub: i.Basis}, other,
		}})
	}
	return list
}

// transferOf returns the transfer that a path names.
func transferOf(r *http.Request) (string, error) {
	transfer := r.PathValue("transfer")
	if !id.Valid(transfer) {
		return "", dossiers.ErrNoTransfer
	}
	return transfer, nil
}

func (s site) transfer(w http.ResponseWriter, r *http.Request) error {
	return s.onePage(w, r, url.Values{}, nil)
}

func (s site) onePage(w http.ResponseWriter, r *http.Request, form url.Values, wrong *problem) error {
	transfer, err := transferOf(r)
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	t, err := s.svc.GetTransfer(r.Context(), p.Actor, transfer)
	if err != nil {
		return err
	}
	list := transfersPath
	if !t.Incoming {
		list += "?muc=da-chuyen"
	}
	return show(w, r, page.View{
		Title: p.T("dossiers.page.transfer.one", "code", codeOf(t.Dossier)), Desk: true, Before: back(p, list), Body: oneTransfer(p, t, form, wrong),
	}, wrong)
}

// wordsOf is the control that an error is about: a conflict is about none.
func wordsOf(err error) string {
	if errs.KindOf(err) == errs.Invalid {
		return "words"
	}
	return ""
}

// answered does one thing to a transfer, and shows it again where it cannot be done.
func (s site) answered(done string, do func(r *http.Request, actor identity.Actor, transfer string, form url.Values) (to string, err error)) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		form, err := formOf(r)
		if err != nil {
			return err
		}
		transfer, err := transferOf(r)
		if err != nil {
			return err
		}
		to, err := do(r, page.From(r.Context()).Actor, transfer, form)
		if err != nil {
			wrong, err := wrongWith(r, err, wordsOf(err))
			if err != nil {
				return err
			}
			return s.onePage(w, r, form, wrong)
		}
		return page.Done(w, r, to, done)
	}
}

func (s site) receiveTransfer() web.Handler {
	return s.answered("dossiers.page.transfer.received", func(r *http.Request, actor identity.Actor, transfer string, _ url.Values) (string, error) {
		dossier, err := s.svc.ReceiveTransfer(r.Context(), actor, transfer)
		return at("xu-ly", string(dossier)), err
	})
}

func (s site) sendTransferBack() web.Handler {
	return s.answered("dossiers.page.transfer.returned", func(r *http.Request, actor identity.Actor, transfer string, form url.Values) (string, error) {
		return transfersPath, s.svc.SendTransferBack(r.Context(), actor, transfer, form.Get("words"))
	})
}

func (s site) dropTransfer() web.Handler {
	return s.answered("dossiers.page.transfer.dropped", func(r *http.Request, actor identity.Actor, transfer string, _ url.Values) (string, error) {
		return transfersPath + "?muc=da-chuyen", s.svc.DropTransfer(r.Context(), actor, transfer)
	})
}

func (s site) transferSlip(w http.ResponseWriter, r *http.Request) error {
	transfer, err := transferOf(r)
	if err != nil {
		return err
	}
	slip, err := s.svc.TransferSlip(r.Context(), page.From(r.Context()).Actor, transfer)
	if err != nil {
		return err
	}
	return givePDF(w, "phieu-giao-nhan.pdf", slip)
}
