// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs_test

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"tinhso.vn/internal/kernel/packs"
)

// small is a pack without a mistake, to which a case adds one file.
func small(files map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	base := map[string]string{
		"p/pack.yaml": "name: p\ntitle: Gói thử\nkind: province\n",
		"p/roles/base.yaml": "permissions:\n  - {id: dossiers.accept, name: Tiếp nhận}\n" +
			"roles:\n  - {id: clerk, name: Một cửa, permissions: [dossiers.accept]}\n  - {id: citizen, name: Dân, citizen: true}\n",
		"p/flows/base.bpmn": strings.Replace(drawing(""), `id="d"`, `id="base"`, 1),
		"p/legal/base.yaml": "legal:\n  - {id: nd-1, number: 1/2020/NĐ-CP, issuer: Chính phủ, kind: decree, title: Nghị định, mark: seed, source: s}\n" +
			"  - {id: nd-0, number: 0/2010/NĐ-CP, issuer: Chính phủ, kind: decree, title: Cũ, mark: seed, source: s, valid_to: 2025-06-30}\n",
	}
	for name, content := range base {
		fsys[name] = &fstest.MapFile{Data: []byte(content)}
	}
	for name, content := range files {
		if strings.HasPrefix(content, "forms:") || strings.HasPrefix(content, "flows:") {
			content += "defaults: {status: unverified, source: s}\n" // what they rest on is another case
		}
		fsys[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return fsys
}

// TestFormsAndFlowsRestOnLaw names what nobody has issued: it rests on a
// document of its own or of a procedure, or says that it is unverified.
func TestFormsAndFlowsRestOnLaw(t *testing.T) {
	t.Parallel()
	form := formHead + "          - {key: k, type: text, label: Nhãn}\n"
	flow := flowHead + fmt.Sprintf(step, "a", "deliver", "")
	proc := procHead + "    form: a\n    flow: f\n    durations: {statutory: {days: 1, count: working, source: s}}\n    fee: {amount: 0, source: s}\n"
	for name, c := range map[string]struct {
		files map[string]string
		want  []string
	}{
		"nobody says so":  {map[string]string{"p/forms/f.yaml": form, "p/flows/f.yaml": flow}, []string{"p/flows/f.yaml:2:legal.none", "p/forms/f.yaml:2:legal.none"}},
		"a document":      {map[string]string{"p/forms/f.yaml": strings.Replace(form, "version: 1", "version: 1\n    legal_bases: [nd-1]", 1)}, nil},
		"one not there":   {map[string]string{"p/forms/f.yaml": strings.Replace(form, "version: 1", "version: 1\n    legal_bases: [nd-9]", 1)}, []string{"p/forms/f.yaml:2:legal.unknown"}},
		"a decision":      {map[string]string{"p/flows/f.yaml": strings.Replace(flow, "version: 1", "version: 1\n    basis: Quyết định thử", 1)}, nil},
		"the procedure":   {map[string]string{"p/forms/f.yaml": form, "p/flows/f.yaml": flow, "p/procedures/x.yaml": proc + "    legal_bases: [nd-1]\n"}, nil},
		"not a procedure": {map[string]string{"p/forms/f.yaml": form, "p/flows/f.yaml": flow, "p/procedures/x.yaml": proc}, []string{"p/flows/f.yaml:2:legal.none", "p/forms/f.yaml:2:legal.none"}},
		"a form of other years": {map[string]string{
			"p/forms/f.yaml": strings.Replace(form, "version: 1", "version: 1\n    legal_bases: [nd-0]", 1), "p/flows/f.yaml": flow,
			"p/procedures/x.yaml": proc + "    legal_bases: [nd-1]\n    valid_from: 2025-07-01\n",
		}, []string{"p/procedures/x.yaml:2:procedure.law_period"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fsys := small(nil)
			for file, content := range c.files {
				fsys[file] = &fstest.MapFile{Data: []byte(content)}
			}
			if got := packs.Lint(fsys, "p"); !slices.Equal(said(got), c.want) {
				t.Errorf("got  %v\nwant %v", packs.Problems(got), c.want)
			}
		})
	}
}

func said(problems []packs.Problem) []string {
	out := make([]string, len(problems))
	for i, p := range problems {
		out[i] = fmt.Sprintf("%s:%d:%s", p.File, p.Line, p.Code)
	}
	return out
}

type lintCase struct {
	file, content string
	want          []string // line:code, in that file
}

const (
	unitHead = "units:\n  - id: u\n    name: Đơn vị\n    kind: department\n"
	flowHead = "flows:\n  - id: f\n    title: Quy trình\n    version: 1\n    steps:\n"
	procHead = "procedures:\n  - id: x\n    name: Thủ tục\n    field: Lĩnh vực\n    route: MINISTRY:G01\n    online: none\n    result_name: Kết quả\n"
	tmplHead = "templates:\n  - id: t\n    title: Mẫu\n    version: 1\n    number_suffix: QĐ\n    place: Nơi thử\n" +
		"    agency_lines: [UBND]\n    heading: QUYẾT ĐỊNH\n    subject: Về việc thử\n    signer_lines: [CHỦ TỊCH]\n"
	noticeHead = "notices:\n  - id: n\n    name: N\n    variables: [{key: code, name: M, sample: H01, max: 10}, {key: owner, name: M, sample: A, max: 10, personal: true}]\n" +
		"    topic: work\n    audience: official\n"
	formHead  = "forms:\n  - id: a\n    title: Đơn\n    version: 1\n    steps:\n      - id: s\n        title: Bước\n        fields:\n"
	scoreHead = "scores:\n  - {id: a, name: N, basis: none, groups: [{id: g, name: G, criteria: "
	purpHead  = "purposes:\n  - {id: a, name: N, text: T, subjects: S, recipients: R, kept: K, holders: [h], data: [{sort: basic, name: D}]"
	step      = "      - {id: %s, name: Bước, post: clerk, unit: received, hours: 1, action: %s%s}\n"
)

func lintCases() []lintCase {
	s := func(id, action, more string) string { return fmt.Sprintf(step, id, action, more) }
	return []lintCase{
		// the files
		{"p/units/u.yaml", "", []string{"1:file.empty"}},
		{"p/units/u.yaml", "units:\n" + strings.Repeat("# x\n", 2<<20), []string{"1:file.too_large"}},
		{"p/geo/communes.csv", "code,province,name,lat,lon,status\n123,91,Xã A,10,105,both\n", []string{"2:area.row"}},
		{"p/geo/other.csv", "a\n", []string{"1:area.row"}},
		{"p/geo/communes.csv", "\xff\xfec\x00", []string{"1:file.utf16"}},
		{"p/units/u.csv", "a\n", []string{"1:file.unexpected"}},
		{"p/units/u.json", "{}", []string{"1:file.unexpected"}},
		{"p/units/u.yaml", "units:\n  - id: [\n", []string{"2:yaml.syntax"}},
		{"p/units/u.yaml", "units:\n\t- id: u\n", []string{"2:yaml.tab"}},
		{"p/units/u.yaml", "\xff\xfeu\x00n\x00", []string{"1:file.utf16"}},
		{"p/units/u.yaml", "u\x00n\x00i\x00t\x00", []string{"1:file.utf16"}},
		{"p/units/u.yaml", "units:\n  - id: u\n    name: \xd0\xf4n v\xe3\n", []string{"3:file.bytes"}}, // Windows-1258
		{"p/units/u.yaml", "# " + strings.Repeat("x", 5<<20), []string{"1:file.too_large"}},
		{"p/units/u.yaml", "- a\n", []string{"1:yaml.mapping"}},
		{"p/units/u.yaml", "units: x\n", []string{"1:yaml.list"}},
		{"p/units/u.yaml", unitHead + "---\nunits: []\n", []string{"5:yaml.documents"}},
		{"p/units/u.yaml", unitHead + "    short: &s SN\n", []string{"5:yaml.alias"}},
		{"p/units/u.yaml", unitHead + "    short: A\n    short: B\n", []string{"6:yaml.duplicate_key"}},
		{"p/units/u.yaml", "roles: []\n", []string{"1:key.unknown"}},
		{"p/units/u.yaml", unitHead + "    colour: đỏ\n", []string{"5:key.unknown"}},
		{"p/units/u.yaml", unitHead + "    phoen: 0296\n", []string{"5:key.misspelt"}},
		{"p/units/u.yaml", "unit: []\n", []string{"1:key.misspelt"}},
		{"p/registers/r.yaml", "registers:\n  - {id: r, title: Sổ, version: 1, fields: [{key: k, label: K, type: text, requird: true}]}\n", []string{"2:key.misspelt"}},
		{"p/decisions/d.yaml", "decisions:\n  - {id: d, title: D, rowss: [], rows: [{whne: []}]}\n", []string{"2:key.misspelt", "2:key.misspelt"}},
		// items
		{"p/units/u.yaml", "units:\n  - name: Không id\n    kind: department\n", []string{"2:item.no_id"}},
		{"p/units/u.yaml", unitHead + "  - id: u\n    name: Nữa\n    kind: department\n", []string{"5:item.duplicate"}},
		{"p/units/u.yaml", "units:\n  - old: null\n", []string{"2:overlay.missing"}},
		{"p/units/o.yaml", "units:\n  - order: [nowhere]\n", []string{"2:overlay.order"}},
		{"p/units/u.yaml", "units:\n  - id: u\n    kind: department\n", []string{"2:field.required"}},
		{"p/units/u.yaml", unitHead + "    status: unverified\n", []string{"5:mark.no_source"}},
		// values
		{"p/units/u.yaml", unitHead + "    short: [A]\n", []string{"5:value.scalar"}},
		{"p/units/u.yaml", unitHead + "    short: \"\"\n", []string{"5:value.empty"}},
		{"p/units/u.yaml", "units:\n  - id: u\n    name: Đơn vị\n    kind: castle\n", []string{"4:value.choice"}},
		{"p/units/u.yaml", unitHead + "    valid_from: 01/7/2025\n", []string{"5:value.date"}},
		{"p/units/u.yaml", unitHead + "    valid_from: 2025-07-01\n    valid_to: 2025-06-30\n", []string{"6:period.reversed"}},
		{"p/roles/r.yaml", "roles:\n  - {id: r, name: Vai trò, citizen: maybe}\n", []string{"2:value.boolean"}},
		{"p/forms/f.yaml", strings.Replace(formHead, "version: 1", "version: một", 1) + "          - {key: k, type: text, label: Nhãn}\n", []string{"4:value.integer"}},
		{"p/pack.yaml", "name: p\ntitle: Gói\nkind: province\nclock: 2024-10-14\n", []string{"4:value.moment"}},
		// texts
		{"p/units/u.yaml", "units:\n  - id: u\n    name: {en: Unit}\n    kind: department\n", []string{"3:text.no_vietnamese"}},
		{"p/units/u.yaml", "units:\n  - id: u\n    name: [Đơn vị]\n    kind: department\n", []string{"3:text.shape"}},
		{"p/units/u.yaml", "units:\n  - id: u\n    name: 5\n    kind: department\n", []string{"3:text.shape"}},
		{"p/units/u.yaml", "units:\n  - id: u\n    name: \"So\u031b\u0309 Y te\u0302\u0301\"\n    kind: department\n", []string{"3:text.nfc"}},
		// codes
		{"p/units/u.yaml", unitHead + "    code: H99.2\n", []string{"5:code.no_source"}},
		{"p/units/u.yaml", unitHead + "    area_code: \"30307\"\n", []string{"5:code.no_source"}},
		{"p/procedures/x.yaml", procHead + "    fee: none\n    same_day: true\n    code: \"1.001699\"\n", []string{"10:code.no_source"}},
		{"p/units/u.yaml", unitHead + "    code: 000.00.01.H99\n    source: s\n", []string{"5:value.shape"}},
		{"p/units/u.yaml", unitHead + "    area_code: \"3030\"\n    area_source: s\n", []string{"5:value.shape"}},
		{"p/procedures/x.yaml", procHead + "    fee: none\n    same_day: true\n    code: \"1.1699\"\n    source: s\n", []string{"10:value.shape"}},
		{"p/units/u.yaml", unitHead + "    code: H99\n    provisional_code: H99.1\n    source: s\n", []string{"6:unit.two_codes"}},
		// units
		{"p/units/u.yaml", unitHead + "    parent: nobody\n", []string{"2:unit.parent"}},
		{"p/units/u.yaml", unitHead + "    parent: u\n", []string{"2:unit.cycle"}},
		{"p/units/u.yaml", unitHead + "    predecessors: [{id: gone, kind: merge}]\n", []string{"2:unit.predecessor"}},
		{"p/units/u.yaml", unitHead + "    provisional_code: H99.1\n  - id: v\n    name: Khác\n    kind: department\n    provisional_code: H99.1\n", []string{"6:unit.code_taken"}},
		{"p/units/u.yaml", unitHead + "    valid_to: 2025-06-30\n  - id: v\n    name: Khác\n    kind: division\n    parent: u\n    valid_from: 2025-07-01\n", []string{"6:unit.parent_period"}},
		{"p/units/u.yaml", unitHead + "    provisional_code: H99.1\n    valid_to: 2025-07-01\n  - id: v\n    name: Khác\n    kind: department\n    provisional_code: H99.1\n    valid_from: 2025-07-01\n", []string{"7:unit.code_taken"}},
		{"p/units/u.yaml", unitHead + "    provisional_code: H99.1\n    valid_from: 2025-07-01\n  - id: v\n    name: Khác\n    kind: department\n    provisional_code: H99.1\n    valid_to: 2025-07-01\n", []string{"7:unit.code_taken"}},
		{"p/units/u.yaml", unitHead + "    short: \"\"\n    code: H99\n", []string{"5:value.empty", "6:code.no_source"}},
		// law
		{"p/legal/l.yaml", "legal:\n  - id: l\n    number: \"2\"\n    issuer: A\n    kind: law\n    title: Luật\n    mark: recalled\n    source: s\n", []string{"7:legal.recalled"}},
		{"p/legal/l.yaml", "legal:\n  - id: l\n    number: \"2\"\n    issuer: A\n    kind: law\n    title: Luật\n    mark: found\n", []string{"7:mark.no_source"}},
		{"p/legal/l.yaml", "legal:\n  - id: l\n    number: \"2\"\n    issuer: A\n    kind: law\n    title: Luật\n    mark: found\n    source: s\n    relations: [{kind: amends, to: none}]\n", []string{"2:legal.unknown"}},
		{"p/legal/l.yaml", "legal:\n  - id: l\n    number: \"2\"\n    issuer: A\n    kind: decree\n    title: Nghị định\n    mark: found\n    source: s\n    date: 2025-06-09\n    valid_from: 2025-06-01\n", []string{"10:legal.before_signing"}},
		// roles and accounts
		{"p/roles/r.yaml", "roles:\n  - {id: r, name: Vai trò, permissions: [moon.fly]}\n", []string{"2:role.permission"}},
		{"p/roles/r.yaml", "roles:\n  - {id: r, name: Vai trò, apart: [r, nobody, clerk]}\n", []string{"2:role.apart", "2:role.apart"}},
		{"p/accounts/a.yaml", "accounts:\n  - {id: a, name: A, role: king, password: p}\n", []string{"2:account.role"}},
		{"p/accounts/b.yaml", "accounts:\n  - {id: a, name: A, role: citizen, also: [queen], password: p}\n", []string{"2:account.role"}},
		{"p/accounts/a.yaml", "accounts:\n  - {id: a, name: A, role: clerk, password: p, unit: u}\n", []string{"2:account.unit"}},
		{"p/accounts/a.yaml", "accounts:\n  - {id: a, name: A, role: clerk, password: p}\n", []string{"2:account.place"}},
		{"p/accounts/a.yaml", "accounts:\n  - {id: a, name: A, role: citizen, password: p, person: {number: \"089058000001\", born: 1959-01-01, sex: male}}\n", []string{"2:account.number"}},
		// flows
		{"p/flows/f.yaml", "flows:\n  - id: f\n    title: Quy trình\n    version: 1\n    steps: []\n", []string{"2:flow.empty"}},
		{"p/flows/f.yaml", flowHead + s("a", "accept", ", next: b") + "      - {id: b, name: Bước, unit: received, hours: 1, action: deliver}\n", []string{"7:flow.no_performer"}},
		{"p/flows/f.yaml", flowHead + s("a", "accept", ", next: b") + "      - {id: b, name: Bước, post: clerk, unit: received, action: deliver}\n", []string{"7:flow.no_hours"}},
		{"p/flows/f.yaml", flowHead + strings.Replace(s("a", "deliver", ""), "post: clerk", "post: wizard", 1), []string{"6:flow.role"}},
		{"p/flows/f.yaml", flowHead + strings.Replace(s("a", "deliver", ""), "post: clerk", "post: citizen", 1), []string{"6:flow.citizen"}},
		{"p/flows/f.yaml", flowHead + s("a", "accept", ", next: z"), []string{"6:flow.unknown_step"}},
		{"p/flows/f.yaml", flowHead + s("a", "deliver", "") + s("b", "deliver", ""), []string{"7:flow.unreachable"}},
		{"p/flows/f.yaml", flowHead + s("a", "accept", ", next: b") + s("b", "sign", ", next: a"), []string{"6:flow.no_exit", "7:flow.no_exit"}},
		{"p/flows/f.yaml", flowHead + s("a", "accept", ", next: b") + s("b", "issue", ", next: c") + s("c", "deliver", ""), []string{"7:flow.drawing"}},
		{"p/flows/f.bpmn", "<a>", []string{"1:flow.drawing"}},
		{"p/flows/f.bpmn", drawing("inclusiveGateway"), []string{"6:flow.drawing"}},
		{"p/flows/f.bpmn", strings.Replace(drawing("exclusiveGateway"), "clerk", "wizard", 1), []string{"4:flow.drawing", "6:flow.drawing", "6:flow.drawing"}},
		{"p/flows/f.bpmn", strings.Replace(drawing(""), `id="d"`, `id="base"`, 1), []string{"1:flow.drawing_taken"}},
		{"p/forms/f.bpmn", drawing("exclusiveGateway"), []string{"1:file.unexpected"}},
		{"p/flows/f.yaml", flowHead + s("a", "accept", ""), []string{"6:flow.ends_early"}},
		// procedures
		{"p/procedures/x.yaml", procHead + "    fee: none\n", []string{"2:procedure.no_duration"}},
		{"p/procedures/x.yaml", procHead + "    fee: none\n    durations:\n      statutory: {days: 1, hours: 2}\n", []string{"10:duration.unit"}},
		{"p/procedures/x.yaml", procHead + "    fee: none\n    same_day: true\n    form: none\n", []string{"2:procedure.form"}},
		{"p/procedures/x.yaml", procHead + "    fee: none\n    same_day: true\n    flow: none\n", []string{"2:procedure.flow"}},
		{"p/procedures/x.yaml", procHead + "    fee: none\n    same_day: true\n    result_template: none\n", []string{"2:procedure.template"}},
		{"p/procedures/x.yaml", procHead + "    fee: none\n    same_day: true\n    authority_unit: none\n", []string{"2:procedure.unit"}},
		{"p/procedures/x.yaml", procHead + "    fee: none\n    same_day: true\n    legal_bases: [none]\n", []string{"2:legal.unknown"}},
		{"p/procedures/x.yaml", procHead + "    fee: {table: none, source: s}\n    same_day: true\n", []string{"2:procedure.fee_table"}},
		{"p/procedures/x.yaml", procHead + "    fee: {amount: 1, source: s, shares: [{to: moon, part: 1, source: s}]}\n    same_day: true\n", []string{"2:fee.share_to", "8:fee.share_to"}},
		{"p/procedures/x.yaml", procHead + "    fee: {amount: 1, source: s, shares: [{to: parent, part: 0, source: s}]}\n    same_day: true\n", []string{"8:fee.share_part"}},
		{"p/procedures/x.yaml", procHead + "    fee: {amount: 1, source: s, shares: [{to: parent, part: 6000, source: s}, {to: province, part: 4001, source: s}]}\n    same_day: true\n", []string{"8:fee.share_sum"}},
		{"p/procedures/x.yaml", procHead + "    fee: {amount: 1, source: s, shares: [{to: parent, part: 6000, valid_to: 2025-12-31, source: s}, {to: province, part: 4001, valid_from: 2026-01-01, legal: none, source: s}]}\n    same_day: true\n", []string{"2:legal.unknown"}},
		{"p/procedures/x.yaml", procHead + "    fee: {amount: 1, source: s, shares: [{to: \"unit:moon\", part: 1, source: s}]}\n    same_day: true\n", []string{"2:procedure.unit"}},
		{"p/decisions/x.yaml", "decisions:\n  - {id: d, title: D, legal: none}\n", []string{"2:legal.unknown"}},
		{"p/procedures/x.yaml", procHead + "    fee: none\n    same_day: true\n    legal_bases: [nd-0]\n    valid_from: 2025-07-01\n", []string{"2:procedure.law_period"}},
		{"p/procedures/x.yaml", procHead + "    fee: none\n    same_day: true\n    life_events: [moon]\n", []string{"2:procedure.life_event"}},
		{"p/procedures/x.yaml", strings.Replace(procHead, "MINISTRY:G01", "LOCAL", 1) + "    fee: none\n    same_day: true\n", []string{"2:procedure.incomplete"}},
		{"p/procedures/x.yaml", procHead + "    fee: none\n    same_day: true\n    papers:\n      - {id: a, name: Đơn}\n", []string{"11:paper.no_copies"}},
		{"p/procedures/x.yaml", procHead + "    fee: none\n    same_day: true\n    result_type: none\n    papers:\n      - {id: a, name: Đơn, copy: 1, type: none}\n", []string{"2:paper.type", "12:paper.type"}},
		{"p/paper-types.yaml", "paper_types:\n  - {id: a, name: A, valid: months}\n  - {id: b, name: B, valid: perpetual, months: 6, code: K1}\n", []string{"2:paper_type.months", "3:paper_type.code", "3:paper_type.months"}},
		{"p/procedures/x.yaml", procHead + "    fee: none\n    same_day: true\n    cases:\n      - {id: a}\n", []string{"11:field.required"}},
		{"p/procedures/x.yaml", procHead + "    fee: none\n    same_day: true\n    cases:\n      - {id: a, name: A}\n      - {id: a, name: B}\n", []string{"12:item.duplicate"}},
		{"p/procedures/x.yaml", procHead + "    fee: none\n    same_day: true\n    cases:\n      - {id: a, name: A, flow: none}\n", []string{"11:procedure.flow"}},
		{"p/procedures/x.yaml", procHead + "    fee: none\n    same_day: true\n    cases:\n      - {id: a, name: A, papers: [{id: p, name: Đơn}]}\n", []string{"11:paper.no_copies"}},
		{"p/procedures/x.yaml", procHead + "    fee: none\n    same_day: true\n    decision: {number: \"1/QĐ-UBND\", signed: 2026-11-02, effective: 2026-11-01}\n", []string{"10:period.reversed"}},
		{"p/procedures/x.yaml", procHead + "    fee: none\n    same_day: true\n    routes:\n      - {from: 2027-01-01, route: \"MINISTRY:G01\"}\n", []string{"11:field.required"}},
		{"p/procedures/x.yaml", procHead + "    fee: none\n    same_day: true\n    routes:\n      - {from: 2027-01-01, route: LOCAL}\n      - {from: 2026-01-01, route: LOCAL}\n", []string{"12:procedure.routes_order"}},
		// documents, registers, calendars
		{"p/templates/t.yaml", tmplHead + "    body: [\"{moon}\"]\n", []string{"2:template.placeholder"}},
		{"p/templates/t.yaml", tmplHead + "    body: [\"{owner\"]\n", []string{"2:template.braces"}},
		{"p/forms/f.yaml", formHead + "          - {key: k, type: radios, label: Nhãn}\n", []string{"9:field.options"}},
		{"p/forms/f.yaml", formHead + "          - {key: k, type: text, label: Nhãn, prefill: owner.shoes}\n", []string{"9:value.choice"}},
		{"p/calendar/c.yaml", "calendars:\n  - id: c\n    title: Lịch\n    hours:\n      - {days: [mon], from: \"07:00\", to: \"11:00\"}\n      - {days: [mon], from: \"10:00\", to: \"12:00\"}\n", []string{"6:calendar.overlap"}},
		{"p/calendar/c.yaml", "calendars:\n  - id: c\n    title: Lịch\n    hours: [{days: [mon], from: \"07:00\", to: \"11:00\"}]\n  - id: d\n    title: Lịch\n    hours: [{days: [mon], from: \"07:00\", to: \"11:00\"}]\n", []string{"5:calendar.two"}},
		{"p/calendar/c.yaml", "calendars:\n  - id: c\n    title: Lịch\n    units: [nowhere]\n", []string{"2:calendar.unit"}},
		{"p/watch.yaml", "watch:\n  - {id: a, kind: night, name: Đêm, threshold: 0, minutes: 0}\n", []string{"2:watch.minutes", "2:watch.never", "2:watch.night"}},
		{"p/sign-in.yaml", "sign_in:\n  - {id: a, name: N, roles: [king], required_from: 2027-01-01, warn_days: 3, password: {min: 4, passes: 1}}\n", []string{"2:sign_in.cost", "2:sign_in.password", "2:sign_in.required_from", "2:sign_in.role", "2:sign_in.source", "2:sign_in.warn_days"}},
		{"p/phrases/a.yaml", "phrases:\n  - {id: a, kind: refusal, procedure: none, status: unverified, source: s, words: " + strings.Repeat("x", 501) + "}\n", []string{"2:phrase.long", "2:phrase.procedure"}},
		{"p/synonyms.yaml", "synonyms:\n  - {id: a, same: [x]}\n", []string{"2:synonym.shape", "2:synonym.source"}},
		// notices
		{"p/notices/n.yaml", noticeHead + "    title: \"{moon}\"\n    app: A\n", []string{"7:notice.variable"}},
		{"p/notices/n.yaml", noticeHead + "    title: \"{code\"\n    app: A\n", []string{"7:notice.braces"}},
		{"p/notices/n.yaml", noticeHead + "    title: \"{owner}\"\n    app: A\n", []string{"7:notice.personal"}},
		{"p/notices/n.yaml", noticeHead + "    title: T\n    app: \"{owner}\"\n    sms: \"Gửi {owner}\"\n    channels: [sms]\n", []string{"9:notice.personal"}},
		{"p/notices/n.yaml", noticeHead + "    title: T\n    app: A\n    zns: [owner]\n    channels: [zns]\n", []string{"9:notice.personal"}},
		{"p/notices/n.yaml", noticeHead + "    title: T\n    app: A\n    mail: \"{owner}\"\n    channels: [mail]\n", []string{"9:notice.neutral"}},
		{"p/notices/n.yaml", noticeHead + "    title: T\n    app: A\n    mail: \"{owner}\"\n    neutral: \"{owner}\"\n    channels: [mail]\n", []string{"10:notice.personal"}},
		{"p/notices/n.yaml", noticeHead + "    title: T\n    app: A\n    sms: \"" + strings.Repeat("ố", 151) + "{code}\"\n    channels: [sms]\n", []string{"9:notice.long"}},
		{"p/notices/n.yaml", noticeHead + "    title: T\n    app: A\n    channels: [sms]\n", []string{"9:notice.channel"}},
		{"p/notices/n.yaml", noticeHead + "    title: T\n    app: A\n    must: true\n", []string{"2:notice.must"}},
		{"p/notices/n.yaml", strings.Replace(noticeHead, "max: 10", "max: 2", 1) + "    title: T\n    app: A\n", []string{"4:notice.sample"}},
		{"p/notices/n.yaml", "quiet_hours:\n  - {id: a, from: \"21:00\", to: \"21:00\", source: s}\n  - {id: b, from: \"21:00\", to: \"06:30\"}\n", []string{"2:notice.quiet", "3:mark.no_source", "3:notice.quiet_twice"}},
		{"p/report-layouts.yaml", "report_layouts:\n  - {id: a, version: 1, code: C, title: T, head: H, rows: field, columns: [{id: x, title: X, formula: nothing + 1}]}\n", []string{"2:mark.no_source", "2:report.formula"}},
		{"p/retention.yaml", "retention:\n  - {id: a, what: draft, name: N, from: last_change, action: forget, after: {days: 0}}\n", []string{"2:retention.after", "2:retention.basis"}},
		{"p/retention.yaml", "retention:\n  - {id: a, what: draft, name: N, from: closed, action: keep, after: {days: 1}, basis: none}\n", []string{"2:legal.unknown", "2:retention.keep", "2:retention.way"}},
		{"p/retention.yaml", "retention:\n  - {id: a, what: result, name: N, from: issued, action: keep, status: unverified, source: s}\n  - {id: b, what: result, name: N, from: issued, action: keep, status: unverified, source: s}\n", []string{"3:retention.twice"}},
		{"p/purposes.yaml", "purposes:\n  - {id: a, name: N, text: T, ground: law, subjects: S, recipients: R, kept: K}\n", []string{"2:purpose.basis", "2:purpose.data", "2:purpose.holders"}},
		{"p/scores/s.yaml", scoreHead + "[{id: c, name: C, points: 0, missing: M}]}, {id: h, name: H, criteria: [{id: c, name: C, points: 101, count: [late], missing: M}]}]}\n", []string{"2:legal.unknown", "2:score.counted", "2:score.most", "2:score.points", "2:score.twice"}},
		{"p/purposes.yaml", purpHead + ", ground: law, consent: {version: 1, text: T}, basis: [none], retention: none}\n", []string{"2:legal.unknown", "2:purpose.consent", "2:purpose.retention"}},
		{"p/purposes.yaml", purpHead + ", ground: consent}\n", []string{"2:purpose.consent"}},
		{"p/purposes.yaml", purpHead + ", ground: consent, consent: {version: 0, text: T}}\n", []string{"2:purpose.consent"}},
		{"p/privacy-terms.yaml", "privacy_terms:\n  - {id: a, what: see, name: N, within: {hours: 1, days: 2}, extend: {days: 400}, basis: none}\n", []string{"2:legal.unknown", "2:privacy.term"}},
		{"p/privacy-terms.yaml", "privacy_terms:\n  - {id: a, what: see, name: N, within: {days: 1}, basis: nd-0}\n  - {id: b, what: see, name: N, within: {days: 1}, basis: nd-0}\n", []string{"3:privacy.twice"}},
		{"p/calendar/c.yaml", "calendars:\n  - id: c\n    title: Lịch\n    hours: [{days: [mon], from: \"07:00\", to: \"11:00\"}]\n    layouts:\n      - {id: t, rule: tet, year: 2026, before: 1, basis: b}\n", []string{"6:calendar.rule"}},
		{"p/trust/a.yaml", "authorities:\n  - {id: a, name: A, uses: [agency], lists: none, certificate: x}\n", []string{"2:authority.source"}},
		{"p/trust/a.yaml", "authorities:\n  - {id: a, name: A, uses: [agency], lists: none, certificate: x, source: s}\n", []string{"2:authority.certificate"}},
		{"p/bundles/b.yaml", "bundles:\n  - {id: b, name: N, procedure: none, basis: none, waiting: W, done: D, legs: [{id: l, name: L, waiting: W, done: D, partner: p, service: s, fields: [{name: A, label: A, from: form.a}]}]}\n", []string{"2:bundle.procedure", "2:legal.unknown"}},
		{"p/lookups/l.yaml", "lookups:\n  - {id: l, name: N, partner: p, service: s, purpose: none, basis: none, keep_hours: 0, fields: [{id: f, name: F, label: F}], uses: [{id: u, procedure: none, about: A, asks: [{name: N, from: form.a}], shows: [{field: f}]}]}\n", []string{"2:legal.unknown", "2:lookup.procedure", "2:lookup.purpose"}},
		// the pack itself
		{"p/pack.yaml", "name: q\ntitle: Gói\nkind: province\n", []string{"1:pack.name"}},
		{"p/pack.yaml", "name: p\ntitle: Gói\nkind: province\nuses: [none]\n", []string{"1:pack.missing"}},
		{"p/pack.yaml", "name: p\ntitle: Gói\nkind: province\nuses: [p]\n", []string{"1:pack.cycle"}},
	}
}

// drawing is a process with an element on line 6.
func drawing(element string) string {
	other := ""
	if element != "" {
		other = "<" + element + ` id="x" name="Rẽ nhánh"/>`
	}
	return `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:t="https://tinhso.vn/bpmn/1">
<process id="d" isExecutable="true">
<startEvent id="s"/>
<userTask id="u" name="Tiếp nhận" t:post="clerk" t:due="PT4H"/>
<endEvent id="e"/>
` + other + `
<sequenceFlow id="f1" sourceRef="s" targetRef="u"/>
<sequenceFlow id="f2" sourceRef="u" targetRef="e"/>
</process></definitions>`
}

func (c lintCase) wants() []string {
	out := make([]string, len(c.want))
	for i, w := range c.want {
		out[i] = c.file + ":" + w
	}
	return out
}

func TestEachMistakeIsFoundWhereItStands(t *testing.T) {
	t.Parallel()
	if got := packs.Lint(small(nil), "p"); len(got) > 0 {
		t.Fatalf("the small pack itself: %v", packs.Problems(got))
	}
	for _, c := range lintCases() {
		t.Run(c.want[0], func(t *testing.T) {
			t.Parallel()
			got := packs.Lint(small(map[string]string{c.file: c.content}), "p")
			want := c.wants()
			if !slices.Equal(said(got), want) {
				t.Errorf("got  %v\nwant %v\n%s", said(got), want, c.content[:min(len(c.content), 600)])
			}
			for _, p := range got {
				if p.Message.VI == "" || p.Message.EN == "" || strings.Contains(p.Message.VI+p.Message.EN, "%s") {
					t.Errorf("message %+v", p.Message)
				}
			}
		})
	}
}

// TestWhatIsRightIsNotRefused guards the edges of the rules.
func TestWhatIsRightIsNotRefused(t *testing.T) {
	t.Parallel()
	s := func(id, action, more string) string { return fmt.Sprintf(step, id, action, more) }
	back := flowHead + s("a", "accept", ", next: b") + s("b", "sign", ", next: c, back: d") + s("c", "deliver", "") + s("d", "draft", ", next: b")
	for name, files := range map[string]map[string]string{
		"one code, one after the other": {"p/units/u.yaml": unitHead + "    provisional_code: H99.1\n    valid_to: 2025-06-30\n" +
			"  - id: v\n    name: Khác\n    kind: department\n    provisional_code: H99.1\n    valid_from: 2025-07-01\n"},
		"one code, one before the other": {"p/units/u.yaml": unitHead + "    provisional_code: H99.1\n    valid_from: 2025-07-01\n" +
			"  - id: v\n    name: Khác\n    kind: department\n    provisional_code: H99.1\n    valid_to: 2025-06-30\n"},
		"a step reached by going back": {"p/flows/f.yaml": back},
		"born in this century": {"p/accounts/a.yaml": "accounts:\n  - {id: a, name: A, role: citizen, password: p, " +
			"person: {number: \"089301000001\", born: 2001-01-01, sex: female}}\n"},
		"as long as the law gives": timed(8),
	} {
		if got := packs.Lint(small(files), "p"); len(got) > 0 {
			t.Errorf("%s: %v", name, packs.Problems(got))
		}
	}
	if got := said(packs.Lint(small(timed(9)), "p")); !slices.Equal(got, []string{"p/procedures/x.yaml:2:flow.too_long"}) {
		t.Errorf("nine hours in a day: %v", got)
	}
}

// timed is a procedure of one working day with a flow of some hours.
func timed(hours int) map[string]string {
	second := strings.Replace(fmt.Sprintf(step, "b", "deliver", ""), "hours: 1", fmt.Sprintf("hours: %d", hours-1), 1)
	return map[string]string{
		"p/flows/f.yaml":      flowHead + fmt.Sprintf(step, "a", "accept", ", next: b") + second,
		"p/procedures/x.yaml": procHead + "    fee: none\n    flow: f\n    durations: {statutory: {days: 1, count: working}}\n",
	}
}

// broken is one pack that makes the mistakes which need more than one file.
func broken() fs.FS {
	national := "name: national\ntitle: Chung\nkind: national\nuses: [p]\n"
	return small(map[string]string{
		"national/pack.yaml":       national,
		"national/accounts/a.yaml": "accounts:\n  - {id: a, name: A, role: citizen, password: p}\n",
		"p/abolished-papers.yaml":  "abolished_papers:\n  - {id: s, names: [sổ hộ khẩu], basis: nd-1, replaced_by: Tra cứu dân cư}\n",
		"p/flows/f.yaml":           flowHead + fmt.Sprintf(step, "a", "deliver", ""),
		"p/forms/a.yaml":           formHead + "          - {key: k, type: text, label: Nhãn}\n",
		"p/bundles/b.yaml": "bundles:\n  - {id: b, name: N, procedure: x, basis: none, waiting: W, done: D, legs: [" +
			"{id: l, name: L, waiting: W, done: D, partner: p, service: s, when: {field: none, is: [a]}, fields: [{name: A, label: A, from: form.k}, {name: A, label: A, from: form.k}, {name: B, label: B, from: later.k}]}, " +
			"{id: form, name: L, waiting: W, done: D, partner: p, service: s, needs: [later], fields: [{name: A, label: A, from: dossier.code}]}]}\n",
		"p/lookups/l.yaml": "lookups:\n  - {id: l, name: N, partner: p, service: s, purpose: none, basis: none, keep_hours: 999, fields: [{id: f, name: F, label: F}], uses: [" +
			"{id: u, procedure: x, about: A, asks: [{name: N, from: form.none}], shows: [{field: none}]}, {id: v, procedure: x, about: A, asks: [{name: N, from: owner.number}], shows: [{field: f, form: k}]}]}\n",
		"p/procedures/x.yaml": procHead + "    fee: none\n    durations: {statutory: {hours: 0}}\n    form: a\n    flow: f\n" +
			"    papers:\n      - {id: s, name: Bản sao Sổ  hộ khẩu, copy: 1}\n" +
			strings.ReplaceAll(strings.TrimPrefix(procHead, "procedures:\n"), "id: x", "id: y") + "    fee: none\n    same_day: true\n    form: a\n    flow: f\n",
	})
}

func TestOneBadPackYieldsAllItsMistakes(t *testing.T) {
	t.Parallel()
	want := []string{
		"national/accounts/a.yaml:2:account.pack",
		"national/pack.yaml:1:pack.uses_above",
		"p/bundles/b.yaml:2:bundle.field_twice",
		"p/bundles/b.yaml:2:bundle.from",
		"p/bundles/b.yaml:2:bundle.leg_name",
		"p/bundles/b.yaml:2:bundle.needs",
		"p/bundles/b.yaml:2:bundle.when",
		"p/bundles/b.yaml:2:legal.unknown",
		"p/lookups/l.yaml:2:legal.unknown",
		"p/lookups/l.yaml:2:lookup.field",
		"p/lookups/l.yaml:2:lookup.form",
		"p/lookups/l.yaml:2:lookup.keep",
		"p/lookups/l.yaml:2:lookup.purpose",
		"p/procedures/x.yaml:2:flow.too_long",
		"p/procedures/x.yaml:13:paper.abolished",
		"p/procedures/x.yaml:14:procedure.same",
	}
	if got := said(packs.Lint(broken(), "national")); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	nowhere := timed(8)
	nowhere["p/flows/f.yaml"] = strings.Replace(nowhere["p/flows/f.yaml"], "unit: received", "unit: district", 1)
	if got := said(packs.Lint(small(nowhere), "p")); !slices.Equal(got, []string{"p/flows/f.yaml:6:flow.no_place"}) {
		t.Errorf("a step in a district: %v", got)
	}
	_, err := packs.Load(broken(), "national")
	if err == nil || strings.Count(err.Error(), "\n") != len(want)-1 {
		t.Errorf("Load: %v", err)
	}
}

// TestEveryCodeHasACase keeps the table of codes and the cases together.
func TestEveryCodeHasACase(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{"file.unreadable": true, "flow.no_place": true, "procedure.unusable": true, "legal.none": true, "item.moved": true}
	// the first needs a broken disk; then: TestOneBadPackYieldsAllItsMistakes; internal/app; TestFormsAndFlowsRestOnLaw; modules/authoring
	for _, c := range lintCases() {
		for _, w := range c.want {
			_, code, _ := strings.Cut(w, ":")
			seen[code] = true
		}
	}
	for _, c := range drawnCases() {
		for _, p := range c.sketch.lint() {
			seen[p.Code] = true
		}
	}
	for _, p := range packs.Lint(broken(), "national") {
		seen[p.Code] = true
	}
	codes := packs.Codes()
	for i, c := range codes {
		if !seen[c.Code] {
			t.Errorf("no case makes %s", c.Code)
		}
		if i > 0 && codes[i-1].Code >= c.Code {
			t.Errorf("%s is out of order", c.Code)
		}
		delete(seen, c.Code)
	}
	for code := range seen {
		t.Errorf("%s is not in the table", code)
	}
}
