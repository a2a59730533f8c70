// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/areas/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// MapPath is the page of where to go.
const MapPath = "/ban-do"

// Files are what the operator gives the map; each may be empty.
type Files struct{ Tiles, Boundaries string }

func (h pages) mapRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET " + MapPath, Access: web.Public(), Handle: h.where},
		{Pattern: "GET " + MapPath + "/du-lieu", Access: web.Public(), Quiet: true, Handle: h.data},
		{Pattern: "GET " + MapPath + "/ranh-gioi", Access: web.Public(), Quiet: true, Handle: h.file(h.files.Boundaries, "application/geo+json")},
		{Pattern: "GET " + MapPath + "/nen", Access: web.Public(), Quiet: true, Door: web.Wide, Handle: h.file(h.files.Tiles, "application/octet-stream")},
	}
}

// labels are the names that a map with the sea always bears.
func labels(p page.Page) []ui.MapLabel {
	return []ui.MapLabel{
		{Lat: 16.5, Lon: 112.2, Text: p.T("areas.map.hoang_sa")},
		{Lat: 9.6, Lon: 114.2, Text: p.T("areas.map.truong_sa")},
		{Lat: 13.2, Lon: 112.6, Text: p.T("areas.map.bien_dong")},
	}
}

// listed is an office with its place in the list.
type listed struct {
	core.Office
	Anchor string
	Away   string
}

func (h pages) where(w http.ResponseWriter, r *http.Request) error {
	p, text := page.From(r.Context()), strings.TrimSpace(r.URL.Query().Get("gan"))
	if len(text) > longest {
		text = text[:longest]
	}
	var near *core.Here
	status, wrong := http.StatusOK, ""
	if text != "" {
		here, err := h.svc.Where(r.Context(), strings.ToValidUTF8(text, ""))
		switch {
		case errs.KindOf(err) == errs.Invalid:
			status, wrong = http.StatusUnprocessableEntity, p.T("areas.place")
		case err != nil:
			return err
		default:
			near = here
		}
	}
	offices, err := h.svc.Offices(r.Context(), near)
	if err != nil {
		return err
	}
	land, err := h.svc.Land(r.Context())
	if err != nil {
		return err
	}
	m := ui.MapParams{ID: "map", Label: p.T("areas.map.label", "count", len(offices)), Labels: labels(p), Land: land, Source: MapPath + "/du-lieu", OpenText: p.T("areas.map.open")}
	all := make([]listed, len(offices))
	for i, o := range offices {
		all[i] = listed{Office: o, Anchor: "noi-" + string(o.Unit.ID)}
		if near != nil {
			all[i].Away = p.T("areas.map.km", "km", decimal(p, o.Away))
		}
		m.Points = append(m.Points, ui.MapPoint{Lat: o.Point.Lat, Lon: o.Point.Lon, Title: p.Text(o.Unit.Name), Main: near != nil && i == 0})
	}
	if near != nil {
		m.You = &ui.MapPoint{Lat: near.Point.Lat, Lon: near.Point.Lon, Title: p.T("areas.map.you", "place", near.Name)}
	}
	m.Worker = p.Site.Assets.Href("maplibre-gl-worker.js")
	return p.Render(w, r, page.View{
		Title: p.T("areas.map.title"), Description: p.T("areas.map.lead"), Status: status, Before: mapCrumbs(p), Body: mapPage(p, m, text, wrong, near, all),
	})
}

// decimal writes kilometres with one digit: 12,3.
func decimal(p page.Page, km float64) string {
	s := strconv.FormatFloat(km, 'f', 1, 64)
	if p.Lang() == "vi" {
		return strings.Replace(s, ".", ",", 1)
	}
	return s
}

// drawn is what the script of the map reads.
type drawn struct {
	Points     []drawnPoint `json:"points"`
	Labels     []drawnPoint `json:"labels"`
	Boundaries string       `json:"boundaries,omitempty"`
	Tiles      string       `json:"tiles,omitempty"`
}

type drawnPoint struct {
	Lat    float64 `json:"lat"`
	Lon    float64 `json:"lon"`
	Title  string  `json:"title"`
	Anchor string  `json:"anchor,omitempty"`
}

func (h pages) data(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	offices, err := h.svc.Offices(r.Context(), nil)
	if err != nil {
		return err
	}
	out := drawn{Points: []drawnPoint{}}
	for _, o := range offices {
		out.Points = append(out.Points, drawnPoint{o.Point.Lat, o.Point.Lon, p.Text(o.Unit.Name), "noi-" + string(o.Unit.ID)})
	}
	for _, l := range labels(p) {
		out.Labels = append(out.Labels, drawnPoint{Lat: l.Lat, Lon: l.Lon, Title: l.Text})
	}
	if h.files.Boundaries != "" {
		out.Boundaries = MapPath + "/ranh-gioi"
	}
	if h.files.Tiles != "" {
		out.Tiles = MapPath + "/nen"
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	return json.NewEncoder(w).Encode(out)
}

// file sends a file of the operator, whole or in parts; without one there is no
// such page.
func (h pages) file(name, kind string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if name == "" {
			return web.ErrNoSuchPage
		}
		f, err := os.Open(name) //nolint:gosec // the operator names it in the configuration
		if errors.Is(err, os.ErrNotExist) {
			return web.ErrNoSuchPage
		}
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }() // it was only read
		info, err := f.Stat()
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Cache-Control", "public, max-age=3600")
		tag := strconv.FormatInt(info.Size(), 36) + "-" + strconv.FormatInt(info.ModTime().UnixNano(), 36)
		return web.SendBytes(w, r, info.Size(), tag, f, func(from, length int64) (io.Reader, error) { return io.NewSectionReader(f, from, length), nil })
	}
}
