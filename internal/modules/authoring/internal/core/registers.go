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
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/core/tree"
	"tinhso.vn/internal/modules/authoring/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
	"tinhso.vn/internal/platform/yaml"
)

// Book is a register as somebody finds it who wants to change it.
type Book struct {
	ID      string
	Title   packs.Text
	Version int  // in force; 0: only in a change
	Own     bool // the province wrote something of it in the browser
	Seen    bool // the actor may open it
	Change  authoring.Change
}

// maxOpen is how many open changes are looked through for registers.
const maxOpen = 200

// Books returns the registers that are in force or are being written, by title,
// each with the newest open change that touches it.
func (s *Service) Books(ctx context.Context, actor identity.Actor) (all []Book, err error) {
	defer errs.Wrap(&err, "list registers to write")

	if err := mayRead(actor); err != nil {
		return nil, err
	}
	g, err := s.inForce(ctx, s.DB)
	if err != nil {
		return nil, err
	}
	seen, err := s.Standings(ctx, s.DB, actor)
	if k := errs.KindOf(err); err != nil && k != errs.Forbidden && k != errs.Unauthenticated {
		return nil, err
	}
	for _, r := range g.Set.Registers {
		_, own := g.files[packs.Draft{List: string(authoring.Registers), ID: r.ID}.File()]
		all = append(all, Book{
			ID: r.ID, Title: r.Title, Version: r.Version, Own: own,
			Seen: slices.ContainsFunc(seen, func(st registers.Standing) bool { return st.Definition.ID == r.ID }),
		})
	}
	written, err := store.Written(ctx, s.DB, authoring.Registers, maxOpen)
	if err != nil {
		return nil, err
	}
	for _, w := range written {
		i := slices.IndexFunc(all, func(b Book) bool { return b.ID == w.Item })
		if i < 0 {
			one := Book{ID: w.Item, Title: packs.Text{VI: w.Item}}
			if doc, err := ReadDoc(w.Item, w.Whole); err == nil {
				one.Title = doc.Words("title")
			}
			all, i = append(all, one), len(all)
		}
		if all[i].Change.ID != "" {
			continue
		}
		if all[i].Change, err = store.Get(ctx, s.DB, w.Change); err != nil {
			return nil, err
		}
	}
	order := text.Collator()
	slices.SortStableFunc(all, func(a, b Book) int { return order(a.Title.VI, b.Title.VI) })
	return all, nil
}

// NewBook is what a new register begins with.
type NewBook struct {
	Name string
	ID   string // empty: made of the name
	From string // the register whose fields, rights and layout it takes; empty: none

	Basis string // of the change that begins with it
}

func (b NewBook) tidy() NewBook {
	b.Name, b.ID, b.From, b.Basis = text.Line(b.Name), strings.TrimSpace(b.ID), strings.TrimSpace(b.From), text.Line(b.Basis)
	if b.ID == "" {
		b.ID = SlugOf(b.Name)
		if len(b.ID) > maxBookID {
			b.ID = strings.TrimRight(b.ID[:maxBookID], "-")
		}
	}
	return b
}

// maxBookID is how long the id of a register may be: it names a table.
const maxBookID = 40

func (b NewBook) check() (wrong []errs.Field) {
	if b.Name == "" || utf8.RuneCountInString(b.Name) > maxWords {
		wrong = append(wrong, errs.Field{Name: "name", Code: "authoring.name"})
	}
	if b.Name != "" && (!packs.ValidID(b.ID) || len(b.ID) > maxBookID || strings.HasSuffix(b.ID, "-history")) {
		wrong = append(wrong, errs.Field{Name: "id", Code: "authoring.register.id"})
	}
	if utf8.RuneCountInString(b.Basis) > maxWords {
		wrong = append(wrong, errs.Field{Name: "basis", Code: "authoring.long"})
	}
	return wrong
}

// AddRegister writes a new register into a change, blank or as a copy; it
// returns the id. A copy begins at version 1 with the rights of the other one.
func (s *Service) AddRegister(ctx context.Context, actor identity.Actor, change authoring.ID, b NewBook) (id string, err error) {
	defer errs.Wrap(&err, "add a register to change %s", change)

	if _, err := access.Everywhere(actor, authoring.PermEdit); err != nil {
		return "", err
	}
	b = b.tidy()
	if err := errs.BadInput(b.check()); err != nil {
		return "", err
	}
	return b.ID, s.write(ctx, actor, change, func(tx *db.Tx, _ *authoring.Change) error {
		return s.addRegister(ctx, tx, actor, change, b)
	})
}

func (s *Service) addRegister(ctx context.Context, tx *db.Tx, actor identity.Actor, change authoring.ID, b NewBook) error {
	_, err := s.item(ctx, tx, change, authoring.Registers, b.ID)
	if err == nil {
		return errs.BadInput([]errs.Field{{Name: "id", Code: "authoring.taken"}})
	}
	if !errors.Is(err, authoring.ErrNoItem) {
		return err
	}
	whole, err := s.beginRegister(ctx, tx, change, b)
	if err != nil {
		return err
	}
	return store.PutItem(ctx, tx, change, authoring.Item{
		List: authoring.Registers, ID: b.ID, Whole: whole, Rev: 1, Saved: authoring.Hand{Account: actor.Account, At: tx.Now},
	})
}

// blankRegister is what a register from nothing begins with: one field by which
// people know a record.
const blankRegister = `version: 1
fields:
  - {key: name, label: {vi: "Tên", en: "Name"}, type: text, required: true, max: 200, searchable: true}
list: {columns: [name], sort: name}
`

// bookStatement marks what nobody has compared with a source yet.
const bookStatement = "Soạn trên trình duyệt; cần đối chiếu với quy định của ngành"

func (s *Service) beginRegister(ctx context.Context, q db.Querier, change authoring.ID, b NewBook) ([]byte, error) {
	from := []byte(blankRegister)
	if b.From != "" {
		i, err := s.item(ctx, q, change, authoring.Registers, b.From)
		if errors.Is(err, authoring.ErrNoItem) || err == nil && i.Gone() {
			return nil, errs.BadInput([]errs.Field{{Name: "from", Code: "authoring.register.no_such"}})
		}
		if err != nil {
			return nil, err
		}
		from = i.Whole
	}
	old, err := tree.Parse(from)
	if err != nil {
		return nil, packs.ErrItem.Because(err)
	}
	root := tree.Mapping()
	for _, head := range []struct{ key, value string }{{"id", b.ID}, {"title", b.Name}, {"status", "unverified"}, {"source", bookStatement}} {
		tree.PutText(root, head.key, head.value)
	}
	tree.PutWhole(root, "version", "1")
	for i := 0; i+1 < len(old.Root().Content); i += 2 {
		if key := old.Root().Content[i].Value; tree.Get(root, key) == nil {
			tree.Put(root, key, old.Root().Content[i+1])
		}
	}
	return yaml.Text(root)
}

// BeginRegister begins a change with a new register in it, for today.
func (s *Service) BeginRegister(ctx context.Context, actor identity.Actor, b NewBook) (change authoring.ID, register string, err error) {
	defer errs.Wrap(&err, "begin a register")

	if _, err := access.Everywhere(actor, authoring.PermEdit); err != nil {
		return "", "", err
	}
	b = b.tidy()
	if err := errs.BadInput(b.check()); err != nil {
		return "", "", err
	}
	added := authoring.ID(id.New())
	return added, b.ID, s.DB.Write(ctx, func(tx *db.Tx) error {
		c := authoring.Change{ID: added, Title: "Sổ mới: " + b.Name, Basis: b.Basis, Day: s.Today()}
		if err := create(ctx, tx, actor, c); err != nil {
			return err
		}
		return s.addRegister(ctx, tx, actor, added, b)
	})
}

// TakeRegister begins a change to a register that is in force, for today; what
// it changes is written then.
func (s *Service) TakeRegister(ctx context.Context, actor identity.Actor, register string) (change authoring.ID, err error) {
	defer errs.Wrap(&err, "take up register %s", register)

	if _, err := access.Everywhere(actor, authoring.PermEdit); err != nil {
		return "", err
	}
	g, err := s.inForce(ctx, s.DB)
	if err != nil {
		return "", err
	}
	r, there := g.Set.Register(register)
	if !there {
		return "", authoring.ErrNoItem
	}
	title := "Sửa sổ: " + r.Title.VI
	if begun, there, err := store.Untouched(ctx, s.DB, actor.Account, title); err != nil || there {
		return begun, err // the button was pressed twice
	}
	return s.Create(ctx, actor, General{Title: title, Day: s.Today()})
}
