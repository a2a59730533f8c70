// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package console is what other modules may know of the pages of those who run
// the province's installation and of those who audit it.
// The work is done in internal/core.
package console

import (
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/errs"
)

// What actors can be allowed to do: about the whole installation, whatever
// unit the actor works in.
const (
	PermOperate   identity.Permission = "console.operate"   // see how the installation is, run jobs again
	PermAudit     identity.Permission = "console.audit"     // read the audit log
	PermRegisters identity.Permission = "console.registers" // see how registers are built
)

// What is written in the audit log.
const (
	AuditRead       audit.Event = "console.audit_read"    // somebody read the audit log; the subject is the event asked for, or "all"
	AuditFault      audit.Event = "console.fault_ordered" // a simulated system was told how to behave; the subject is the system and the fault
	AuditJobRetried audit.Event = "console.job_retried"   // a job that was given up runs again; the subject is the job
)

// What can go wrong.
var (
	ErrNoCheckpoint = errs.New(errs.NotFound, "console.no_checkpoint")
	ErrNoSimulators = errs.New(errs.NotFound, "console.no_simulators")
	ErrSilent       = errs.New(errs.Conflict, "console.simulator_silent") // it does not answer
)
