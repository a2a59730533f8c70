// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"net/http"
	"slices"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/packs"
)

// birthProcedure is the linked declaration of the story.
const birthProcedure = "lien-thong-khai-sinh"

// birth is a linked declaration of the story: how far it gets before the visitor comes.
// What the other agencies do with it begins when the program serves.
type birth struct {
	child, number string
	agrees        string // no: the police will not register the child, and a clerk has to look
	issued        bool
	withdrawn     bool
}

// births are those of the story; none where the province does not take them.
func (n *narrator) births() []birth {
	if procedure, known := n.set.Procedure(birthProcedure); !known || procedure.Route != "LOCAL" || n.parent() < 0 {
		return nil
	}
	return []birth{
		{child: "Trần Gia Bảo", number: "089226000065", agrees: "yes", issued: true},
		{child: "Trần Gia Khang", number: "089226000066", agrees: "no", issued: true},
		{child: "Trần Gia Phúc", agrees: "yes"},
		{child: "Trần Gia Lộc", agrees: "yes", withdrawn: true},
	}
}

// parent is which account declares them; -1: nobody here has children.
func (n *narrator) parent() int {
	return slices.IndexFunc(n.set.Accounts, func(a packs.Account) bool { return a.Role == "citizen" && len(a.Person.Children) > 0 })
}

// linked files the linked declarations of the story.
func (n *narrator) linked(ctx context.Context, progress func(done, of int)) error {
	all := n.births()
	if len(all) == 0 {
		return nil
	}
	parent, at := n.set.Accounts[n.parent()], n.offices[0]
	born := calendar.On(n.clock.Now()).AddDays(-20).String()
	home := map[string]any{"commune": at.unit, "detail": "Số 3, đường Giả Định"}
	for i, b := range all {
		var filed struct{ ID string }
		if err := n.call(ctx, parent.ID, http.MethodPost, "/api/v1/dossiers", map[string]any{"procedure": birthProcedure, "unit": at.unit, "answers": map[string]any{
			"requester_name": parent.Name, "requester_number": parent.Person.Number, "requester_residence": home, "requester_phone": parent.Person.Phone, "relation": "mother",
			"child_name": b.child, "child_born": born, "child_sex": "male", "child_ethnic": "Kinh", "home_town": "Việt Nam", "birth_certificate": "15/GCS, Bệnh viện Giả Định", "birth_place": home,
			"mother_name": parent.Name, "mother_number": parent.Person.Number, "father_known": "no",
			"residence": home, "host_name": parent.Name, "host_number": parent.Person.Number, "host_relation": "Con", "host_agrees": b.agrees, "hospital": "Trạm y tế Giả Định", "id_card": "no",
		}}, &filed); err != nil {
			return err
		}
		path := "/api/v1/dossiers/" + filed.ID
		if err := n.call(ctx, at.staff["clerk"], http.MethodPost, path+"/accept", map[string]any{}, nil); err != nil {
			return err
		}
		if b.withdrawn {
			if err := n.call(ctx, parent.ID, http.MethodPost, path+"/withdraw", map[string]any{"reason": "Gia đình khai ở nơi khác."}, nil); err != nil {
				return err
			}
		}
		if b.issued {
			if err := n.certificate(ctx, at, path, b.number); err != nil {
				return err
			}
		}
		before := len(chapters())
		progress(before+i+1, before+len(all))
	}
	return nil
}

// certificate carries a linked dossier to its paper.
func (n *narrator) certificate(ctx context.Context, at office, path, number string) error {
	if err := n.call(ctx, at.staff["officer"], http.MethodPut, path+"/result", map[string]any{"fields": map[string]string{"child_number": number}}, nil); err != nil {
		return err
	}
	signer, _, err := n.p.People.FindAccount(ctx, n.p.DB, at.staff["leader"])
	if err != nil {
		return err
	}
	for _, step := range []struct {
		role, what string
		body       map[string]any
	}{{"officer", "/send-to-sign", map[string]any{"signer": signer.ID}}, {"leader", "/sign", map[string]any{}}, {"records", "/issue", map[string]any{}}} {
		if err := n.call(ctx, at.staff[step.role], http.MethodPost, path+step.what, step.body, nil); err != nil {
			return err
		}
	}
	return nil
}
