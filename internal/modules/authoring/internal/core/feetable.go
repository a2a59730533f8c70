// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/yaml"
)

// feeTableText is what a table of a fee begins with: it asks how the dossier
// comes in, which every procedure knows, and costs nothing.
const feeTableText = `
version: 1
hit: unique
inputs:
  - {key: channel, label: {vi: "Cách nộp", en: "Channel"}, type: choice, options: [{value: online, label: {vi: "Trực tuyến", en: "Online"}}, {value: counter, label: {vi: "Trực tiếp", en: "In person"}}]}
outputs:
  - {key: fee, label: {vi: "Mức thu", en: "Fee"}, type: money}
rows:
  - {when: ["-"], then: ["0"], note: {vi: "Không thu", en: "Free of charge"}}
cases:
  - {name: "trực tuyến", given: {channel: online}, want: {fee: 0}}
  - {name: "trực tiếp", given: {channel: counter}, want: {fee: 0}}
`

// AddFeeTable gives a procedure of a change a table of its own that works out its
// fee, to go on from; it returns the id of the table. Where there is one of that
// name already, the procedure takes it.
func (s *Service) AddFeeTable(ctx context.Context, actor identity.Actor, change authoring.ID, procedure string) (id string, err error) {
	defer errs.Wrap(&err, "add a table of fees for %s to change %s", procedure, change)

	if _, err := access.Everywhere(actor, authoring.PermEdit); err != nil {
		return "", err
	}
	id = "phi-" + procedure
	return id, s.write(ctx, actor, change, func(tx *db.Tx, _ *authoring.Change) error {
		p, err := s.item(ctx, tx, change, authoring.Procedures, procedure)
		if err != nil {
			return err
		}
		doc, err := ReadDoc(procedure, p.Whole)
		if err != nil {
			return err
		}
		_, err = s.item(ctx, tx, change, authoring.Decisions, id)
		if errors.Is(err, authoring.ErrNoItem) {
			err = addFeeTable(ctx, tx, actor, change, id, doc)
		}
		if err != nil {
			return err
		}
		fee := doc.Sub("fee")
		if !doc.Has("fee") || doc.Str("fee") != "" {
			fee = NewDoc()
		}
		fee.Drop("amount")
		fee.SetStr("table", id)
		if fee.Str("source") == "" {
			fee.SetStr("source", statement)
			fee.SetStr("status", "unverified")
		}
		doc.SetSub("fee", fee)
		if p.Whole, err = doc.Text(); err != nil {
			return err
		}
		p.Rev, p.Saved = p.Rev+1, authoring.Hand{Account: actor.Account, At: tx.Now}
		return store.PutItem(ctx, tx, change, p)
	})
}

func addFeeTable(ctx context.Context, tx *db.Tx, actor identity.Actor, change authoring.ID, id string, procedure Doc) error {
	var text yaml.Node
	if err := yaml.Unmarshal([]byte(feeTableText), &text); err != nil {
		return err
	}
	item := NewDoc()
	item.SetStr("id", id)
	item.SetStr("status", "unverified")
	item.SetStr("source", statement)
	item.SetWords("title", packs.Text{VI: "Phí: " + lowerFirst(procedure.Words("name").VI)})
	item.node.Content = append(item.node.Content, text.Content[0].Content...)
	whole, err := item.Text()
	if err != nil {
		return err
	}
	return store.PutItem(ctx, tx, change, authoring.Item{
		List: authoring.Decisions, ID: id, Whole: whole, Rev: 1, Saved: authoring.Hand{Account: actor.Account, At: tx.Now},
	})
}
