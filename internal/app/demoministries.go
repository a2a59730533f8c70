// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/simulators/ministry"
)

// movesAway is the procedure that a demonstration lets go to the system of a ministry on
// the first day of the next year. No source says so: people see that it is made up.
const movesAway = "giay-phep-ban-le-ruou"

// flips lets one procedure of today's demonstration change hands, so that there is
// something to decide about its open dossiers.
func (d demoCommand) flips(set *packs.Set) {
	if !set.Meta.Clock.IsZero() {
		return
	}
	day := fmt.Sprintf("%d-01-01", d.began(set).In(clock.Vietnam()).Year()+1)
	for i, p := range set.Procedures {
		if p.ID == movesAway && len(p.Routes) == 0 && p.Route == "LOCAL" {
			set.Procedures[i].Routes = []packs.Routing{{From: packs.Date(day), Route: "MINISTRY:G12", Where: packs.Text{
				VI: "Giả định của bản dùng thử: chuyển sang hệ thống của bộ", EN: "Made up for trying out: it moves to a ministry's system",
			}}}
		}
	}
}

// telling is how many dossiers each simulated system of a ministry tells a new demonstration of.
const telling = 9

// ministriesKnow tells the simulated systems of ministries where the province is.
func (p *Program) ministriesKnow(ctx context.Context, gateway string) error {
	for _, s := range ministry.Systems() {
		at := gateway + axisPath + "/" + s.ID + "/target"
		if err := post(ctx, at, "application/x-www-form-urlencoded", []byte(url.Values{"url": {p.Config.PublicURL + "/goi-vao/" + s.ID}}.Encode())); err != nil {
			return fmt.Errorf("tell the simulated system %s where we are: %w", s.ID, err)
		}
	}
	return nil
}

// ministriesTell lets them tell of dossiers of nobody, when the province listens. What
// they are refused they keep to themselves, as a real one would.
func (p *Program) ministriesTell(ctx context.Context, set *packs.Set, gateway string) {
	units := offices(set)
	if !set.Meta.Clock.IsZero() || len(units) == 0 {
		return
	}
	now := p.DB.Now()
	for _, s := range ministry.Systems() {
		for i := range telling {
			body, err := json.Marshal(mirroredSample(s, units[i%len(units)].unit, i, now))
			if err == nil {
				err = post(ctx, gateway+axisPath+"/"+s.ID+"/say", "application/json", body)
			}
			if err != nil {
				p.Log.LogAttrs(ctx, slog.LevelWarn, "a simulated ministry tells nothing", slog.String("system", s.ID), slog.Any("error", err))
				return
			}
		}
	}
}

// mirroredSample is one of the dossiers that a system tells of: some days old, and each
// at another status.
func mirroredSample(s ministry.System, unit string, i int, now db.Time) ministry.Dossier {
	procedures, statuses := []string{"lap-ho-kinh-doanh", "cham-dut-ho-kinh-doanh"}, []string{"4", "2", "10", "5", "4", "3", "2", "1", "9"}
	if s.Civil {
		procedures, statuses = []string{"dang-ky-khai-sinh", "dang-ky-khai-tu", "xac-nhan-tinh-trang-hon-nhan"}, []string{"1", "3", "4", "2", "1", "4", "0", "3", "4"}
	}
	filed := now.In(clock.Vietnam()).Add(-time.Duration(i*17+2) * time.Hour)
	stamp := func(t time.Time) string { return t.Format("20060102150405") }
	names := []string{"Nguyễn Thị Mẫu", "Trần Văn Thử", "Lê Thị Ví Dụ", "Phạm Văn Giả Định", "Võ Thị Minh Họa"}
	d := ministry.Dossier{
		MaHoSo: s.Code + "-" + filed.Format("060102") + "-" + fmt.Sprintf("%04d", i+1), MaTTHC: procedures[i%len(procedures)], MaCoQuanThucHien: unit, KenhThucHien: strconv.Itoa(1 + i%2),
		TrangThaiHoSo: statuses[i%len(statuses)], LoaiDoiTuong: "1", ChuHoSo: names[i%len(names)], SoGiayToChuHoSo: fmt.Sprintf("0891900001%02d", i+10),
		NgayNopHoSo: stamp(filed), NgayHenTra: stamp(filed.AddDate(0, 0, 3)),
	}
	if d.TrangThaiHoSo != "1" || s.Civil {
		d.NgayTiepNhan = stamp(filed.Add(time.Hour))
	}
	if ended := s.Civil && strings.Contains("4 0", d.TrangThaiHoSo) || !s.Civil && strings.Contains("10 9 3", d.TrangThaiHoSo); ended {
		d.NgayKetThucXuLy = stamp(filed.Add(90 * time.Minute))
	}
	return d
}

func post(ctx context.Context, to, kind string, body []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", kind)
	a, err := (&http.Client{Timeout: smsTimeout}).Do(r)
	if err != nil {
		return err
	}
	return a.Body.Close()
}
