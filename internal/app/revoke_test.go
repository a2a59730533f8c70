// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"net/url"
	"testing"
)

// A wrong result is taken back by the pages: the officer asks, the chair agrees, and
// whoever tracks the dossier, owns it or holds the file is told.
func TestAWrongResultIsTakenBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		o := objects{t: t, w: w}
		id := o.toSign()
		api, at := "/api/v1/dossiers/"+id, "/xu-ly/"+id
		if got := w.send(t, chair, http.MethodPost, api+"/sign", "{}"); got.status >= 300 {
			t.Fatalf("signed: %d %s", got.status, got.body)
		}
		if got := w.send(t, "vanthu.longxuyen", http.MethodPost, api+"/issue", "{}"); got.status >= 300 {
			t.Fatalf("issued: %d %s", got.status, got.body)
		}
		document := w.send(t, officer, http.MethodGet, api+"/result?purpose=handling", "").body
		d := ask[struct {
			Code   string
			Result struct{ Number string }
		}](t, w, officer, http.MethodGet, api+"?purpose=handling", "")

		pageSays(t, "the case", w.send(t, officer, http.MethodGet, at, ""), http.StatusOK, at+"/thu-hoi")
		pageSays(t, "the form", w.send(t, officer, http.MethodGet, at+"/thu-hoi", ""), http.StatusOK, d.Result.Number, `name="decision"`, `name="renew"`)
		pageSays(t, "nothing said", w.post(t, officer, at+"/thu-hoi", url.Values{"reason": {"sai"}, "renew": {"1"}, "days": {"x"}}), http.StatusUnprocessableEntity,
			`href="#reason"`, `href="#decision"`, `href="#days"`, ">sai</textarea>")
		if got := w.post(t, officer, at+"/thu-hoi", url.Values{"reason": {"Ghi sai số nhà của người đề nghị"}, "decision": {"Quyết định số 7/QĐ-UBND"}, "renew": {"1"}, "days": {"2"}}); got.status != http.StatusSeeOther {
			t.Fatalf("asked: %d %s", got.status, got.body)
		}
		pageSays(t, "the list", w.send(t, chair, http.MethodGet, "/de-nghi", ""), http.StatusOK, d.Code, "Ghi sai số nhà")
		list := ask[struct{ Items []struct{ ID string } }](t, w, chair, http.MethodGet, "/api/v1/revocations", "")
		if len(list.Items) != 1 {
			t.Fatalf("the chair is asked for %+v", list.Items)
		}
		one := at + "/thu-hoi/" + list.Items[0].ID
		pageSays(t, "no without a word", w.post(t, chair, one, url.Values{"do": {"decline"}}), http.StatusUnprocessableEntity, `href="#words-`)
		if got := w.post(t, chair, one, url.Values{"do": {"agree"}}); got.status != http.StatusSeeOther {
			t.Fatalf("agreed: %d %s", got.status, got.body)
		}
		pageSays(t, "agreed twice", w.post(t, chair, one, url.Values{"do": {"agree"}}), http.StatusConflict, "đã được")

		const gone = "đã bị thu hồi"
		pageSays(t, "the public", w.send(t, "", http.MethodGet, "/tra-cuu?ma="+d.Code, ""), http.StatusOK, "Kết quả số "+d.Result.Number+" "+gone, "đang làm kết quả mới")
		pageSays(t, "the owner", w.send(t, owner, http.MethodGet, "/ho-so/"+id, ""), http.StatusOK, gone, "Ghi sai số nhà", "/ho-so/"+id+"/thu-hoi/")
		if got := w.send(t, owner, http.MethodGet, "/ho-so/"+id+"/thu-hoi/"+list.Items[0].ID+"/ket-qua.pdf", ""); got.body != document {
			t.Errorf("the old file: %d", got.status)
		}
		if got := w.send(t, "motcua.chaudoc", http.MethodGet, "/ho-so/"+id+"/thu-hoi/"+list.Items[0].ID+"/ket-qua.pdf", ""); got.status != http.StatusNotFound {
			t.Errorf("the old file elsewhere: %d", got.status)
		}
		pageSays(t, "the check", w.send(t, "", http.MethodPost, "/api/v1/verifications", document, "Content-Type", "application/octet-stream"), http.StatusOK, `"revoked_at"`, d.Result.Number)
		pageSays(t, "who checks by the page", w.drop(t, "", "/kiem-tra", []byte(document)), http.StatusOK, "đã thu hồi văn bản này")
		pageSays(t, "the officer goes on", w.send(t, officer, http.MethodGet, at, ""), http.StatusOK, at+"/trinh-ky")
	})
}
