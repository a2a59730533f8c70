// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package steptable

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/i18n/i18ntest"
	"tinhso.vn/internal/kernel/workflow"
)

func reading() Reading {
	return Reading{ID: "cap-phep", Title: i18n.Text{VI: "Cấp phép"}, Posts: map[string]string{"Công chức Địa chính - Xây dựng": "officer"}, Known: func(role string) bool {
		return slices.Contains([]string{"clerk", "officer", "leader", "records"}, role)
	}}
}

// xlsx is a sheet of rows beginning in row 1; merged are ranges such as "A5:A6".
func xlsx(t *testing.T, rows [][]any, merged ...string) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	for i, row := range rows {
		for j, v := range row {
			name, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err != nil {
				t.Fatal(err)
			}
			if err := f.SetCellValue("Sheet1", name, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, m := range merged {
		from, to, _ := strings.Cut(m, ":")
		if err := f.MergeCell("Sheet1", from, to); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// office is a table as offices send it: a heading over it, merged cells, stray
// spaces, hours and days, a total and signatures below.
func office() [][]any {
	return [][]any{
		{"ỦY BAN NHÂN DÂN TỈNH", nil, nil, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"},
		{"QUY TRÌNH NỘI BỘ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH"},
		{},
		{"Bước ", "Nội dung  công việc", "Người thực hiện/ Chức danh", "Thời gian\n(giờ làm việc)", "Kết quả / sản phẩm", "Bước tiếp theo", "Trả lại"},
		{"Bước 1", " Tiếp nhận  hồ sơ ", "Công chức Bộ phận Một cửa", 4, "Giấy tiếp nhận"},
		{"Bước 2", "Thẩm định hồ sơ", "Chuyên viên", "1,5 ngày", "Phiếu thẩm định", "Bước 3 hoặc Bước 4"},
		{"Bước 3", "Lấy ý kiến phối hợp", "công chức địa chính – xây dựng", "8", "Văn bản", "B4"},
		{"Bước 4", "Dự thảo kết quả", "Chuyên viên phòng chuyên môn", "1 ngày 2 giờ", "Dự thảo"},
		{"Bước 5", "Ký duyệt", "Lãnh đạo UBND", "0,5", "Văn bản đã ký", "", "Bước 4"},
		{nil, "Đóng dấu, phát hành", "Văn thư", "30 phút", "Văn bản ban hành"},
		{6, "Trả kết quả", "Bộ phận tiếp nhận và trả kết quả", "1/2 giờ", "Sổ theo dõi", "Kết thúc"},
		{"Tổng cộng", nil, nil, "35,5 giờ"},
		{nil, nil, "CHỦ TỊCH"},
	}
}

func TestATableAsOfficesSendIt(t *testing.T) {
	t.Parallel()
	table, wrong := Read(xlsx(t, office(), "A9:A10", "A2:G2"), reading())
	if len(wrong) > 0 {
		t.Fatalf("%+v", wrong)
	}
	var got []string
	for _, s := range table.Steps {
		got = append(got, fmt.Sprintf("%s %s %s@%s %d:%02d %s → %s ↩%s %s", s.Row, s.ID, s.Post, s.Unit, s.Hours, s.Minutes, s.Action, strings.Join(s.Next, ","), s.Back, s.Name.VI))
	}
	want := []string{
		"B5 buoc-1 clerk@received 4:00 accept → buoc-2 ↩ Tiếp nhận hồ sơ",
		"B6 buoc-2 officer@authority 12:00 appraise → buoc-3,buoc-4 ↩ Thẩm định hồ sơ",
		"B7 buoc-3 officer@authority 8:00 consult → buoc-4 ↩ Lấy ý kiến phối hợp",
		"B8 buoc-4 officer@authority 10:00 draft → buoc-5 ↩ Dự thảo kết quả",
		"B9 buoc-5 leader@authority 0:30 sign → buoc-5-2 ↩buoc-4 Ký duyệt",
		"B10 buoc-5-2 records@authority 0:30 issue → buoc-6 ↩ Đóng dấu, phát hành",
		"B11 buoc-6 clerk@received 0:30 deliver →  ↩ Trả kết quả",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s", strings.Join(got, "\n"))
	}
	if _, err := workflow.Compile(table, reading().Known); err != nil {
		t.Errorf("%v", err)
	}
}

func TestEveryMistakeAtItsCellAndNothingElse(t *testing.T) {
	t.Parallel()
	for name, v := range map[string]struct {
		change func(rows [][]any)
		want   string
		merged []string
	}{
		"all at once": {func(rows [][]any) {
			rows[4][3] = ""
			rows[5][2] = "Ông A"
			rows[5][5] = "Bước 9"
			rows[6][3] = "sớm"
			rows[7][1] = nil
			rows[8][2] = nil
		}, "D5 steptable.no_time, C6 steptable.unknown_post Ông A, F6 steptable.unknown_step 9, D7 steptable.bad_time sớm, B8 steptable.no_name, C9 steptable.no_post", nil},
		"sum":           {func(rows [][]any) { rows[11][3] = "40" }, "D12 steptable.sum 40 ≠ 35 giờ 30 phút", nil},
		"no unit":       {func(rows [][]any) { rows[3][3] = "Thời gian" }, "D5 steptable.no_unit 4", nil},
		"twice":         {func(rows [][]any) { rows[6][0] = "Bước 2" }, "A7 steptable.twice Bước 2", nil},
		"shared time":   {func(rows [][]any) { rows[7][3] = nil }, "D8 steptable.time_shared 8", []string{"D7:D8"}},
		"circle":        {func(rows [][]any) { rows[7] = append(rows[7], "Bước 5; Bước 2") }, "workflow.loop", nil},
		"not signed":    {func(rows [][]any) { rows[8][1] = "Xem xét" }, "B10 workflow.not_signed", nil},
		"never reached": {func(rows [][]any) { rows[5][5] = "Bước 4" }, "A7 workflow.unreachable Lấy ý kiến phối hợp", nil},
		"no time":       {func(rows [][]any) { rows[3][3] = "Ghi chú" }, "A4 steptable.no_column Thời gian", nil},
		"no header":     {func(rows [][]any) { rows[3] = nil }, "steptable.no_header", nil},
		"parts":         {func(rows [][]any) { rows[4][3] = "0,0001" }, "D5 steptable.bad_time 0,0001", nil},
		"for ever":      {func(rows [][]any) { rows[4][3] = "99999 ngày" }, "D5 steptable.bad_time", nil},
	} {
		rows := office()
		v.change(rows)
		table, wrong := Read(xlsx(t, rows, append(v.merged, "A9:A10")...), reading())
		var got []string
		for _, m := range wrong {
			got = append(got, strings.TrimSpace(m.Cell+" "+m.Code+" "+m.Found))
		}
		if !strings.Contains(strings.Join(got, ", "), v.want) || len(table.Steps) > 0 || strings.Count(v.want, ", ") > 0 && strings.Join(got, ", ") != v.want {
			t.Errorf("%s: %s", name, strings.Join(got, ", "))
		}
	}
}

func TestCSVAndYAMLSayTheSame(t *testing.T) {
	t.Parallel()
	csv := "Bước;Nội dung công việc;Người thực hiện;Thời gian (giờ);Kết quả\n1;Tiếp nhận;Một cửa;4;Phiếu\n2;\"Thẩm định; trình\";Chuyên viên;0,5 ngày;Tờ trình\n3;Ký;Chủ tịch;2;\n4;Trả kết quả;Một cửa;1;Sổ\n"
	yaml := "các bước:\n- {Bước: 1, Nội dung công việc: Tiếp nhận, Người thực hiện: Một cửa, Thời gian (giờ): 4, Kết quả: Phiếu}\n" +
		"- {Bước: 2, Nội dung công việc: Thẩm định; trình, Người thực hiện: Chuyên viên, Thời gian (giờ): '0,5 ngày', Kết quả: Tờ trình}\n" +
		"- {Bước: 3, Nội dung công việc: Ký, Người thực hiện: Chủ tịch, Thời gian (giờ): 2, Bước tiếp: [4]}\n" +
		"- {Bước: 4, Nội dung công việc: Trả kết quả, Người thực hiện: Một cửa, Thời gian (giờ): 1, Kết quả: Sổ}\n"
	one, wrong := Read([]byte(csv), reading())
	if len(wrong) > 0 || len(one.Steps) != 4 || one.Steps[1].Hours != 4 || one.Steps[1].Row != "B3" {
		t.Fatalf("%+v %+v", one, wrong)
	}
	two, wrong := Read([]byte(yaml), reading())
	for i := range two.Steps {
		one.Steps[i].Row, two.Steps[i].Row = "", ""
	}
	if len(wrong) > 0 || fmt.Sprintf("%+v", one) != fmt.Sprintf("%+v", two) {
		t.Errorf("%+v\n%+v %+v", one, two, wrong)
	}
	_, wrong = Read([]byte(strings.Replace(yaml, "Chuyên viên", "Ông A", 1)), reading())
	if len(wrong) != 1 || wrong[0].Cell != "3" || wrong[0].Code != "steptable.unknown_post" {
		t.Errorf("%+v", wrong)
	}
	for name, text := range map[string]string{"scalar": "a:\n- 1\n", "alias": "a:\n- &x {Bước: *x}\n", "deep": "a:\n- {b: {c: d}}\n", "broken": "a:\n- {b\n"} {
		if _, wrong := Read([]byte(text), reading()); len(wrong) != 1 {
			t.Errorf("%s: %+v", name, wrong)
		}
	}
}

func TestMinutes(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]int{
		"4 giờ": 240, "0,5 ngày": 240, "0.25 ngày làm việc": 120, "½ ngày": 240, "1/2 giờ": 30, "02 ngày": 960, "1 ngày, 4 giờ": 720, "4h30p": 270, "45 phút": 45, "3": 180,
		"Không quá 2 giờ": 120, "-1": 0, "0": 0, "2 tuần": 0, "1/0 ngày": 0, "": 0, "1/3 giờ": 0, "4 giờ sáng": 0, "0,333 giờ": 0,
	} {
		if got, code := minutes(said, inHours); got != want || (code == "") != (want > 0) {
			t.Errorf("%q: %d %s", said, got, code)
		}
	}
}

func TestEveryCodeHasAMessage(t *testing.T) {
	t.Parallel()
	i18ntest.Words(t, workflow.Locales, "steptable")
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("Bước;Nội dung;Người thực hiện;Thời gian (giờ)\n1;Tiếp nhận;Một cửa;4\n"))
	f.Add([]byte("- {Bước: 1, Nội dung: x}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if table, wrong := Read(data, reading()); (len(wrong) == 0) != (len(table.Steps) > 0) {
			t.Error("neither a table nor mistakes, or both")
		}
	})
}
