// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/authoring"
)

// ItemAt names an item of a change.
type ItemAt struct {
	Change string `path:"change" maxLength:"100"`
	List   string `path:"list" enum:"procedures,forms,flows,decisions,templates,registers"`
	Item   string `path:"item" maxLength:"120"`
}

// Item is an item of a change, whole.
type Item struct {
	Text string `json:"text" doc:"YAML; empty: the change takes it away"`
	Base string `json:"base,omitempty" doc:"as it was in force when the change took it up; empty: it is new"`
	Rev  int    `json:"rev" doc:"0: the change does not touch it"`
}

type itemOut struct{ Body Item }

func (o operations) item(ctx context.Context, in *ItemAt) (*itemOut, error) {
	i, err := o.svc.GetItem(ctx, identity.From(ctx), authoring.ID(in.Change), authoring.List(in.List), in.Item)
	if err != nil {
		return nil, err
	}
	return &itemOut{Item{string(i.Whole), string(i.Base), i.Rev}}, nil
}

type saveIn struct {
	ItemAt
	Body struct {
		Text string `json:"text" maxLength:"600000" doc:"the whole item as YAML"`
		Rev  int    `json:"rev" doc:"of the item as it was read; 0: the change did not touch it"`
	}
}

type saveOut struct {
	Body struct {
		Rev int `json:"rev"`
	}
}

func (o operations) save(ctx context.Context, in *saveIn) (*saveOut, error) {
	rev, err := o.svc.SaveItem(ctx, identity.From(ctx), authoring.ID(in.Change), authoring.List(in.List), in.Item, []byte(in.Body.Text), in.Body.Rev)
	out := &saveOut{}
	out.Body.Rev = rev
	return out, err
}

type removeIn struct {
	ItemAt
	Rev    int  `query:"rev" doc:"of the item as it was read"`
	Forget bool `query:"forget" doc:"leave it as it is in force, instead of taking it away"`
}

func (o operations) remove(ctx context.Context, in *removeIn) (*struct{}, error) {
	actor, change, list := identity.From(ctx), authoring.ID(in.Change), authoring.List(in.List)
	if in.Forget {
		return nil, o.svc.Forget(ctx, actor, change, list, in.Item)
	}
	return nil, o.svc.RemoveItem(ctx, actor, change, list, in.Item, in.Rev)
}
