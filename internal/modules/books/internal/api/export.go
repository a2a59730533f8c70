// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/web"
)

func (o operations) exportRoute() web.Route {
	return web.RawOperation("GET /api/v1/registers/{register}/export", "All records that the caller may take away, streamed; it is recorded", web.Public(), web.Raw{
		Query: []web.Param{
			{Name: "format", Doc: "json (which is used without), geojson, csv or xlsx"},
			{Name: "where", Doc: "as for records; may stand several times"},
			{Name: "sort", Doc: "a field; with - before it the greatest first"},
			{Name: "geometry", Doc: "of geojson: the field that places a record; without it the first there is"},
			{Name: "bom", Doc: "of csv: 0 leaves the mark of UTF-8 away"},
			{Name: "purpose", Doc: "handling or inspection: with personal data; each record is recorded as read"},
		},
		Gives: []string{"application/json", "application/geo+json", "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}, Status: http.StatusOK,
		Sends: []web.Param{{Name: "Content-Disposition", Doc: "the name of the file"}, {Name: "X-Total-Count", Doc: "how many records come, up to a million: what tells how far it is"}},
	}, o.export)
}

// export sends records as they are read.
func (o operations) export(w http.ResponseWriter, r *http.Request) error {
	asked := r.URL.Query()
	in := RecordsIn{Register: r.PathValue("register"), Where: asked["where"], Sort: asked.Get("sort")}
	q, err := in.query()
	if err != nil {
		return err
	}
	ctx, actor := r.Context(), identity.From(r.Context())
	var t core.Taken
	if why := asked.Get("purpose"); why != "" {
		t, err = o.svc.TakePersonal(ctx, actor, access.Purpose(why), in.Register, q)
	} else {
		t, err = o.svc.Take(ctx, actor, in.Register, q)
	}
	if err != nil {
		return err
	}
	send := func(kind, ending string) {
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Content-Disposition", `attachment; filename="`+t.Definition.ID+ending+`"`)
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Total-Count", strconv.Itoa(t.Count))
	}
	switch asked.Get("format") {
	case "", "json":
		send("application/json", ".json")
		return exportJSON(w, r, t)
	case "geojson":
		by, err := placed(t, asked.Get("geometry"))
		if err != nil {
			return err
		}
		send("application/geo+json", ".geojson")
		return t.WriteGeoJSON(ctx, w, by, plain)
	case "csv":
		send("text/csv; charset=utf-8", ".csv")
		out, err := sheet.NewCSV(w, asked.Get("bom") != "0")
		if err != nil {
			return err
		}
		return exportTable(r, t, out)
	case "xlsx":
		if t.More {
			return books.ErrTooMany.With("most", t.Count)
		}
		send("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx")
		out, err := sheet.NewXLSX(w, t.Definition.ID)
		if err != nil {
			return err
		}
		return exportTable(r, t, out)
	}
	return web.ErrMalformed.With("format", asked.Get("format"))
}

// placed is the field by which records stand on a map.
func placed(t core.Taken, key string) (registers.Field, error) {
	for _, f := range t.Places() {
		if key == "" || f.Key == key {
			return f, nil
		}
	}
	return registers.Field{}, errs.BadInput([]errs.Field{{Name: "geometry", Code: "registers.value.unknown"}})
}

func exportJSON(w http.ResponseWriter, r *http.Request, t core.Taken) error {
	buffer := bufio.NewWriterSize(w, 1<<16)
	before := `{"items":[`
	if err := t.Each(r.Context(), func(rec registers.Record) error {
		raw, err := json.Marshal(out(rec))
		if err != nil {
			return err
		}
		_, err = buffer.WriteString(before + "\n" + string(raw))
		before = ","
		return err
	}); err != nil {
		return err
	}
	if before != "," {
		if _, err := buffer.WriteString(before); err != nil {
			return err
		}
	}
	if _, err := buffer.WriteString("]}\n"); err != nil {
		return err
	}
	return buffer.Flush()
}

// exportTable writes values as programs read them, under the keys of their fields.
func exportTable(r *http.Request, t core.Taken, table sheet.Writer) error {
	head := []any{"id", "unit"}
	fields := t.Fields()
	for _, f := range fields {
		head = append(head, f.Key)
	}
	if err := table.Write(head...); err != nil {
		return err
	}
	if err := t.Each(r.Context(), func(rec registers.Record) error {
		row := []any{rec.ID, rec.Unit}
		values := plain(rec.Values)
		for _, f := range fields {
			row = append(row, flat(values[f.Key]))
		}
		return table.Write(row...)
	}); err != nil {
		return err
	}
	return table.Close()
}

// flat is a value in one cell.
func flat(v any) any {
	switch v := v.(type) {
	case nil, string, int64, bool:
		return v
	case int:
		return strconv.Itoa(v)
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(raw)
}
