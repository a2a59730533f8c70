// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import "tinhso.vn/internal/platform/shape"

// ScoreSet is a set of criteria by which the work of units is scored (bộ chỉ số),
// as long as it is valid.
type ScoreSet struct {
	Item
	Name   Text
	Basis  string // a legal id
	Valid  Period
	Groups []ScoreGroup
}

// ScoreGroup is criteria that belong together.
type ScoreGroup struct {
	ID       string
	Name     Text
	Criteria []Criterion
}

// Criterion gives points for a ratio of counts, or says why nothing here can
// count it.
type Criterion struct {
	ID      string
	Name    Text
	Points  int      // at most
	Count   []string // counts that are added: what is good
	Of      []string // counts that are added: what could be
	FullAt  int      // percent of Of from which all points are given
	Empty   string   // zero: nothing to count is no points; empty: it is not counted
	Missing Text     // why there is no source; then nothing is counted
	Note    Text     // how it is counted
}

// ScoreCounts are the counts that a criterion may name, in the order in which
// people read them. What each counts, the module of scores says.
func ScoreCounts() []string {
	return []string{
		"received", "carried", "on_time", "within", "late", "online", "results", "electronic", "digitised", "reused",
		"procedures", "procedures_online", "services", "services_used",
		"announced", "announced_in_time", "made_public", "made_public_in_time",
		"procedures_fee", "procedures_fee_online", "money_due", "money_online", "answers", "satisfied",
	}
}

// mostPoints is what a set can give in all.
const mostPoints = 100

func readScoreSet(r *record) ScoreSet {
	s := ScoreSet{Item: r.item(), Name: r.text("name", required), Basis: r.str("basis", required), Valid: r.period()}
	points := 0
	for _, g := range r.subs("groups", required) {
		group := ScoreGroup{ID: g.shape("id", r.book.shapes.slug, required), Name: g.text("name", required)}
		for _, c := range g.subs("criteria", required) {
			one := readCriterion(c)
			points += one.Points
			group.Criteria = append(group.Criteria, one)
			c.done()
		}
		s.Groups = append(s.Groups, group)
		g.done()
	}
	if points > mostPoints {
		r.problem("groups", "score.most")
	}
	seen := map[string]bool{}
	for _, g := range s.Groups {
		for _, c := range g.Criteria {
			if seen[c.ID] {
				r.problem("groups", "score.twice", c.ID)
			}
			seen[c.ID] = true
		}
	}
	return s
}

func readCriterion(r *record) Criterion {
	c := Criterion{
		ID: r.shape("id", r.book.shapes.slug, required), Name: r.text("name", required), Points: r.integer("points", required),
		Count: r.someOf("count", ScoreCounts()...), Of: r.someOf("of", ScoreCounts()...), FullAt: 100, Empty: r.oneOf("empty", !required, "zero"), Missing: r.text("missing"), Note: r.text("note"),
	}
	if r.has("full_at") {
		c.FullAt = r.integer("full_at")
	}
	if c.Points == 0 && r.has("points") || c.FullAt < 1 || c.FullAt > 100 {
		r.problem("points", "score.points")
	}
	if counted := len(c.Count) > 0 && len(c.Of) > 0; counted == r.has("missing") || !counted && (r.has("count") || r.has("of") || r.has("full_at")) {
		r.problem("id", "score.counted")
	}
	return c
}

// checkScores makes sure that the law of each set is there.
func checkScores(s *Set, b *book) {
	docs := byID(s.Legal, LegalDoc.itemID)
	for _, one := range s.Scores {
		if one.Basis != "" && !has(docs, one.Basis) {
			b.addOrigin(one.Origin, one.ID, "legal.unknown", one.Basis)
		}
	}
}

func scoreShape() *shape.Shape {
	return mapped("scores", itemFields(), fields{
		of(shape.Words, "name", required, "Tên bộ chỉ số", "What the set is called"),
		plain("basis", required, "Văn bản ban hành", "The legal document that states it"),
		within(shape.Mappings, "groups", required, mapped("scores.groups", fields{
			identityField(),
			of(shape.Words, "name", required, "Tên nhóm", "What the group is called"),
			within(shape.Mappings, "criteria", required, mapped("scores.groups.criteria", fields{
				identityField(),
				of(shape.Words, "name", required, "Tên tiêu chí", "What the criterion is called"),
				of(shape.Whole, "points", required, "Điểm tối đa", "Points at most"),
				some("count", ScoreCounts(), "Tử số: cộng các số đếm này", "What is good: these counts, added"),
				some("of", ScoreCounts(), "Mẫu số: cộng các số đếm này", "What could be: these counts, added"),
				of(shape.Whole, "full_at", optional, "Đạt bao nhiêu phần trăm thì được điểm tối đa, mặc định 100", "From what percentage all points are given, 100 unless said"),
				choice("empty", optional, []string{"zero"}, "Không có gì để đếm thì tính 0 điểm; để trống thì không tính vào điểm tối đa", "Nothing to count is no points; empty: it is left out"),
				of(shape.Words, "missing", optional, "Vì sao chưa có nguồn; khi đó không đếm", "Why there is no source; then nothing is counted"),
				of(shape.Words, "note", optional, "Cách đếm", "How it is counted"),
			}), "Các tiêu chí", "Criteria"),
		}), "Các nhóm tiêu chí", "Groups of criteria"),
	}, periodFields())
}
