// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"errors"

	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/payments/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/fetch"
	"tinhso.vn/internal/platform/text"
)

// The operations of the tax authority.
const (
	opTaxIssue  = "lap"
	opTaxCancel = "huy"
	opTaxList   = "doi-chieu"
)

// What is said to the tax authority: what stands on a receipt (form, series, number,
// payer, lines, amount in figures and words). The names of the fields are ours.
type (
	taxLine struct {
		Name   string `json:"ten"`
		Amount int64  `json:"so_tien"`
	}
	taxReceipt struct {
		Reference string    `json:"ma_tham_chieu"` // of the receipt: the same again is the same receipt
		Unit      string    `json:"don_vi"`
		Agency    string    `json:"co_quan_thu"`
		Form      string    `json:"mau_so"`
		Series    string    `json:"ky_hieu"`
		Year      int       `json:"nam"`
		Number    int64     `json:"so"`
		Made      string    `json:"ngay_lap"` // yyyyMMddHHmmss, in Vietnam
		Payer     string    `json:"nguoi_nop"`
		Lines     []taxLine `json:"khoan_thu"`
		Amount    int64     `json:"so_tien"`
		Words     string    `json:"bang_chu"`
		Way       string    `json:"hinh_thuc"`
		Replaces  string    `json:"thay_the,omitempty"` // reference of the receipt that it replaces
		Signed    bool      `json:"da_ky_so"`

		Ended  string `json:"ngay_huy,omitempty"`
		Why    string `json:"ly_do,omitempty"`
		Unmade bool   `json:"chua_lap,omitempty"` // it was cancelled before its document was made: its number counts
	}
	taxPeriod struct {
		From string `json:"tu"`
		To   string `json:"den"`
	}
	taxRegister struct {
		All []struct {
			Unit   string `json:"don_vi"`
			Form   string `json:"mau_so"`
			Series string `json:"ky_hieu"`
			Year   int    `json:"nam"`
			Number int64  `json:"so"`
			Amount int64  `json:"so_tien"`
			State  string `json:"trang_thai"`
		} `json:"bien_lai"`
	}
)

// taxState is a state of a receipt in the words of the authority.
func taxState(state string) string {
	return map[string]string{store.Issued: "da-lap", store.Cancelled: "da-huy", store.Replaced: "da-thay-the"}[state]
}

func stamp(t db.Time) string { return zoned(t.Time).Format("20060102150405") }

// taxBody is what is said of a receipt.
func (s *Service) taxBody(ctx context.Context, q db.Querier, o store.Order, p store.Receipt, act string) ([]byte, error) {
	agency, err := agencyOf(ctx, q, orgs.ID(p.Unit))
	if err != nil {
		return nil, err
	}
	lines, err := s.store.ListLines(ctx, q, p.Order)
	if err != nil {
		return nil, err
	}
	said := taxReceipt{
		Reference: p.ID, Unit: p.Unit, Agency: agency.Authority().VI, Form: p.Form, Series: p.Series, Year: p.Year, Number: p.Number, Made: stamp(p.At),
		Payer: p.Payer, Amount: p.Amount, Words: text.InWords(p.Amount) + " đồng", Way: o.Way, Replaces: p.Replaces, Signed: p.Signed,
	}
	for _, l := range lines {
		said.Lines = append(said.Lines, taxLine{l.Name, l.Amount})
	}
	if act == store.TaxCancel {
		said.Ended, said.Why, said.Unmade = stamp(p.EndedAt), p.Why, p.File == ""
	}
	return json.Marshal(said)
}

// callTax says one thing to the authority.
func (s *Service) callTax(ctx context.Context, said connectors.Saying) connectors.Answer {
	raw, err := s.client.Ask(ctx, fetch.Question{URL: s.Tax.URL + "/" + said.Operation, Body: said.Body, Type: "application/json", Header: map[string]string{"Authorization": "Bearer " + s.Tax.Token, "Idempotency-Key": said.Key}})
	switch {
	case errors.Is(err, fetch.ErrSilent):
		return connectors.Answer{Outcome: connectors.Silent, Error: "silent"}
	case errors.Is(err, fetch.ErrAddress):
		return connectors.Answer{Outcome: connectors.Failed, Error: "address"}
	case err != nil:
		return connectors.Answer{Outcome: connectors.Failed, Error: "status"}
	}
	if said.Operation == opTaxList {
		return connectors.Answer{Outcome: connectors.OK, Body: raw}
	}
	code, refused, _ := readTax(raw)
	switch {
	case refused != "":
		return connectors.Answer{Outcome: connectors.Refused, Error: refused, Body: raw}
	case code == "":
		return connectors.Answer{Outcome: connectors.Failed, Error: "answer"} // nonsense; without its code nothing is acknowledged
	}
	return connectors.Answer{Outcome: connectors.OK, Reference: code, Body: raw}
}

// readTax reads an answer: the code by which the authority knows a receipt, or why it
// refuses it.
func readTax(raw []byte) (code, refused, words string) {
	var a struct {
		Code    string `json:"ma_cqt"`
		Refused string `json:"ma_loi"`
		Words   string `json:"mo_ta"`
	}
	if json.Unmarshal(raw, &a) != nil {
		return "", "", ""
	}
	return oneLine(a.Code, 60), oneLine(a.Refused, 40), oneLine(a.Words, 300)
}
