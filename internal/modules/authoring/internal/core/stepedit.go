// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"strconv"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/core/decisionedit"
	"tinhso.vn/internal/modules/authoring/internal/core/stepedit"
	"tinhso.vn/internal/modules/authoring/internal/core/tree"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/yaml"
)

func row(n int) string {
	if n < 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// Sheet is an item with everything a page shows beside it.
type Sheet struct {
	Change authoring.Change
	Item   authoring.Item
	Tree   tree.Item
	Who    string // saved it last; empty for an item as it is in force
	Undo   bool   // the last edit can be taken back
	Set    *packs.Set
	Wrong  []packs.Problem // of this item, in the province as it would be
	Quick  bool            // Set is from before the last edits, and Wrong was not looked for
}

// OpenItem returns an item to be edited; authoring.ErrNoItem also where the
// change takes it away. Quickly takes the province beside it as it was before
// the last edits, where it is known, and does not look for what is wrong.
func (s *Service) OpenItem(ctx context.Context, actor identity.Actor, change authoring.ID, list authoring.List, id string, quickly bool) (out Sheet, err error) {
	if out, err = s.open(ctx, actor, change, list, id); err != nil {
		return out, err
	}
	s.mu.Lock()
	known, there := s.made[change]
	s.mu.Unlock()
	if quickly && there && known.set != nil {
		out.Set, out.Quick = known.set, true
		return out, nil
	}
	var problems []packs.Problem
	if out.Set, problems, err = s.set(ctx, s.DB, change); err != nil {
		return out, err
	}
	out.Wrong = ofItem(problems, out.Item)
	return out, nil
}

// open loads an item without the province around it.
func (s *Service) open(ctx context.Context, actor identity.Actor, change authoring.ID, list authoring.List, id string) (out Sheet, err error) {
	defer errs.Wrap(&err, "open %s %s of change %s", list, id, change)

	if out.Change, err = s.Get(ctx, actor, change); err != nil {
		return out, err
	}
	if out.Item, err = s.GetItem(ctx, actor, change, list, id); err != nil {
		return out, err
	}
	if out.Item.Gone() {
		return out, authoring.ErrNoItem
	}
	if out.Tree, err = tree.Parse(out.Item.Whole); err != nil {
		return out, packs.ErrItem.Because(err)
	}
	if out.Item.Saved.Account != "" {
		out.Who = s.Name(ctx, out.Item.Saved.Account)
	}
	if out.Undo, err = s.canUndo(ctx, change, out.Item); err != nil {
		return out, err
	}
	return out, nil
}

// ofItem are the problems that an item has.
func ofItem(problems []packs.Problem, item authoring.Item) (wrong []packs.Problem) {
	for _, p := range problems {
		if p.ID == item.ID && (p.List == string(item.List) || p.List == "" && item.Rev == 0) {
			wrong = append(wrong, p)
		}
	}
	return wrong
}

// posts are the roles of officials with the names by which a sheet calls them.
func posts(set *packs.Set) stepedit.Posts {
	p := stepedit.Posts{Names: map[string]string{}, Known: func(id string) bool {
		r, ok := set.Role(id)
		return ok && !r.Citizen
	}}
	for _, r := range set.Roles {
		if !r.Citizen {
			p.Names[r.Name.VI], p.Names[r.ID] = r.ID, r.ID
			if r.Name.EN != "" {
				p.Names[r.Name.EN] = r.ID
			}
		}
	}
	return p
}

// ReadItemFile reads a table that an office sends into an item, a flow from
// XLSX, CSV, YAML or BPMN, a decision from XLSX or CSV, and returns the item as
// it would be, without keeping it. With mistakes nothing is read; they come as
// fields, by cell or by element and line.
func (s *Service) ReadItemFile(ctx context.Context, actor identity.Actor, change authoring.ID, list authoring.List, id string, file []byte) (text []byte, err error) {
	defer errs.Wrap(&err, "read a file into %s %s of change %s", list, id, change)

	sheet, err := s.OpenItem(ctx, actor, change, list, id, false)
	if err != nil {
		return nil, err
	}
	var now tree.Item
	var wrong []errs.Field
	switch list {
	case authoring.Flows:
		now, wrong = stepedit.ReadFile(sheet.Tree, file, posts(sheet.Set))
	case authoring.Decisions:
		now, wrong = decisionedit.ReadFile(sheet.Tree, file)
	case authoring.Procedures, authoring.Forms, authoring.Templates, authoring.Registers:
		return nil, authoring.ErrNoItem
	}
	if err := errs.BadInput(wrong); err != nil {
		return nil, err
	}
	return yaml.Text(now.Root())
}

// ReplaceItem puts an item that was read from a file in the place of the one
// there is, so that it can be taken back.
func (s *Service) ReplaceItem(ctx context.Context, actor identity.Actor, change authoring.ID, list authoring.List, id string, whole []byte, rev int) (now int, err error) {
	defer errs.Wrap(&err, "replace %s %s of change %s", list, id, change)

	item, err := tree.Parse(whole)
	if err != nil {
		return 0, packs.ErrItem.Because(err)
	}
	out, err := s.alter(ctx, actor, change, list, id, rev, func(tree.Item, tree.Item) (tree.Item, string, error) { return item, "", nil }, nil)
	return out.Rev, err
}

// File is an item as a file for people.
type File struct {
	Name, Type string
	Data       []byte
}

// The kinds of files.
const (
	AsXLSX = "xlsx"
	AsCSV  = "csv"
	AsBPMN = "bpmn"
	AsPDF  = "pdf"
	AsYAML = "yaml"
)

// ItemFile writes an item as a file: a flow as XLSX or BPMN, a decision as XLSX
// or CSV, a form as the blank sheet of paper and a template with made-up values
// as PDF, a register as the file of a pack. authoring.ErrNoItem where there is no such file.
func (s *Service) ItemFile(ctx context.Context, actor identity.Actor, change authoring.ID, list authoring.List, id, as string) (f File, err error) {
	defer errs.Wrap(&err, "file of %s %s of change %s", list, id, change)

	sheet, err := s.OpenItem(ctx, actor, change, list, id, false)
	if err != nil {
		return f, err
	}
	f.Name = id + "." + as
	switch {
	case list == authoring.Flows && as == AsXLSX:
		f.Data, err = stepedit.Read(sheet.Tree).XLSX(func(role string) string {
			if r, ok := sheet.Set.Role(role); ok {
				return r.Name.VI
			}
			return role
		})
	case list == authoring.Flows && as == AsBPMN:
		f.Data = stepedit.Read(sheet.Tree).BPMN()
	case list == authoring.Decisions && (as == AsXLSX || as == AsCSV):
		d, wrong := decisionedit.Read(sheet.Tree)
		if wrong != nil {
			return f, packs.ErrItem.Because(wrong)
		}
		if as == AsXLSX {
			f.Data, err = decisionedit.XLSX(d)
		} else {
			f.Data, err = decisionedit.CSV(d)
		}
	case list == authoring.Forms && as == AsPDF:
		f.Data, err = s.blankForm(sheet)
	case list == authoring.Templates && as == AsPDF:
		f.Data, err = s.sampleResult(sheet)
	case list == authoring.Registers && as == AsYAML:
		f.Data = registerFile(sheet)
	default:
		return f, authoring.ErrNoItem
	}
	f.Type = map[string]string{
		AsXLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", AsCSV: "text/csv; charset=utf-8",
		AsBPMN: "application/xml; charset=utf-8", AsPDF: "application/pdf", AsYAML: "application/yaml; charset=utf-8",
	}[as]
	return f, err
}
