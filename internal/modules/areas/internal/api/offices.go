// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/modules/areas/internal/core"
)

type officesIn struct {
	Near string `query:"near" maxLength:"300" doc:"A commune of today or before, a Plus Code, or coordinates; it is not kept"`
}

type officesOut struct {
	Body struct {
		From  string       `json:"from,omitempty" doc:"What was understood of near"`
		Items []areaOffice `json:"items"`
	}
}

type areaOffice struct {
	Unit       string    `json:"unit"`
	Name       i18n.Text `json:"name"`
	Address    string    `json:"address,omitempty"`
	Phone      string    `json:"phone,omitempty"`
	Lat        float64   `json:"lat" doc:"A point in the area it serves, not the house"`
	Lon        float64   `json:"lon"`
	PlusCode   string    `json:"plus_code"`
	Kilometres *float64  `json:"kilometres,omitempty" doc:"In a straight line"`
}

func (o operations) offices(ctx context.Context, in *officesIn) (*officesOut, error) {
	out := &officesOut{}
	var near *core.Here
	if in.Near != "" {
		here, err := o.svc.Where(ctx, in.Near)
		if err != nil {
			return nil, err
		}
		near, out.Body.From = here, here.Name
	}
	all, err := o.svc.Offices(ctx, near)
	if err != nil {
		return nil, err
	}
	out.Body.Items = []areaOffice{}
	for _, one := range all {
		item := areaOffice{
			Unit: string(one.Unit.ID), Name: one.Unit.Authority(), Address: one.Unit.Address, Phone: one.Unit.Phone, Lat: one.Point.Lat, Lon: one.Point.Lon, PlusCode: one.Plus,
		}
		if near != nil {
			item.Kilometres = &one.Away
		}
		out.Body.Items = append(out.Body.Items, item)
	}
	return out, nil
}
