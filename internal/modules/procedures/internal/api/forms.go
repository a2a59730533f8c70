// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"net/http"
	"strconv"

	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/internal/core"
	"tinhso.vn/internal/platform/web"
)

// schemaType is the media type of a JSON Schema.
const schemaType = "application/schema+json"

// Forms returns the operations that give the form of a procedure: its schema,
// and the blank sheet.
func Forms(svc *core.Service, press core.Press) []web.Route {
	o := operations{svc}
	return []web.Route{
		web.RawOperation("GET /api/v1/procedures/{id}/form-schema", "The JSON Schema 2020-12 of the answers to the form of a procedure", web.Public(),
			web.Raw{Gives: []string{schemaType}, Status: http.StatusOK}, o.schema),
		web.RawOperation("GET /api/v1/procedures/{id}/blank-form", "The form of a procedure on paper, to be filled in by hand", web.Public(),
			web.Raw{Gives: []string{"application/pdf"}, Status: http.StatusOK}, o.blank(press)),
	}
}

func (o operations) schema(w http.ResponseWriter, r *http.Request) error {
	text, err := o.svc.FormSchema(r.Context(), procedures.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	return give(w, schemaType, text)
}

func (o operations) blank(press core.Press) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		sheet, err := o.svc.BlankForm(r.Context(), procedures.ID(r.PathValue("id")), press)
		if err != nil {
			return err
		}
		return give(w, "application/pdf", sheet)
	}
}

func give(w http.ResponseWriter, kind string, body []byte) error {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, err := w.Write(body) //nolint:gosec // of our making; the headers say that it is no page
	return err
}
