// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api serves privacy as JSON.
package api

import (
	"net/http"
	"slices"
	"time"

	"tinhso.vn/internal/modules/privacy"
	"tinhso.vn/internal/modules/privacy/internal/core"
	"tinhso.vn/internal/platform/web"
)

// fresh is how old the proof of who asks may be.
const fresh = 10 * time.Minute

// Routes returns the operations.
func Routes(s *core.Service) []web.Route {
	o := operations{svc: s}
	own, handle, take := web.Needs(string(privacy.PermOwn)), web.Needs(string(privacy.PermHandle)), web.Needs(string(privacy.PermTake))
	approve := web.Needs(string(privacy.PermApprove))
	desk := web.Needs(string(privacy.PermHandle), string(privacy.PermApprove))
	either := web.Needs(string(privacy.PermOwn), string(privacy.PermHandle), string(privacy.PermApprove))
	archive := web.RawOperation("GET /api/v1/privacy/archives/{id}", "An archive of one's data, or one that was asked for at the counter; that it was taken is recorded",
		web.Needs(string(privacy.PermOwn), string(privacy.PermHandle)), web.Raw{Gives: []string{"application/zip"}, Status: http.StatusOK, Ranges: true}, o.archive)
	return slices.Concat([]web.Route{
		web.Operation("GET /api/v1/privacy/purposes", "Why personal data is processed", web.Public(), o.purposes),
		web.Operation("GET /api/v1/privacy/map", "Which holder keeps which category for which purpose, and the terms", handle, o.dataMap),
		web.Operation("GET /api/v1/me/data", "What is held about oneself, what one has agreed to and asked for", own, o.overview),
		web.Operation("GET /api/v1/me/consents", "What one has agreed to, the newest first", own, o.consents),
		web.Operation("GET /api/v1/me/consents/{id}", "One consent with the text as it was shown", own, o.consent),
		web.RawOperation("GET /api/v1/me/consents/{id}/receipt", "The receipt of a consent as a PDF", own, web.Raw{Gives: []string{"application/pdf"}, Status: http.StatusOK}, o.receipt),
		web.Operation("POST /api/v1/me/consents", "Agree to one purpose; sha256 names the text that was shown", own, o.give),
		web.Operation("POST /api/v1/me/consents/withdrawal", "Take a consent back, at once", own, o.withdraw),
		web.Operation("POST /api/v1/me/data/requests", "Ask for something about one's data", own, o.file),
		web.Operation("DELETE /api/v1/me/data/restriction", "End the restriction one has asked for", own, o.lift),
		web.Operation("GET /api/v1/me/data/archives", "The last archives of one's data", own, o.archives),
		web.Operation("POST /api/v1/me/data/archives", "Ask for everything that is held about oneself", own, o.askArchive).Proved(fresh),
		archive.Proved(fresh),
		web.Operation("GET /api/v1/privacy/requests", "Open requests by deadline, or the answered ones", desk, o.requests),
		web.Operation("POST /api/v1/privacy/requests", "Take a request down at the counter", take, o.take),
		web.Operation("GET /api/v1/privacy/requests/{id}", "A request; that an official has read it is recorded", either, o.request),
		web.Operation("POST /api/v1/privacy/requests/{id}/identity", "Note by what it is certain who asks", handle, o.check),
		web.Operation("POST /api/v1/privacy/requests/{id}/extension", "Give a request more time, once", handle, o.extend),
		web.Operation("POST /api/v1/privacy/requests/{id}/decision", "Decide; a deletion is only proposed", handle, o.decide),
		web.Operation("POST /api/v1/privacy/requests/{id}/confirmation", "Confirm a deletion somebody else has proposed, or give it back", approve, o.confirm).Proved(fresh),
		web.Operation("POST /api/v1/privacy/requests/{id}/answer", "Note that the person was told", handle, o.answer),
	}, o.breachRoutes())
}

type operations struct{ svc *core.Service }

type nothing struct{}

type oneIn struct {
	ID string `path:"id" maxLength:"100"`
}
