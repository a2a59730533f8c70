// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"strconv"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
)

// batch is how many rows are read at once, and how many a system lists on one page.
const batch = 1000

// compare returns what either side knows of the dossiers of a system that were sent in a
// period: code and status, in the national table.
func (s *Service) compare(ctx context.Context, m Ministry, from, to db.Time) (ours, theirs []connectors.Entry, err error) {
	for after := dossiers.ID(""); ; {
		some, err := s.Dossiers.MirrorsSaid(ctx, s.DB, m.Code, from, to, after, batch)
		if err != nil {
			return nil, nil, err
		}
		for _, d := range some {
			ours, after = append(ours, connectors.Entry{Code: d.Code, Dossier: string(d.ID), Says: strconv.Itoa(int(d.Status))}), d.ID
		}
		if len(some) < batch {
			break
		}
	}
	for turn := 1; ; turn++ {
		some, err := s.listThere(ctx, m, from, to, turn)
		if err != nil {
			return nil, nil, err
		}
		if theirs = append(theirs, some...); len(some) < batch {
			return ours, theirs, nil
		}
	}
}

// stamp is a time as systems write it.
func stamp(t db.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(calendar.Zone()).Format("20060102150405")
}

func (s *Service) listThere(ctx context.Context, m Ministry, from, to db.Time, turn int) (all []connectors.Entry, err error) {
	body, err := json.Marshal(map[string]string{"TuNgay": stamp(from), "DenNgay": stamp(to), "Trang": strconv.Itoa(turn), "SoDong": strconv.Itoa(batch)})
	if err != nil {
		return nil, err
	}
	a, err := s.Hub.Ask(ctx, connectors.Question{Partner: m.ID, Operation: opList, Purpose: "compare", Body: body})
	if err != nil {
		return nil, err
	}
	var list struct {
		Data []struct{ MaHoSo, TrangThaiHoSo string } `json:"data"`
	}
	if a.Outcome != connectors.OK || json.Unmarshal(a.Body, &list) != nil {
		return nil, connectors.ErrDown
	}
	for _, d := range list.Data {
		says := d.TrangThaiHoSo
		if st, known := statusOf(m, d.TrangThaiHoSo); known {
			says = strconv.Itoa(int(st))
		}
		all = append(all, connectors.Entry{Code: d.MaHoSo, Says: says})
	}
	return all, nil
}
