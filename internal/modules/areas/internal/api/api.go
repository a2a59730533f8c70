// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api serves administrative units as JSON, to everybody.
package api

import (
	"context"

	"tinhso.vn/internal/kernel/geo"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/modules/areas/internal/core"
	"tinhso.vn/internal/platform/pluscode"
	"tinhso.vn/internal/platform/web"
)

// Routes returns the operations.
func Routes(s *core.Service) []web.Route {
	o := operations{svc: s}
	return append(o.importRoutes(), []web.Route{
		web.Operation("GET /api/v1/geo/provinces", "List provinces as of a day, with how many communes each has", web.Public(), o.provinces),
		web.Operation("GET /api/v1/geo/communes", "Search communes by the beginning of a name of today or an old one, or list those of a province", web.Public(), o.communes),
		web.Operation("GET /api/v1/geo/communes/{code}", "Get a commune with what it came from and what became of it", web.Public(), o.commune),
		web.Operation("GET /api/v1/geo/resolve", "Find what the commune of an address is today; several candidates mean that a person has to choose", web.Public(), o.resolve),
		web.Operation("GET /api/v1/geo/offices", "List the offices of communes, the nearest first where a place is given", web.Public(), o.offices),
		web.Operation("GET /api/v1/geo/plus-codes", "Write a point as a Plus Code, or read one", web.Public(), o.plusCodes),
	}...)
}

type operations struct{ svc *core.Service }

// AreaUnit is a province, a district or a commune in a period.
type AreaUnit struct {
	Code     string    `json:"code,omitempty" doc:"Of the statistics office; none where no source gives it"`
	Name     i18n.Text `json:"name"`
	Full     string    `json:"full" doc:"With all above it"`
	Province string    `json:"province,omitempty" doc:"Code"`
	From     string    `json:"valid_from,omitempty" doc:"YYYY-MM-DD; absent: not known"`
	To       string    `json:"valid_to,omitempty" doc:"Last day; absent: until further notice"`
	Basis    string    `json:"basis,omitempty" doc:"Id of the legal document"`
	Verified bool      `json:"verified" doc:"Two sources that were made apart agree"`
	Lat      float64   `json:"lat,omitempty" doc:"A point in it, roughly; not an office"`
	Lon      float64   `json:"lon,omitempty"`
}

func unit(x *geo.Index, u geo.Unit) AreaUnit {
	return AreaUnit{
		Code: u.Code, Name: u.Text(), Full: x.Full(u), Province: x.Province(u).Code, From: u.From, To: u.To, Basis: u.Basis, Verified: u.Verified,
		Lat: u.Lat, Lon: u.Lon,
	}
}

type dayIn struct {
	Day string `query:"day" maxLength:"10" doc:"YYYY-MM-DD; today when absent"`
}

type provincesOut struct {
	Body struct {
		Items []areaProvince `json:"items"`
	}
}

type areaProvince struct {
	AreaUnit
	Communes int `json:"communes"`
}

func (o operations) provinces(ctx context.Context, in *dayIn) (*provincesOut, error) {
	day, err := o.svc.Day(in.Day)
	if err != nil {
		return nil, err
	}
	x, all, n, err := o.svc.Provinces(ctx, day)
	if err != nil {
		return nil, err
	}
	out := &provincesOut{}
	out.Body.Items = []areaProvince{}
	for _, u := range all {
		out.Body.Items = append(out.Body.Items, areaProvince{unit(x, u), n[u.Code]})
	}
	return out, nil
}

// AreaCandidate is a commune of the day that an old name or an address may mean.
type AreaCandidate struct {
	AreaUnit
	Was  *AreaUnit `json:"was,omitempty" doc:"The old unit through which it was found"`
	Kind geo.Kind  `json:"kind,omitempty" enum:"keep,rename,merge,split" doc:"What became of the old unit"`
	Main bool      `json:"main,omitempty" doc:"Of a split: the source thinks most of it went here"`
	Sure bool      `json:"sure" doc:"Two sources that were made apart agree"`
}

func candidates(x *geo.Index, all []geo.Found) []AreaCandidate {
	out := make([]AreaCandidate, len(all))
	for i, f := range all {
		out[i] = AreaCandidate{AreaUnit: unit(x, f.Unit), Kind: f.Kind, Main: f.Main, Sure: f.Verified}
		if f.Was != nil {
			was := unit(x, *f.Was)
			out[i].Was = &was
		}
	}
	return out
}

type communesIn struct {
	Q        string `query:"q" maxLength:"200" doc:"At least two letters, with or without marks, or initials; an old name is found too. Without it those of the province are listed"`
	Province string `query:"province" maxLength:"2" doc:"Code; with q it only comes first; that of this installation when absent"`
	Day      string `query:"day" maxLength:"10" doc:"YYYY-MM-DD; today when absent"`
	Limit    int    `query:"limit" minimum:"1" maximum:"50" default:"10"`
}

type communesOut struct {
	Body struct {
		Items []AreaCandidate `json:"items"`
	}
}

func (o operations) communes(ctx context.Context, in *communesIn) (*communesOut, error) {
	day, err := o.svc.Day(in.Day)
	if err != nil {
		return nil, err
	}
	out := &communesOut{}
	if in.Q != "" {
		x, found, err := o.svc.Suggest(ctx, in.Q, in.Province, day, in.Limit)
		if err != nil {
			return nil, err
		}
		out.Body.Items = candidates(x, found)
		return out, nil
	}
	x, _, _, err := o.svc.Provinces(ctx, day)
	if err != nil {
		return nil, err
	}
	if in.Province == "" {
		if in.Province, err = o.svc.Home(ctx, x, day); err != nil {
			return nil, err
		}
	}
	p, ok := x.Get(in.Province, day)
	if !ok || p.Level != geo.Province {
		return nil, geo.ErrNotFound
	}
	out.Body.Items = []AreaCandidate{}
	for _, u := range x.Communes(p, day) {
		out.Body.Items = append(out.Body.Items, AreaCandidate{AreaUnit: unit(x, u), Sure: u.Verified})
	}
	return out, nil
}

type communeIn struct {
	Code string `path:"code" maxLength:"5"`
	Day  string `query:"day" maxLength:"10" doc:"YYYY-MM-DD; today when absent"`
}

// AreaLink is a unit and how it is related.
type AreaLink struct {
	Unit  AreaUnit `json:"unit"`
	Kind  geo.Kind `json:"kind" enum:"keep,rename,merge,split"`
	Day   string   `json:"day"`
	Basis string   `json:"basis,omitempty"`
	Main  bool     `json:"main,omitempty"`
	Sure  bool     `json:"sure"`
}

type communeOut struct {
	Body struct {
		AreaUnit
		CameFrom []AreaLink `json:"from"`
		Into     []AreaLink `json:"into"`
	}
}

func (o operations) commune(ctx context.Context, in *communeIn) (*communeOut, error) {
	day, err := o.svc.Day(in.Day)
	if err != nil {
		return nil, err
	}
	x, u, err := o.svc.Unit(ctx, in.Code, day)
	if err != nil {
		return nil, err
	}
	out := &communeOut{}
	out.Body.AreaUnit, out.Body.CameFrom, out.Body.Into = unit(x, u), []AreaLink{}, []AreaLink{}
	for _, l := range x.From(u) {
		out.Body.CameFrom = append(out.Body.CameFrom, AreaLink{unit(x, l.Old), l.Kind, l.Day, l.Basis, l.Main, l.Verified})
	}
	for _, l := range x.Into(u) {
		out.Body.Into = append(out.Body.Into, AreaLink{unit(x, l.New), l.Kind, l.Day, l.Basis, l.Main, l.Verified})
	}
	return out, nil
}

type resolveIn struct {
	Address string `query:"address" required:"true" minLength:"1" maxLength:"500"`
	Day     string `query:"day" maxLength:"10" doc:"YYYY-MM-DD; today when absent"`
}

type resolveOut struct {
	Body struct {
		Text       string          `json:"text" doc:"What was given, word for word"`
		Line       string          `json:"line" doc:"House, street, hamlet"`
		Old        bool            `json:"old" doc:"Its commune is no more"`
		Unknown    bool            `json:"unknown" doc:"Nothing here knows it"`
		Candidates []AreaCandidate `json:"candidates"`
	}
}

func (o operations) resolve(ctx context.Context, in *resolveIn) (*resolveOut, error) {
	day, err := o.svc.Day(in.Day)
	if err != nil {
		return nil, err
	}
	x, a, err := o.svc.Resolve(ctx, in.Address, day)
	if err != nil {
		return nil, err
	}
	out := &resolveOut{}
	out.Body.Text, out.Body.Line, out.Body.Old, out.Body.Unknown = a.Text, a.Line, a.Old, len(a.Candidates) == 0
	out.Body.Candidates = candidates(x, a.Candidates)
	return out, nil
}

type plusIn struct {
	Lat  float64 `query:"lat" minimum:"-90" maximum:"90" doc:"With lon: the point to write; with a short code: a point near it"`
	Lon  float64 `query:"lon" minimum:"-180" maximum:"180"`
	Code string  `query:"code" maxLength:"20" doc:"The code to read"`
}

type plusOut struct {
	Body struct {
		Code  string  `json:"code" doc:"Whole"`
		Short string  `json:"short" doc:"What is left of it near the point"`
		Lat   float64 `json:"lat"`
		Lon   float64 `json:"lon"`
	}
}

func (o operations) plusCodes(_ context.Context, in *plusIn) (*plusOut, error) {
	out, at := &plusOut{}, pluscode.Point{Lat: in.Lat, Lon: in.Lon}
	near := at
	if in.Code != "" {
		given := &near
		if near == (pluscode.Point{}) {
			given = nil
		}
		var err error
		if at, err = pluscode.Decode(in.Code, given); err != nil {
			return nil, err
		}
		if given == nil {
			near = at
		}
	}
	out.Body.Code = pluscode.Encode(at)
	out.Body.Short, out.Body.Lat, out.Body.Lon = pluscode.Shorten(out.Body.Code, near), at.Lat, at.Lon
	return out, nil
}
