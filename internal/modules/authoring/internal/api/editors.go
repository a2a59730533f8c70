// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/decisions"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/core/tree"
	"tinhso.vn/internal/platform/web"
)

// editorRoutes are the operations of the editors of forms, flows, decisions and templates.
func (o operations) editorRoutes() []web.Route {
	const item = "/api/v1/changes/{change}/items/{list}/{item}"
	return []web.Route{
		web.Operation("POST "+item+"/edits", "Edit a form, a flow, a decision, a template or a register piece by piece", mayEdit(), o.editItem),
		web.Operation("POST "+item+"/undo", "Take the last edit of an item back", mayEdit(), o.undoItem),
		web.Operation("GET "+item+"/check", "What is wrong with an item, in the province as it would be", mayRead(), o.checkItem),
		web.Operation("POST "+item+"/reading", "An item as it would be with the table of a file", mayEdit(), o.readItemFile),
		web.Operation("PUT "+item+"/reading", "Put an item that was read from a file in the place of the one there is", mayEdit(), o.replaceItem),
		web.Operation("GET "+item+"/file", "An item as XLSX, CSV, BPMN, PDF or YAML", mayRead(), o.itemFile),
		web.Operation("GET /api/v1/changes/{change}/decisions/{item}/runs", "The examples of a decision table, decided and explained", mayRead(), o.runCases),
	}
}

type editItemIn struct {
	ItemAt
	Body struct {
		Rev    int                 `json:"rev" doc:"of the item as it was read; 0: the change did not touch it"`
		Do     string              `json:"do" maxLength:"40" doc:"add_field, set_field, up, down, copy, remove, save and so on"`
		At     string              `json:"at,omitempty" maxLength:"40" doc:"which part: 1.0 is the first question of the second page of a form"`
		Values map[string][]string `json:"values,omitempty" doc:"what is written, by the name of its input"`
	}
}

type editItemOut struct {
	Body struct {
		Rev    int      `json:"rev"`
		At     string   `json:"at,omitempty" doc:"where the part is now"`
		Also   []string `json:"also,omitempty" doc:"other items in which a key was renamed"`
		Breaks []string `json:"breaks,omitempty" doc:"items that still name the former key"`
	}
}

func (o operations) editItem(ctx context.Context, in *editItemIn) (*editItemOut, error) {
	done, err := o.svc.EditItem(ctx, identity.From(ctx), authoring.ID(in.Change), authoring.List(in.List), in.Item, in.Body.Rev,
		tree.Op{Do: in.Body.Do, At: in.Body.At, Values: in.Body.Values})
	out := &editItemOut{}
	out.Body.Rev, out.Body.At, out.Body.Also, out.Body.Breaks = done.Rev, done.At, done.Also, done.Breaks
	return out, err
}

type undoIn struct {
	ItemAt
	Body struct {
		Rev int `json:"rev" doc:"of the item as it was read"`
	}
}

func (o operations) undoItem(ctx context.Context, in *undoIn) (*saveOut, error) {
	rev, err := o.svc.UndoItem(ctx, identity.From(ctx), authoring.ID(in.Change), authoring.List(in.List), in.Item, in.Body.Rev)
	out := &saveOut{}
	out.Body.Rev = rev
	return out, err
}

type checkItemOut struct {
	Body struct {
		Rev      int             `json:"rev"`
		Undo     bool            `json:"undo" doc:"the last edit can be taken back"`
		Problems []packs.Problem `json:"problems"`
	}
}

func (o operations) checkItem(ctx context.Context, in *ItemAt) (*checkItemOut, error) {
	sheet, err := o.svc.OpenItem(ctx, identity.From(ctx), authoring.ID(in.Change), authoring.List(in.List), in.Item, false)
	if err != nil {
		return nil, err
	}
	out := &checkItemOut{}
	out.Body.Rev, out.Body.Undo, out.Body.Problems = sheet.Item.Rev, sheet.Undo, append([]packs.Problem{}, sheet.Wrong...)
	return out, nil
}

type readingIn struct {
	ItemAt
	Body struct {
		File []byte `json:"file" maxLength:"2800000" doc:"XLSX, CSV, YAML or BPMN"`
	}
}

type readingOut struct {
	Body struct {
		Text string `json:"text" doc:"YAML"`
	}
}

func (o operations) readItemFile(ctx context.Context, in *readingIn) (*readingOut, error) {
	text, err := o.svc.ReadItemFile(ctx, identity.From(ctx), authoring.ID(in.Change), authoring.List(in.List), in.Item, in.Body.File)
	out := &readingOut{}
	out.Body.Text = string(text)
	return out, err
}

func (o operations) replaceItem(ctx context.Context, in *saveIn) (*saveOut, error) {
	rev, err := o.svc.ReplaceItem(ctx, identity.From(ctx), authoring.ID(in.Change), authoring.List(in.List), in.Item, []byte(in.Body.Text), in.Body.Rev)
	out := &saveOut{}
	out.Body.Rev = rev
	return out, err
}

type fileIn struct {
	ItemAt
	As string `query:"as" enum:"xlsx,csv,bpmn,pdf,yaml" required:"true"`
}

type fileOut struct {
	Body struct {
		Name string `json:"name"`
		Type string `json:"type"`
		Data []byte `json:"data"`
	}
}

func (o operations) itemFile(ctx context.Context, in *fileIn) (*fileOut, error) {
	f, err := o.svc.ItemFile(ctx, identity.From(ctx), authoring.ID(in.Change), authoring.List(in.List), in.Item, in.As)
	out := &fileOut{}
	out.Body.Name, out.Body.Type, out.Body.Data = f.Name, f.Type, f.Data
	return out, err
}

type runsIn struct {
	Change string `path:"change" maxLength:"100"`
	Item   string `path:"item" maxLength:"120"`
}

// CaseRun is an example with what the table says of it.
type CaseRun struct {
	Name  string             `json:"name"`
	Right bool               `json:"right"`
	Code  string             `json:"code,omitempty" doc:"why there is no result"`
	Got   map[string]string  `json:"got,omitempty" doc:"by output"`
	Rows  []int              `json:"rows,omitempty" doc:"that held, from 0"`
	Why   []decisions.Reason `json:"why,omitempty"`
}

type runsOut struct {
	Body struct {
		Ready bool      `json:"ready" doc:"the cells can be read"`
		Runs  []CaseRun `json:"runs"`
	}
}

func (o operations) runCases(ctx context.Context, in *runsIn) (*runsOut, error) {
	all, err := o.svc.RunCases(ctx, identity.From(ctx), authoring.ID(in.Change), in.Item)
	if err != nil {
		return nil, err
	}
	out := &runsOut{}
	out.Body.Ready, out.Body.Runs = all.Ready, []CaseRun{}
	for _, r := range all.Runs {
		out.Body.Runs = append(out.Body.Runs, CaseRun{r.Case.Name, r.Right, r.Code, r.Got, r.Result.Rows, r.Result.Why})
	}
	return out, nil
}
