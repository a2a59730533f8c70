// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Blueprint is what a new procedure begins with.
type Blueprint struct {
	Name string
	ID   string // empty: made of the name
	From string // the procedure it is a copy of; empty: blank

	// SameBecause says why form and flow are those of From; empty: it gets
	// copies of its own.
	SameBecause string
}

// SlugOf makes an id of a name: "Cấp phép xây dựng" is cap-phep-xay-dung.
func SlugOf(name string) string {
	var words []string
	for _, w := range strings.FieldsFunc(text.Fold(name), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }) {
		if len(strings.Join(append(words, w), "-")) > 60 {
			break
		}
		words = append(words, w)
	}
	return strings.Join(words, "-")
}

// AddProcedure writes a new procedure into a change, blank or as a copy, with a
// form, a flow and a template of its own to go on from; it returns the id.
func (s *Service) AddProcedure(ctx context.Context, actor identity.Actor, change authoring.ID, b Blueprint) (id string, err error) {
	defer errs.Wrap(&err, "add a procedure to change %s", change)

	if _, err := access.Everywhere(actor, authoring.PermEdit); err != nil {
		return "", err
	}
	b.Name, b.ID = text.Line(b.Name), strings.TrimSpace(b.ID)
	b.SameBecause = text.Line(b.SameBecause)
	if b.ID == "" {
		b.ID = SlugOf(b.Name)
	}
	var wrong []errs.Field
	if b.Name == "" || utf8.RuneCountInString(b.Name) > maxWords {
		wrong = append(wrong, errs.Field{Name: "name", Code: "authoring.name"})
	}
	if !packs.ValidID(b.ID) && b.Name != "" {
		wrong = append(wrong, errs.Field{Name: "id", Code: "authoring.id"})
	}
	if err := errs.BadInput(wrong); err != nil {
		return "", err
	}
	return b.ID, s.write(ctx, actor, change, func(tx *db.Tx, _ *authoring.Change) error {
		for _, list := range authoring.Lists() {
			if list == authoring.Registers { // it may be called as a procedure is
				continue
			}
			_, err := s.item(ctx, tx, change, list, b.ID)
			if err == nil {
				return errs.BadInput([]errs.Field{{Name: "id", Code: "authoring.taken"}})
			}
			if !errors.Is(err, authoring.ErrNoItem) {
				return err
			}
		}
		items, err := s.begin(ctx, tx, change, b)
		if err != nil {
			return err
		}
		for list, doc := range items {
			whole, err := doc.Text()
			if err != nil {
				return err
			}
			i := authoring.Item{List: list, ID: b.ID, Whole: whole, Rev: 1, Saved: authoring.Hand{Account: actor.Account, At: tx.Now}}
			if err := store.PutItem(ctx, tx, change, i); err != nil {
				return err
			}
		}
		return nil
	})
}

// begin returns the items of a new procedure.
func (s *Service) begin(ctx context.Context, q db.Querier, change authoring.ID, b Blueprint) (map[authoring.List]Doc, error) {
	if b.From == "" {
		return blank(b)
	}
	from, err := s.item(ctx, q, change, authoring.Procedures, b.From)
	if errors.Is(err, authoring.ErrNoItem) {
		return nil, errs.BadInput([]errs.Field{{Name: "from", Code: "authoring.no_such_procedure"}})
	}
	if err != nil {
		return nil, err
	}
	p, err := ReadDoc(b.From, from.Whole)
	if err != nil {
		return nil, err
	}
	was := p.Str("form")
	p.SetStr("id", b.ID)
	p.SetWords("name", packs.Text{VI: b.Name})
	p.Drop("code")
	p.Drop("same_because")
	items := make(map[authoring.List]Doc)
	items[authoring.Procedures] = p
	if b.SameBecause != "" {
		p.SetWords("same_because", packs.Text{VI: b.SameBecause})
		return items, nil
	}
	for list, field := range parts() {
		id := p.Str(field)
		if id == "" {
			continue
		}
		i, err := s.item(ctx, q, change, list, id)
		if errors.Is(err, authoring.ErrNoItem) {
			continue
		}
		if err != nil {
			return nil, err
		}
		doc, err := ReadDoc(id, i.Whole)
		if err != nil {
			return nil, err
		}
		doc.SetStr("id", b.ID)
		doc.SetRaw("version", "1")
		doc.SetWords("title", packs.Text{VI: b.Name})
		items[list] = doc
		p.SetStr(field, b.ID)
	}
	for _, paper := range p.Subs("papers") { // the paper that the form makes is that of the copy
		if was != "" && paper.Str("form") == was {
			paper.SetStr("form", b.ID)
		}
	}
	return items, nil
}

// parts are the lists of which a procedure names an item, with the field.
func parts() map[authoring.List]string {
	return map[authoring.List]string{authoring.Forms: "form", authoring.Flows: "flow", authoring.Templates: "result_template"} //nolint:exhaustive // the others are named elsewhere
}

// Found is a procedure that can be taken up or copied.
type Found struct {
	ID   string
	Name packs.Text
}

// maxFound is how many procedures a search shows.
const maxFound = 20

// FindProcedures returns procedures as they would be with a change, whose name,
// id or keywords hold the words of a question.
func (s *Service) FindProcedures(ctx context.Context, actor identity.Actor, change authoring.ID, question string) (all []Found, err error) {
	defer errs.Wrap(&err, "find procedures")

	set, _, err := s.Set(ctx, actor, change)
	if err != nil {
		return nil, err
	}
	words := strings.Fields(text.Fold(question))
	for _, p := range set.Procedures {
		in := text.Fold(p.Name.VI + " " + p.Name.EN + " " + strings.Join(p.Keywords, " ") + " " + p.ID)
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(in, w) }) && len(all) < maxFound {
			all = append(all, Found{p.ID, p.Name})
		}
	}
	return all, nil
}

// FindLaw returns legal documents whose number, title or id hold the words of a question.
func (s *Service) FindLaw(ctx context.Context, actor identity.Actor, question string) (all []packs.LegalDoc, err error) {
	defer errs.Wrap(&err, "find legal documents")

	if err := mayRead(actor); err != nil {
		return nil, err
	}
	g, err := s.InForce(ctx)
	if err != nil {
		return nil, err
	}
	words := strings.Fields(text.Fold(question))
	for _, d := range g.Set.Legal {
		in := text.Fold(d.Number + " " + d.Title.VI + " " + d.ID + " " + d.Issuer)
		if len(words) > 0 && !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(in, w) }) && len(all) < maxFound {
			all = append(all, d)
		}
	}
	return all, nil
}
