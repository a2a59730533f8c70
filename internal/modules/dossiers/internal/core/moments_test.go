// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

// Moment 7: the records clerk numbers and seals twenty documents in under ten
// seconds, on a machine that does nothing else: here it may do much else. No number is left out, and the initial, the signature and the seal of each hold afterwards.
func TestTwentyAreNumberedAndSealed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		const n, wanted, bound = 20, 10 * time.Second, 2 * time.Minute
		var steps []dossiers.TaskID
		var ids []dossiers.ID
		for range n {
			id := w.Signed(t)
			ids, steps = append(ids, id), append(steps, taskOf(t, w, w.Records, id))
		}
		for _, one := range must[[]core.Planned](t)(s.PlanMany(ctx, w.Records, core.Issuing, steps)) {
			ok(t, one.Err)
		}
		steps = append(steps, taskOf(t, w, w.Officer, w.ToSign(t))) // one that nobody has signed
		begin := time.Now()
		all := must[[]dossiers.HandedOver](t)(s.DoMany(ctx, w.Records, core.Issuing, steps, ""))
		took := time.Since(begin)
		t.Logf("%d numbered and sealed in %s, wanted %s", n, took.Round(time.Millisecond), wanted)
		if took > bound {
			t.Errorf("it took %s, at most %s even on a machine that does much else", took, bound)
		}
		for _, one := range all[:n] {
			ok(t, one.Err)
		}
		if all[n].Err == nil {
			t.Error("what nobody has signed was numbered")
		}
		var numbers []int
		for _, id := range ids {
			f := must[core.Full](t)(s.Get(ctx, w.Records, id, access.Handling))
			numbers = append(numbers, w.Count(t, `SELECT number FROM dossiers_results WHERE dossier_id = $1`, string(id)))
			content, _, err := s.ResultFile(ctx, w.Records, id, access.Handling)
			ok(t, err)
			document := must[[]byte](t)(io.ReadAll(content))
			ok(t, content.Close())
			report, err := w.Deps.Signatures(ctx, document)
			ok(t, err)
			if len(report.Signatures) != 3 || f.Result.State != core.Issued {
				t.Errorf("%s has %d signatures and is %s", id, len(report.Signatures), f.Result.State)
			}
			for _, one := range report.Signatures {
				if !one.Valid() {
					t.Errorf("a signature of %s does not hold: %+v", id, one)
				}
			}
		}
		slices.Sort(numbers)
		for i, number := range numbers {
			if number != i+1 {
				t.Fatalf("the numbers are %v", numbers)
			}
		}
	})
}

// Moment 4: at eight an officer with a thousand steps sees what is late, due
// today, due soon and waiting in under a second.
func TestTheDayBeginsInASecond(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		id := w.Accepted(t)
		ok(t, w.DB.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, thousand, string(id))
			return err
		}))
		begin := time.Now()
		d := must[core.Desk](t)(s.Desk(ctx, w.Officer, core.DeskFilter{}, ""))
		took := time.Since(begin)
		t.Logf("%d steps counted and the first %d shown in %s", d.Counts.Total(), len(d.Items), took.Round(time.Millisecond))
		if d.Counts.Total() != 1001 || len(d.Items) != core.PageSize || took > time.Second {
			t.Errorf("%d steps, %d rows, %s", d.Counts.Total(), len(d.Items), took)
		}
		l, err := s.TimeLeft(dossierstest.Ward, w.DB.Now().Time, d.Items[0].StepDue.Time)
		if err != nil || l.Late || l.Days+l.Hours == 0 {
			t.Errorf("the step has %+v left, %v", l, err)
		}
	})
}

// Moment 9: somebody without a smartphone takes home what is printed: on A5 and
// on the roll of the counter as on A4, with the code and the day.
func TestTheReceiptFitsThePrinter(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		id := w.Accepted(t)
		code := must[core.Full](t)(s.Get(ctx, w.Clerk, id, access.Handling)).Code
		for _, sheet := range []core.Sheet{core.SheetA5, core.SheetRoll, core.SheetLarge} {
			document := must[[]byte](t)(s.ReceiptOn(ctx, w.Clerk, id, sheet, access.Handling))
			said := strings.Join(strings.Fields(pdftest.Text(t, document)), " ")
			if !strings.Contains(said, code) || !strings.Contains(said, "05/03/2026") && !strings.Contains(said, "05 tháng 3") && !strings.Contains(said, "05 tháng 03") {
				t.Errorf("the receipt on %s does not say %s and the day:\n%s", sheet, code, said)
			}
			if sheet == core.SheetLarge && letters(t, document, code) < 14*heightOfPoint {
				t.Errorf("the letters are %.1f high", letters(t, document, code))
			}
		}
		_, err := s.ReceiptOn(ctx, w.Clerk, id, "a3", access.Handling)
		refused(t, "a sheet nobody has", err, dossiers.ErrNoReceipt)
		_, err = s.ReceiptOn(ctx, w.OtherClerk, id, core.SheetA5, access.Handling)
		refused(t, "another ward", err, dossiers.ErrNotFound)
		_, err = s.ReceiptOn(ctx, w.Clerk, w.Submit(t), core.SheetA5, access.Handling)
		refused(t, "before it is accepted", err, dossiers.ErrNoReceipt)
		if w.Audited(t, dossiers.AuditReceiptRead, string(id)) != 3 {
			t.Error("that it was printed is not recorded")
		}
	})
}

// heightOfPoint is how high pdftotext takes a line of the serif for each point of its letters.
const heightOfPoint = 1.1

var boxed = regexp.MustCompile(`yMin="([0-9.]+)"[^>]*yMax="([0-9.]+)">([^<]*)<`)

// letters is how high, in points, the line of a word is.
func letters(t *testing.T, document []byte, word string) float64 {
	t.Helper()
	out, err := pdftest.Run(t, "poppler-utils", "pdftotext", "-bbox", pdftest.Save(t, document), "-")
	ok(t, err)
	for _, m := range boxed.FindAllStringSubmatch(out, -1) {
		if strings.Contains(m[3], word) {
			return must[float64](t)(strconv.ParseFloat(m[2], 64)) - must[float64](t)(strconv.ParseFloat(m[1], 64))
		}
	}
	t.Fatalf("%s is not in the document", word)
	return 0
}

// thousand puts a thousand more steps beside the one of a dossier.
const thousand = `INSERT INTO dossiers_tasks (id, dossier_id, step, step_vi, step_en, action, post, unit, due_at, assignee, assignee_name, work_due)
	WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
	SELECT t.id || '-' || CAST(n.i AS TEXT), t.dossier_id, t.step, t.step_vi, t.step_en, t.action, t.post, t.unit, t.due_at + n.i, '', '', t.work_due + n.i
	FROM n, dossiers_tasks t WHERE t.dossier_id = $1`
