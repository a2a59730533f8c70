// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"context"
	"encoding/json"
	"strconv"

	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/nationalportal"
	"tinhso.vn/internal/modules/nationalportal/internal/store"
	"tinhso.vn/internal/platform/db"
)

// batch is how many dossiers are read at once for a comparison, and how many the
// portal lists on one page.
const batch = 1000

// compare returns what either side knows of the dossiers that were accepted in a period: code and status.
func (s *Service) compare(ctx context.Context, from, to db.Time) (ours, theirs []connectors.Entry, err error) {
	for after := dossiers.ID(""); ; {
		some, err := s.Out.ListAccepted(ctx, s.DB, from, to, after, batch)
		if err != nil {
			return nil, nil, err
		}
		ids := make([]string, len(some))
		for i, d := range some {
			ids[i], after = string(d.ID), d.ID
		}
		codes, err := store.Codes(ctx, s.DB, ids)
		if err != nil {
			return nil, nil, err
		}
		for _, d := range some {
			ours = append(ours, connectors.Entry{Code: cmp.Or(codes[string(d.ID)], d.Code), Dossier: string(d.ID), Says: strconv.Itoa(int(d.Status))})
		}
		if len(some) < batch {
			break
		}
	}
	for turn := 1; ; turn++ {
		some, err := s.listThere(ctx, from, to, turn)
		if err != nil {
			return nil, nil, err
		}
		if theirs = append(theirs, some...); len(some) < batch {
			return ours, theirs, nil
		}
	}
}

// listThere asks for one page of what the portal knows of a period, from page 1.
func (s *Service) listThere(ctx context.Context, from, to db.Time, turn int) (all []connectors.Entry, err error) {
	body, err := json.Marshal(map[string]string{"TuNgay": stamp(from), "DenNgay": stamp(to), "Trang": strconv.Itoa(turn), "SoDong": strconv.Itoa(batch)})
	if err != nil {
		return nil, err
	}
	a, err := s.Hub.Ask(ctx, connectors.Question{Partner: nationalportal.Partner, Operation: opLookUp, Purpose: "compare", Body: body})
	if err != nil {
		return nil, err
	}
	var list struct {
		Data []struct{ MaHoSo, TrangThaiHoSo string } `json:"data"`
	}
	if a.Outcome != connectors.OK || json.Unmarshal(a.Body, &list) != nil {
		return nil, nationalportal.ErrAnswer
	}
	for _, d := range list.Data {
		all = append(all, connectors.Entry{Code: d.MaHoSo, Says: d.TrangThaiHoSo})
	}
	return all, nil
}
