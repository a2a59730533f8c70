// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package year

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/calendar"
)

// Who keeps money in an office.
const (
	cashier    = "cashier"
	accountant = "accountant"
)

// moneyOrder is what somebody is to pay, as the API says it.
type moneyOrder struct {
	ID      string    `json:"id"`
	Code    string    `json:"code"`
	Dossier string    `json:"dossier_code"`
	Amount  int64     `json:"amount"`
	At      time.Time `json:"made_at"`
}

// money: people pay at the counter or by transfer; the day is closed and confirmed, and the
// bank's statement is read on Fridays.
func (w *World) money(day calendar.Date, before int, add adder) {
	for _, o := range w.offices {
		if day.Weekday() == time.Friday {
			add(15*60+20, "statement of "+o.unit.ID, func(ctx context.Context, w *World, _ *dice) error { return w.readStatement(ctx, o, day) })
		}
		add(16*60+10, "cash of "+o.unit.ID, func(ctx context.Context, w *World, chance *dice) error {
			took, err := w.takeCash(ctx, o, day)
			if err != nil || !took || before == 0 { // the drawer of the last day is open
				return err
			}
			if err := w.closeDay(ctx, o, chance); err != nil || before == 1 && o.share >= visited { // and one waits to be confirmed
				return err
			}
			return w.confirmDays(ctx, o)
		})
	}
}

// keeper is who keeps money in an office, as a cashier or an accountant: of the pack, or
// of the year.
func (w *World) keeper(o *office, role string) string {
	if of := w.cast.in[o.unit.ID][role]; len(of) > 0 {
		return of[0]
	}
	return staffLogin(o, role, 0)
}

// payee states once to which account money goes. Nobody has it.
func (w *World) payee(ctx context.Context, o *office) error {
	me := w.keeper(o, accountant)
	var now struct {
		Version int `json:"version"`
	}
	const path = "/api/v1/payments/payee"
	if err := w.call(ctx, me, http.MethodGet, path, nil, &now); err != nil || now.Version > 0 {
		return err
	}
	return w.call(ctx, me, http.MethodPost, path, map[string]any{
		"version": 0, "bank": "970405", "account": "9999000000001", "holder": "UBND " + strings.ToUpper(o.unit.Name.VI) + " (GIA DINH)",
		"form": "01BLP0-001", "series": "AG-26E", "source": "Quyết định giả định số 01/QĐ-UBND về tài khoản thu và mẫu biên lai",
	}, nil)
}

// unpaid returns the orders of an office that nobody has paid, by the codes of their
// dossiers: at most those of one page.
func (w *World) unpaid(ctx context.Context, login string) (all []moneyOrder, err error) {
	var page struct {
		Items []moneyOrder `json:"items"`
	}
	err = w.call(ctx, login, http.MethodGet, "/api/v1/payments/orders?state=waiting", nil, &page)
	slices.SortFunc(page.Items, func(a, b moneyOrder) int { return cmp.Compare(a.Dossier, b.Dossier) })
	return page.Items, err
}

// way is how an order is going to be paid.
func (w *World) way(o moneyOrder) string {
	switch at := throw(w.Options.Seed, "pays", o.Dossier).part(); {
	case at < 0.6:
		return "cash"
	case at < 0.88:
		return "transfer"
	}
	return "later" // by nobody yet
}

// takeCash takes the money of those who come today; false: nobody does.
func (w *World) takeCash(ctx context.Context, o *office, day calendar.Date) (took bool, err error) {
	me := w.keeper(o, cashier)
	all, err := w.unpaid(ctx, me)
	if err != nil || len(all) == 0 {
		return false, err
	}
	if err := w.payee(ctx, o); err != nil {
		return false, err
	}
	for _, due := range all {
		slow := throw(w.Options.Seed, "comes", due.Dossier, day.String()).chance(0.3) // on another day
		if w.way(due) != "cash" || slow {
			continue
		}
		if err := w.call(ctx, me, http.MethodPost, "/api/v1/payments/orders/"+due.ID+"/take", map[string]int64{"amount": due.Amount}, nil); err != nil {
			return took, err
		}
		took = true
	}
	return took, nil
}

// closeDay counts what is in the drawer; now and again it is not what it should be.
func (w *World) closeDay(ctx context.Context, o *office, chance *dice) error {
	var drawer struct {
		Expected int64 `json:"expected"`
	}
	me := w.keeper(o, cashier)
	if err := w.call(ctx, me, http.MethodGet, "/api/v1/payments/drawer", nil, &drawer); err != nil || drawer.Expected == 0 {
		return err
	}
	count := map[string]any{"expected": drawer.Expected, "counted": drawer.Expected}
	if chance.chance(0.15) {
		count["counted"] = drawer.Expected - 2000
		count["differences"] = []map[string]any{{"direction": "short", "cause": "change", "amount": 2000, "reason": "Thối tiền nhầm một lượt, chưa tìm được người nộp."}}
	}
	return w.call(ctx, me, http.MethodPost, "/api/v1/payments/closings", count, nil)
}

// confirmDays confirms the days that a cashier has closed.
func (w *World) confirmDays(ctx context.Context, o *office) error {
	var closings struct {
		Items []struct {
			ID    string `json:"id"`
			State string `json:"state"`
		} `json:"items"`
	}
	me := w.keeper(o, accountant)
	if err := w.call(ctx, me, http.MethodGet, "/api/v1/payments/closings", nil, &closings); err != nil {
		return err
	}
	for _, c := range closings.Items {
		if c.State != "counted" {
			continue
		}
		if err := w.call(ctx, me, http.MethodPost, "/api/v1/payments/closings/"+c.ID+"/decide", map[string]any{"confirm": true, "note": "Đã kiểm đếm cùng thủ quỹ."}, nil); err != nil {
			return err
		}
	}
	return nil
}

// readStatement reads what the bank says of a week: transfers that fit, sometimes one of
// another amount, and one whose text names nothing. What does not fit waits for somebody.
func (w *World) readStatement(ctx context.Context, o *office, day calendar.Date) error {
	me := w.keeper(o, accountant)
	all, err := w.unpaid(ctx, me)
	if err != nil {
		return err
	}
	rows := []string{"Ngày giao dịch,Số tham chiếu,Số tiền ghi có,Nội dung"}
	say := func(amount int64, text string) {
		rows = append(rows, fmt.Sprintf("%02d/%02d/%d,FT%s%03d,%d,%s", day.Day, day.Month, day.Year, strings.ReplaceAll(day.String(), "-", ""), len(rows), amount, text))
	}
	for _, due := range all {
		c := throw(w.Options.Seed, "transfers", due.Dossier)
		switch {
		case w.way(due) != "transfer":
		case c.chance(0.06):
			say(due.Amount-1000, "NOP LE PHI "+due.Code)
		default:
			say(due.Amount, "NOP LE PHI "+due.Code)
		}
	}
	if len(rows) == 1 {
		return nil
	}
	if throw(w.Options.Seed, "transfers", o.unit.ID, day.String()).chance(0.4) {
		say(30000, "CHUYEN TIEN HO SO")
	}
	return w.call(ctx, me, http.MethodPost, "/api/v1/payments/statements", map[string]string{
		"name": "sao-ke-" + day.String() + ".csv", "content": strings.Join(rows, "\n") + "\n",
	}, nil)
}
