// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"regexp"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/nationalportal"
	"tinhso.vn/internal/modules/nationalportal/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// PageSize is how many rows a list shows.
const PageSize = 50

// Arrivals lists what the portal brought: what was taken, or what was refused. It
// names nobody; that it was looked at is recorded.
func (s *Service) Arrivals(ctx context.Context, actor identity.Actor, taken bool, before string) (all []nationalportal.Arrival, next string, err error) {
	defer errs.Wrap(&err, "list arrivals")

	if _, err := access.Everywhere(actor, nationalportal.PermView); err != nil {
		return nil, "", err
	}
	rows, err := store.Arrivals(ctx, s.DB, taken, before, PageSize+1)
	if err != nil {
		return nil, "", err
	}
	if len(rows) > PageSize {
		rows = rows[:PageSize]
		next = rows[PageSize-1].Seq
	}
	for _, r := range rows {
		all = append(all, r.Arrival)
	}
	return all, next, s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.Record(ctx, tx, actor, nationalportal.AuditListed, nationalportal.Partner)
	})
}

// National is a procedure as the national catalogue knows it: LayThuTuc, as far as we show it.
type National struct {
	Code       string   `json:"MATTHC"`
	Name       string   `json:"TENTTHC"`
	Fields     []Field  `json:"LINHVUCTHUCHIEN"`
	Sequence   string   `json:"TRINHTUTHUCHIEN"`
	Ways       []Way    `json:"CACHTHUCTHUCHIEN"`
	Papers     []Papers `json:"THANHPHANHOSO"`
	Results    []Result `json:"KETQUATHUCHIEN"`
	Bases      []Basis  `json:"CANCUPHAPLY"`
	Agency     string   `json:"COQUANTHUCHIEN"`
	Audience   string   `json:"DOITUONG"`
	Conditions string   `json:"YEUCAU"`
}

// Field is a field of procedures.
type Field struct {
	Code string `json:"MALINHVUC"`
	Name string `json:"TENLINHVUC"`
}

// Way is one way in which a procedure is done.
type Way struct {
	Channel string `json:"KENH"`
	Times   []struct {
		Amount string `json:"THOIGIANGIAIQUYET"`
		Unit   string `json:"DONVITINH"`
		Note   string `json:"MOTA"`
		Fees   []struct {
			Amount string `json:"SOTIEN"`
			Unit   string `json:"DONVI"`
		} `json:"PHILEPHI"`
	} `json:"THOIGIAN"`
}

// Papers are the papers of one case of a procedure.
type Papers struct {
	Case string `json:"TRUONGHOP"`
	List []struct {
		Code string `json:"MAGIAYTO"`
		Name string `json:"TENMAUDON"`
		URL  string `json:"URL"`
	} `json:"GIAYTO"`
}

// Result is what a procedure ends with.
type Result struct {
	Code string `json:"MAKETQUA"`
	Name string `json:"TENKETQUA"`
}

// Basis is a legal basis.
type Basis struct {
	Number string `json:"SOVANBAN"`
	Name   string `json:"TENVANBAN"`
}

// Procedure looks one procedure up in the national catalogue.
func (s *Service) Procedure(ctx context.Context, actor identity.Actor, code string) (n National, err error) {
	defer errs.Wrap(&err, "look a procedure up")

	if code = text.Line(code); !regexp.MustCompile(`^\d\.\d{6}(\.000\.00\.00\.[GH]\d{2}(\.\d{2})?)?$`).MatchString(code) {
		return n, errs.BadInput([]errs.Field{{Name: "ma", Code: "nationalportal.code_procedure"}})
	}
	body, err := s.ask(ctx, actor, opProcedure, map[string]string{"maTTHC": code})
	if err != nil {
		return n, err
	}
	var list struct {
		Data []National `json:"data"`
	}
	if err := json.Unmarshal(body, &list); err != nil {
		return n, nationalportal.ErrAnswer
	}
	if len(list.Data) == 0 {
		return n, errs.BadInput([]errs.Field{{Name: "ma", Code: "nationalportal.unknown_procedure"}})
	}
	return list.Data[0], nil
}

// Listed is a line of the national catalogue.
type Listed struct {
	Code string `json:"MATTHC"`
	Name string `json:"TENTTHC"`
}

// ListNational lists the national catalogue as the portal knows it.
func (s *Service) ListNational(ctx context.Context, actor identity.Actor) (all []Listed, err error) {
	defer errs.Wrap(&err, "list the national catalogue")

	body, err := s.ask(ctx, actor, opList, map[string]string{})
	if err != nil {
		return nil, err
	}
	var list struct {
		Data []Listed `json:"data"`
	}
	if err := json.Unmarshal(body, &list); err != nil {
		return nil, nationalportal.ErrAnswer
	}
	return list.Data, nil
}

// ask asks the portal something of its catalogue.
func (s *Service) ask(ctx context.Context, actor identity.Actor, operation string, in any) ([]byte, error) {
	if _, err := access.Everywhere(actor, nationalportal.PermView); err != nil {
		return nil, err
	}
	if !s.On() {
		return nil, nationalportal.ErrOff
	}
	body, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	a, err := s.Hub.Ask(ctx, connectors.Question{Partner: nationalportal.Partner, Operation: operation, Purpose: "lookup", Body: body})
	if err != nil {
		return nil, err
	}
	if a.Outcome != connectors.OK {
		return nil, nationalportal.ErrAnswer
	}
	return a.Body, nil
}
