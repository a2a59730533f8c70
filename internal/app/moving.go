// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/moving/movingmod"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/log"
	"tinhso.vn/internal/platform/sheet"
)

// movingFolder is where dumps of older systems lie, in the folder of the data.
const movingFolder = "moving"

type importCommand struct {
	Schema    importSchemaCommand    `cmd:"" help:"In lược đồ JSON của mapping.yaml. / Print the JSON Schema of mapping.yaml."`
	Lint      importLintCommand      `cmd:"" help:"Kiểm tra mapping.yaml, từng lỗi với số dòng. / Check a mapping.yaml, each mistake with its line."`
	Plan      importPlanCommand      `cmd:"" help:"Đọc hết dữ liệu, cho biết sẽ chuyển được gì; không ghi gì. / Read a whole dump and say what would come; nothing is written."`
	Wave      importWaveCommand      `cmd:"" help:"Lập một đợt gồm các đơn vị. / Plan a wave of units."`
	Waves     importWavesCommand     `cmd:"" help:"Liệt kê các đợt. / List the waves."`
	Run       importRunCommand       `cmd:"" help:"Chuyển một đợt, có tiến độ; bị ngắt thì chạy lại. / Move a wave in, with progress; cut off, run it again."`
	Rejects   importRejectsCommand   `cmd:"" help:"Ghi tệp các dòng bị loại cạnh dữ liệu. / Write the rejected rows beside the dump."`
	Compare   importCompareCommand   `cmd:"" help:"Đối chiếu hai bên. / Compare both sides."`
	Rollback  importRollbackCommand  `cmd:"" help:"Đưa một đơn vị của đợt trở lại hệ thống cũ. / Give a unit of a wave back to the older system."`
	Catalogue importCatalogueCommand `cmd:"" help:"So danh mục thủ tục của hệ thống cũ với ở đây; với --propose lập đợt sửa đổi. / Compare the catalogue of an older system; with --propose make a change of it."`
	Units     importUnitsCommand     `cmd:"" help:"So đơn vị của hệ thống cũ với ở đây; với --apply thì nhập. / Compare the units of an older system; with --apply enter them."`
	Officials importOfficialsCommand `cmd:"" help:"So cán bộ và chức danh của hệ thống cũ với ở đây; với --apply thì nhập. / Compare the officials of an older system and their posts; with --apply enter them."`
	Copy      importCopyCommand      `cmd:"" help:"Làm bản dữ liệu ẩn danh để tập huấn. / Make an anonymised copy for training."`
}

// mover names who imports, as the audit log shall know it.
type mover struct {
	where
	As string `help:"Tên đăng nhập của người chịu trách nhiệm. / User name of who answers for it." required:""`
}

// with opens an installation for somebody who may import.
func (m mover) with(ctx context.Context, c console, do func(p *Program, actor identity.Actor) error) error {
	cfg, err := m.load(c, nil)
	if err != nil {
		return err
	}
	free, err := c.alone(cfg)
	if err != nil {
		return err
	}
	defer free()
	p, err := Open(ctx, cfg, c.version, log.New(c.err, cfg.Level(), cfg.Log.Format == "json"), nil)
	if err != nil {
		return err
	}
	defer func() { _ = p.Close() }()
	account, found, err := p.People.FindAccount(ctx, p.DB, m.As)
	if err != nil {
		return err
	}
	if !found {
		return identity.ErrAccountUnknown
	}
	actor := identity.NewActor(account.ID, account.Person)
	actor.Login, actor.Name = account.Login, account.Name
	if actor, err = access.Load(ctx, p.DB, actor, p.DB.Now()); err != nil {
		return err
	}
	return do(p, actor)
}

type importSchemaCommand struct{}

// Run prints the schema.
func (importSchemaCommand) Run(c console) error {
	text, err := movingmod.Schema()
	if err == nil {
		_, err = c.out.Write(text)
	}
	return err
}

type importLintCommand struct {
	File string `arg:"" help:"mapping.yaml" type:"existingfile"`
}

// Run says what is wrong with a mapping.
func (l importLintCommand) Run(c console) error {
	content, err := os.ReadFile(l.File)
	if err != nil {
		return err
	}
	wrong := movingmod.Lint(content)
	if len(wrong) == 0 {
		c.say("Không có lỗi. / No mistakes.")
		return nil
	}
	vi, en, err := inBoth()
	if err != nil {
		return err
	}
	for _, m := range wrong {
		c.say("%s:%d: %s: %s / %s", l.File, m.Line, m.Path, vi.Named(m.Code, m.Args), en.Named(m.Code, m.Args))
	}
	return errFound
}

// inBoth speaks the messages of all modules in both languages.
func inBoth() (vi, en i18n.Printer, err error) {
	sources, err := locales((&Program{}).skeleton().All())
	if err != nil {
		return vi, en, err
	}
	catalogue, err := i18n.Load(sources...)
	if err != nil {
		return vi, en, err
	}
	return catalogue.Printer(i18n.VI), catalogue.Printer(i18n.EN), nil
}

type importPlanCommand struct {
	mover
	Source string `arg:"" help:"Tên thư mục trong moving. / Name of the folder in moving."`
}

// Run says what a run would make of a dump.
func (l importPlanCommand) Run(ctx context.Context, c console) error {
	return l.with(ctx, c, func(p *Program, _ identity.Actor) error {
		seen, err := p.Parts.Moves.LookAt(ctx, l.Source)
		if err != nil {
			return err
		}
		vi, en, err := inBoth()
		if err != nil {
			return err
		}
		for _, name := range slices.Sorted(maps.Keys(seen.Rows)) {
			c.say("%-12s %9d dòng / rows", name, seen.Rows[name])
		}
		c.say("Hồ sơ chuyển được / dossiers that would come:")
		for _, unit := range slices.Sorted(maps.Keys(seen.ByUnit)) {
			c.say("  %-40s %9d", unit, seen.ByUnit[unit])
		}
		for _, key := range slices.Sorted(maps.Keys(seen.ByStatus)) {
			c.say("  %-40s %9d", vi.T(key), seen.ByStatus[key])
		}
		for _, code := range slices.Sorted(maps.Keys(seen.Reasons)) {
			c.say("Bị loại / rejected: %9d %s / %s", seen.Reasons[code], vi.T(code), en.T(code))
		}
		for _, u := range seen.Unknown {
			c.say("Chưa biết / unknown: %-12s %-40s %7d %s", u.Field, u.Value, u.N, u.Name)
		}
		return nil
	})
}

type importWaveCommand struct {
	mover
	Source string   `arg:"" help:"Tên thư mục trong moving. / Name of the folder in moving."`
	Name   string   `help:"Tên đợt. / Name of the wave." required:""`
	Unit   []string `help:"Đơn vị, nhiều lần được. / A unit; may be given several times." required:""`
	Hours  int      `help:"Số giờ đưa trở lại được sau khi chấp nhận. / Hours in which a unit can go back after the wave was accepted." default:"24"`
}

// Run plans a wave.
func (w importWaveCommand) Run(ctx context.Context, c console) error {
	return w.with(ctx, c, func(p *Program, actor identity.Actor) error {
		id, err := p.Parts.Moves.Plan(ctx, actor, movingmod.Planned{Name: w.Name, Source: w.Source, Units: w.Unit, Hours: w.Hours})
		if err == nil {
			c.say("%s", id)
		}
		return err
	})
}

type importWavesCommand struct{ mover }

// Run lists the waves.
func (w importWavesCommand) Run(ctx context.Context, c console) error {
	return w.with(ctx, c, func(p *Program, actor identity.Actor) error {
		for before := ""; ; {
			all, next, err := p.Parts.Moves.ListWaves(ctx, actor, before)
			if err != nil {
				return err
			}
			for _, one := range all {
				c.say("%s  %-9s %-20s %s", one.ID, one.State, one.Source, one.Name)
			}
			if before = next; next == "" {
				return nil
			}
		}
	})
}

type importRunCommand struct {
	mover
	Wave string `arg:"" help:"Mã của đợt. / Id of the wave."`
}

// Run moves a wave in, or goes on with a run that was cut off.
func (r importRunCommand) Run(ctx context.Context, c console) error {
	return r.with(ctx, c, func(p *Program, actor identity.Actor) error {
		moves := p.Parts.Moves
		w, err := moves.GetWave(ctx, actor, r.Wave)
		if err != nil {
			return err
		}
		var run string
		if len(w.Runs) > 0 && w.Runs[0].State == "running" {
			run = w.Runs[0].ID
			c.say("Chạy tiếp từ dòng %d. / Going on behind row %d.", w.Runs[0].Done, w.Runs[0].Done)
		} else if run, err = moves.Start(ctx, actor, r.Wave, true); err != nil {
			return err
		}
		began, shown, first := p.Clock.Now(), time.Time{}, -1
		tell := func(n movingmod.Run) {
			now := p.Clock.Now()
			if first < 0 {
				first = n.Done
			}
			if n.State == "running" && now.Sub(shown) < 5*time.Second {
				return
			}
			shown = now
			rate := float64(n.Done-first) / max(0.001, now.Sub(began).Seconds())
			c.say("%-9s %9d / %d  %5.0f/s  +%d ~%d =%d, bị loại / rejected %d, tệp / files %d, nội dung / contents %d (%d / %d MB)", n.Stage, n.Done, n.Total, rate, n.Added, n.Changed, n.Same, n.Rejected, n.Files, n.Contents, n.BytesDone>>20, n.BytesTotal>>20)
		}
		for more := true; more; {
			if more, err = moves.Continue(ctx, run, time.Hour, tell); err != nil {
				return err
			}
		}
		return c.rejects(ctx, p, run)
	})
}

// rejects writes the rows of a run that were not taken, and says where.
func (c console) rejects(ctx context.Context, p *Program, run string) error {
	vi, en, err := inBoth()
	if err != nil {
		return err
	}
	written, err := p.Parts.Moves.WriteRejects(ctx, run, func(code string) string {
		return vi.Named(code, nil) + " / " + en.Named(code, nil)
	})
	for _, path := range written {
		c.say("Dòng bị loại / rejected rows: %s", path)
	}
	return err
}

type importRejectsCommand struct {
	mover
	Run_ string `arg:"" name:"run" help:"Mã của lần chạy. / Id of the run."` //nolint:revive,stylecheck // Run is the method
}

// Run writes the rows that were not taken.
func (r importRejectsCommand) Run(ctx context.Context, c console) error {
	return r.with(ctx, c, func(p *Program, _ identity.Actor) error { return c.rejects(ctx, p, r.Run_) })
}

type importCompareCommand struct {
	mover
	Wave   string `arg:"" help:"Mã của đợt. / Id of the wave."`
	Shadow bool   `help:"Trạng thái, hạn trả và chỉ số của từng hồ sơ, thay vì số hồ sơ. / Status, due date and figures of each dossier instead of counts."`
	Out    string `help:"Tệp CSV ghi chênh lệch. / CSV file for the differences." type:"path"`
}

// Run compares both sides.
func (r importCompareCommand) Run(ctx context.Context, c console) error {
	return r.with(ctx, c, func(p *Program, actor identity.Actor) (err error) {
		kind := movingmod.Counts
		if r.Shadow {
			kind = movingmod.Shadow
		}
		id, err := p.Parts.Moves.Compare(ctx, actor, r.Wave, kind, true)
		if err != nil {
			return err
		}
		if err := p.Parts.Moves.RunCompare(ctx, id); err != nil {
			return err
		}
		v, err := p.Parts.Moves.GetComparison(ctx, actor, id, 0)
		if err != nil {
			return err
		}
		if v.Problem != "" {
			return errs.New(errs.Invalid, v.Problem)
		}
		c.say("Bên cũ %d, ở đây %d, chênh lệch %d. / %d there, %d here, %d differences.", v.Theirs, v.Ours, v.Found, v.Theirs, v.Ours, v.Found)
		for _, name := range slices.Sorted(maps.Keys(v.Scores)) {
			c.say("  %-16s %10.2f %10.2f", name, v.Scores[name][0], v.Scores[name][1])
		}
		if r.Out != "" {
			if err := exportTo(ctx, p, actor, id, r.Out); err != nil {
				return err
			}
		}
		if v.Found > 0 {
			return errDiffer
		}
		return nil
	})
}

func exportTo(ctx context.Context, p *Program, actor identity.Actor, id, path string) (err error) {
	f, err := os.Create(path) //nolint:gosec // the operator says where
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	out, err := sheet.NewCSV(f, true)
	if err != nil {
		return err
	}
	if err := out.Write("what", "procedure", "month", "unit", "code", "theirs", "ours"); err != nil {
		return err
	}
	return errors.Join(p.Parts.Moves.Export(ctx, actor, id, out.Write), out.Close())
}

type importRollbackCommand struct {
	mover
	Wave    string `arg:"" help:"Mã của đợt. / Id of the wave."`
	Unit    string `arg:"" help:"Đơn vị. / The unit."`
	Confirm bool   `help:"Đồng ý bỏ việc đã làm ở đây với hồ sơ đưa trở lại. / What was done here with dossiers that go back is dropped."`
}

// Run gives a unit back.
func (r importRollbackCommand) Run(ctx context.Context, c console) error {
	return r.with(ctx, c, func(p *Program, actor identity.Actor) error {
		moves := p.Parts.Moves
		l, err := moves.Leaving(ctx, actor, r.Wave, r.Unit)
		if err != nil {
			return err
		}
		if l.Gone() { // cut off behind its end, or asked for again
			c.say("Đơn vị đã được đưa trở lại từ trước, %d hồ sơ đã đi. / The unit was given back before, %d dossiers went.", l.Unit.Unit.Went, l.Unit.Unit.Went)
			return nil
		}
		c.say("%d hồ sơ, %d đã làm tiếp ở đây, %d phải ở lại. / %d dossiers, %d worked on here, %d stay.", l.All, l.Many, l.Stay, l.All, l.Many, l.Stay)
		for _, w := range l.Worked {
			c.say("  %s", fmt.Sprint(w.Word, " ", w.Stays))
		}
		if !l.Goes() { // cut off, it goes on
			if err := moves.GiveBack(ctx, actor, r.Wave, r.Unit, r.Confirm, true); err != nil {
				return err
			}
		}
		for more := true; more; {
			if more, err = moves.ContinueBack(ctx, r.Wave, r.Unit, r.Confirm, time.Hour); err != nil {
				return err
			}
		}
		return nil
	})
}

type importCopyCommand struct {
	mover
	Source string `arg:"" help:"Tên thư mục trong moving. / Name of the folder in moving."`
	To     string `arg:"" help:"Thư mục mới. / New folder." type:"path"`
	Key    string `help:"Tệp có khóa, ít nhất 16 ký tự; cùng khóa thì cùng kết quả. / File with the key, at least 16 characters; the same key makes the same copy." type:"existingfile" required:""`
}

// Run makes a copy for training.
func (r importCopyCommand) Run(ctx context.Context, c console) error {
	key, err := os.ReadFile(r.Key)
	if err != nil {
		return err
	}
	return r.with(ctx, c, func(p *Program, actor identity.Actor) error {
		done, err := p.Parts.Moves.CopyTo(ctx, actor, filepath.Base(r.Source), r.To, string(key))
		for _, name := range slices.Sorted(maps.Keys(done.Rows)) {
			c.say("%-12s %9d dòng / rows", name, done.Rows[name])
		}
		return err
	})
}
