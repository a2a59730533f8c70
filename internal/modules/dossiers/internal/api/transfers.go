// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"net/http"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/web"
)

func (o operations) transfers() []web.Route {
	accept, either := needs(dossiers.PermAccept), needs(dossiers.PermAccept, dossiers.PermProcess)
	return []web.Route{
		web.Operation("GET /api/v1/transfers", "Dossiers on their way to the unit that decides: those to receive, or with sent=true those one's units have sent", either, o.listTransfers),
		web.Operation("GET /api/v1/transfers/count", "How many wait to be received", accept, o.countTransfers),
		web.Operation("GET /api/v1/transfers/{transfer}", "One of them with what goes along; that it is read is recorded", either, o.getTransfer),
		web.Operation("POST /api/v1/dossiers/{id}/transfers", "Send a dossier to the unit that decides; code and days stay", either, o.transfer),
		web.Operation("POST /api/v1/transfers/{transfer}/receive", "Take the dossier over; its process begins anew here", accept, o.receiveTransfer),
		web.Operation("POST /api/v1/transfers/{transfer}/send-back", "Send it back, with the words why", accept, o.sendTransferBack),
		web.Operation("DELETE /api/v1/transfers/{transfer}", "Take it back before it is received", either, o.dropTransfer),
		web.RawOperation("GET /api/v1/transfers/{transfer}/slip", "The slip that both sides sign", either, givesPDF(), o.transferSlip),
	}
}

// DossierTransfer is a dossier on its way to the unit that decides.
type DossierTransfer struct {
	ID      string         `json:"id"`
	Dossier DossierSummary `json:"dossier"`
	From    i18n.Text      `json:"from"`
	To      i18n.Text      `json:"to"`
	Reason  string         `json:"reason"`
	Basis   string         `json:"basis"`
	Sheets  int            `json:"sheets,omitempty" doc:"of paper that go along"`
	Sender  string         `json:"sender"`
	SentAt  db.Time        `json:"sent_at"`
	State   string         `json:"state" enum:"open,accepted,returned,dropped"`
	Words   string         `json:"words,omitempty" doc:"why it was sent back"`
	Ender   string         `json:"ender,omitempty"`
	EndedAt db.Time        `json:"ended_at"`
}

func toTransfer(t core.Transferred) DossierTransfer {
	return DossierTransfer{t.ID, toSummary(t.Dossier), t.From, t.To, t.Reason, t.Basis, t.Sheets, t.Sender, t.SentAt, string(t.State), t.Words, t.Ender, t.EndedAt}
}

type transfersIn struct {
	PageIn
	Sent bool `query:"sent" doc:"those that were sent, the newest first"`
}

type transfersOut struct {
	Body struct {
		Items []DossierTransfer `json:"items"`
		Next  string            `json:"next,omitempty"`
	}
}

func (o operations) listTransfers(ctx context.Context, in *transfersIn) (*transfersOut, error) {
	page, err := o.svc.ListTransfers(ctx, identity.From(ctx), !in.Sent, in.After)
	if err != nil {
		return nil, err
	}
	out := &transfersOut{}
	out.Body.Items, out.Body.Next = []DossierTransfer{}, page.Next
	for _, t := range page.Items {
		out.Body.Items = append(out.Body.Items, toTransfer(t))
	}
	return out, nil
}

func (o operations) countTransfers(ctx context.Context, _ *nothing) (*countOut, error) {
	return toCount(o.svc.CountTransfers(ctx, identity.From(ctx)))
}

// OneTransfer names a transfer.
type OneTransfer struct {
	Transfer string `path:"transfer" maxLength:"36"`
}

func (in OneTransfer) id() (string, error) {
	if !id.Valid(in.Transfer) {
		return "", dossiers.ErrNoTransfer
	}
	return in.Transfer, nil
}

type transferPaper struct {
	Name      i18n.Text `json:"name"`
	Files     int       `json:"files,omitempty"`
	Original  int       `json:"original,omitempty"`
	Copy      int       `json:"copy,omitempty"`
	Certified int       `json:"certified,omitempty"`
}

type transferOut struct {
	Body struct {
		DossierTransfer
		Owner  string          `json:"owner"`
		Papers []transferPaper `json:"papers"`
	}
}

func (o operations) getTransfer(ctx context.Context, in *OneTransfer) (*transferOut, error) {
	transfer, err := in.id()
	if err != nil {
		return nil, err
	}
	t, err := o.svc.GetTransfer(ctx, identity.From(ctx), transfer)
	if err != nil {
		return nil, err
	}
	out := &transferOut{}
	out.Body.DossierTransfer, out.Body.Owner, out.Body.Papers = toTransfer(t.Transferred), t.Owner, []transferPaper{}
	for _, p := range t.Papers {
		out.Body.Papers = append(out.Body.Papers, transferPaper(p))
	}
	return out, nil
}

type transferIn struct {
	One
	Body struct {
		To     string `json:"to" maxLength:"100" doc:"the unit that decides"`
		Reason string `json:"reason" maxLength:"8000"`
		Basis  string `json:"basis" maxLength:"2000" doc:"the rule that says so"`
		Sheets int    `json:"sheets,omitempty" doc:"of paper that go along"`
	}
}

type transferredOut struct {
	Body struct {
		Transfer string `json:"transfer" doc:"its id"`
	}
}

func (o operations) transfer(ctx context.Context, in *transferIn) (*transferredOut, error) {
	dossier, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	out := &transferredOut{}
	out.Body.Transfer, err = o.svc.Transfer(ctx, identity.From(ctx), dossier, core.TransferWish{To: orgs.ID(in.Body.To), Reason: in.Body.Reason, Basis: in.Body.Basis, Sheets: in.Body.Sheets})
	return out, err
}

type receivedOut struct {
	Body struct {
		ID string `json:"id" doc:"of the dossier"`
	}
}

func (o operations) receiveTransfer(ctx context.Context, in *OneTransfer) (*receivedOut, error) {
	transfer, err := in.id()
	if err != nil {
		return nil, err
	}
	dossier, err := o.svc.ReceiveTransfer(ctx, identity.From(ctx), transfer)
	out := &receivedOut{}
	out.Body.ID = string(dossier)
	return out, err
}

type sendBackIn struct {
	OneTransfer
	Body struct {
		Words string `json:"words" maxLength:"8000"`
	}
}

func (o operations) sendTransferBack(ctx context.Context, in *sendBackIn) (*nothing, error) {
	transfer, err := in.id()
	if err != nil {
		return nil, err
	}
	return nil, o.svc.SendTransferBack(ctx, identity.From(ctx), transfer, in.Body.Words)
}

func (o operations) dropTransfer(ctx context.Context, in *OneTransfer) (*nothing, error) {
	transfer, err := in.id()
	if err != nil {
		return nil, err
	}
	return nil, o.svc.DropTransfer(ctx, identity.From(ctx), transfer)
}

func (o operations) transferSlip(w http.ResponseWriter, r *http.Request) error {
	transfer, err := OneTransfer{r.PathValue("transfer")}.id()
	if err != nil {
		return err
	}
	slip, err := o.svc.TransferSlip(r.Context(), identity.From(r.Context()), transfer)
	if err != nil {
		return err
	}
	headers(w, "phieu-giao-nhan.pdf", "application/pdf", int64(len(slip)))
	_, err = w.Write(slip)
	return err
}
