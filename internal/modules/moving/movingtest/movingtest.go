// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package movingtest makes up what an older system leaves, with the usual dirt: rows
// that stand twice, names in TCVN3, addresses in VNI, dates in three layouts, unknown
// procedures and statuses, missing owners, trailing blanks, broken letters. No row is
// about anybody.
package movingtest

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/text"
)

// Options say what is made.
type Options struct {
	Dossiers   int
	Seed       uint64
	Now        time.Time
	Units      []string // ours; the first ones get most dossiers
	Procedures []string // ours
	Newer      bool     // a later dump of the same: some open dossiers have ended since
	Clean      bool     // without dirt
	Contents   int      // dossiers of which a file's content lies there; 0: the mapping asks for none
	API        bool     // the mapping asks for its tables, as the simulator of an older system tells them
	More       bool     // answers, columns that are no field, and steps that were done there
}

// Made counts what was made on purpose.
type Made struct {
	Good     map[string]int // dossiers that can be taken, by unit
	Open     int            // of these not ended
	Bad      int            // rows of dossiers that cannot
	Twice    int            // of these, rows that stand there already
	Persons  int
	Broken   int // persons with broken letters
	Files    int
	Sample   []string          // codes of some dossiers that can be taken and have ended
	Of       map[string]string // unit of each of these
	Names    []string          // some names as they are meant
	Numbers  []string          // some numbers of persons
	OpenCode []string          // codes of some dossiers in progress
	Contents int               // files whose contents are whole
	Wanting  int               // files whose contents are missing, damaged, or not what their names say
	Steps    int
	Said     []string // every name, number, phone, mail, address, day of birth, code and word of people
}

// oldStatuses are statuses of the older system with ours and how often they are.
func oldStatuses() []struct {
	word  string
	ours  int
	often int
} {
	return []struct {
		word  string
		ours  int
		often int
	}{
		{"Đã trả kết quả", 10, 760},
		{"Chờ trả kết quả", 9, 40},
		{"Đang xử lý", 4, 90},
		{"Đã tiếp nhận", 2, 35},
		{"Chờ bổ sung", 5, 20},
		{"Công dân rút", 7, 20},
		{"Dừng xử lý", 8, 10},
		{"Từ chối", 3, 15},
		{"Mới nộp", 1, 10},
	}
}

// Write writes the dump and its mapping into a folder.
func Write(folder string, o Options) (m Made, err error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return m, err
	}
	g := &generator{folder: folder, o: o, r: &dice{o.Seed}, m: &m, tcvn3: inverse(text.FromTCVN3), vni: inverse(text.FromVNI)}
	m.Good, m.Of = map[string]int{}, map[string]string{}
	for _, part := range []struct {
		file, head string
		write      func(w *bufio.Writer) error
	}{
		{"cong_dan.csv", "MaCongDan,HoTen,SoDinhDanh,DienThoai,Email,DiaChi,NgaySinh,Loai", g.persons},
		{"ho_so.csv", "SoHoSo,MaQR,MaThuTuc,MaDonVi,TrangThai,Kenh,NgayNop,NgayTiepNhan,HenTra,NgayYeuCau,NgayXong,NgayTra,ChuHoSo,NguoiNop,LyDo,TenGiay,GhiChuCu", g.dossiers},
		{"tep.csv", "MaTep,SoHoSo,TenTep,GiayTo,KichThuoc,SHA256,DuongDan", g.files},
		{"buoc.csv", "SoHoSo,Luc,Viec,NguoiLam,GhiChu", g.steps},
		{"don_vi.csv", "MaDonVi,TenDonVi", g.units},
		{"thu_tuc.csv", "MaThuTuc,TenThuTuc", g.procedures},
	} {
		if err := whole(filepath.Join(folder, part.file), part.head, part.write); err != nil {
			return m, err
		}
	}
	text := g.mapping()
	if o.API {
		text = asked(text)
	}
	return m, os.WriteFile(filepath.Join(folder, "mapping.yaml"), []byte(text), 0o600)
}

func whole(path, head string, write func(w *bufio.Writer) error) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriterSize(f, 1<<16)
	_, _ = w.WriteString(head + "\r\n") // Flush says what went wrong
	if err := write(w); err != nil {
		return err
	}
	return w.Flush()
}

type generator struct {
	folder     string
	o          Options
	r          *dice
	m          *Made
	tcvn3, vni map[rune]string
	codes      []string // of dossiers, for the files
}

// dice are the same for the same seed: what is made up has to be made again (splitmix64).
type dice struct{ state uint64 }

// IntN returns a number from 0 to n-1.
func (d *dice) IntN(n int) int {
	d.state += 0x9e3779b97f4a7c15
	z := d.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return int((z ^ z>>31) % uint64(n))
}

// inverse turns a way of reading letters around.
func inverse(read func(string) string) map[rune]string {
	all := map[rune]string{}
	for a := rune(0xA0); a <= 0xFF; a++ {
		if got := []rune(read(string(a))); len(got) == 1 && got[0] != a {
			all[got[0]] = string(a)
		}
	}
	for _, base := range "aeiouyôöAEIOUYÔÖ" {
		for mark := rune(0xC0); mark <= 0xFF; mark++ {
			if got := []rune(read(string(base) + string(mark))); len(got) == 1 {
				if _, there := all[got[0]]; !there {
					all[got[0]] = string(base) + string(mark)
				}
			}
		}
	}
	return all
}

func written(s string, letters map[rune]string) string {
	var b strings.Builder
	for _, r := range s {
		if to, ok := letters[r]; ok {
			b.WriteString(to)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func pick[T any](r *dice, all []T) T { return all[r.IntN(len(all))] }

// chance reports whether something that happens so often in a thousand happens.
func (g *generator) chance(n int) bool { return !g.o.Clean && g.r.IntN(1000) < n }

func line(w *bufio.Writer, cells ...string) {
	for i, c := range cells {
		if i > 0 {
			_ = w.WriteByte(',')
		}
		if strings.ContainsAny(c, ",\"\r\n") {
			c = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
		}
		_, _ = w.WriteString(c)
	}
	_, _ = w.WriteString("\r\n")
}

func (g *generator) people() int { return max(10, g.o.Dossiers*2/3) }

func (g *generator) persons(w *bufio.Writer) error {
	families := []string{"Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi", "Dương"}
	middles := []string{"Văn", "Thị", "Hữu", "Minh", "Thanh", "Ngọc", "Quốc"}
	given := []string{"An", "Bình", "Cường", "Dũng", "Hà", "Hải", "Hằng", "Hiền", "Lan", "Lộc", "Mỹ", "Nga", "Phúc", "Quỳnh", "Sơn", "Tâm", "Thủy", "Tuấn", "Vĩnh", "Xuân"}
	for i := range g.people() {
		name := pick(g.r, families) + " " + pick(g.r, middles) + " " + pick(g.r, given)
		number, phone := fmt.Sprintf("0%011d", 89_000_000_000+uint64(i)*37), fmt.Sprintf("09%08d", 10_000_000+i*13%80_000_000)
		address := fmt.Sprintf("Số %d, đường Trần Hưng Đạo, khóm %d", 1+g.r.IntN(400), 1+g.r.IntN(9))
		if len(g.m.Names) < 20 && !g.o.Clean {
			g.m.Names, g.m.Numbers = append(g.m.Names, name), append(g.m.Numbers, number)
		}
		if g.chance(60) {
			number = number[3:] // a number of nine digits, as it was before
		}
		if g.chance(100) {
			phone = ""
		}
		g.m.Said = append(g.m.Said, name, number, phone, address, fmt.Sprintf("CD%07d", i))
		shown := written(name, g.tcvn3)
		if g.chance(30) {
			shown += "   "
		}
		if g.chance(4) {
			shown = "Nguy\xe1\xbb An" // cut in the middle of a letter
			g.m.Broken++
		}
		born := time.Date(1940+g.r.IntN(65), time.Month(1+g.r.IntN(12)), 1+g.r.IntN(28), 0, 0, 0, 0, time.UTC)
		line(w, fmt.Sprintf("CD%07d", i), shown, number, phone, "", written(address, g.vni), born.Format("02/01/2006"), "0")
		g.m.Persons++
	}
	return nil
}

// date writes a moment in one of three layouts.
func (g *generator) date(t time.Time) string {
	layout := []string{"02/01/2006 15:04:05", "2006-01-02 15:04:05", "20060102150405"}[g.r.IntN(3)] // drawn always: a newer dump is otherwise the same
	if t.IsZero() {
		return ""
	}
	return t.In(clock.Vietnam()).Format(layout)
}

func (g *generator) dossiers(w *bufio.Writer) error {
	sum := 0
	for _, s := range oldStatuses() {
		sum += s.often
	}
	var lines [][]string
	for i := range g.o.Dossiers {
		unit := g.o.Units[min(len(g.o.Units)-1, g.r.IntN(len(g.o.Units)+1))]
		at := g.r.IntN(sum)
		s := oldStatuses()[0]
		for _, one := range oldStatuses() {
			if at < one.often {
				s = one
				break
			}
			at -= one.often
		}
		open := s.ours <= 6 && s.ours != 3 || s.ours == 9
		days := 5 + g.r.IntN(900)
		if open {
			days = 2 + g.r.IntN(20)
		}
		submitted := g.o.Now.Add(-time.Duration(days)*24*time.Hour - time.Duration(g.r.IntN(6*60))*time.Minute).Truncate(time.Second)
		accepted := submitted.Add(time.Duration(10+g.r.IntN(200)) * time.Minute)
		due := accepted.Add(time.Duration(3+g.r.IntN(20)) * 24 * time.Hour)
		ended := accepted.Add(time.Duration(1+g.r.IntN(24)) * 24 * time.Hour)
		if ended.After(g.o.Now) || ended.Before(accepted) {
			ended = accepted.Add(30 * time.Minute)
		}
		var asked, finished, delivered time.Time
		if !open {
			finished = ended
		}
		switch s.ours {
		case 10:
			if delivered = ended.Add(26 * time.Hour); delivered.After(g.o.Now) {
				delivered = ended
			}
		case 9:
			finished = accepted.Add(2 * time.Hour)
		case 5:
			asked = accepted.Add(3 * time.Hour)
		case 1:
			accepted, due = time.Time{}, time.Time{}
		case 3:
			accepted, due = time.Time{}, time.Time{}
		}
		code := fmt.Sprintf("%s-%s-%05d", "HS9"+fmt.Sprint(len(unit)%10), submitted.In(clock.Vietnam()).Format("060102"), i)
		status := s.word
		if g.o.Newer && s.ours == 4 && i%3 == 0 { // it went on there
			status, finished = "Chờ trả kết quả", g.o.Now.Add(-time.Hour)
		}
		owner := fmt.Sprintf("CD%07d", g.r.IntN(g.people()))
		procedure := fmt.Sprintf("TT%02d", g.r.IntN(len(g.o.Procedures)))
		channel := pick(g.r, []string{"Trực tiếp", "Trực tiếp", "Trực tuyến", "Bưu chính"})
		bad := true
		switch {
		case g.chance(8):
			procedure = "TT99"
		case g.chance(8):
			owner = ""
		case g.chance(6):
			status = "???"
		case g.chance(4):
			owner = "CD9999999"
		case g.chance(4):
			submitted, accepted = time.Time{}, time.Time{}
			if s.ours == 3 || s.ours == 1 {
				bad = true
			}
		default:
			bad = false
		}
		if g.chance(30) {
			procedure += "  "
		}
		row := []string{
			code, "https://motcua.example.vn/tra-cuu?hs=" + code, procedure, "DV-" + unit, status, channel, g.date(submitted), g.date(accepted), g.date(due), g.date(asked), g.date(finished), g.date(delivered), owner, "", "", "", "",
		}
		if g.o.More {
			row[15], row[16] = "Bằng tốt nghiệp số "+strconv.Itoa(i), "Người dân dặn gọi trước "+strconv.Itoa(i)
		}
		line(w, row...)
		g.m.Said = append(g.m.Said, code, row[1], row[15], row[16])
		g.codes = append(g.codes, code)
		switch {
		case bad:
			g.m.Bad++
		default:
			g.m.Good[unit]++
			if open {
				g.m.Open++
			}
			if s.ours == 10 && len(g.m.Sample) < 20 {
				g.m.Sample, g.m.Of[code] = append(g.m.Sample, code), unit
			}
			if s.ours == 4 && len(g.m.OpenCode) < 20 {
				g.m.OpenCode = append(g.m.OpenCode, code)
			}
			if g.chance(10) {
				lines = append(lines, row)
			}
		}
	}
	for _, row := range lines { // what was exported twice stands at the end
		line(w, row...)
		g.m.Bad++
		g.m.Twice++
	}
	return nil
}

func (g *generator) files(w *bufio.Writer) error {
	if g.o.Contents > 0 {
		return g.contents(w)
	}
	for i, code := range g.codes {
		for n := range 2 {
			line(w, fmt.Sprintf("F%07d-%d", i, n), code, fmt.Sprintf("Giấy tờ %d.pdf", n+1), "don", fmt.Sprint(20_000+i%50_000), fmt.Sprintf("%064x", i*2+n), fmt.Sprintf("tep/%d/%d.pdf", i, n))
			g.m.Files++
		}
	}
	return nil
}

func (g *generator) units(w *bufio.Writer) error {
	for _, u := range g.o.Units {
		line(w, "DV-"+u, u)
	}
	return nil
}

func (g *generator) procedures(w *bufio.Writer) error {
	for i, p := range g.o.Procedures {
		line(w, fmt.Sprintf("TT%02d", i), p)
	}
	return nil
}

func (g *generator) mapping() string {
	var b strings.Builder
	b.WriteString("title: Hệ thống một cửa cũ (dữ liệu giả định)\ndates: [\"dd/MM/yyyy HH:mm:ss\", \"yyyy-MM-dd HH:mm:ss\", \"yyyyMMddHHmmss\", \"dd/MM/yyyy\"]\nunits:\n")
	for _, u := range g.o.Units {
		fmt.Fprintf(&b, "  DV-%s: %s\n", u, u)
	}
	b.WriteString("procedures:\n")
	for i, p := range g.o.Procedures {
		fmt.Fprintf(&b, "  TT%02d: %s\n", i, p)
	}
	b.WriteString("statuses:\n")
	for _, s := range oldStatuses() {
		fmt.Fprintf(&b, "  %s: %d\n", s.word, s.ours)
	}
	if g.o.Contents > 0 {
		b.WriteString("contents: " + contentsFolder + "\n")
	}
	if g.o.More {
		b.WriteString("answers: {\"TT00.TenGiay\": paper_name}\n")
	}
	b.WriteString(`channels: {Trực tiếp: 1, Trực tuyến: 2, Bưu chính: 3}
kinds: {"0": individual, "1": organisation}
tables:
  units:
    file: don_vi.csv
    columns:
      key: {column: MaDonVi}
      name: {column: TenDonVi}
  procedures:
    file: thu_tuc.csv
    columns:
      key: {column: MaThuTuc}
      name: {column: TenThuTuc}
  persons:
    file: cong_dan.csv
    columns:
      key: {column: MaCongDan}
      name: {column: HoTen, font: tcvn3}
      number: {column: SoDinhDanh}
      phone: {column: DienThoai}
      email: {column: Email}
      address: {column: DiaChi, font: vni}
      born: {column: NgaySinh, dates: [dd/MM/yyyy]}
      kind: {column: Loai}
  dossiers:
    file: ho_so.csv
    columns:
      key: {column: SoHoSo}
      qr: {column: MaQR}
      procedure: {column: MaThuTuc}
      unit: {column: MaDonVi}
      status: {column: TrangThai}
      channel: {column: Kenh}
      submitted: {column: NgayNop}
      accepted: {column: NgayTiepNhan}
      due: {column: HenTra}
      asked: {column: NgayYeuCau}
      finished: {column: NgayXong}
      delivered: {column: NgayTra}
      owner: {column: ChuHoSo}
      submitter: {column: NguoiNop}
      reason: {column: LyDo}
` + g.rest() + `  files:
    file: tep.csv
    columns:
      key: {column: MaTep}
      dossier: {column: SoHoSo}
      name: {column: TenTep}
      paper: {column: GiayTo}
      size: {column: KichThuoc}
      sha256: {column: SHA256}
      path: {column: DuongDan}
`)
	return b.String()
}

// rest says what becomes of columns that are no field, and names the table of steps.
func (g *generator) rest() string {
	if !g.o.More {
		return ""
	}
	return `    rest: keep
  done:
    file: buoc.csv
    columns:
      dossier: {column: SoHoSo}
      at: {column: Luc}
      name: {column: Viec}
      by: {column: NguoiLam}
      note: {column: GhiChu}
`
}
