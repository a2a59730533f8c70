// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"net/http"
	"strings"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/web"
)

// opened is what registers publish: to everybody, whoever asks.
func (o operations) opened(all web.Access) []web.Route {
	data := web.RawOperation("GET /api/v1/open-data/{register}/data", "The records of a dataset, streamed", all, web.Raw{
		Query: []web.Param{{Name: "format", Doc: "json (which is used without), csv, or geojson where the records have places"}},
		Gives: []string{"application/json", "text/csv", "application/geo+json"}, Status: http.StatusOK,
		Sends: []web.Param{{Name: "ETag", Doc: "send it as If-None-Match: 304 while nothing has changed"}, {Name: "Last-Modified", Doc: "of the last change, while that is known"}},
	}, o.data)
	data.Door = web.Narrow // the whole of a register at once
	return []web.Route{
		web.Operation("GET /api/v1/open-data", "The datasets that registers publish, in the words of DCAT", all, o.datasets),
		web.Operation("GET /api/v1/open-data/{register}", "A dataset with its fields", all, o.dataset),
		data,
	}
}

type distribution struct {
	AccessURL string `json:"accessURL" doc:"a path of this address"`
	MediaType string `json:"mediaType"`
}

// DatasetItem is a dataset in the words of DCAT. Its name is exported because the one
// with fields embeds it, which the description of the API must see.
type DatasetItem struct {
	Identifier   string         `json:"identifier"`
	Title        i18n.Text      `json:"title"`
	Description  i18n.Text      `json:"description"`
	Licence      string         `json:"license"`
	Periodicity  string         `json:"accrualPeriodicity" enum:"continual,daily,weekly,monthly,quarterly,annual,irregular"`
	Modified     *db.Time       `json:"modified,omitempty"`
	LandingPage  string         `json:"landingPage" doc:"a path of this address"`
	Distribution []distribution `json:"distribution"`
}

func datasetItem(d core.Dataset) DatasetItem {
	v, path := d.Definition.Dataset, "/api/v1/open-data/"+d.Definition.ID+"/data?format="
	item := DatasetItem{
		Identifier: d.Definition.ID, Title: v.Title, Description: v.About, Licence: v.Licence, Periodicity: v.Refreshed, LandingPage: "/du-lieu-mo/so/" + d.Definition.ID,
		Distribution: []distribution{{path + "csv", "text/csv"}, {path + "json", "application/json"}},
	}
	if d.Placed() {
		item.Distribution = append(item.Distribution, distribution{path + "geojson", "application/geo+json"})
	}
	if !d.Changed.IsZero() {
		item.Modified = &d.Changed
	}
	return item
}

type datasetsOut struct {
	Body struct {
		Dataset []DatasetItem `json:"dataset"`
	}
}

func (o operations) datasets(ctx context.Context, _ *nothing) (*datasetsOut, error) {
	all, err := o.svc.Datasets(ctx)
	out := &datasetsOut{}
	out.Body.Dataset = []DatasetItem{}
	for _, d := range all {
		out.Body.Dataset = append(out.Body.Dataset, datasetItem(d))
	}
	return out, err
}

type datasetIn struct {
	Register string `path:"register" maxLength:"100"`
}

type datasetField struct {
	Name        string    `json:"name"`
	Type        string    `json:"type"`
	Title       i18n.Text `json:"title"`
	Description i18n.Text `json:"description"`
	Unit        string    `json:"unit,omitempty" doc:"of a number"`
}

type datasetOut struct {
	Body struct {
		DatasetItem

		Records int            `json:"records" doc:"up to 10,000"`
		More    bool           `json:"more,omitempty" doc:"there are more than records"`
		Fields  []datasetField `json:"fields"`
	}
}

func (o operations) dataset(ctx context.Context, in *datasetIn) (*datasetOut, error) {
	d, err := o.svc.Dataset(ctx, in.Register)
	if err != nil {
		return nil, err
	}
	out := &datasetOut{}
	out.Body.DatasetItem, out.Body.Records, out.Body.More, out.Body.Fields = datasetItem(d), d.Count, d.More, []datasetField{}
	for _, f := range d.Fields() {
		out.Body.Fields = append(out.Body.Fields, datasetField{f.Key, string(f.Type), f.Label, f.Hint, f.Measure})
	}
	return out, nil
}

// data sends the records of a dataset as they are read, or nothing to who has them.
func (o operations) data(w http.ResponseWriter, r *http.Request) error {
	format := r.URL.Query().Get("format")
	if format == "" {
		format = "json"
	}
	d, t, err := o.svc.Publish(r.Context(), r.PathValue("register"))
	if err != nil {
		return err
	}
	kind, known := map[string]string{"json": "application/json", "csv": "text/csv; charset=utf-8", "geojson": "application/geo+json"}[format]
	if !known || format == "geojson" && !d.Placed() {
		return errs.BadInput([]errs.Field{{Name: "format", Code: "form.choose"}})
	}
	tag := `W/"` + d.Tag + `-` + format + `"`
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", "public, max-age=0, must-revalidate")
	if !d.Changed.IsZero() {
		w.Header().Set("Last-Modified", d.Changed.UTC().Format(http.TimeFormat))
	}
	if had(r, tag, d.Changed) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="`+d.Definition.ID+"."+format+`"`)
	switch format {
	case "csv":
		out, err := sheet.NewCSV(w, true)
		if err != nil {
			return err
		}
		return exportTable(r, t, out)
	case "geojson":
		return t.WriteGeoJSON(r.Context(), w, t.Places()[0], plain)
	}
	return exportJSON(w, r, t)
}

// had reports whether a caller has what it would be sent (RFC 9110, 13.2.2): a tag
// says more than a time.
func had(r *http.Request, tag string, changed db.Time) bool {
	if tags := r.Header.Get("If-None-Match"); tags != "" {
		for one := range strings.SplitSeq(tags, ",") {
			if one = strings.TrimSpace(one); one == tag || one == "*" || "W/"+one == tag {
				return true
			}
		}
		return false
	}
	since, err := http.ParseTime(r.Header.Get("If-Modified-Since"))
	return err == nil && !changed.IsZero() && changed.Unix() <= since.Unix()
}
