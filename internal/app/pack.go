// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/province"
	"tinhso.vn/internal/modules/procedures/proceduresmod"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

type packCommand struct {
	Lint   lintCommand   `cmd:"" help:"Liệt kê mọi lỗi của gói theo tệp và dòng. / List every mistake of a pack by file and line."`
	Plan   planCommand   `cmd:"" help:"Xem trước việc áp dụng, từng mục một. / Say what applying would change, item by item."`
	Apply  applyCommand  `cmd:"" help:"Áp dụng gói, như tinhso apply. / Apply a pack, as tinhso apply does."`
	Export exportCommand `cmd:"" help:"Ghi gói đang áp dụng ra thư mục. / Write the pack in force into a folder."`
	Diff   diffCommand   `cmd:"" help:"So sánh hai gói, hoặc gói đang áp dụng với một gói. / Compare two packs, or the pack in force with a pack."`
	Schema schemaCommand `cmd:"" help:"Ghi JSON Schema của các tệp cho trình soạn thảo. / Write the JSON Schemas of the files, for editors."`
}

// errDiffer ends a comparison that found differences; they have been said.
var errDiffer = errors.New("the packs differ")

// errFolder means that an export would write over something.
var errFolder = errs.New(errs.Conflict, "app.folder_not_empty")

// reads opens the database only to read; a server may run beside it.
func (w where) reads(c console) (*db.DB, error) {
	cfg, err := w.load(c, nil)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(cfg.Database); err != nil && !db.IsPostgres(cfg.Database) {
		return nil, fmt.Errorf("there is no database at %s", cfg.Database)
	}
	return db.Open(cfg.Database, clock.System{})
}

func (c console) json(v any) error {
	raw, err := json.MarshalIndent(v, "", "  ")
	if err == nil {
		c.say("%s", raw)
	}
	return err
}

type lintCommand struct {
	Pack string `arg:"" help:"Built-in pack, or path of a folder."`
	JSON bool   `help:"Write JSON: problems and notes." name:"json"`
}

// lintReport is what lint says to programs.
type lintReport struct {
	Problems     []packs.Problem      `json:"problems"`
	Untranslated []packs.Untranslated `json:"untranslated"` // texts without English: notes, no mistakes
}

// Run lists every mistake.
func (l lintCommand) Run(c console) error {
	set, err := LoadPack(l.Pack)
	problems, wrong := errors.AsType[packs.Problems](err)
	if err != nil && !wrong {
		return err
	}
	report := lintReport{Problems: problems}
	if set != nil {
		report.Untranslated = set.Untranslated()
	}
	if l.JSON {
		err = c.json(report)
	} else {
		l.say(c, report)
	}
	if wrong {
		return errors.Join(err, errFound)
	}
	return err
}

func (l lintCommand) say(c console, report lintReport) {
	for _, p := range report.Problems {
		c.say("%s", p.Error())
		if p.Message.EN != p.Message.VI {
			c.say("    %s", p.Message.EN)
		}
	}
	if n := len(report.Problems); n > 0 {
		mistakes := "mistakes"
		if n == 1 {
			mistakes = "mistake"
		}
		c.say("Gói có %d lỗi, chưa áp dụng được. / The pack has %d %s and cannot be applied.", n, n, mistakes)
		return
	}
	c.say("Không có lỗi. / No mistakes.")
	texts, lists := 0, []string(nil)
	for _, u := range report.Untranslated {
		texts += u.Texts
		lists = append(lists, fmt.Sprintf("%s %d", u.List, u.Texts))
	}
	if texts > 0 {
		c.say("Ghi chú: %d chỗ chưa có tiếng Anh. / Note: %d texts have no English. (%s)", texts, texts, strings.Join(lists, ", "))
	}
}

type planCommand struct {
	where
	Pack string `arg:"" optional:"" help:"Built-in pack, or path of a folder; without it, the one of the configuration."`
	JSON bool   `help:"Write JSON." name:"json"`
}

// Run says what applying a pack would change.
func (a planCommand) Run(ctx context.Context, c console) error {
	cfg, err := a.load(c, nil)
	if err != nil {
		return err
	}
	if a.Pack == "" {
		a.Pack = cfg.Pack
	}
	set, err := LoadPack(a.Pack)
	if err != nil {
		return err
	}
	free, err := c.alone(cfg)
	if err != nil {
		return err
	}
	defer free()
	p, err := OpenBare(ctx, cfg, c.version)
	if err != nil {
		return err
	}
	defer func() { _ = p.Close() }()
	before, err := province.Get(ctx, p.DB)
	if err != nil && !errors.Is(err, province.ErrNotApplied) {
		return err
	}
	plan, err := p.Preview(ctx, set, before.Demo)
	if err != nil {
		return err
	}
	if a.JSON {
		return c.json(plan)
	}
	if len(plan.Lines) == 0 {
		c.say("Không có gì thay đổi. / Nothing changes.")
		return nil
	}
	c.say("Sẽ thay đổi / would change:")
	plan.say(c)
	return nil
}

// say writes every item with what differs in it.
func (p Plan) say(c console) {
	marks := map[string]string{"added": "+", "changed": "~", "closed": "-", "removed": "-"}
	for _, line := range p.Lines {
		c.say("  %5d %s (%s)", line.Count, line.What.VI, line.What.EN)
		if line.Note != "" {
			c.say("%s", line.Note)
		}
		for _, item := range line.Items {
			c.say("    %s %s — %s", marks[item.Kind], item.ID, item.Name.VI)
			if item.Open+item.Waiting > 0 {
				c.say("        hồ sơ đang xử lý: %d (giữ quy định cũ), chờ tiếp nhận: %d / in hand: %d (keep their rules), to be accepted: %d",
					item.Open, item.Waiting, item.Open, item.Waiting)
			}
			for _, d := range item.Changes {
				own := line.List
				if own == "" {
					own = d.List
				}
				c.say("        %s", differenceLine(d, d.List == own))
			}
		}
	}
}

// differenceLine is one difference in words. The list and item stand before it
// where they are not clear from what stands above.
func differenceLine(d packs.Difference, placed bool) string {
	place := ""
	if !placed {
		place = d.List + " " + d.Item + ": "
	}
	switch {
	case d.Field == "" && d.Kind == packs.Added:
		return place + "thêm mới / added"
	case d.Field == "" && d.Kind == packs.Removed:
		return place + "bỏ đi / removed"
	case d.Field == "":
		return place + "thay đổi / changed"
	}
	say := func(s string) string {
		const most = 120
		if r := []rune(strings.Join(strings.Fields(s), " ")); len(r) > most {
			return string(r[:most]) + "…"
		} else if len(r) > 0 {
			return string(r)
		}
		return "(không có)"
	}
	return fmt.Sprintf("%s%s (%s): %s → %s", place, d.Label.VI, d.Field, say(d.From), say(d.To))
}

type diffCommand struct {
	where
	A    string `arg:"" help:"Built-in pack, or path of a folder."`
	B    string `arg:"" optional:"" help:"The other pack; without it the pack in force in the database is compared with the first."`
	JSON bool   `help:"Write JSON." name:"json"`
}

// Run says what differs; the exit code is 1 when something does.
func (f diffCommand) Run(ctx context.Context, c console) error {
	a, err := LoadPack(f.A)
	if err != nil {
		return err
	}
	var b *packs.Set
	if f.B != "" {
		b, err = LoadPack(f.B)
	} else {
		b = a
		var d *db.DB
		if d, err = f.reads(c); err == nil {
			defer func() { _ = d.Close() }()
			a, err = InForce(ctx, d)
		}
	}
	if err != nil {
		return err
	}
	all := packs.Diff(a, b)
	if f.JSON {
		if err := c.json(all); err != nil {
			return err
		}
	} else {
		sayDifferences(c, all)
	}
	if len(all) > 0 {
		return errDiffer
	}
	return nil
}

func sayDifferences(c console, all []packs.Difference) {
	if len(all) == 0 {
		c.say("Không có khác biệt. / No differences.")
		return
	}
	last := itemKey{}
	for _, d := range all {
		if key := (itemKey{d.List, d.Item}); key != last {
			last = key
			c.say("%s %s — %s", d.List, d.Item, d.Name.VI)
		}
		c.say("    %s", differenceLine(d, true))
	}
	c.say("%d khác biệt. / %d differences.", len(all), len(all))
}

type exportCommand struct {
	where
	Folder string `arg:"" help:"A folder that is empty or not there yet." type:"path"`
}

// Run writes the pack in force: a folder for it and for each pack under it.
func (e exportCommand) Run(ctx context.Context, c console) error {
	d, err := e.reads(c)
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }()
	set, err := InForce(ctx, d)
	if err != nil {
		return err
	}
	_, catalogue := proceduresmod.New(proceduresmod.Deps{DB: d})
	other, err := catalogue.Differing(ctx, d, set)
	if err != nil {
		return err
	}
	if err := writeFiles(e.Folder, set.Files()); err != nil {
		return err
	}
	for _, m := range set.Packs {
		c.say("%s", path.Join(e.Folder, m.Name))
	}
	c.say("Đã ghi %d tệp của gói %s, như khi áp dụng, trừ tài khoản dùng thử. / %d files of pack %s, as they were applied, but for demo accounts.",
		len(set.Files()), set.Meta.Name, len(set.Files()), set.Meta.Name)
	for _, id := range other {
		c.say("KHÁC: thủ tục %s đang dùng không phải bản trong tệp. / DIFFERENT: the procedure in use is not the one in the files.", id)
	}
	if len(other) > 0 {
		return errFound
	}
	return nil
}

// writeFiles writes files by their paths into a folder that holds nothing.
func writeFiles(folder string, files map[string][]byte) error {
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return err
	}
	there, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	if len(there) > 0 {
		return errFolder.With("folder", folder)
	}
	root, err := os.OpenRoot(folder) // whatever the paths say, nothing is written outside
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := root.MkdirAll(path.Dir(name), 0o750); err != nil {
			return err
		}
		if err := root.WriteFile(name, files[name], 0o640); err != nil {
			return err
		}
	}
	return nil
}

type schemaCommand struct {
	Folder string `arg:"" optional:"" help:"Where to write them; schemas unless said." default:"schemas" type:"path"`
}

// Run writes the JSON Schemas over older ones.
func (s schemaCommand) Run(c console) error {
	all, err := packs.Schemas()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(s.Folder, 0o750); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		file := path.Join(s.Folder, name)
		if err := os.WriteFile(file, all[name], 0o600); err != nil {
			return err
		}
		c.say("%s", file)
	}
	return nil
}
