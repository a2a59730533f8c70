// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package year

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/modules/procedures/proceduresmod"
)

// The words of the older system.
const (
	wasDelivered = "Đã trả kết quả"
	wasRefused   = "Không tiếp nhận"
	wasWithdrawn = "Công dân rút hồ sơ"
	wasStopped   = "Dừng xử lý"
	wasOpen      = "Đang xử lý"
)

// kept is a dossier as the older system has kept it.
type kept struct {
	scene                                    *Scene
	p                                        plan
	code, status                             string
	accepted, due, finished, delivered, last time.Time
}

// dump writes what the older system leaves of the offices of a wave.
func (j *joining) dump(w *World, folder string) error {
	all, err := j.kept(w)
	if err != nil {
		return err
	}
	for _, k := range all {
		if k.status == wasOpen {
			j.open, j.codes = append(j.open, k.scene), append(j.codes, k.code)
		}
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("dump of an older system: %w", err)
	}
	for name, rows := range map[string][][]string{"cong_dan.csv": owners(all), "ho_so.csv": w.rowsOf(all), "buoc.csv": w.steppings(all)} {
		if err := writeTable(filepath.Join(folder, name), rows); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "mapping.yaml"), []byte(j.mapping(w)), 0o600); err != nil {
		return fmt.Errorf("dump of an older system: %w", err)
	}
	return nil
}

// kept returns the dossiers of a year that the offices of the wave had in the older system.
func (j *joining) kept(w *World) (all []kept, err error) {
	last, err := calendar.ParseDate(w.Options.Rush)
	if err != nil {
		return nil, err
	}
	numbers := map[string]int{}
	for day := last.AddDays(1 - yearDays); !calendar.On(j.at).Before(day); day = day.AddDays(1) {
		for _, s := range w.arrivals(day) {
			p, err := w.plan(s)
			if err != nil {
				return nil, err
			}
			if w.waveOf(p.received) != j.n || !w.elsewhere(p) || calendar.On(p.at) != day {
				continue
			}
			k := kept{scene: s, p: p}
			of := fmt.Sprintf("MC%02d-%s", slices.Index(w.offices, p.received)+1, p.at.In(calendar.Zone()).Format("060102"))
			numbers[of]++
			k.code = fmt.Sprintf("%s-%04d", of, numbers[of])
			if err := k.went(w, j.at); err != nil {
				return nil, err
			}
			all = append(all, k)
		}
	}
	return all, nil
}

// went says how a dossier went until a moment.
func (k *kept) went(w *World, until time.Time) (err error) {
	c := throw(w.Options.Seed, "elsewhere", k.scene.Day, fmt.Sprint(k.scene.N))
	work := func(from time.Time, minutes float64) time.Time {
		if err != nil {
			return from
		}
		var t time.Time
		t, err = w.Calendar.Due(from, calendar.Duration{Amount: max(1, int(minutes)), Unit: calendar.WorkingMinute})
		return t
	}
	k.accepted = work(k.p.at, c.between(5, 150))
	if k.due, err = dueOn(w.Calendar, k.accepted, k.p.v); err != nil {
		return err
	}
	minutes := w.Calendar.Between(k.accepted, k.due).Minutes()
	k.finished = work(k.accepted, minutes*k.p.temper*c.between(0.8, 1.05))
	k.delivered = work(k.finished, c.between(20, 900))
	k.status, k.last = wasDelivered, k.delivered
	switch {
	case k.p.refused:
		k.status, k.finished, k.last = wasRefused, k.accepted, k.accepted
	case k.p.withdrawn:
		k.finished = work(k.accepted, minutes*c.between(0.05, 0.3))
		k.status, k.last = wasWithdrawn, k.finished
	case k.p.asked && k.p.unanswered:
		k.status, k.last = wasStopped, k.finished
	}
	if k.last.After(until) {
		k.status, k.finished, k.delivered = wasOpen, time.Time{}, time.Time{}
	}
	if k.accepted.After(until) { // sent in the last hours: the clerks accept it before they leave
		k.accepted = k.p.at
	}
	return err
}

// dueOn is when something accepted has to be done by the rules of today.
func dueOn(c *calendar.Calendar, accepted time.Time, v proceduresmod.Version) (time.Time, error) {
	rules, unit := v.For(FirstCase(v), ""), calendar.CalendarDay
	limit := rules.Reduced
	if limit.Amount == 0 {
		limit = rules.Statutory
	}
	switch {
	case rules.SameDay || limit.Amount == 0:
		unit = calendar.SameDay
	case limit.Unit == "hours":
		unit = calendar.WorkingHour
	case limit.Working:
		unit = calendar.WorkingDay
	}
	return c.Due(accepted, calendar.Duration{Amount: limit.Amount, Unit: unit})
}

// owners is the table of people: each stands there once.
func owners(all []kept) [][]string {
	rows, seen := [][]string{{"MaCongDan", "HoTen", "SoDinhDanh", "DienThoai", "DiaChi", "Loai"}}, map[string]bool{}
	for _, k := range all {
		key, row := k.owner()
		if seen[key] {
			continue
		}
		seen[key] = true
		rows = append(rows, row)
	}
	return rows
}

// owner is the row of who a dossier is for, and its key.
func (k *kept) owner() (key string, row []string) {
	c := throw(1, "owner", k.p.who.Number)
	if !k.p.online && !slices.Contains(k.p.v.Audience, "individual") {
		tax := taxCode(c)
		return "DN" + tax, []string{"DN" + tax, company(c), tax, k.p.who.Phone, address(c, &k.p), "1"}
	}
	return "CD" + k.p.who.Number, []string{"CD" + k.p.who.Number, k.p.who.Name, k.p.who.Number, k.p.who.Phone, address(c, &k.p), "0"}
}

// oldMoment writes a moment as the older system does.
func oldMoment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(calendar.Zone()).Format("02/01/2006 15:04:05")
}

// rowsOf is the table of dossiers. What a form said comes of those that are open.
func (w *World) rowsOf(all []kept) [][]string {
	rows := [][]string{{"SoHoSo", "MaThuTuc", "MaDonVi", "TrangThai", "Kenh", "NgayNop", "NgayTiepNhan", "HenTra", "NgayXong", "NgayTra", "ChuHoSo", "LyDo"}}
	said := 0
	for _, v := range w.versions {
		said = max(said, len(plainParts(v.Form)))
	}
	for i := range said {
		rows[0] = append(rows[0], fieldColumn(i))
	}
	for _, k := range all {
		channel, why := "Trực tiếp", ""
		if k.p.online {
			channel = "Trực tuyến"
		}
		owner, _ := k.owner()
		accepted, due, delivered := k.accepted, k.due, time.Time{}
		c := throw(1, "why", k.code)
		switch k.status {
		case wasDelivered:
			delivered = k.delivered
		case wasRefused:
			accepted, due, why = time.Time{}, time.Time{}, pick(c, refusals())
		case wasWithdrawn:
			why = pick(c, withdrawals())
		case wasStopped:
			why = "Đã quá thời hạn bổ sung mà người nộp chưa hoàn thiện hồ sơ theo phiếu yêu cầu."
		}
		row := make([]string, len(rows[0]))
		n := copy(row, []string{
			k.code, string(k.p.v.ID), k.p.received.unit.ID, k.status, channel, oldMoment(k.p.at), oldMoment(accepted), oldMoment(due), oldMoment(k.finished), oldMoment(delivered), owner, why,
		})
		if k.status == wasOpen {
			answers := fillIn(w.forms[k.p.v.ID], k.p.v.Form, k.p.who, k.p.home.unit.ID)
			for i, key := range plainParts(k.p.v.Form) {
				field, part, _ := strings.Cut(key, ".")
				switch said := answers[field].(type) {
				case string, int:
					row[n+i] = fmt.Sprint(said)
				case map[string]string:
					row[n+i] = said[part]
				}
			}
		}
		rows = append(rows, row)
	}
	return rows
}

func fieldColumn(i int) string { return fmt.Sprintf("TD%02d", i+1) }

// plainParts are the fields of a form that have to be answered with one word or text, and
// the parts of addresses and persons, as a mapping names them.
func plainParts(form forms.Definition) (all []string) {
	for _, step := range form.Steps {
		for _, f := range step.Fields {
			composed := slices.Contains([]forms.Type{forms.File, forms.Group, forms.Organisation, forms.Document, forms.Checkboxes}, f.Type)
			switch {
			case !f.Required || f.Compute != "" || composed:
			case f.Type == forms.Address:
				all = append(all, f.Key+"."+forms.Commune, f.Key+"."+forms.Detail)
			case f.Type == forms.Person:
				for _, part := range []string{forms.PartName, forms.PartNumber, forms.PartBorn, forms.PartSex} {
					all = append(all, f.Key+"."+part)
				}
			default:
				all = append(all, f.Key)
			}
		}
	}
	return all
}

// steppings is the table of what was done there.
func (w *World) steppings(all []kept) [][]string {
	rows := [][]string{{"SoHoSo", "Luc", "Viec", "NguoiLam", "GhiChu"}}
	for _, k := range all {
		did := func(at time.Time, what string, o *office, role, note string) {
			rows = append(rows, []string{k.code, oldMoment(at), what, w.called(w.who(o, role, &k.p)), note})
		}
		if k.status == wasRefused {
			continue
		}
		did(k.accepted, "Tiếp nhận", k.p.received, "clerk", "")
		if k.status != wasDelivered {
			continue
		}
		half := k.accepted.Add(k.finished.Sub(k.accepted) / 2)
		did(half, "Thẩm định", k.p.decides, "officer", pick(throw(1, "note", k.code), notes()))
		did(k.finished, "Ký duyệt", k.p.decides, "leader", "")
		did(k.delivered, wasDelivered, k.p.received, "clerk", "")
	}
	return rows
}

// called is the name of who has an account.
func (w *World) called(login string) string {
	if w.names == nil {
		w.names = map[string]string{}
		for _, a := range slices.Concat(w.Set.Accounts, Accounts(w.Set, w.Options)) {
			w.names[a.ID] = a.Name
		}
	}
	return cmp.Or(w.names[login], login)
}

func writeTable(path string, rows [][]string) (err error) {
	f, err := os.Create(path) //nolint:gosec // in the folder of dumps
	if err != nil {
		return fmt.Errorf("dump of an older system: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return csv.NewWriter(f).WriteAll(rows)
}

// mapping says what the tables of the older system mean.
func (j *joining) mapping(w *World) string {
	var b strings.Builder
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(&b, format+"\n", args...) }
	say("title: Một cửa điện tử cũ, %s (dữ liệu giả định)", strings.ToLower(waves()[j.n].name[:len("Đợt 1")]))
	say(`dates: ["dd/MM/yyyy HH:mm:ss"]`)
	say("units:")
	for _, o := range j.offices {
		say("  %s: %s", o.unit.ID, o.unit.ID)
	}
	say("procedures:")
	for _, v := range w.versions {
		say("  %s: %s", v.ID, v.ID)
	}
	say("statuses: {%s: 10, %s: 3, %s: 7, %s: 8, %s: 4}", wasDelivered, wasRefused, wasWithdrawn, wasStopped, wasOpen)
	say("answers:")
	for _, v := range w.versions {
		for i, part := range plainParts(v.Form) {
			say("  %s.%s: %s", v.ID, fieldColumn(i), part)
		}
	}
	say("channels: {Trực tiếp: 1, Trực tuyến: 2}")
	say(`kinds: {"0": individual, "1": organisation}`)
	say("tables:")
	for _, t := range []struct{ name, file, columns string }{
		{"persons", "cong_dan.csv", "key MaCongDan, name HoTen, number SoDinhDanh, phone DienThoai, address DiaChi, kind Loai"},
		{"dossiers", "ho_so.csv", "key SoHoSo, procedure MaThuTuc, unit MaDonVi, status TrangThai, channel Kenh, submitted NgayNop, accepted NgayTiepNhan, due HenTra, finished NgayXong, delivered NgayTra, owner ChuHoSo, reason LyDo"},
		{"done", "buoc.csv", "dossier SoHoSo, at Luc, name Viec, by NguoiLam, note GhiChu"},
	} {
		say("  %s:\n    file: %s\n    columns:", t.name, t.file)
		for column := range strings.SplitSeq(t.columns, ", ") {
			field, name, _ := strings.Cut(column, " ")
			say("      %s: {column: %s}", field, name)
		}
	}
	return b.String()
}
