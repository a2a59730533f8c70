// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packcheck_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"tinhso.vn/internal/kernel/packcheck"
	"tinhso.vn/internal/kernel/packs"
)

func pack(files map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{
		"p/pack.yaml":    {Data: []byte("name: p\ntitle: Gói thử\nkind: province\n")},
		"p/roles/r.yaml": {Data: []byte("roles:\n  - {id: clerk, name: Một cửa}\n  - {id: leader, name: Lãnh đạo}\n")},
	}
	for name, content := range files {
		if strings.HasPrefix(content, formHead[:6]) || strings.HasPrefix(content, flowHead[:6]) {
			content += "defaults: {status: unverified, source: s}\n" // what they rest on is another case
		}
		fsys[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return fsys
}

func said(problems []packs.Problem) []string {
	out := make([]string, len(problems))
	for i, p := range problems {
		out[i] = fmt.Sprintf("%s:%d:%s", p.File, p.Line, p.Code)
	}
	return out
}

const (
	formHead = "forms:\n  - id: a\n    title: Đơn\n    version: 1\n    steps:\n      - id: s\n        title: Bước\n        fields:\n"
	flowHead = "flows:\n  - id: f\n    title: Quy trình\n    version: 1\n    steps:\n"
	regHead  = "registers:\n  - id: r\n    title: Sổ\n    version: 1\n    fields:\n"
	tabHead  = "decisions:\n  - id: d\n    title: Bảng\n    version: 1\n    hit: first\n    inputs: [{key: n, label: N, type: number, least: 0, most: 10}]\n" +
		"    outputs: [{key: fee, label: Phí, type: money}]\n    rows:\n"
)

func field(rest string) string { return "          - {key: " + rest + "}\n" }

func step(id, action, rest string) string {
	return "      - {id: " + id + ", name: Bước, post: clerk, unit: received, hours: 1, action: " + action + rest + "}\n"
}

func TestMistakesThatOnlyUsersOfAPartKnow(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a == '1' || ", 100) + "a == '2'"
	deep := strings.Repeat("(", 80) + "a == '1'" + strings.Repeat(")", 80)
	for _, tt := range []struct {
		file, content string
		want          []string
	}{
		// a form whose questions wait for each other, and conditions that cost too much
		{"p/forms/f.yaml", formHead + field("a, type: text, label: A, show_when: \"b == '1'\"") + field("b, type: text, label: B, show_when: \"a == '1'\""), []string{"9:form.loop", "10:form.loop"}},
		{"p/forms/f.yaml", formHead + field("a, type: text, label: A") + field("b, type: text, label: B, show_when: \""+long+"\""), []string{"10:form.condition_too_long"}},
		{"p/forms/f.yaml", formHead + field("a, type: text, label: A") + field("b, type: text, label: B, show_when: \""+deep+"\""), []string{"10:form.bad_condition"}},
		{"p/forms/f.yaml", formHead + field("a, type: checkboxes, label: A, options: [{value: x, label: X}]") + field("b, type: text, label: B, show_when: \"a.all(x, a.all(y, x == y))\""), []string{"10:form.bad_condition"}},
		{"p/forms/f.yaml", formHead + field("a, type: text, label: A, show_when: \"c == '1'\""), []string{"9:form.bad_condition"}},
		{"p/forms/f.yaml", formHead + field("a, type: text, label: A, pattern: \"(\""), []string{"9:form.bad_pattern"}},
		{"p/forms/f.yaml", formHead + field("a, type: text, label: A, min: 9, max: 3"), []string{"9:form.bad_bound"}},
		{"p/forms/f.yaml", formHead + field("in, type: text, label: A"), []string{"9:form.bad_key"}},
		{"p/forms/f.yaml", formHead + field("a, type: person_number, label: A, sex: b"), []string{"9:form.unknown_field"}},
		{"p/forms/f.yaml", formHead + field("a, type: date, label: A, prefill: owner.name"), []string{"9:form.bad_prefill"}},
		{"p/forms/f.yaml", formHead + field("a, type: text, label: A, show_when: \"b == '1'\"") +
			"      - {id: s2, title: Sau, fields: [{key: b, type: text, label: B}]}\n", []string{"9:form.condition_ahead"}},
		// a flow that can wait for ever, or that is not signed
		{"p/flows/f.yaml", flowHead + step("a", "accept", ", next: b") + strings.Replace(step("b", "deliver", ""), "hours: 1", "hours: 0", 1), []string{"7:flow.drawing"}},
		{"p/flows/f.yaml", flowHead + step("a", "accept", ", next: [b, c]") + step("b", "sign", ", next: a") + step("c", "deliver", ""), []string{"6:flow.drawing", "7:flow.drawing"}},
		{"p/flows/f.yaml", flowHead + step("a", "accept", ", next: b, back: b") + step("b", "deliver", ""), []string{"6:flow.drawing"}},
		{"p/flows/f.yaml", flowHead + step("a", "accept", ", next: b") + step("b", "issue", ", next: c") + step("c", "deliver", ""), []string{"7:flow.drawing"}},
		// what kernel/packs says is not said twice
		{"p/flows/f.yaml", flowHead + step("a", "accept", ", next: b") + step("b", "sign", ", next: a"), []string{"6:flow.no_exit", "7:flow.no_exit"}},
		{"p/flows/f.yaml", flowHead + step("a", "deliver", "") + step("b", "deliver", ""), []string{"7:flow.unreachable"}},
		{"p/forms/f.yaml", formHead + field("a, type: radios, label: A"), []string{"9:field.options"}},
		// decision tables with gaps, two rows, bombs
		{"p/decisions/d.yaml", tabHead + "      - {when: [\">= 3\"], then: [5]}\n", []string{"9:decisions.gap", "9:decisions.gap", "9:decisions.gap"}},
		{"p/decisions/d.yaml", strings.Replace(tabHead, "first", "unique", 1) + "      - {when: [\"-\"], then: [5]}\n      - {when: [\"3\"], then: [6]}\n", []string{"9:decisions.overlap"}},
		{"p/decisions/d.yaml", tabHead + "      - {when: [\"-\"], then: [\"= n.map(x, x)\"]}\n", []string{"9:decisions.formula"}},
		{"p/decisions/d.yaml", tabHead + "      - {when: [\"-\"], then: [\"= " + strings.Repeat("n + ", 400) + "n\"]}\n", []string{"9:decisions.formula"}},
		{"p/decisions/d.yaml", tabHead + "      - {when: [\"-\", \"-\"], then: [5]}\n", []string{"9:decisions.cells"}},
		{"p/decisions/d.yaml", tabHead + "      - {wen: [\"-\"], then: [5]}\n", []string{"9:key.misspelt"}},
		{"p/decisions/d.yaml", tabHead + "      - {when: [\"-\"], then: [5]}\n    cases: [{name: Một, given: {n: 1}, want: {fee: 6}}]\n", []string{"10:decisions.case_wrong"}},
		// registers
		// a register that names what nobody has
		{"p/registers/r.yaml", regHead + "      - {key: a, label: A, type: code, catalogue: r}\n      - {key: b, label: B, type: reference, register: gone}\n" +
			"    rights: [{id: v, name: V, roles: [clerk, king], may: [view]}]\n", []string{"2:registers.definition.no_role", "6:registers.definition.no_catalogue", "7:registers.definition.no_register"}},
		// a purpose that rests on what nobody has
		{"p/registers/r.yaml", regHead + "      - {key: a, label: A, type: phone}\n    purpose: {text: {vi: A, en: A}, basis: [gone]}\n", []string{"7:registers.definition.no_basis"}},
		// registers that wait for each other before the first record
		{
			"p/registers/r.yaml", regHead + "      - {key: a, label: A, type: reference, register: s, required: true}\n      - {key: b, label: B, type: reference, register: r}\n" +
				"  - id: s\n    title: Sổ\n    version: 1\n    fields:\n      - {key: a, label: A, type: reference, register: r, required: true}\n",
			[]string{"6:registers.definition.circle", "12:registers.definition.circle"},
		},
		{"p/registers/r.yaml", regHead + "      - {key: a, label: A, type: reference, register: r, required: true}\n", []string{"6:registers.definition.circle"}},
		{"p/registers/r.yaml", regHead + "      - {key: a, label: A, type: txt}\n", []string{"6:registers.definition.type"}},
		{"p/registers/r.yaml", regHead + "      - {key: a, label: A, type: text}\n      - {key: a, label: A, type: text}\n", []string{"7:registers.definition.twice"}},
		{"p/registers/r.yaml", regHead + "      - {key: a, label: A, type: text, requird: true}\n", []string{"6:key.misspelt"}},
		{"p/registers/r.yaml", regHead + "      - {key: a, label: A, type: choice}\n", []string{"6:registers.definition.options"}},
	} {
		set, got, err := packcheck.Check(pack(map[string]string{tt.file: tt.content}), "p")
		if err != nil || set == nil {
			t.Fatal(err)
		}
		want := make([]string, len(tt.want))
		for i, w := range tt.want {
			want[i] = tt.file + ":" + w
		}
		if !slices.Equal(said(got), want) {
			t.Errorf("got  %v\nwant %v\n%v\n%s", said(got), want, got, tt.content[:min(len(tt.content), 500)])
		}
		for _, p := range got {
			if p.Message.VI == p.Message.EN || strings.Contains(p.Message.VI, p.Code) {
				t.Errorf("no words: %+v", p)
			}
		}
	}
}

// TestAllAtOnce has one mistake of each kind in one pack, some laid over another.
func TestAllAtOnce(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"p/pack.yaml":        "name: p\ntitle: Gói\nkind: province\nuses: [q]\n",
		"q/pack.yaml":        "name: q\ntitle: Gói dưới\nkind: sector\n",
		"p/units/u.yaml":     "units:\n  - {id: u, name: U, kind: castle}\n",
		"q/forms/f.yaml":     formHead + field("a, type: text, label: A") + field("b, type: text, label: B"),
		"p/forms/f.yaml":     "forms:\n  - id: a\n    steps:\n      - id: s\n        fields:\n          - {key: b, show_when: \"c == 1\"}\n",
		"p/flows/f.yaml":     flowHead + strings.Replace(step("a", "deliver", ""), "hours: 1", "hours: 0", 1),
		"p/decisions/d.yaml": tabHead + "      - {when: [\">= 3\"], then: [5]}\n",
		"p/registers/r.yaml": regHead + "      - {key: a, label: A, type: txt}\n",
	}
	want := []string{
		"p/decisions/d.yaml:9:decisions.gap", "p/decisions/d.yaml:9:decisions.gap", "p/decisions/d.yaml:9:decisions.gap", "p/flows/f.yaml:6:flow.drawing", "p/forms/f.yaml:6:form.bad_condition",
		"p/registers/r.yaml:6:registers.definition.type", "p/units/u.yaml:2:value.choice",
	}
	_, got, err := packcheck.Check(pack(files), "p")
	if err != nil || !slices.Equal(said(got), want) {
		t.Errorf("got  %v\nwant %v, %v", said(got), want, err)
	}
	if set, got, err := packcheck.Check(pack(nil), "none"); set != nil || len(got) != 1 || err != nil {
		t.Errorf("no pack: %v %v", got, err)
	}
}

func TestBuiltInPacksAreClean(t *testing.T) {
	t.Parallel()
	root := os.DirFS("../../../packs")
	names, err := packs.Names(root)
	if err != nil || len(names) < 3 {
		t.Fatalf("%v %v", names, err)
	}
	for _, name := range names {
		_, got, err := packcheck.Check(root, name)
		if err != nil || len(got) > 0 {
			t.Errorf("%s: %v %v", name, got, err)
		}
	}
}
