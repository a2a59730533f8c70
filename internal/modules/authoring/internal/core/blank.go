// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"errors"
	"unicode"

	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/platform/yaml"
)

// blankText is what a procedure from nothing begins with: a form that asks who
// applies and for what, the six steps of most offices, and a plain result. What
// only the decision can say (time, fee, bases) is left open.
const blankText = `
procedures:
  levels: [commune]
  authority: [commune, ward]
  audience: [individual]
  route: LOCAL
  online: full
  fee: unverified
  papers:
    - {id: don, name: "", original: 1, required: true}
forms:
  version: 1
  steps:
    - id: nguoi-de-nghi
      title: {vi: "Người đề nghị", en: "Who applies"}
      fields:
        - {key: applicant_name, type: text, label: {vi: "Họ và tên", en: "Full name"}, required: true, max: 100, width: 30, personal: identity, prefill: owner.name}
        - {key: applicant_number, type: person_number, label: {vi: "Số định danh cá nhân", en: "Personal number"}, hint: {vi: "Gồm 12 chữ số trên thẻ căn cước", en: "The 12 digits on the identity card"}, required: true, width: 12, personal: identity, prefill: owner.number}
    - id: noi-dung
      title: {vi: "Nội dung đề nghị", en: "What is asked for"}
      fields:
        - {key: request, type: textarea, label: {vi: "Nội dung đề nghị", en: "What is asked for"}, required: true, max: 2000}
flows:
  version: 1
  steps:
    - {id: tiep-nhan, name: {vi: "Tiếp nhận, kiểm tra hồ sơ", en: "Receive and check the dossier"}, post: clerk, unit: received, hours: 4, product: {vi: "Giấy tiếp nhận hồ sơ và hẹn trả kết quả", en: "Receipt with the due date"}, action: accept, next: tham-dinh}
    - {id: tham-dinh, name: {vi: "Thẩm định hồ sơ", en: "Appraise the dossier"}, post: officer, unit: authority, hours: 8, product: {vi: "Phiếu thẩm định", en: "Appraisal sheet"}, action: appraise, next: du-thao}
    - {id: du-thao, name: {vi: "Dự thảo kết quả", en: "Draft the result"}, post: officer, unit: authority, hours: 4, product: {vi: "Dự thảo kết quả", en: "Draft"}, action: draft, next: ky}
    - {id: ky, name: {vi: "Ký kết quả", en: "Sign the result"}, post: leader, unit: authority, hours: 4, product: {vi: "Kết quả đã ký", en: "Signed result"}, action: sign, next: ban-hanh, back: du-thao}
    - {id: ban-hanh, name: {vi: "Cấp số, đóng dấu, chuyển Bộ phận Một cửa", en: "Number, seal and hand over"}, post: records, unit: authority, hours: 2, product: {vi: "Kết quả đã ban hành", en: "Issued result"}, action: issue, next: tra-ket-qua}
    - {id: tra-ket-qua, name: {vi: "Trả kết quả", en: "Deliver the result"}, post: clerk, unit: received, hours: 2, product: {vi: "Sổ theo dõi có xác nhận", en: "Register with acknowledgement"}, action: deliver}
templates:
  version: 1
  agency_lines: ["{parent_agency_upper}", "{agency_upper}"]
  number_suffix: "GXN-{agency_short}"
  place: "{place}"
  heading: "GIẤY XÁC NHẬN"
  subject: ""
  fields:
    - {key: content, label: {vi: "Nội dung xác nhận", en: "What is confirmed"}, type: textarea, required: true}
  body: ["{agency} xác nhận:", "Ông/Bà {form.applicant_name}, số định danh cá nhân {form.applicant_number}.", "{content}"]
  signer_lines: ["{signer_form}", "{signer_title}"]
  recipients: ["Người đề nghị", "Lưu: VT"]
`

// statement marks what nobody has confirmed yet.
const statement = "Soạn trên trình duyệt; cần đối chiếu với quyết định công bố thủ tục"

// blank returns the items of a procedure from nothing.
func blank(b Blueprint) (map[authoring.List]Doc, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(blankText), &doc); err != nil {
		return nil, err
	}
	if len(doc.Content) != 1 {
		return nil, errors.New("the blank procedure is empty")
	}
	all, items := Doc{doc.Content[0]}, make(map[authoring.List]Doc)
	for _, list := range []authoring.List{authoring.Procedures, authoring.Forms, authoring.Flows, authoring.Templates} {
		item := NewDoc()
		item.SetStr("id", b.ID)
		item.SetStr("status", "unverified")
		item.SetStr("source", statement)
		if list == authoring.Procedures {
			item.SetStr("name", b.Name)
		} else {
			item.SetStr("title", b.Name)
		}
		item.node.Content = append(item.node.Content, all.Sub(string(list)).node.Content...)
		items[list] = item
	}
	p := items[authoring.Procedures]
	for list, field := range parts() {
		if list == authoring.Templates {
			items[list].SetStr("subject", b.Name)
		}
		p.SetStr(field, b.ID)
	}
	for _, paper := range p.Subs("papers") {
		paper.SetStr("name", "Đơn đề nghị "+lowerFirst(b.Name))
		paper.SetStr("form", b.ID)
	}
	return items, nil
}

func lowerFirst(s string) string {
	r := []rune(s)
	if len(r) > 0 {
		r[0] = unicode.ToLower(r[0])
	}
	return string(r)
}
