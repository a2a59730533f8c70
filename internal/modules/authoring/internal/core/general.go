// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/authoring"
)

// What a procedure gets that has nothing of its own.
const (
	generalForm     = "don-de-nghi-chung"
	generalTemplate = "ket-qua-chung"
	generalFlow     = "quy-trinh-chung-"
)

//go:embed general/form.yaml
var generalFormText []byte

//go:embed general/template.yaml
var generalTemplateText []byte

// kindOf says of which kind the general flow of a procedure is: done by a
// commune, or by a department of the province.
func kindOf(levels []string) string {
	if slices.Contains(levels, "commune") {
		return "xa"
	}
	return "so"
}

// maxGeneral bounds the hours of a general flow: what takes longer has time to spare.
const maxGeneral = 60 * 8

// leastGeneral is the fewest hours of a general flow: one for each step but appraising.
const leastGeneral = 5

// flowFor names the general flow of a kind that fits into so many working hours;
// zero: it ends the same day.
func flowFor(kind string, hours int) string {
	switch hours = min(hours, maxGeneral); {
	case hours < leastGeneral:
		return generalFlow + kind + "-trong-ngay"
	case hours < 8:
		return generalFlow + kind + "-" + strconv.Itoa(hours) + "-gio"
	}
	return generalFlow + kind + "-" + strconv.Itoa(hours/8) + "-ngay"
}

// general makes an item that every catalogue may share; false where an id is none.
func general(list authoring.List, id string) ([]byte, bool) {
	switch {
	case list == authoring.Forms && id == generalForm:
		return generalFormText, true
	case list == authoring.Templates && id == generalTemplate:
		return generalTemplateText, true
	case list == authoring.Flows && strings.HasPrefix(id, generalFlow):
		return flowText(id)
	}
	return nil, false
}

// flowText writes a general flow: received, appraised, drafted, signed, issued,
// handed over. Its hours are those that its id names, most of them for appraising.
func flowText(id string) ([]byte, bool) {
	parts := strings.Split(strings.TrimPrefix(id, generalFlow), "-")
	if len(parts) < 3 {
		return nil, false
	}
	hours, where := 0, packs.Text{VI: "cấp xã", EN: "commune"}
	if parts[0] == "so" {
		where = packs.Text{VI: "cấp tỉnh", EN: "province"}
	}
	n, err := strconv.Atoi(parts[1])
	said := packs.Text{VI: parts[1] + " ngày làm việc", EN: parts[1] + " working days"}
	switch {
	case err != nil:
		hours, said = 6, packs.Text{VI: "trong ngày", EN: "the same day"}
	case parts[2] == "gio":
		hours, said = n, packs.Text{VI: parts[1] + " giờ làm việc", EN: parts[1] + " working hours"}
	default:
		hours = n * 8
	}
	// A share of the hours for each step but appraising, which has the rest.
	share := func(part, most int) int { return min(max(hours/part, 1), most) }
	accept, draft, sign, issue, deliver := share(16, 4), share(6, 16), share(8, 8), share(16, 4), share(16, 4)
	appraise, first := hours-accept-draft-sign-issue-deliver, ", next: tham-dinh"
	if appraise <= 0 {
		first = ", next: du-thao" // what is done in some hours is appraised where it is drafted
	}
	var b strings.Builder
	_, _ = fmt.Fprintf(&b, "id: %s\ntitle: {vi: %q, en: %q}\nversion: 1\nbasis: {vi: %q, en: %q}\nstatus: unverified\nsource: %q\nsteps:\n", id,
		"Quy trình chung "+where.VI+", "+said.VI, "General process of a "+where.EN+", "+said.EN,
		"Quy trình chung của phần mềm, chờ quy trình nội bộ do tỉnh ban hành", "A general process, to be replaced by the one that the province issues",
		"Quy trình chung, dùng khi thủ tục chưa có quy trình nội bộ riêng")
	step := func(id, vi, en, post, unit string, hours int, action, more string) {
		_, _ = fmt.Fprintf(&b, "  - {id: %s, name: {vi: %q, en: %q}, post: %s, unit: %s, hours: %d, action: %s%s}\n", id, vi, en, post, unit, hours, action, more)
	}
	step("tiep-nhan", "Tiếp nhận, kiểm tra hồ sơ", "Receive and check", "clerk", "received", accept, "accept", first)
	if appraise > 0 {
		step("tham-dinh", "Thẩm định hồ sơ", "Appraise", "officer", "authority", appraise, "appraise", ", next: du-thao")
	}
	step("du-thao", "Dự thảo kết quả", "Draft the result", "officer", "authority", draft, "draft", ", next: ky")
	step("ky", "Ký kết quả", "Sign the result", "leader", "authority", sign, "sign", ", next: ban-hanh, back: du-thao")
	step("ban-hanh", "Cấp số, đóng dấu", "Number and seal", "records", "authority", issue, "issue", ", next: tra-ket-qua")
	step("tra-ket-qua", "Trả kết quả", "Hand over", "clerk", "received", deliver, "deliver", "")
	return []byte(b.String()), true
}
