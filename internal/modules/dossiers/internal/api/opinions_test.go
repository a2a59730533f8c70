// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api_test

import (
	"encoding/base64"
	"testing"

	"tinhso.vn/internal/modules/dossiers/dossierstest"
)

// Programs ask, answer and close; whoever is asked gets that dossier and no
// other, and nothing after the answer.
func TestOpinionsByAPI(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *dossierstest.World) {
		c := newCaller(t, w)
		id, other := string(w.Accepted(t)), string(w.Accepted(t))
		file := func(of string) string {
			papers := c.want(200, "hung", "GET", "/dossiers/"+of+"?purpose=handling", nil).list("papers")
			return papers[0].(map[string]any)["file"].(string)
		}
		mine, theirs := file(id), file(other)
		question := object{"question": "Có vướng quy hoạch không?", "days": 2, "units": []object{{"unit": dossierstest.Dept}}}
		c.want(403, "mai", "POST", "/dossiers/"+id+"/opinions", question)
		c.want(404, "anh", "POST", "/dossiers/"+id+"/opinions", question)
		c.want(404, "tu", "GET", "/dossiers/"+id+"/files/"+mine+"?purpose=handling", nil)
		asked := c.want(200, "hung", "POST", "/dossiers/"+id+"/opinions", question).list("opinions")[0].(string)

		if n := c.want(200, "tu", "GET", "/opinions/count", nil).body["count"]; n != 1.0 {
			t.Errorf("counted %v", n)
		}
		if items := c.want(200, "tu", "GET", "/opinions", nil).list("items"); len(items) != 1 {
			t.Errorf("%v", items)
		}
		if items := c.want(200, "anh", "GET", "/opinions", nil).list("items"); len(items) != 0 {
			t.Errorf("the other ward sees %v", items)
		}
		c.want(403, "bay", "GET", "/opinions", nil)
		c.want(404, "anh", "GET", "/opinions/"+asked, nil)
		if papers := c.want(200, "tu", "GET", "/opinions/"+asked, nil).list("papers"); len(papers) != 1 {
			t.Errorf("%v", papers)
		}
		c.want(200, "tu", "GET", "/dossiers/"+id+"/files/"+mine+"?purpose=handling", nil)
		c.want(200, "tu", "GET", "/dossiers/"+id+"/files/"+mine+"/view?purpose=handling", nil)
		c.want(404, "tu", "GET", "/dossiers/"+other+"/files/"+theirs+"?purpose=handling", nil)
		c.want(404, "tu", "GET", "/dossiers/"+id+"/files/"+theirs+"?purpose=handling", nil)
		c.want(404, "tu", "GET", "/dossiers/"+id+"?purpose=handling", nil)
		c.want(404, "tu", "GET", "/dossiers/"+id+"/receipt?purpose=handling", nil)

		c.want(409, "hung", "POST", "/dossiers/"+id+"/finish", object{})
		c.want(422, "tu", "POST", "/opinions/"+asked+"/answer", object{"outcome": "perhaps", "words": "x"})
		c.want(404, "anh", "POST", "/opinions/"+asked+"/answer", object{"outcome": "agreed", "words": "x"})
		c.want(204, "tu", "POST", "/opinions/"+asked+"/answer", object{
			"outcome": "disagreed", "words": "Vướng quy hoạch.", "file_name": "y-kien.pdf", "file": base64.StdEncoding.EncodeToString([]byte(dossierstest.PDF)),
		})
		c.want(404, "tu", "GET", "/dossiers/"+id+"/files/"+mine+"?purpose=handling", nil)
		c.want(404, "tu", "GET", "/opinions/"+asked, nil)
		c.want(404, "tu", "GET", "/opinions/"+asked+"/file?purpose=handling", nil)
		if a := c.want(200, "hung", "GET", "/opinions/"+asked+"/file?purpose=handling", nil); string(a.raw) != dossierstest.PDF {
			t.Errorf("%d bytes", len(a.raw))
		}
		said := c.want(200, "hung", "GET", "/dossiers/"+id+"?purpose=handling", nil).list("opinions")[0].(map[string]any)
		if said["state"] != "disagreed" || said["words"] != "Vướng quy hoạch." {
			t.Errorf("%v", said)
		}
		if own := c.want(200, "bay", "GET", "/dossiers/"+id+"?purpose=own", nil).list("opinions"); len(own) != 0 {
			t.Errorf("the citizen sees %v", own)
		}
		again := c.want(200, "hung", "POST", "/dossiers/"+id+"/opinions", question).list("opinions")[0].(string)
		c.want(409, "sau", "POST", "/opinions/"+again+"/close", object{"reason": "quá hạn mà chưa trả lời"})
		c.want(204, "hung", "POST", "/opinions/"+again+"/close", object{"reason": "quá hạn mà chưa trả lời"})
		c.want(204, "hung", "POST", "/dossiers/"+id+"/finish", object{})
		if units := c.want(200, "hung", "GET", "/opinion-units", nil).list("items"); len(units) < 3 {
			t.Errorf("%v", units)
		}
	})
}

// Programs release, reassign and list what is open.
func TestHandsByAPI(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *dossierstest.World) {
		c := newCaller(t, w)
		id := string(w.Accepted(t))
		c.want(409, "hung", "POST", "/dossiers/"+id+"/release", nil)
		c.want(204, "hung", "POST", "/dossiers/"+id+"/claim", nil)
		c.want(204, "hung", "POST", "/dossiers/"+id+"/release", nil)
		c.want(403, "hung", "GET", "/steps", nil)
		step := c.want(200, "ha", "GET", "/steps", nil).list("items")[0].(map[string]any)["task"].(string)
		c.want(200, "hung", "GET", "/dossiers/"+id+"?purpose=handling&step="+step, nil)
		if all := c.want(200, "ha", "GET", "/steps/"+step+"/colleagues", nil).list("items"); len(all) != 2 {
			t.Errorf("%v", all)
		}
		body := object{"steps": []string{step, "nothing"}, "to": "sau", "reason": "đồng chí Hưng nghỉ ốm"}
		c.want(403, "hung", "POST", "/steps/reassign", body)
		items := c.want(200, "ha", "POST", "/steps/reassign", body).list("items")
		if one, two := items[0].(map[string]any), items[1].(map[string]any); one["done"] != true || two["code"] != "dossiers.not_found" {
			t.Errorf("%v", items)
		}
		c.want(409, "hung", "POST", "/dossiers/"+id+"/claim", nil)
	})
}
