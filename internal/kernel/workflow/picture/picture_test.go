// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package picture

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/kernel/workflow/bpmn"
)

func table() workflow.Table {
	step := func(id, name, post string, hours int, next ...string) workflow.Step {
		return workflow.Step{ID: id, Name: i18n.Text{VI: name}, Post: post, Unit: "authority", Hours: hours, Next: next}
	}
	sign := step("ky", "Ký <duyệt> & ban hành quyết định của Ủy ban nhân dân phường Long Xuyên tỉnh An Giang", "leader", 4, "tra")
	sign.Back = "tham-dinh"
	ask := step("hoi", "Lấy ý kiến", "officer", 8, "ky")
	ask.With = []string{"tax", "land"}
	return workflow.Table{ID: "x", Version: 1, Title: i18n.Text{VI: "Cấp phép"}, Steps: []workflow.Step{
		step("nhan", "Tiếp nhận", "clerk", 4, "tham-dinh"), step("tham-dinh", "Thẩm định", "officer", 16, "hoi", "ky"), ask, sign, step("tra", "Trả kết quả", "clerk", 2),
	}}
}

func words() Words {
	return Words{Title: "Sơ đồ", About: "Mô tả", Here: "Đang ở bước này", Post: func(r string) string { return "post " + r }}
}

func TestThePictureIsWholeAndSafe(t *testing.T) {
	t.Parallel()
	m := table().Model()
	if wrong := m.Check(bpmn.Known{}); len(wrong) > 0 {
		t.Fatal(wrong)
	}
	var out bytes.Buffer
	p := Draw(m, nil, []string{"tham-dinh"}, words())
	if err := errors.Join(p.Show().Render(t.Context(), &out), p.List().Render(t.Context(), &out)); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	d := xml.NewDecoder(strings.NewReader("<all>" + text + "</all>"))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
	}
	for _, want := range []string{"<title id=\"flow-title\">Sơ đồ</title>", "<desc id=\"flow-about\">Mô tả</desc>", "▼ Đang ở bước này", "Ký &lt;duyệt&gt; &amp;", "post officer · 16 giờ làm việc", "…"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	if strings.Count(text, "▼") != 1 || strings.Contains(text, "style=") || strings.Count(text, "<rect") != 6 {
		t.Errorf("%s", text)
	}
}

// Nothing lies on anything else, and what goes on goes to the right.
func TestLayout(t *testing.T) {
	t.Parallel()
	m := table().Model()
	d := m.Layout()
	for i, a := range m.Nodes {
		for _, b := range m.Nodes[i+1:] {
			x, y := d.Shapes[a.ID], d.Shapes[b.ID]
			if x.X < y.X+y.W && y.X < x.X+x.W && x.Y < y.Y+y.H && y.Y < x.Y+x.H {
				t.Errorf("%s lies on %s", a.ID, b.ID)
			}
		}
	}
	for _, f := range m.Flows {
		if len(d.Edges[f.ID]) < 2 {
			t.Errorf("%s is not drawn", f.ID)
		}
		if f.Condition != `outcome == "return"` && d.Shapes[f.From].X >= d.Shapes[f.To].X {
			t.Errorf("%s → %s goes back", f.From, f.To)
		}
	}
}

func TestWrap(t *testing.T) {
	t.Parallel()
	if got := wrap("Thẩm định hồ sơ đất đai", 10, 3); !slices.Equal(got, []string{"Thẩm định", "hồ sơ đất", "đai"}) {
		t.Errorf("%q", got)
	}
	if got := wrap("Thẩm định hồ sơ đất đai", 10, 2); got[1] != "hồ sơ đất…" {
		t.Errorf("%q", got)
	}
	if got := wrap(strings.Repeat("ạ", 50), 10, 1); len(got) != 1 || len([]rune(got[0])) != 10 {
		t.Errorf("%q", got)
	}
}
