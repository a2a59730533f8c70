// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/platform/db"
)

// TestManyLinesOfAStatement reads a statement with many lines: of ten, seven fit orders
// that wait, one is for another amount, one names nothing, and one comes again. The bench
// sets the number and reads the figure.
func TestManyLinesOfAStatement(t *testing.T) {
	t.Parallel()
	lines, err := strconv.Atoi(os.Getenv("MONEY_LINES"))
	if err != nil {
		lines = 2000
	}
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.payee(t)
		_, sample := w.ordered(t)
		made := lines / 10 * 8
		codes := make([]string, made)
		for i := range codes {
			body := fmt.Sprintf("27%07d", i+1)
			codes[i] = "TP" + body + luhn(body)
		}
		for from := 0; from < made; from += 1000 { // the orders of a year, copied from one that was made as all are
			ok(t, w.DB.Write(ctx, func(tx *db.Tx) error {
				for i := from; i < min(from+1000, made); i++ {
					one := fmt.Sprintf("order-%07d", i)
					if _, err := tx.Exec(ctx, `INSERT INTO payments_orders (id, code, version, dossier_id, dossier_code, turn, unit, owner_id, bringer_id, procedure_id, rules_sha, name_vi, name_en, payer_sealed, state, amount, refunded, way, made_at, paid_at)
						SELECT $2, $3, version, dossier_id, dossier_code, $4, unit, owner_id, bringer_id, procedure_id, rules_sha, name_vi, name_en, $5, 'waiting', amount, 0, '', made_at, NULL FROM payments_orders WHERE id = $1`,
						sample.ID, one, codes[i], i+10, w.deps.Keys.SealText("payments_orders", "payer_sealed", one, sample.Payer)); err != nil {
						return err
					}
				}
				return nil
			}))
		}
		day := w.DB.Now().In(calendar.Zone()).Format("02/01/2006")
		var file strings.Builder
		file.WriteString("ngay,so tham chieu,ghi co,noi dung\n")
		for i := range lines {
			ref, amount, text := fmt.Sprintf("FT%08d", i), 8000, "nop le phi "+codes[i*8/10%made]
			switch i % 10 {
			case 7:
				amount = 7000
			case 8:
				text = "chuyen tien"
			case 9:
				ref, text = fmt.Sprintf("FT%08d", i-9), "nop le phi "+codes[(i-9)*8/10%made]
			}
			fmt.Fprintf(&file, "%s,%s,%d,%s\n", day, ref, amount, text)
		}
		begun := time.Now()
		id, err := w.svc.Reconcile(ctx, w.accountant, "sao-ke.csv", strings.NewReader(file.String()))
		took := time.Since(begun)
		ok(t, err)
		sheet, err := w.svc.GetStatement(ctx, w.accountant, id, "")
		ok(t, err)
		paid := w.Count(t, `SELECT COUNT(*) FROM payments_orders WHERE state = 'paid'`)
		if sheet.Lines != lines || sheet.Open+sheet.Matched != lines || paid < lines/2 || sheet.Open < lines/10 {
			t.Errorf("%d lines: %d match, %d are open, %d orders are paid", sheet.Lines, sheet.Matched, sheet.Open, paid)
		}
		_, _ = fmt.Fprintf(os.Stdout, "MONEY|%s|%d|%.2f\n", w.DB.Dialect(), lines, took.Seconds())
	})
}

// luhn is the digit that tells most mistakes of typing.
func luhn(digits string) string {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return strconv.Itoa((10 - sum%10) % 10)
}
