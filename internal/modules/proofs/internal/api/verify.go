// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"encoding/json"
	"mime"
	"net/http"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/modules/proofs"
	"tinhso.vn/internal/platform/web"
)

const (
	typePDF = "application/pdf"
	typeJWS = "application/jose+json"
)

// verifications are the operations that take documents.
func verifications(o operations, maxBody int64) []web.Route {
	one := web.RawOperation("POST /api/v1/verifications", "Check the signatures of a document", web.Public(), web.Raw{
		Description: "A PDF, an XML document or a signed result of an earlier check, as the body itself or as the file of a form. Nothing is kept. " +
			"With Accept: application/jose+json the answer is signed (JWS, RFC 7515 7.2.2; the payload is the report), with Accept: application/pdf it is " +
			"a signed paper. Codes of problems are stable; a verdict is valid, unconfirmed (nothing speaks against it, and who signed is not known), invalid or unsigned.",
		Takes: []string{typePDF, "application/xml", "multipart/form-data"}, Gives: []string{"application/json", typeJWS, typePDF}, JSON: example(),
		Status: http.StatusOK,
	}, o.verify)
	one.Door, one.MaxBody = web.Narrow, maxBody
	many := web.RawOperation("POST /api/v1/verifications/batch", "Check several documents, each for itself", web.Public(), web.Raw{
		Description: "At most 20 files of one form, answered in their order. A file that cannot be checked has a problem instead of a report.",
		Takes:       []string{"multipart/form-data"}, Many: true, Gives: []string{"application/json"},
		JSON: Batch{Items: []Item{{Index: 0, Name: "quyet-dinh.pdf", Report: new(example())}}}, Status: http.StatusOK,
	}, o.batch)
	many.Door, many.MaxBody = web.Narrow, proofs.MaxFiles*proofs.MaxSize
	return []web.Route{one, many}
}

// verify takes a document as the body itself, or as a file of a multipart form.
func (o operations) verify(w http.ResponseWriter, r *http.Request) error {
	rep, err := o.uploads.One(w, r)
	if err != nil {
		return err
	}
	switch accepted(r) {
	case typePDF, typeJWS:
		return o.signed(w, r, rep)
	}
	answer(w, rep)
	return nil
}

// accepted is the first type of an answer that is asked for and that there is.
func accepted(r *http.Request) string {
	for part := range strings.SplitSeq(r.Header.Get("Accept"), ",") {
		kind, _, err := mime.ParseMediaType(part)
		if err == nil && (kind == typePDF || kind == typeJWS || kind == "application/json") {
			return kind
		}
	}
	return ""
}

func (o operations) signed(w http.ResponseWriter, r *http.Request, rep proofs.Report) error {
	text, _, err := o.svc.Write(rep)
	if err != nil {
		return err
	}
	var content []byte
	kind := accepted(r)
	if kind == typePDF {
		content, err = o.uploads.Paper(r, rep, text)
	} else {
		content, err = o.svc.Statement(r.Context(), text)
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(content) // the caller has gone: nobody to tell
	return nil
}

// Batch is what several checks found.
type Batch struct {
	Items []Item `json:"items"`
}

// Item is one file of a batch: a report or a problem.
type Item struct {
	Index   int               `json:"index"` // in the order of the form
	Name    string            `json:"name,omitempty"`
	Report  *proofs.Report    `json:"report,omitempty"`
	Problem *web.ProblemError `json:"problem,omitempty"`
}

func (o operations) batch(w http.ResponseWriter, r *http.Request) error {
	out := Batch{Items: []Item{}}
	err := o.uploads.Many(w, r, func(name string, rep proofs.Report, err error) {
		item := Item{Index: len(out.Items), Name: name}
		if err != nil {
			item.Problem = web.Problem(err)
			o.uploads.Explain(r, item.Problem)
		} else {
			item.Report = &rep
		}
		out.Items = append(out.Items, item)
	})
	if err != nil {
		return err
	}
	answer(w, out)
	return nil
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // the caller has gone: nobody to tell
}

// example is a report as the description of the API shows it.
func example() proofs.Report {
	at := time.Date(2026, time.November, 21, 7, 30, 0, 0, time.UTC)
	from, to := at.AddDate(-1, 0, 0), at.AddDate(2, 0, 0)
	sum := strings.Repeat("0123456789abcdef", 4)
	return proofs.Report{
		Format: proofs.ReportFormat, Kind: proofs.PDF, Software: "tinhso 1.0", Verdict: proofs.Unconfirmed, SHA256: sum, Size: 104857, CheckedAt: at, Revisions: 1,
		TrustList: proofs.Version{Number: 7, Hash: sum}, Reasons: []string{}, FreeFields: []string{}, Unsigned: []string{}, Notes: []string{proofs.NoteScripts},
		Signatures: []proofs.Signature{{
			Verdict: proofs.Unconfirmed, Field: "signature", Signer: proofs.Name{Name: "Nguyễn Văn A", Organisation: "UBND xã Mẫu", Country: "VN"},
			Issuer: proofs.Name{Name: "Example CA", Country: "VN"}, Serial: "5f1a", ValidFrom: &from, ValidTo: &to, ClaimedAt: &at, Whole: true, Covers: 104857,
			Changes: []proofs.Change{}, Intact: true, Problems: []signing.Problem{signing.ProblemUntrusted}, Fingerprint: sum, Chain: []proofs.Link{},
		}},
	}
}
