// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"encoding/json"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/web"
)

// mapped is the map of a register.
func (o operations) mapped() []web.Route {
	return []web.Route{
		web.Operation("GET /api/v1/registers/{register}/map", "What stands within a box as GeoJSON; where there is much, how many stand where", web.Public(), o.layer),
	}
}

type layerIn struct {
	RecordsIn

	Box string `query:"bbox" maxLength:"100" doc:"west,south,east,north in degrees; without it the whole earth"`
}

type feature struct {
	Type       string          `json:"type" doc:"Feature"`
	ID         string          `json:"id,omitempty" doc:"of the record; a cluster has none"`
	Box        []float64       `json:"bbox,omitempty" doc:"around a cluster"`
	Geometry   json.RawMessage `json:"geometry"`
	Properties map[string]any  `json:"properties" doc:"values by key of the field; count of a cluster"`
}

type layerOut struct {
	Body struct {
		Type     string    `json:"type" doc:"FeatureCollection"`
		Found    int       `json:"found" doc:"records within the box"`
		Features []feature `json:"features"`
	}
}

func degrees(n int64) float64 { return float64(n) / 1e6 }

func spot(p registers.Point) json.RawMessage {
	raw, _ := json.Marshal(map[string]any{"type": "Point", "coordinates": []float64{degrees(p.Lon), degrees(p.Lat)}}) // numbers alone
	return raw
}

func (o operations) layer(ctx context.Context, in *layerIn) (*layerOut, error) {
	box, ok := registers.World(), true
	if in.Box != "" {
		box, ok = registers.ReadBox(in.Box)
	}
	if !ok {
		return nil, web.ErrMalformed.With("bbox", in.Box)
	}
	q, err := in.query()
	if err != nil {
		return nil, err
	}
	v, err := o.svc.Map(ctx, identity.From(ctx), in.Register, q, box)
	out := &layerOut{}
	out.Body.Type, out.Body.Found, out.Body.Features = "FeatureCollection", v.OnMap.Found, []feature{}
	for _, c := range v.OnMap.Clusters {
		b := c.Box
		out.Body.Features = append(out.Body.Features, feature{
			Type: "Feature", Box: []float64{degrees(b.West), degrees(b.South), degrees(b.East), degrees(b.North)}, Geometry: spot(c.Point), Properties: map[string]any{"count": c.Count},
		})
	}
	for _, r := range v.OnMap.Records {
		out.Body.Features = append(out.Body.Features, featureOf(v, r))
	}
	return out, err
}

func featureOf(v core.MapView, r registers.Record) feature {
	f := feature{Type: "Feature", ID: r.ID, Geometry: json.RawMessage("null"), Properties: plain(r.Values)}
	switch at := r.Values[v.Layer.Place].(type) {
	case registers.Point:
		f.Geometry = spot(at)
	case registers.Geometry:
		f.Geometry = json.RawMessage(at.JSON)
	}
	delete(f.Properties, v.Layer.Place)
	return f
}
