// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api_test

import (
	"testing"

	"tinhso.vn/internal/modules/dossiers/dossierstest"
)

// A program of a counter sends what it has kept without a line.
func TestIntakeByAPI(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *dossierstest.World) {
		c := newCaller(t, w)
		in := object{
			"procedure": "xac-nhan-cu-tru", "inputs": object{"full_name": []string{"Trần Văn Tám"}}, "handed": object{"to-khai": object{"original": 1}},
			"parties": object{"basis": "self", "owner": object{"kind": "individual", "name": "Trần Văn Tám", "number": "089058000077"}},
		}
		first := c.want(200, "mai", "POST", "/intake", in, "Idempotency-Key", "k1")
		if again := c.want(200, "mai", "POST", "/intake", in, "Idempotency-Key", "k1"); again.text("id") != first.text("id") || again.text("reference") != first.text("reference") || first.body["sent"] != true {
			t.Errorf("%v, then %v", first.body, again.body)
		}
		in["inputs"] = object{}
		c.want(409, "mai", "POST", "/intake", in, "Idempotency-Key", "k1")
		if a := c.want(200, "mai", "POST", "/intake", in, "Idempotency-Key", "k2"); a.body["sent"] != false {
			t.Errorf("without a name: %v", a.body)
		}
		c.want(403, "bay", "POST", "/intake", in, "Idempotency-Key", "k3")
		c.want(422, "mai", "POST", "/intake", in)
	})
}
