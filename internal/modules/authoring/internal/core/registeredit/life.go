// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registeredit

import (
	"slices"
	"strconv"

	"tinhso.vn/internal/modules/authoring/internal/core/formedit"
	"tinhso.vn/internal/modules/authoring/internal/core/tree"
)

// StateKinds say what a state means, whatever its name.
func StateKinds() []string { return []string{"draft", "live", "suspended", "ended"} }

// beginLife gives records states: drafted, in force, ended. Who may change a
// record may move it.
func (e *edit) beginLife() error {
	if e.before.Life {
		return nil
	}
	may := e.movers()
	if len(may) == 0 {
		return tree.Refuse("do", "authoring.register.no_mover")
	}
	life := e.part("life")
	states, moves := tree.Ensure(life, "states"), tree.Ensure(life, "moves")
	for _, s := range []State{
		{"du_thao", "draft", tree.Words{VI: "Dự thảo", EN: "Draft"}, false},
		{"hieu_luc", "live", tree.Words{VI: "Đang hiệu lực", EN: "In force"}, false},
		{"het_hieu_luc", "ended", tree.Words{VI: "Đã kết thúc", EN: "Ended"}, true},
	} {
		n := tree.Mapping()
		tree.PutText(n, "id", s.ID)
		tree.PutWords(n, "name", s.Name)
		tree.PutText(n, "kind", s.Kind)
		tree.PutTrue(n, "locked", s.Locked)
		tree.Insert(states, len(states.Content), n)
	}
	for _, m := range []Move{
		{ID: "ban_hanh", To: "hieu_luc", Name: tree.Words{VI: "Đưa vào hiệu lực", EN: "Put in force"}, From: []string{"du_thao"}},
		{ID: "ket_thuc", To: "het_hieu_luc", Name: tree.Words{VI: "Kết thúc", EN: "End"}, From: []string{"hieu_luc"}, Reason: true},
	} {
		m.May = may
		n := tree.Mapping()
		writeMove(n, m)
		tree.Insert(moves, len(moves.Content), n)
	}
	tree.PutText(life, "existing", "hieu_luc")
	e.at = PartStates
	return nil
}

// movers are the rights of roles that change records.
func (e *edit) movers() (all []string) {
	for _, r := range e.before.Rights {
		if r.Who == Roles && slices.Contains(r.May, "change") {
			all = append(all, r.ID)
		}
	}
	return all
}

// endLife takes states away that are not in force yet.
func (e *edit) endLife() error {
	if e.base != nil && e.base.Life {
		return tree.Refuse("do", "authoring.register.life_in_force")
	}
	tree.Put(e.item.Root(), "life", nil)
	for _, r := range tree.List(e.item.Root(), "rights") {
		tree.Put(r, "states", nil)
	}
	e.at = PartStates
	return nil
}

func (e *edit) addState() error {
	name, kind := e.op.Words("new_name"), e.op.Line("new_kind")
	list := e.list(PartStates)
	if list == nil {
		return tree.Refuse("at", tree.CodeGone)
	}
	e.stateInputs("new_", name, kind)
	if len(list.Content) >= maxStates {
		e.say("new_name_vi", tree.CodeMany)
	}
	if len(e.wrong) > 0 {
		return nil
	}
	var taken []string
	for _, s := range e.before.States {
		taken = append(taken, s.ID)
	}
	n := tree.Mapping()
	tree.PutText(n, "id", formedit.Key(name.VI, taken))
	tree.PutWords(n, "name", name)
	tree.PutText(n, "kind", kind)
	tree.Insert(list, len(list.Content), n)
	e.at = PartStates + strconv.Itoa(len(list.Content)-1)
	return nil
}

func (e *edit) stateInputs(prefix string, name tree.Words, kind string) {
	if name.VI == "" {
		e.say(prefix+"name_vi", tree.CodeNeeded)
	}
	if !slices.Contains(StateKinds(), kind) {
		e.say(prefix+"kind", tree.CodeChoice)
	}
}

func (e *edit) setState() error {
	n, _, _ := e.here(PartStates)
	if n == nil {
		return tree.Refuse("at", tree.CodeGone)
	}
	name, kind := e.op.Words("name"), e.op.Line("kind")
	if e.stateInputs("", name, kind); len(e.wrong) > 0 {
		return nil
	}
	tree.PutWords(n, "name", name)
	tree.PutText(n, "kind", kind)
	tree.PutTrue(n, "locked", e.op.Line("locked") != "")
	return nil
}

// removeState takes a state away that no move leads to or from.
func (e *edit) removeState(n, list *tree.Node, at int) error {
	id := tree.Text(n, "id")
	for _, m := range e.before.Moves {
		if m.To == id || slices.Contains(m.From, id) {
			return tree.Refuse("at", "authoring.register.state_moves", "move", m.Name.VI)
		}
	}
	tree.Take(list, at)
	return nil
}

func (e *edit) addMove() error {
	list := e.list(PartMoves)
	if list == nil {
		return tree.Refuse("at", tree.CodeGone)
	}
	m := e.moveInputs("new_")
	if len(list.Content) >= maxStates {
		e.say("new_name_vi", tree.CodeMany)
	}
	if len(e.wrong) > 0 {
		return nil
	}
	var taken []string
	for _, one := range e.before.Moves {
		taken = append(taken, one.ID)
	}
	m.ID = formedit.Key(m.Name.VI, taken)
	n := tree.Mapping()
	writeMove(n, m)
	tree.Insert(list, len(list.Content), n)
	e.at = PartMoves + strconv.Itoa(len(list.Content)-1)
	return nil
}

func (e *edit) setMove() error {
	n, _, _ := e.here(PartMoves)
	if n == nil {
		return tree.Refuse("at", tree.CodeGone)
	}
	m := e.moveInputs("")
	if len(e.wrong) > 0 {
		return nil
	}
	m.ID = tree.Text(n, "id")
	writeMove(n, m)
	return nil
}

// moveInputs reads a move; every problem is told at its input.
func (e *edit) moveInputs(prefix string) Move {
	m := Move{
		To: e.op.Line(prefix + "to"), Name: e.op.Words(prefix + "name"), From: nonEmpty(e.op.Values[prefix+"from"]), May: nonEmpty(e.op.Values[prefix+"may"]),
		Reason: e.op.Line(prefix+"reason") != "", Other: e.op.Line(prefix+"other") != "",
	}
	state := func(id string) bool {
		return slices.ContainsFunc(e.before.States, func(s State) bool { return s.ID == id })
	}
	if m.Name.VI == "" {
		e.say(prefix+"name_vi", tree.CodeNeeded)
	}
	if len(m.From) == 0 || slices.ContainsFunc(m.From, func(id string) bool { return !state(id) }) {
		e.say(prefix+"from", tree.CodeNeeded)
	}
	if !state(m.To) {
		e.say(prefix+"to", tree.CodeChoice)
	}
	if len(m.May) == 0 {
		e.say(prefix+"may", tree.CodeNeeded)
	}
	return m
}

func writeMove(n *tree.Node, m Move) {
	tree.PutText(n, "id", m.ID)
	tree.PutWords(n, "name", m.Name)
	tree.PutTexts(n, "from", m.From)
	tree.PutText(n, "to", m.To)
	tree.PutTexts(n, "may", m.May)
	tree.PutTrue(n, "reason", m.Reason)
	tree.PutTrue(n, "other_person", m.Other)
}
