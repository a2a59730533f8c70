// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dossiers

import (
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/platform/errs"
)

// What is written when another agency demands money. The subject is the dossier.
const (
	AuditDemanded  audit.Event = "dossiers.payment_demanded"
	AuditPaidShown audit.Event = "dossiers.payment_shown"
)

// What can go wrong with what another agency demands.
var (
	ErrNoDemand   = errs.New(errs.Conflict, "dossiers.no_demand")   // nothing is waited for
	ErrOwesNobody = errs.New(errs.Conflict, "dossiers.owes_nobody") // the procedure does not say that it waits for money
)
