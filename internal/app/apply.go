// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/geo"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/law"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/packcheck"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/province"
	"tinhso.vn/internal/modules/dossiers/dossiersmod"
	"tinhso.vn/internal/modules/oversight/oversightmod"
	"tinhso.vn/internal/modules/procedures/proceduresmod"
	"tinhso.vn/internal/modules/proofs/proofsmod"
	"tinhso.vn/internal/modules/retention/retentionmod"
	"tinhso.vn/internal/modules/statistics/statisticsmod"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	shipped "tinhso.vn/packs"
)

// LoadPack reads a built-in pack by its name, or the one in a folder by its
// path. With no name it is the province of today.
func LoadPack(name string) (*packs.Set, error) {
	fsys := fs.FS(shipped.Files)
	if info, err := os.Stat(name); name != "" && err == nil && info.IsDir() {
		fsys, name = overlay{os.DirFS(filepath.Dir(name)), fsys}, filepath.Base(name)
	}
	if name != "" {
		return loadChecked(fsys, name)
	}
	names, err := packs.Names(fsys)
	if err != nil {
		return nil, err
	}
	for _, n := range names {
		set, err := loadChecked(fsys, n)
		if err != nil {
			return nil, err
		}
		if set.Meta.Kind == packs.Province && set.Meta.Clock.IsZero() {
			return set, nil
		}
	}
	return nil, errors.New("no pack of a province of today is built in: name one")
}

// loadChecked reads a pack with all its mistakes at once, also those that only
// its users can know.
func loadChecked(fsys fs.FS, name string) (*packs.Set, error) {
	set, wrong, err := packcheck.Check(fsys, name)
	if err != nil {
		return nil, err
	}
	if len(wrong) == 0 {
		for id, why := range proceduresmod.Unusable(set) {
			p, _ := set.Procedure(id)
			wrong = append(wrong, packs.Mistake(p.Origin, id, "procedure.unusable", why.Error()))
		}
	}
	if len(wrong) > 0 {
		return nil, packs.Problems(packs.Sort(wrong))
	}
	return set, nil
}

// overlay finds a pack of one's own first, and those it uses among the built-in.
type overlay struct{ own, builtIn fs.FS }

// Open implements fs.FS.
func (o overlay) Open(name string) (fs.File, error) {
	f, err := o.own.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return o.builtIn.Open(name)
	}
	return f, err
}

// errDry rolls a dry run back.
var errDry = errors.New("dry run")

// Apply makes what a pack says true: all of it or nothing. With dry it only
// finds out what it would do. Demo also makes the accounts of the pack.
func (p *Program) Apply(ctx context.Context, set *packs.Set, demo, dry bool) (plan Plan, err error) {
	defer errs.Wrap(&err, "apply pack %s", set.Meta.Name)

	parts := p.skeleton()
	if err := check(parts.All()); err != nil {
		return plan, err
	}
	hash := ""
	if demo && len(set.Accounts) > 0 {
		if hash, err = p.People.HashPassword(ctx, set.Accounts[0].Password); err != nil {
			return plan, err
		}
	}
	err = p.DB.Write(ctx, func(tx *db.Tx) error {
		var now Plan
		if err := province.Lock(ctx, tx); err != nil {
			return err
		}
		laid, err := relay(ctx, tx, set)
		if err != nil {
			return err
		}
		if err := p.applyIn(ctx, tx, laid, demo, hash, &now); err != nil {
			return err
		}
		plan = now
		if dry {
			return errDry
		}
		return nil
	})
	if errors.Is(err, errDry) {
		err = nil
	}
	return plan, err
}

// applyIn makes a set true, each part by its owner. Whoever calls it holds
// province.Lock; hash is that of the password of accounts of a demonstration.
func (p *Program) applyIn(ctx context.Context, tx *db.Tx, set *packs.Set, demo bool, hash string, plan *Plan) error {
	for _, step := range []func(context.Context, *db.Tx, *packs.Set, *Plan) error{
		p.applyUnits, p.applyAreas, p.applyLaw, p.applyRoles, p.applyProvince(demo), p.applyProcedures, p.applyFlows, p.applyRegisters, p.applyTrust, p.applyWatch, p.applyStatistics, p.applyDuty,
		p.applyRetention, p.applySignIn, p.applyPrivacy, p.applyPaperTypes, p.applySynonyms, p.applyNotices, p.applyScores, p.applyBundles, p.applyLookups, p.applyPhrases,
	} {
		if err := step(ctx, tx, set, plan); err != nil {
			return err
		}
	}
	if !demo || len(set.Accounts) == 0 {
		return nil
	}
	return p.applyAccounts(ctx, tx, set, hash, plan)
}

func (p *Program) applyUnits(ctx context.Context, tx *db.Tx, set *packs.Set, plan *Plan) error {
	units := make([]orgs.Unit, len(set.Units))
	for i, u := range set.Units {
		units[i] = orgs.Unit{
			ID: orgs.ID(u.ID), Parent: orgs.ID(u.Parent), Kind: orgs.Kind(u.Kind), Name: i18n.Text(u.Name), AgencyName: i18n.Text(u.Agency),
			Short: u.Short, Code: u.Code, ProvisionalCode: u.ProvisionalCode, AreaCode: u.AreaCode, Verified: u.Verified(),
			ValidFrom: string(u.Valid.From), ValidTo: string(u.Valid.To), Address: u.Address.VI, Phone: u.Phone,
		}
		for _, from := range u.Predecessors {
			units[i].From = append(units[i].From, orgs.Link{Unit: orgs.ID(from.ID), Kind: from.Kind})
		}
	}
	changes, err := orgs.Apply(ctx, tx, units)
	var added, changed []PlanItem
	for _, c := range changes {
		u, _ := set.Unit(string(c.ID))
		item := PlanItem{ID: u.ID, Name: i18n.Text(u.Name), Kind: kindOf(c.Added)}
		if c.Added {
			added = append(added, item)
			continue
		}
		changed = append(changed, item)
	}
	plan.list("units", "đơn vị thêm mới", "units added", added)
	plan.list("units", "đơn vị thay đổi", "units changed", changed)
	return err
}

func (p *Program) applyAreas(ctx context.Context, tx *db.Tx, set *packs.Set, plan *Plan) error {
	changed, n, err := geo.Apply(ctx, tx, set.Areas)
	if changed {
		plan.add("đơn vị hành chính trong bảng toàn quốc", "administrative units in the national table", n)
	}
	return err
}

func (p *Program) applyLaw(ctx context.Context, tx *db.Tx, set *packs.Set, plan *Plan) error {
	docs := make([]law.Doc, len(set.Legal))
	for i, d := range set.Legal {
		docs[i] = law.Doc{
			ID: law.ID(d.ID), Number: d.Number, Issuer: d.Issuer, Kind: d.Kind, Title: i18n.Text(d.Title),
			Mark: string(d.Mark), Source: d.Source, Verified: d.Verified(),
		}
		for _, date := range []struct {
			text packs.Date
			to   *calendar.Date
		}{{d.Date, &docs[i].Signed}, {d.Valid.From, &docs[i].ValidFrom}, {d.Valid.To, &docs[i].ValidTo}} {
			parsed, err := calendar.ParseDate(string(date.text))
			if err != nil {
				return fmt.Errorf("legal document %s: %w", d.ID, err)
			}
			*date.to = parsed
		}
		for _, r := range d.Relations {
			docs[i].Relations = append(docs[i].Relations, law.Relation{Kind: law.Tie(r.Kind), To: law.ID(r.To)})
		}
	}
	changes, err := law.Apply(ctx, tx, docs)
	items := make([]PlanItem, len(changes))
	for i, c := range changes {
		d, _ := set.LegalDoc(string(c.ID))
		items[i] = PlanItem{ID: d.ID, Name: i18n.Text{VI: d.Number + " " + d.Title.VI, EN: d.Title.EN}, Kind: kindOf(c.Added)}
	}
	plan.list("legal", "văn bản pháp luật", "legal documents", items)
	return err
}

func (p *Program) applyRoles(ctx context.Context, tx *db.Tx, set *packs.Set, plan *Plan) error {
	roles := make([]access.Role, len(set.Roles))
	var pairs []access.Pair
	for i, r := range set.Roles {
		roles[i] = access.Role{ID: access.RoleID(r.ID), Name: i18n.Text(r.Name)}
		for _, permission := range r.Permissions {
			roles[i].Permissions = append(roles[i].Permissions, identity.Permission(permission))
		}
		for _, kind := range r.Kinds {
			roles[i].Kinds = append(roles[i].Kinds, orgs.Kind(kind))
		}
		for _, other := range r.Apart {
			pairs = append(pairs, access.Pair{A: roles[i].ID, B: access.RoleID(other), Why: i18n.Text(r.ApartWhy)})
		}
	}
	before, err := access.ListRoles(ctx, tx)
	if err != nil {
		return err
	}
	changed, err := access.ApplyRoles(ctx, tx, roles, permissions(p.skeleton().All()))
	items := make([]PlanItem, len(changed))
	for i, id := range changed {
		r, _ := set.Role(string(id))
		there := slices.ContainsFunc(before, func(old access.Role) bool { return old.ID == id })
		items[i] = PlanItem{ID: r.ID, Name: i18n.Text(r.Name), Kind: kindOf(!there)}
	}
	plan.list("roles", "vai trò", "roles", items)
	if err != nil {
		return err
	}
	apart, err := access.ApplyPairs(ctx, tx, pairs)
	if apart {
		plan.add("các cặp vai trò không kiêm nhiệm", "pairs of roles that nobody holds together", len(pairs))
	}
	if err != nil {
		return err
	}
	var forSystems []string
	for _, r := range set.Roles {
		if r.System {
			forSystems = append(forSystems, r.ID)
		}
	}
	if changed, err := p.skeleton().Systems.ApplyRoles(ctx, tx, forSystems); err != nil || !changed {
		return err
	}
	plan.add("vai trò dành cho hệ thống", "roles for systems", len(forSystems))
	return nil
}

func (p *Program) applyProvince(demo bool) func(context.Context, *db.Tx, *packs.Set, *Plan) error {
	return func(ctx context.Context, tx *db.Tx, set *packs.Set, plan *Plan) error {
		cal, units, err := calendarsOf(set)
		if err != nil {
			return err
		}
		s := province.Settings{
			Pack: set.Meta.Name, Fingerprint: set.Fingerprint(), Name: i18n.Text(set.Meta.Title), Banner: i18n.Text(set.Meta.Banner),
			Demo: demo, Starts: set.Meta.Clock, Calendar: cal, Units: units,
		}
		if demo && s.Banner == (i18n.Text{}) {
			s.Banner = i18n.Text{
				VI: "Bản dùng thử: người, hồ sơ, chữ ký và con dấu đều là giả định, không có giá trị pháp lý.",
				EN: "A demonstration: people, dossiers, signatures and seals are made up and have no legal value.",
			}
		}
		if !s.Starts.IsZero() {
			s.Started = clock.System{}.Now()
		}
		changed, err := province.Apply(ctx, tx, s)
		if changed {
			plan.add("thiết lập của tỉnh, lịch làm việc", "settings and working time", 1)
		}
		if err != nil {
			return err
		}
		return province.KeepFiles(ctx, tx, set.Keepable())
	}
}

func (p *Program) applyProcedures(ctx context.Context, tx *db.Tx, set *packs.Set, plan *Plan) error {
	_, catalogue := proceduresmod.New(proceduresmod.Deps{DB: p.DB})
	changes, err := catalogue.Apply(ctx, tx, set)
	if err != nil || len(changes) == 0 {
		return err
	}
	_, offers := dossiersmod.New(dossiersmod.Deps{Work: dossiersmod.Work{DB: p.DB}})
	open, err := offers.Open(ctx, tx)
	items := make([]PlanItem, len(changes))
	for i, c := range changes {
		of, _ := set.Procedure(string(c.ID))
		items[i] = PlanItem{
			ID: string(c.ID), Name: i18n.Text(of.Name), Kind: string(c.Kind), Waiting: open[c.ID].Waiting, Open: open[c.ID].InHand,
		}
	}
	plan.list("procedures", "thủ tục", "procedures", items)
	return err
}

func (p *Program) applyWatch(ctx context.Context, tx *db.Tx, set *packs.Set, plan *Plan) error {
	rules := make([]oversightmod.Rule, len(set.Watch))
	for i, r := range set.Watch {
		rules[i] = oversightmod.Rule{
			ID: r.ID, Kind: oversightmod.Kind(r.Kind), Name: i18n.Text(r.Name), Threshold: r.Threshold, Minutes: r.Minutes, From: r.From, To: r.To,
		}
	}
	changed, err := p.skeleton().Watcher.ApplyRules(ctx, tx, rules)
	plan.add("quy tắc cảnh báo", "rules of alerts", changed)
	return err
}

func (p *Program) applyStatistics(ctx context.Context, tx *db.Tx, set *packs.Set, plan *Plan) error {
	layouts, targets := make([]statisticsmod.Layout, len(set.Layouts)), make([]statisticsmod.Indicator, len(set.Indicators))
	for i, l := range set.Layouts {
		layouts[i] = statisticsmod.Layout{
			ID: l.ID, Version: l.Version, Code: l.Code, Title: i18n.Text(l.Title), Rows: l.Rows, Head: i18n.Text(l.Head), Source: l.Source, Unverified: l.Status == packs.Unverified,
		}
		for _, c := range l.Columns {
			layouts[i].Columns = append(layouts[i].Columns, statisticsmod.Column{ID: c.ID, Group: i18n.Text(c.Group), Title: i18n.Text(c.Title), Formula: c.Formula})
		}
	}
	for i, t := range set.Indicators {
		targets[i] = statisticsmod.Indicator{
			ID: t.ID, Name: i18n.Text(t.Name), Target: t.Target, Unit: t.Unit, Operator: t.Operator, About: t.About, Year: t.Year, Lead: t.Lead, Due: t.Due,
			Source: t.Source, Unverified: t.Status == packs.Unverified, Measure: t.Measure,
		}
	}
	changed, err := p.skeleton().Figures.ApplyPack(ctx, tx, layouts, targets)
	plan.add("mẫu báo cáo, chỉ tiêu", "forms of reports, targets", changed)
	return err
}

func (p *Program) applyRetention(ctx context.Context, tx *db.Tx, set *packs.Set, plan *Plan) error {
	rules := make([]retentionmod.Rule, len(set.Retention))
	for i, r := range set.Retention {
		rules[i] = retentionmod.Rule{
			ID: r.ID, What: dossiersmod.Kept(r.What), From: r.From, Action: retentionmod.Action(r.Action), Amount: r.Amount, Unit: r.Unit,
			Name: i18n.Text(r.Name), Basis: r.Basis, Source: r.Source, Unverified: r.Status == packs.Unverified,
		}
	}
	changed, err := p.skeleton().Rules.ApplyRules(ctx, tx, rules)
	plan.add("quy tắc lưu trữ", "rules of retention", changed)
	return err
}

func (p *Program) applySignIn(ctx context.Context, tx *db.Tx, set *packs.Set, plan *Plan) error {
	rules := make(identity.Rules, len(set.SignIn))
	for i, r := range set.SignIn {
		rules[i] = identity.Rule{
			ID: r.ID, Roles: r.Roles, SecondFactor: identity.FactorRule(r.SecondFactor), RequiredFrom: string(r.RequiredFrom), Source: r.Source,
			UnusedDays: r.UnusedDays, WarnDays: r.WarnDays,
			IdleMinutes: r.IdleMinutes, Hours: r.Hours, FreshMinutes: r.FreshMinutes, Sessions: r.Sessions, Phone: identity.PhoneRule(r.PhoneRecovery),
			Password: identity.PasswordRule{Min: r.MinPassword, MinWithFactor: r.MinWithFactor, Classes: r.Classes, History: r.History, MaxDays: r.MaxDays, Passes: r.Passes, MemoryMiB: r.MemoryMiB},
		}
	}
	changed, err := identity.ApplyRules(ctx, tx, rules)
	plan.add("quy tắc đăng nhập", "rules of signing in", len(changed))
	return err
}

func (p *Program) applyTrust(ctx context.Context, tx *db.Tx, set *packs.Set, plan *Plan) error {
	_, trust := proofsmod.New(proofsmod.Deps{DB: p.DB})
	n, err := trust.ProposeFrom(ctx, tx, set)
	plan.add("tổ chức chứng thực được đề nghị, chờ người xác nhận", "authorities proposed, waiting for a person", n)
	return err
}

// calendarsOf returns the calendar of all offices and what differs for single units.
func calendarsOf(set *packs.Set) (common calendar.Config, units map[string]calendar.Config, err error) {
	i := slices.IndexFunc(set.Calendars, func(c packs.Calendar) bool { return len(c.Units) == 0 })
	if i < 0 {
		return common, nil, errors.New("the pack has no calendar")
	}
	if common, err = calendarOf(set.Calendars[i]); err != nil {
		return common, nil, err
	}
	units = map[string]calendar.Config{}
	for _, from := range set.Calendars {
		c, err := calendarOf(from)
		if err != nil {
			return common, nil, err
		}
		for _, u := range from.Units {
			units[u] = c
		}
	}
	return common, units, nil
}

func calendarOf(from packs.Calendar) (c calendar.Config, err error) {
	if from.SameDayCut != "" { // a calendar of single units may say nothing of it
		if c.SameDayCut, err = calendar.ParseMinute(from.SameDayCut); err != nil {
			return c, err
		}
	}
	if from.Supplement.Amount > 0 {
		c.Supplement = calendar.Duration{Amount: from.Supplement.Amount, Unit: calendar.WorkingDay}
	}
	c.Extensions = from.Extensions
	if from.Apology.Amount > 0 {
		c.Apology = calendar.Duration{Amount: from.Apology.Amount, Unit: calendar.WorkingDay}
	}
	week := calendar.Week{Days: make(map[time.Weekday][]calendar.Span)}
	for _, h := range from.Hours {
		span := calendar.Span{}
		if span.From, err = calendar.ParseMinute(h.From); err != nil {
			return c, err
		}
		if span.To, err = calendar.ParseMinute(h.To); err != nil {
			return c, err
		}
		for _, d := range h.Days {
			day := time.Weekday(slices.Index([]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}, d))
			week.Days[day] = append(week.Days[day], span)
		}
	}
	if len(from.Hours) > 0 {
		c.Weeks = []calendar.Week{week}
	}
	for _, r := range from.Rules {
		rule := calendar.Rule{ID: r.ID, Name: r.Name.VI, Kind: calendar.Solar, Month: r.Month, Day: r.Day, Days: r.Days, Basis: r.Legal}
		if r.Lunar {
			rule.Kind = calendar.LunarKind
		}
		if rule.From, err = calendar.ParseDate(string(r.Valid.From)); err != nil {
			return c, err
		}
		if rule.To, err = calendar.ParseDate(string(r.Valid.To)); err != nil {
			return c, err
		}
		c.Rules = append(c.Rules, rule)
	}
	for _, l := range from.Layouts {
		c.Arrangements = append(c.Arrangements, calendar.Arrangement{Rule: l.Rule, Year: l.Year, Before: l.Before, Basis: l.Basis})
	}
	for _, h := range from.Holidays {
		o := calendar.Override{Kind: calendar.Work, Basis: h.Basis}
		if h.Off {
			o.Kind = calendar.Off
		}
		if o.Date, err = calendar.ParseDate(string(h.Date)); err != nil {
			return c, err
		}
		c.Overrides = append(c.Overrides, o)
	}
	return c, nil
}
