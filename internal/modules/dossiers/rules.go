// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dossiers

import (
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/platform/errs"
)

// RuleKind is how a step that becomes open finds who does it.
type RuleKind string

// The kinds of rules.
const (
	RuleNobody RuleKind = "nobody" // whoever of the post takes it
	RuleTurn   RuleKind = "turn"   // lần lượt
	RuleFewest RuleKind = "fewest" // người đang giữ ít việc nhất
	RuleArea   RuleKind = "area"   // theo địa bàn của địa chỉ
	RulePerson RuleKind = "person" // một người, có người thay
	RuleDuty   RuleKind = "duty"   // theo lịch trực
)

// RuleKinds lists them in the order in which people choose.
func RuleKinds() []RuleKind {
	return []RuleKind{RuleNobody, RuleTurn, RuleFewest, RuleArea, RulePerson, RuleDuty}
}

// WhyNobody says why a rule has left a step in nobody's hands.
type WhyNobody string

// The reasons.
const (
	WhyNoPost    WhyNobody = "no_post"    // nobody of the unit holds the post, or the right to do the step
	WhyAway      WhyNobody = "away"       // all who could are away
	WhyConflict  WhyNobody = "conflict"   // it is about whoever could, or they have brought it
	WhyNoAddress WhyNobody = "no_address" // the dossier says no address
	WhyNoArea    WhyNobody = "no_area"    // nobody is named for the area of the address
	WhyOffDuty   WhyNobody = "off_duty"   // nobody who could is on duty at this moment
)

// What is written in the audit trail about rules. The subject is the rule; of an
// assignment "ID to ACCOUNT by RULE version N", of none "ID by RULE version N: WHY".
const (
	AuditRuleSaved   audit.Event = "dossiers.rule_saved"
	AuditRuleRemoved audit.Event = "dossiers.rule_removed"
	AuditRuled       audit.Event = "dossiers.assigned_by_rule"
	AuditRuledNobody audit.Event = "dossiers.rule_found_nobody"
)

// What can go wrong with rules.
var (
	ErrNoRule        = errs.New(errs.NotFound, "dossiers.no_rule")        // none that the actor may change
	ErrRuleThere     = errs.New(errs.Conflict, "dossiers.rule_there")     // the unit has one for the same steps
	ErrRuleMeanwhile = errs.New(errs.Conflict, "dossiers.rule_meanwhile") // who, when
	ErrTooManyRules  = errs.New(errs.Conflict, "dossiers.too_many_rules") // max
)
