// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"encoding/json"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// many are changes of many records at once.
func (o operations) many() []web.Route {
	all := web.Public()
	return []web.Route{
		web.Operation("POST /api/v1/registers/{register}/many", "Give one field of up to 500 records the same value; an answer for each", all, o.changeMany),
		web.Operation("GET /api/v1/registers/{register}/many", "The latest changes of many records at once", all, o.batches),
		web.Operation("GET /api/v1/registers/{register}/many/{batch}", "One of them, with its records", all, o.batch),
		web.Operation("POST /api/v1/registers/{register}/many/{batch}/undo", "Take it back where nobody has changed the record since", all, o.undoMany),
	}
}

type picked struct {
	ID   string `json:"id" maxLength:"36"`
	Seen int64  `json:"seen" doc:"the version that the caller has seen"`
}

type changeManyIn struct {
	Register string `path:"register" maxLength:"100"`
	Body     struct {
		Field   string          `json:"field" maxLength:"100"`
		Value   json.RawMessage `json:"value" doc:"null takes the value away"`
		Reason  string          `json:"reason,omitempty" maxLength:"2000" doc:"needed unless try"`
		Records []picked        `json:"records,omitempty" maxItems:"500"`
		Where   []string        `json:"where,omitempty" maxItems:"20" doc:"instead of records: all that these conditions find, as in the list; at most 500"`
		All     bool            `json:"all,omitempty" doc:"instead of records, without where: all that the caller sees"`
		Try     bool            `json:"try,omitempty" doc:"say what would happen and change nothing"`
	}
}

type becameItem struct {
	ID      string `json:"id"`
	Outcome string `json:"outcome" doc:"changed, same or refused"`
	Version int64  `json:"version,omitempty" doc:"after the change"`
	Code    string `json:"code,omitempty" doc:"why it was refused"`
}

type becameOut struct {
	Body struct {
		Batch string       `json:"batch,omitempty" doc:"what can be undone"`
		Items []becameItem `json:"items"`
	}
}

func became(batch string, all []core.Became, err error) (*becameOut, error) {
	out := &becameOut{}
	out.Body.Batch, out.Body.Items = batch, []becameItem{}
	for _, one := range all {
		item := becameItem{ID: one.ID, Outcome: string(one.Outcome), Version: one.Version}
		if one.Err != nil {
			problem := web.Problem(one.Err)
			if item.Code = problem.Code; len(problem.Fields) > 0 {
				item.Code = problem.Fields[0].Code
			}
		}
		out.Body.Items = append(out.Body.Items, item)
	}
	return out, err
}

func (o operations) changeMany(ctx context.Context, in *changeManyIn) (*becameOut, error) {
	value, err := valuesIn{"value": in.Body.Value}.read()
	if err != nil {
		return nil, err
	}
	ask := core.Alike{Field: in.Body.Field, Value: value["value"], Reason: in.Body.Reason}
	for _, one := range in.Body.Records {
		ask.Records = append(ask.Records, core.Picked{Record: one.ID, Seen: one.Seen})
	}
	if len(ask.Records) == 0 && (len(in.Body.Where) > 0 || in.Body.All) {
		found := RecordsIn{Where: in.Body.Where}
		q, err := found.query()
		if err != nil {
			return nil, err
		}
		ask.All = &q
	}
	if in.Body.Try {
		all, err := o.svc.PlanMany(ctx, identity.From(ctx), in.Register, ask)
		return became("", all, err)
	}
	batch, all, err := o.svc.ChangeMany(ctx, identity.From(ctx), in.Register, ask)
	return became(batch, all, err)
}

type batchItem struct {
	ID       string   `json:"id"`
	Field    string   `json:"field"`
	Reason   string   `json:"reason"`
	By       string   `json:"by" doc:"login"`
	At       db.Time  `json:"at"`
	Rows     int      `json:"rows" doc:"records that were changed"`
	UndoneAt *db.Time `json:"undone_at,omitempty"`
	UndoneBy string   `json:"undone_by,omitempty" doc:"login"`
}

func item(b core.Batch) batchItem {
	return batchItem{b.ID, b.Field, b.Reason, b.Logins[b.Account], b.At, b.Rows, b.UndoneAt, b.Logins[b.UndoneBy]}
}

type batchesOut struct {
	Body struct {
		Items []batchItem `json:"items"`
	}
}

func (o operations) batches(ctx context.Context, in *ofRegister) (*batchesOut, error) {
	all, err := o.svc.Batches(ctx, identity.From(ctx), in.Register)
	out := &batchesOut{}
	out.Body.Items = []batchItem{}
	for _, b := range all {
		out.Body.Items = append(out.Body.Items, item(b))
	}
	return out, err
}

type batchIn struct {
	Register string `path:"register" maxLength:"100"`
	Batch    string `path:"batch" maxLength:"36"`
}

type batchRow struct {
	ID      string `json:"id"`
	Version int64  `json:"version" doc:"after the change"`
	Undone  *int64 `json:"undone,omitempty" doc:"after it was taken back"`
}

type batchOut struct {
	Body struct {
		Change  batchItem  `json:"change"`
		Records []batchRow `json:"records"`
	}
}

func (o operations) batch(ctx context.Context, in *batchIn) (*batchOut, error) {
	b, err := o.svc.GetBatch(ctx, identity.From(ctx), in.Register, in.Batch)
	out := &batchOut{}
	out.Body.Change, out.Body.Records = item(b), []batchRow{}
	for _, r := range b.Done {
		out.Body.Records = append(out.Body.Records, batchRow{r.Record, r.Version, r.Undone})
	}
	return out, err
}

func (o operations) undoMany(ctx context.Context, in *batchIn) (*becameOut, error) {
	all, err := o.svc.UndoMany(ctx, identity.From(ctx), in.Register, in.Batch)
	return became(in.Batch, all, err)
}
