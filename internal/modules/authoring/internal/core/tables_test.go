// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"bytes"
	"errors"
	"maps"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/audit"
	kept "tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/province"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/authoringtest"
	"tinhso.vn/internal/modules/authoring/internal/core"
	"tinhso.vn/internal/modules/authoring/internal/store"
	"tinhso.vn/internal/platform/blob"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/sheet/sheettest"
)

// catalogues runs f in a province in which catalogues are brought.
func catalogues(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	sets := []db.Migrations{province.Migrations(), audit.Migrations(), jobs.Migrations(), kept.Migrations(), store.Migrations()}
	dbtest.Each(t, sets, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		blobs, err := blob.Open(t.TempDir(), 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = blobs.Close() })
		w := &world{d: d, clock: c}
		w.Service = w.service()
		w.Files = kept.New(blobs, crypt.Ephemeral())
		w.ground(t, townFiles())
		f(t, w)
	})
}

// townFiles are those of the province with who does the work of general flows,
// units and an abolished paper.
func townFiles() map[string][]byte {
	all := maps.Clone(files())
	all["p/roles/r.yaml"] = []byte("permissions:\n  - {id: dossiers.accept, name: Tiếp nhận}\nroles:\n  - {id: clerk, name: Một cửa, permissions: [dossiers.accept]}\n" +
		"  - {id: officer, name: Chuyên viên, permissions: [dossiers.accept]}\n  - {id: leader, name: Lãnh đạo, permissions: [dossiers.accept]}\n  - {id: records, name: Văn thư, permissions: [dossiers.accept]}\n")
	all["p/units/u.yaml"] = []byte("units:\n  - {id: so-xay-dung, name: Sở Xây dựng, kind: department}\n")
	all["p/abolished-papers.yaml"] = []byte("abolished_papers:\n  - {id: so-ho-khau, names: [Sổ hộ khẩu], replaced_by: Dữ liệu dân cư, basis: nd-1, source: s}\n")
	return all
}

func (w *world) bring(t *testing.T, name string, data []byte, change ...func(*core.TableMatching)) authoring.Table {
	t.Helper()
	ctx := t.Context()
	id, err := w.BringTable(ctx, writer("an"), name, bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c, err := w.Columns(ctx, writer("an"), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range change {
		f(&c.Proposed)
	}
	if err := w.CompareTable(ctx, writer("an"), id, c.Proposed); err != nil {
		t.Fatal(err)
	}
	return w.table(t, id)
}

func (w *world) table(t *testing.T, id authoring.TableID) authoring.Table {
	t.Helper()
	got, err := w.Table(t.Context(), leader("x"), id)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// letIn proposes a table, submits it, and has somebody else approve it.
func (w *world) letIn(t *testing.T, table authoring.TableID) authoring.ID {
	t.Helper()
	change, err := w.ProposeTable(t.Context(), writer("an"), table, w.Today())
	if err != nil {
		t.Fatal(err)
	}
	if list, _, err := w.Check(t.Context(), writer("an"), change); err != nil || !list.Clear() {
		for _, p := range list.Points {
			for i, l := range p.Lines {
				if p.Mark == core.Stop && i < 5 {
					t.Errorf("%s: %s %s %v", p.Code, l.ID, l.Code, l.Problem)
				}
			}
		}
		t.Fatal(err)
	}
	w.submit(t, writer("an"), change)
	if err := w.Approve(t.Context(), writer("an").Grant(authoring.PermApprove, identity.Place{Unit: "tinh"}), change, w.rev(t, change)); !errors.Is(err, authoring.ErrSame) {
		t.Errorf("who proposed approves: %v", err)
	}
	if err := w.Approve(t.Context(), leader("binh"), change, w.rev(t, change)); err != nil {
		t.Fatal(err)
	}
	if c := w.get(t, change); c.State != authoring.Published {
		t.Fatalf("it is %s: %v", c.State, c.Problems)
	}
	return change
}

const head = "STT;Mã TTHC;Tên thủ tục hành chính;Lĩnh vực;Cấp thực hiện;Cơ quan thực hiện;Thời hạn giải quyết;Phí, lệ phí;Thành phần hồ sơ;Tình trạng;Quyết định công bố\n"

func decided(m *core.TableMatching) {
	m.Decision, m.Signed, m.Effective, m.Issuer = "12/QĐ-UBND", "2026-02-25", "2026-03-10", "Chủ tịch Ủy ban nhân dân tỉnh"
}

// A catalogue becomes a change, is approved by another, and brought again does
// nothing; what is abolished ends on its day; the batch can be taken back.
func TestACatalogueComesIn(t *testing.T) {
	t.Parallel()
	catalogues(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		data := []byte("DANH MỤC THỦ TỤC HÀNH CHÍNH;;;;;;;;;;\n" + head +
			"1;1.001234;Cấp giấy phép xây dựng;Xây dựng;Cấp tỉnh;Sở Xây dựng;15 ngày làm việc;150.000 đồng;Đơn đề nghị (01 bản chính)\n" +
			"2;1.001235;Xác nhận đất ở;Đất đai;Cấp xã;UBND cấp xã;Trong ngày;Không;\"Đơn; Bản sao giấy tờ\";;\n" +
			"3;;Thủ tục một;Lĩnh vực;;;5 ngày làm việc;;;;\n" +
			"4;1.00129;Giám định;Xây dựng;Cấp tỉnh;;30 ngày;Theo thông tư;;;\n")
		first := w.bring(t, "danh mục.csv", data, decided)
		if first.State != authoring.TableCompared || first.New != 3 || first.Changed != 1 || first.Wrong != 0 {
			rows, _ := w.TableRows(ctx, writer("an"), first.ID, authoring.RowWrong, -1)
			t.Fatalf("%+v %+v", first.Report, rows)
		}
		if g, err := w.InForce(ctx); err != nil || g.Set.HasLayer() {
			t.Fatalf("something was written before anybody decided: %v", err)
		}
		change := w.letIn(t, first.ID)
		g, err := w.InForce(ctx)
		if err != nil {
			t.Fatal(err)
		}
		p, there := g.Set.Procedure("tt-1-001234")
		if !there || p.Code != "1.001234" || p.AuthorityUnit != "so-xay-dung" || p.Fee.Amount != 150_000 || p.Statutory.Amount != 15 || p.Decision == nil ||
			p.Decision.Number != "12/QĐ-UBND" || p.Decision.Effective != "2026-03-10" || p.Form != "don-de-nghi-chung" || p.Flow != "quy-trinh-chung-so-15-ngay" || p.SameBecause.IsZero() {
			t.Errorf("%+v", p)
		}
		if q, _ := g.Set.Procedure("tt-1-001235"); !q.SameDay || q.Fee.Kind != "none" || len(q.Papers) != 2 || q.Papers[1].Copy != 1 {
			t.Errorf("%+v", q)
		}
		if q, _ := g.Set.Procedure("tt-1-001290"); q.Code != "1.001290" || q.Fee.Kind != "unverified" {
			t.Errorf("%+v", q)
		}
		if q, _ := g.Set.Procedure("mot"); q.Statutory.Amount != 5 || q.Form != "mot" || q.Flow != "mot" {
			t.Errorf("what was written by hand: %+v", q)
		}
		again := w.bring(t, "danh mục.csv", data, decided)
		if again.Same != 4 || again.New+again.Changed+again.Ended+again.Wrong != 0 {
			rows, _ := w.TableRows(ctx, writer("an"), again.ID, authoring.RowChanged, -1)
			t.Errorf("brought again: %+v %+v", again.Report, rows)
		}
		if _, err := w.ProposeTable(ctx, writer("an"), again.ID, w.Today()); !errors.Is(err, authoring.ErrTableNothing) {
			t.Errorf("a change of nothing: %v", err)
		}
		if err := w.DropTable(ctx, writer("an"), again.ID); err != nil {
			t.Error(err)
		}

		less := []byte(head + "1;1.001234;Cấp giấy phép xây dựng;Xây dựng;Cấp tỉnh;Sở Xây dựng;10 ngày làm việc;;;\n2;1.001235;Xác nhận đất ở;Đất đai;Cấp xã;;Trong ngày;;;Bãi bỏ;\n")
		ended := w.bring(t, "mới.csv", less, decided, func(m *core.TableMatching) { m.Whole = true })
		if ended.Changed != 1 || ended.Ended != 2 || ended.New != 0 {
			t.Fatalf("%+v", ended.Report)
		}
		w.letIn(t, ended.ID)
		if g, err = w.InForce(ctx); err != nil {
			t.Fatal(err)
		}
		for id, last := range map[string]string{"tt-1-001235": "2026-03-09", "tt-1-001290": "2026-03-09", "mot": "", "tt-1-001234": ""} {
			if q, there := g.Set.Procedure(id); !there || string(q.Valid.To) != last {
				t.Errorf("%s ends %q", id, q.Valid.To)
			}
		}
		if q, _ := g.Set.Procedure("tt-1-001234"); q.Flow != "quy-trinh-chung-so-10-ngay" {
			t.Errorf("its flow is %s", q.Flow)
		}
		back, err := w.Undo(ctx, writer("an"), change)
		if err != nil {
			t.Fatal(err)
		}
		if items, err := w.Items(ctx, writer("an"), back); err != nil || len(items) < 3 {
			t.Errorf("taking it back touches %d: %v", len(items), err)
		}
	})
}

// Every mistake is said by its cell, wrong rows are handed back, and a row that
// cannot be told keeps the others from ending.
func TestMistakesAreSaidByCell(t *testing.T) {
	t.Parallel()
	catalogues(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		data := []byte(head +
			"1;TT01;Một thủ tục;Xây dựng;Cấp tỉnh;;15 ngày;;;;\n" +
			"2;1.001234;Cấp giấy phép;Xây dựng;Cấp tỉnh;Sở Không Có;nhanh;;;;\n" +
			"3;1.001235;Xác nhận;;Cấp huyện ủy;;5 ngày;;Sổ hộ khẩu;lạ;\n" +
			"4;1.001236;Đúng;Xây dựng;Cấp tỉnh;;5 ngày;;;;\n" +
			"5;1.001236;Hai lần;Xây dựng;Cấp tỉnh;;5 ngày;;;;\n" +
			"6;;Thủ tục một;Lĩnh vực;;;4 giờ;;;;\n" +
			"7;1.001237;=1+1;Xây dựng;Cấp tỉnh;;5 ngày;;;;Quyết định số 9/QĐ-UBND\n")
		got := w.bring(t, "sai.csv", data, func(m *core.TableMatching) { m.Whole = true })
		if got.New != 1 || got.Wrong != 6 || got.Ended != 0 || got.Failure != "authoring.table_unidentified" {
			t.Fatalf("%+v %s", got.Report, got.Failure)
		}
		rows, err := w.TableRows(ctx, leader("x"), got.ID, authoring.RowWrong, -1)
		if err != nil {
			t.Fatal(err)
		}
		said := map[string]string{}
		for _, r := range rows {
			for _, c := range r.Cells {
				said[c.Cell] += strings.TrimPrefix(c.Code, "authoring.cell.")
			}
		}
		for cell, code := range map[string]string{"B2": "code", "F3": "unit", "G3": "span", "J4": "state", "B6": "twice", "G7": "flow", "K8": "no_day"} {
			if !strings.Contains(said[cell], code) {
				t.Errorf("%s says %q, not %s: %v", cell, said[cell], code, said)
			}
		}
		var out bytes.Buffer
		if err := w.HandBack(ctx, writer("an"), got.ID, &out, func(p authoring.CellProblem) string { return p.Cell }); err != nil {
			t.Fatal(err)
		}
		if text := out.String(); strings.Count(text, "\n") != 7 || !strings.Contains(text, "Sở Không Có") || strings.Contains(text, ";=1+1") || strings.Contains(text, ",=1+1") {
			t.Errorf("handed back: %s", text)
		}
		if _, err := w.BringTable(ctx, leader("x"), "a.csv", bytes.NewReader(data)); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("who only approves brings a table: %v", err)
		}
		for name, bad := range map[string][]byte{"empty": nil, "old": []byte("\xd0\xcf\x11\xe0 and more"), "noise": {0, 1, 2, 3, 4, 5, 6, 7, 8, 255, 254}, "broken zip": []byte("PK\x03\x04 and no more")} {
			if _, err := w.BringTable(ctx, writer("an"), name, bytes.NewReader(bad)); err == nil || errs.KindOf(err) == errs.Internal {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := w.CompareTable(ctx, writer("an"), got.ID, core.TableMatching{Fields: []string{"", "code"}}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("too few columns: %v", err)
		}
	})
}

// The letters of old computers are told apart, and two who propose at once make one change.
func TestOldLettersAndTwoAtOnce(t *testing.T) {
	t.Parallel()
	catalogues(t, func(t *testing.T, w *world) {
		text := head + "1;1.001234;Cấp giấy phép xây dựng nhà ở riêng lẻ;Xây dựng;Cấp tỉnh;Sở Xây dựng;15 ngày làm việc;Không;Đơn đề nghị;;\n" +
			"2;1.001235;Xác nhận quyền sử dụng đất ở nông thôn;Đất đai;Cấp xã;;5 ngày làm việc;Không;Đơn đề nghị;;\n"
		var last authoring.Table
		for _, e := range sheet.Encodings() {
			if last = w.bring(t, "cũ.csv", sheettest.Encode(t, text, e)); last.New != 2 || last.Wrong != 0 {
				rows, _ := w.TableRows(t.Context(), writer("an"), last.ID, authoring.RowWrong, -1)
				t.Errorf("%s: %+v %+v", e, last.Report, rows)
			}
		}
		var all sync.WaitGroup
		results := make([]error, 4)
		for i := range results {
			all.Go(func() { _, results[i] = w.ProposeTable(t.Context(), writer("an"), last.ID, w.Today()) })
		}
		all.Wait()
		made := 0
		for _, err := range results {
			if err == nil {
				made++
			} else if !errors.Is(err, authoring.ErrTableState) {
				t.Error(err)
			}
		}
		if changes, err := w.List(t.Context(), writer("an"), "", ""); err != nil || made != 1 || len(changes) != 1 {
			t.Errorf("%d proposed, %d changes, %v", made, len(changes), err)
		}
	})
}

// worked is how long the processor has worked for this program: on a machine
// that others use as well the clock on the wall says nothing.
func worked(t *testing.T) time.Duration {
	t.Helper()
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		t.Fatal(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

// The whole catalogue of a province comes in within a minute, and brought again
// it changes nothing.
//
//nolint:paralleltest // it measures
func TestTheCatalogueOfAProvince(t *testing.T) {
	catalogues(t, func(t *testing.T, w *world) {
		began := worked(t)
		data := authoringtest.Catalogue(2108)
		table := w.bring(t, "danh mục tỉnh.csv", data, decided)
		if right := table.New; right < 2000 || right+table.Wrong != table.Total || table.Wrong < 10 || table.Total < 2108 {
			rows, _ := w.TableRows(t.Context(), writer("an"), table.ID, authoring.RowWrong, -1)
			t.Fatalf("%+v %+v", table.Report, rows)
		}
		w.letIn(t, table.ID)
		took := worked(t) - began
		t.Logf("%+v in %s", table.Report, took)
		if took > time.Minute {
			t.Errorf("it took %s", took)
		}
		again := w.bring(t, "danh mục tỉnh.csv", data, decided)
		if again.New+again.Changed+again.Ended != 0 || again.Same != table.New {
			rows, _ := w.TableRows(t.Context(), writer("an"), again.ID, authoring.RowChanged, -1)
			t.Errorf("brought again: %+v %+v", again.Report, rows[:min(2, len(rows))])
		}
	})
}
