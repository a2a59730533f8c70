// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"strconv"

	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/nationalportal"
	"tinhso.vn/internal/modules/nationalportal/internal/store"
	"tinhso.vn/internal/platform/db"
)

// batch is how many dossiers are read at once for a comparison.
const batch = 1000

// compare returns what either side knows of the dossiers that were accepted in a period: code and status.
func (s *Service) compare(ctx context.Context, from, to db.Time) (ours, theirs []connectors.Entry, err error) {
	mine, known := []dossiers.Summary{}, map[string]bool{}
	for after := dossiers.ID(""); ; {
		some, err := s.Out.ListAccepted(ctx, s.DB, from, to, after, batch)
		if err != nil {
			return nil, nil, err
		}
		for _, d := range some {
			mine = append(mine, d)
			known[string(d.ID)], after = true, d.ID
		}
		if len(some) < batch {
			break
		}
	}
	codes, err := store.Codes(ctx, s.DB, known)
	if err != nil {
		return nil, nil, err
	}
	for _, d := range mine {
		code := codes[string(d.ID)]
		if code == "" {
			code = d.Code
		}
		ours = append(ours, connectors.Entry{Code: code, Dossier: string(d.ID), Says: strconv.Itoa(int(d.Status))})
	}
	body, err := json.Marshal(map[string]string{"TuNgay": stamp(from), "DenNgay": stamp(to)})
	if err != nil {
		return nil, nil, err
	}
	a, err := s.Hub.Ask(ctx, connectors.Question{Partner: nationalportal.Partner, Operation: opLookUp, Purpose: "compare", Body: body})
	if err != nil {
		return nil, nil, err
	}
	var list struct {
		Data []struct{ MaHoSo, TrangThaiHoSo string } `json:"data"`
	}
	if a.Outcome != connectors.OK || json.Unmarshal(a.Body, &list) != nil {
		return nil, nil, nationalportal.ErrAnswer
	}
	for _, d := range list.Data {
		theirs = append(theirs, connectors.Entry{Code: d.MaHoSo, Says: d.TrangThaiHoSo})
	}
	return ours, theirs, nil
}
