// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api_test

import (
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
)

// The program of a call centre asks as the page does.
func TestTheHotlineByAPI(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *dossierstest.World) {
		c := newCaller(t, w)
		full, err := w.Service.Get(t.Context(), w.Clerk, w.Accepted(t), access.Handling)
		if err != nil {
			t.Fatal(err)
		}
		pair := object{"code": full.Code, "proof": full.Owner.Phone}
		a := c.want(200, w.Clerk.Account, "POST", "/hotline", pair)
		say, _ := a.body["say"].(map[string]any)
		vi, _ := say["vi"].(string)
		if a.text("next") != "wait" || a.body["days_left"] != 3.0 || !strings.Contains(vi, "còn 3 ngày làm việc") || a.body["sends"] != false {
			t.Errorf("answered %s", a.raw)
		}
		if strings.Contains(string(a.raw), full.Owner.Name) || strings.Contains(string(a.raw), full.Owner.Phone) {
			t.Errorf("it names somebody: %s", a.raw)
		}
		c.want(404, w.Clerk.Account, "POST", "/hotline", object{"code": full.Code, "proof": "0900000009"})
		c.want(403, w.Officer.Account, "POST", "/hotline", pair)
		c.want(403, w.Citizen.Account, "POST", "/hotline/message", pair)
		c.want(409, w.Clerk.Account, "POST", "/hotline/message", pair) // nobody sends in this world
	})
}
