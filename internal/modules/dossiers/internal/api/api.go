// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api serves drafts and dossiers as JSON, and their files as they are.
package api

import (
	"net/http"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/web"
)

// Routes returns the operations.
func Routes(s *core.Service) []web.Route {
	o := operations{svc: s}
	return slices.Concat(o.drafts(), o.uploads(), o.dossiers(), o.work(), o.hands(), o.opinions(), o.motions(), o.revocations(), o.ledger(), o.mirrors(), o.holds(), o.looks(), o.hotline(), o.intake(), o.choices(), o.transfers(), o.phrases(), o.templates(), o.letters(), o.rules(), o.custody(), o.demands())
}

type operations struct{ svc *core.Service }

func needs(ps ...identity.Permission) web.Access {
	all := make([]string, len(ps))
	for i, p := range ps {
		all[i] = string(p)
	}
	return web.Needs(all...)
}

// readers are those who may read a dossier in their scope.
func readers() web.Access {
	return needs(dossiers.PermOwn, dossiers.PermView, dossiers.PermAccept, dossiers.PermProcess, dossiers.PermSign, dossiers.PermIssue, dossiers.PermDeliver)
}

// maxUpload is the largest body of an upload: a file, and what is around it.
func (o operations) maxUpload() int64 { return o.svc.Largest() + 1<<20 }

// sized is a route that takes files.
func (o operations) sized(r web.Route) web.Route {
	r.MaxBody = o.maxUpload()
	return r
}

// The shapes of operations that are no JSON.
func purposeParam() web.Param {
	return web.Param{Name: "purpose", Doc: "why it is read: it is recorded", Required: true}
}

func takesFile() web.Raw {
	return web.Raw{
		Query: []web.Param{{Name: "name", Doc: "of the file, where the body is the file itself"}, {Name: "upload", Doc: "a complete upload; then there is no body"}},
		Takes: append([]string{"multipart/form-data", "application/octet-stream"}, allowed()...),
		Gives: []string{"application/json"}, JSON: dossierPaper{}, Status: http.StatusCreated,
	}
}

func givesFile(types []string, query ...web.Param) web.Raw {
	return web.Raw{
		Query: query, Gives: types, Status: http.StatusOK, Ranges: true,
		Sends: []web.Param{{Name: "Content-Disposition", Doc: "the name of the file"}, {Name: "ETag", Doc: "its hash"}},
	}
}

func givesPDF(query ...web.Param) web.Raw {
	return web.Raw{Query: query, Gives: []string{string(files.PDF)}, Status: http.StatusOK, Sends: []web.Param{{Name: "Content-Disposition", Doc: "the name of the file"}}}
}

func givesPicture(query ...web.Param) web.Raw {
	return web.Raw{Query: query, Gives: []string{string(files.JPEG)}, Status: http.StatusOK}
}

// takesSupplement is takesFile without uploads in parts.
func takesSupplement() web.Raw {
	r := takesFile()
	r.Query = r.Query[:1]
	return r
}

// allowed are the media types of files that are taken.
func allowed() (types []string) {
	for _, t := range core.AllowedFiles() {
		types = append(types, string(t))
	}
	return types
}

func (o operations) drafts() []web.Route {
	submit := needs(dossiers.PermSubmit)
	return []web.Route{
		web.Operation("POST /api/v1/drafts", "Begin a draft", submit, o.startDraft),
		web.Operation("GET /api/v1/drafts", "One's drafts, the newest first", submit, o.listDrafts),
		web.Operation("GET /api/v1/drafts/{id}", "A draft with its answers and papers", submit, o.getDraft),
		web.Operation("DELETE /api/v1/drafts/{id}", "Throw a draft away", submit, o.discardDraft),
		web.Operation("PUT /api/v1/drafts/{id}/parties", "For whom the dossier is, and by what right", submit, o.saveParties),
		web.Operation("PATCH /api/v1/drafts/{id}/answers", "Save the answers that are named", submit, o.saveAnswers),
		web.Operation("PUT /api/v1/drafts/{id}/steps/{step}", "Save one step as a browser sends it: text for each input", submit, o.saveStep),
		web.Operation("GET /api/v1/drafts/{id}/check", "Everything that keeps a draft from being sent", submit, o.check),
		web.Operation("POST /api/v1/drafts/{id}/submit", "Send a draft; sent again it is the same dossier", submit, o.submit),
		web.Operation("PUT /api/v1/drafts/{id}/handed/{paper}", "Sheets of a paper handed over at the counter", submit, o.handIn),
		web.Operation("GET /api/v1/drafts/{id}/vault", "What the vault of the owner holds for the papers of a draft; what an official is shown is recorded", submit, o.listHoldings),
		web.Operation("POST /api/v1/drafts/{id}/papers/{paper}/vault", "Take a paper of the vault instead of bringing it", submit, o.takeHolding),
		o.sized(web.RawOperation("POST /api/v1/drafts/{id}/papers/{paper}", "Add a file to a paper", submit, takesFile(), o.attach)),
		web.RawOperation("GET /api/v1/drafts/{id}/attachments/{attachment}", "A file of a draft", submit, givesFile(allowed()), o.draftFile),
		web.RawOperation("GET /api/v1/drafts/{id}/attachments/{attachment}/picture", "A small picture of its first page", submit, givesPicture(), o.draftPicture),
		web.Operation("DELETE /api/v1/drafts/{id}/attachments/{attachment}", "Take a file away", submit, o.detach),
	}
}

func (o operations) dossiers() []web.Route {
	track := web.Operation("GET /api/v1/tracking/{code}", "Where a dossier stands, for who has its reference or code; nothing about people", web.Public(), o.track)
	track.Door = web.Narrow
	supply := needs(dossiers.PermOwn, dossiers.PermAccept, dossiers.PermProcess)
	return []web.Route{
		track,
		web.Operation("GET /api/v1/figures", "How many dossiers are open, and how many of the last thirty days were decided in time", web.Public(), o.figures),
		web.Operation("POST /api/v1/dossiers", "Send a whole dossier; the same Idempotency-Key and body is the same dossier", needs(dossiers.PermSubmit), o.file),
		web.Operation("GET /api/v1/dossiers", "What one has sent or owns, the newest first", needs(dossiers.PermOwn), o.mine),
		web.Operation("GET /api/v1/dossiers/{id}", "A dossier with everything in it; that it is read, and why, is recorded", readers(), o.get),
		web.Operation("GET /api/v1/dossiers/{id}/summary", "A dossier without personal data", readers(), o.find),
		web.Operation("GET /api/v1/dossier-codes", "Find a dossier by code, reference or what a scanner reads", readers(), o.findCode),
		web.Operation("POST /api/v1/dossiers/{id}/supplement/supply", "Answer a request: files added before, sheets at the counter, words", supply, o.supply),
		o.sized(web.RawOperation("POST /api/v1/dossiers/{id}/supplement/papers/{paper}", "Add a file that was asked for", supply, takesSupplement(), o.attachSupplement)),
		web.RawOperation("GET /api/v1/dossiers/{id}/supplement/slip", "The request for what is missing, on paper", readers(), givesPDF(purposeParam()), o.supplementSlip),
		web.Operation("GET /api/v1/dossiers/{id}/readings", "Which officials have read one's dossier, when and why, the newest first", needs(dossiers.PermOwn), o.readings),
		web.Operation("POST /api/v1/dossiers/{id}/withdraw", "Take a dossier back", needs(dossiers.PermOwn), o.withdraw),
		web.RawOperation("GET /api/v1/dossiers/{id}/files/{file}", "A file that was handed in; that it is read, and why, is recorded", readers(), givesFile(allowed(), purposeParam()), o.openFile),
		web.Operation("GET /api/v1/dossiers/{id}/files/{file}/view", "What can be seen of a file, and a ticket for its pictures; that it is read, and why, is recorded", readers(), o.viewFile),
		web.RawOperation("GET /api/v1/dossiers/{id}/files/{file}/pages/{page}", "The picture of a page; 0 is a small one of the first. Without a ticket it is recorded by itself", readers(),
			givesPicture(purposeParam(), web.Param{Name: "ticket", Doc: "of the same reading"}), o.picture),
		web.RawOperation("GET /api/v1/dossiers/{id}/receipt", "The receipt of an accepted dossier", readers(), givesFile([]string{string(files.PDF)}, purposeParam()), o.receipt),
		web.RawOperation("GET /api/v1/dossiers/{id}/receipt/{sheet}", "The receipt drawn for another sheet: a5, 80 for thermal paper of 80 mm, lon for A4 in large letters", readers(), givesPDF(purposeParam()), o.receiptOn),
		web.RawOperation("GET /api/v1/dossiers/{id}/result", "The document a dossier ends with", readers(), givesFile([]string{string(files.PDF)}, purposeParam()), o.resultFile),
		web.RawOperation("GET /api/v1/drafts/{id}/form", "The form of a draft on paper, for signature or fingerprint", needs(dossiers.PermSubmit), givesPDF(), o.printDraft),
		web.RawOperation("GET /api/v1/dossiers/{id}/refusal", "The refusal, on paper", readers(), givesPDF(purposeParam()), o.refusal),
	}
}

func (o operations) work() []web.Route {
	accept, process, sign := needs(dossiers.PermAccept), needs(dossiers.PermProcess), needs(dossiers.PermSign)
	handle := needs(dossiers.PermProcess, dossiers.PermSign, dossiers.PermIssue, dossiers.PermDeliver)
	return []web.Route{
		web.Operation("GET /api/v1/inbox", "What waits to be accepted, the oldest first", accept, o.inbox),
		web.Operation("GET /api/v1/inbox/count", "How many wait to be accepted", accept, o.countInbox),
		web.Operation("GET /api/v1/desk", "What waits for oneself, the most urgent first", handle, o.desk),
		web.Operation("GET /api/v1/desk/count", "How many wait for oneself", handle, o.countDesk),
		web.Operation("POST /api/v1/dossiers/{id}/accept", "Accept: code, receipt, clock", accept, o.accept),
		web.Operation("POST /api/v1/dossiers/{id}/refuse", "Refuse, with the reason in words", accept, o.refuse),
		web.Operation("POST /api/v1/dossiers/{id}/supplement", "Ask for everything that is missing at once; the clock stands still until the answer", needs(dossiers.PermAccept, dossiers.PermProcess), o.askSupplement),
		web.RawOperation("POST /api/v1/dossiers/{id}/supplement/preview", "What the request for what is missing would look like", needs(dossiers.PermAccept, dossiers.PermProcess),
			web.Raw{Takes: []string{"application/json"}, TakesJSON: askBody{}, Gives: []string{string(files.PDF)}, Status: http.StatusOK}, o.previewSupplement),
		web.Operation("POST /api/v1/dossiers/{id}/claim", "Take the open step into one's hands", handle, o.claim),
		web.Operation("POST /api/v1/dossiers/{id}/finish", "End a step that has no document", handle, o.finish),
		web.Operation("PUT /api/v1/dossiers/{id}/result", "Save what the result says", process, o.saveResult),
		web.RawOperation("GET /api/v1/dossiers/{id}/result/preview", "What the result would look like", process, givesPDF(), o.preview),
		web.Operation("GET /api/v1/dossiers/{id}/signers", "Who may be asked to sign", process, o.signers),
		web.Operation("GET /api/v1/signings/{request}", "What one was asked to approve with a key elsewhere, and how far it is", needs(dossiers.PermSign, dossiers.PermProcess, dossiers.PermIssue), o.signing),
		web.Operation("POST /api/v1/signings/{request}/card", "Where the program of one's card fetches each document, and brings it back signed: for some minutes", needs(dossiers.PermSign, dossiers.PermProcess, dossiers.PermIssue), o.startCard),
		web.Operation("POST /api/v1/signings/{request}/cancel", "Take back what one was asked to approve", needs(dossiers.PermSign, dossiers.PermProcess, dossiers.PermIssue), o.cancelSigning),
		web.Operation("POST /api/v1/dossiers/{id}/send-to-sign", "Make the document and hand it to who signs", process, o.sendToSign),
		web.Operation("POST /api/v1/dossiers/{id}/return", "Give it back, with the words why", sign, o.giveBack),
		web.Operation("POST /api/v1/dossiers/{id}/sign", "Sign the document", sign, o.sign).Proved(10 * time.Minute),
		web.Operation("POST /api/v1/signatures", "Sign several documents, each by itself", sign, o.signMany).Proved(10 * time.Minute),
		web.Operation("POST /api/v1/dossiers/{id}/issue", "Number, date and seal the document", needs(dossiers.PermIssue), o.issue),
		web.Operation("POST /api/v1/dossiers/{id}/deliver", "Hand the result over", needs(dossiers.PermDeliver), o.deliver),
	}
}
