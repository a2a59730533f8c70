// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package year

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/modules/procedures/proceduresmod"
)

// file lets somebody send a dossier: at the counter through the clerk, with papers
// on the table, or from home with pictures of them.
func (w *World) file(ctx context.Context, s *Scene, p *plan, chance *dice) (next time.Time, err error) {
	chosen := FirstCase(p.v)
	answers := fillIn(w.forms[p.v.ID], p.v.Form, p.who, p.home.unit.ID)
	var filed struct {
		ID string `json:"id"`
	}
	s.Next = triage
	if p.online {
		if err := w.fileFromHome(ctx, p, answers, &filed.ID, chance); err != nil {
			return next, err
		}
		s.ID = filed.ID
		return w.after(chance.between(5, 200))
	}
	handed := map[string]any{}
	for _, paper := range p.v.For(chosen, "").Papers {
		if paper.Required {
			handed[paper.ID] = map[string]int{"original": max(1, paper.Original), "copy": paper.Copy}
		}
	}
	owner := map[string]string{
		"kind": "individual", "name": p.who.Name, "number": p.who.Number, "phone": p.who.Phone, "address": address(chance, p),
	}
	if !slices.Contains(p.v.Audience, "individual") {
		owner["kind"], owner["name"], owner["number"] = "organisation", company(chance), taxCode(chance)
	}
	err = w.call(ctx, w.who(p.received, "clerk", p), http.MethodPost, "/api/v1/dossiers", map[string]any{
		"procedure": p.v.ID, "case": chosen, "unit": p.received.unit.ID, "answers": answers, "handed": handed,
		"parties": map[string]any{"basis": "self", "owner": owner},
	}, &filed)
	s.ID = filed.ID
	if err != nil {
		return next, err
	}
	return w.after(chance.between(2, 12)) // while people wait
}

// FirstCase is the id of the case that a made-up dossier is: the usual one stands
// first. Empty where the procedure has none.
func FirstCase(v proceduresmod.Version) string {
	if len(v.Cases) == 0 {
		return ""
	}
	return v.Cases[0].ID
}

func (w *World) fileFromHome(ctx context.Context, p *plan, answers forms.Answers, filed *string, chance *dice) error {
	var draft struct {
		ID string `json:"id"`
	}
	if err := w.call(ctx, p.citizen, http.MethodPost, "/api/v1/drafts", map[string]any{"procedure": p.v.ID, "case": FirstCase(p.v), "unit": p.received.unit.ID}, &draft); err != nil {
		return err
	}
	for _, paper := range p.v.For(FirstCase(p.v), "").Papers {
		if !paper.Required || paper.ByForm {
			continue
		}
		path := "/api/v1/drafts/" + draft.ID + "/papers/" + paper.ID + "?name=" + url.QueryEscape(fileName(chance))
		if err := w.ask(ctx, p.citizen, false, http.MethodPost, path, "application/octet-stream", w.picture(chance), nil); err != nil {
			return err
		}
	}
	var done struct {
		ID string `json:"id"`
	}
	err := w.call(ctx, p.citizen, http.MethodPost, "/api/v1/dossiers", map[string]any{
		"draft": draft.ID, "answers": answers,
		"parties": map[string]any{"basis": "self", "owner": map[string]string{"name": p.who.Name, "phone": p.who.Phone, "address": address(chance, p)}},
	}, &done)
	*filed = done.ID
	return err
}

// address is where somebody lives who does not exist.
func address(d *dice, p *plan) string {
	part := pick(d, []string{"khóm", "ấp"})
	return fmt.Sprintf("Số %d, đường Giả Định, %s Thử Nghiệm %d, %s", 1+d.under(400), part, 1+d.under(9), p.home.unit.Name.VI)
}

// company is the name of an organisation that does not exist.
func company(d *dice) string {
	return pick(d, []string{"Công ty TNHH", "Công ty Cổ phần", "Hợp tác xã", "Doanh nghiệp tư nhân"}) + " " +
		pick(d, []string{"Phù Sa", "Cá Ba Sa", "Đồng Lúa", "Thốt Nốt", "Bông Súng", "Lá Sen", "Sông Nước", "Vàm Kênh", "Mùa Nổi", "Cánh Đồng"}) + " " +
		pick(d, []string{"Xanh", "Vàng", "Một", "Hai", "Ba", "Mới", "Miền Tây"}) + " (giả định)"
}

// taxCode returns a code of ten figures that checks, of the block 99 which nobody has.
func taxCode(d *dice) string {
	for {
		code := fmt.Sprintf("99%07d", d.under(10_000_000))
		sum := 0
		for i, weight := range []int{31, 29, 23, 19, 17, 13, 7, 5, 3} {
			sum += weight * int(code[i]-'0')
		}
		if check := 10 - sum%11; check < 10 {
			return code + fmt.Sprint(check)
		}
	}
}

func fileName(d *dice) string {
	return pick(d, []string{"anh-chup.jpg", "giay-to.jpg", "ban-chup-mat-truoc.jpg", "to-khai.jpg", "tai-lieu-kem-theo.jpg"})
}
